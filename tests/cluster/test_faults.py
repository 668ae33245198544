"""What does a person see of a cluster that loses a node, and of one that loses two?

The tests follow one another, since every node that is lost takes its time: what is lost for one is lost for the next.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from random import Random
from typing import Any
from urllib.error import HTTPError

import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, expect

import search.engines.opensearch.writer as writing
from indexer.commands import cli
from search import ClusterUnavailable, Document, open_index, open_writer
from search.__main__ import run as search_run
from search.engines.opensearch.breaker import FAILURES

from ..browsing import Visitor
from ..commands import ROOT
from ..webui.servers import serving, waiting
from .cluster import Cluster

ARTICLES = 60
SYLLABLES = [first + rest for first in "bcdghklmnt" for rest in ("a", "an", "ang", "o", "on", "ong", "i", "inh")]

QUERIES = ("huyen uy", "khe nhan", "gặp gỡ", "lãnh đạo huyện", "bà con", "huyen uy hop")
"""What is searched for, half of it after a node died; every article holds it."""

ANSWERED_WITHIN = 10.0
"""Seconds in which there has to be an answer, be it an error: 5, and as many for a busy machine."""


STARTS_WITHIN = 5.0
"""Seconds that a command takes to start there."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def get(address: str) -> Answer:
    """Fetch a page, whatever its status."""
    try:
        with urllib.request.urlopen(address, timeout=ANSWERED_WITHIN) as answer:
            return Answer(answer.status, answer.headers, answer.read().decode("utf-8-sig"))
    except HTTPError as error:
        return Answer(error.code, error.headers, error.read().decode())


@dataclass(frozen=True)
class Site:
    """Two indices of the same articles, one with copies and one without, each with the address of its pages; node
    ``doomed`` holds a shard of the second, and its words.
    """

    cluster: Cluster
    copied: str
    single: str
    pages_of_copied: str
    pages_of_single: str
    doomed: int

    def of_single(self, path: str) -> Answer:
        return get(f"{self.pages_of_single}{path}")


@pytest.fixture(scope="module")
def site(cluster_of_run: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ExitStack() as stack:
        stack.enter_context(cluster_of_run.turns.alone())
        patched = stack.enter_context(pytest.MonkeyPatch.context())
        patched.setattr(writing, "GRACE", 0.0)
        patched.setenv("TIMTIN_OPENSEARCH_SHARDS", "3")
        urls, pages = {}, {}
        for replicas in ("1", "0"):
            urls[replicas] = stack.enter_context(cluster_of_run.index())
            # Once the nodes are back: an index whose node is dead cannot be removed in time.
            stack.callback(cluster_of_run.mend)
            patched.setenv("TIMTIN_OPENSEARCH_REPLICAS", replicas)
            fill(urls[replicas])
        doomed = gather(cluster_of_run, urls["0"])
        cluster_of_run.wait_for("green")
        for replicas, url in urls.items():
            folder = tmp_path_factory.mktemp("pages")
            pages[replicas] = stack.enter_context(serving(folder, url, "--workers", "1")).address
        yield Site(cluster_of_run, urls["1"], urls["0"], pages["1"], pages["0"], doomed)


def fill(url: str) -> None:
    with open_writer(url, rebuild=True) as writer:
        for number in range(ARTICLES):
            # No two articles are reprints of one another.
            rest = " ".join(Random(number).sample(SYLLABLES, 40))  # noqa: S311
            text = f"Sáng nay, lãnh đạo huyện Khe Nhạn gặp gỡ bà con: {rest}."
            writer.add(Document(id=f"bai-{number}", title=f"Huyện uỷ họp lần {number}", lead=text, category="Tin"))
        writer.commit()
        writer.publish()


def gather(cluster: Cluster, url: str) -> int:
    """Bring the words of an index to the node of its first shard; returns the number of the node."""
    index = f"{url.rpartition('/')[2]}-000001"
    with cluster.client() as client:
        shards = client.cat.shards(index=index, format="json")
        node = next(shard["node"] for shard in shards if shard["shard"] == "0")
        rule = {"index.routing.allocation.require._name": node}
        client.indices.put_settings(index=f"{index}.words", body=rule)
        client.cluster.health(index=f"{index}.words", wait_for_no_relocating_shards=True, wait_for_status="green")
    return int(node.removeprefix("node"))


@pytest.fixture(scope="module")
def lost(site: Site) -> Site:
    """The site, once a node was killed."""
    site.cluster.kill(site.doomed)
    return site


@pytest.fixture(scope="module")
def whole(lost: Site) -> Site:
    """The site, once the node is back."""
    lost.cluster.mend()
    return lost


@pytest.fixture(scope="module")
def no_majority(whole: Site) -> Site:
    """The site, once two nodes are cut off and the third has noticed."""
    for node in (0, 1):
        whole.cluster.cut(node)
    whole.cluster.wait_until_alone(2)
    return whole


@pytest.mark.browser
def test_a_reader_does_not_notice(site: Site, chromium: Browser, request: pytest.FixtureRequest) -> None:
    visitor = Visitor(chromium, site.pages_of_copied)
    page = visitor.open("/")
    for number, query in enumerate(QUERIES):
        if number == len(QUERIES) // 2:
            request.getfixturevalue("lost")
        page.get_by_role("combobox").fill(query)
        page.keyboard.press("Enter")
        expect(page.locator(".total")).to_contain_text(str(ARTICLES))
        page.locator("a.step[rel=next]").click()
        expect(page.locator(".total")).to_contain_text("11–20")
        expect(page.locator("main")).not_to_contain_text("Chưa đủ")
        page.locator(".hit-title a").first.click()
        expect(page.locator("h1")).to_contain_text("lần")
        expect(page.locator("mark").first).to_be_visible()
    visitor.close()
    assert visitor.complaints == []


PAGES = {"vi": ("ít nhất", "một phần kho tin không trả lời"), "en": ("at least", "part of the archive gave no answer")}
"""What a page says of a result that lacks something, by language."""


@pytest.mark.parametrize("language", PAGES)
def test_a_page_says_that_a_part_is_missing(lost: Site, language: str) -> None:
    counted, told = PAGES[language]
    for query in ("huyen+uy", "kh*", "chua+ai+viet"):
        page = lost.of_single(f"/search?q={query}&lang={language}")
        assert page.status == 200
        assert counted in page.text
        assert told in page.text
    assert told in lost.of_single(f"/values/category?q=huyen&lang={language}").text
    assert told in lost.of_single(f"/?lang={language}").text


def test_the_api_says_so_and_lets_nobody_keep_it(lost: Site) -> None:
    answer = lost.of_single("/api/v1/search?q=huyen+uy")
    assert answer.json["partial"] is True
    assert 0 < answer.json["total"] < ARTICLES
    assert "ETag" not in answer.headers
    assert lost.of_single("/api/v1/facets/category?q=huyen+uy").json["partial"] is True
    assert lost.of_single("/api/v1/suggest?q=huy").json["suggestions"] is not None


def test_feeds_and_files_say_so(lost: Site) -> None:
    feed = lost.of_single("/feed.atom?q=huyen+uy")
    assert "một phần kho tin không trả lời" in feed.text
    file = lost.of_single("/export.csv?q=huyen+uy")
    assert 1 < file.text.count("\n") < ARTICLES
    assert file.headers["Timtin-Partial"] == "true"
    assert "ch%C6%B0a%20%C4%91%E1%BB%A7" in file.headers["Content-Disposition"]


def test_an_article_that_may_be_there_is_not_said_to_be_gone(lost: Site) -> None:
    found = {lost.of_single(f"/api/v1/articles/bai-{number}").status for number in range(12)}
    assert found == {200, 503}
    assert lost.of_single("/article/bai-nowhere").status == 503


def test_whoever_watches_is_told(lost: Site) -> None:
    ready = lost.of_single("/readyz")
    assert ready.status == 200
    assert "on no node that runs" in str(ready.json["warnings"])


def test_commands_say_so(lost: Site, tmp_path: Path) -> None:
    found = command(search_run, "huyen", "uy", "--index", lost.single)
    assert "a part of the index gave no answer" in found.stdout
    assert "at least" in found.stdout
    assert json.loads(command(search_run, "huyen", "uy", "--json", "--index", lost.single).stdout)["partial"] is True
    file = str(tmp_path / "tin.csv")
    told = command(search_run, "--export", file, "--index", lost.single).stderr
    assert "a part of the index gave no answer" in told
    assert "on no node that runs" in command(cli, "info", "--index", lost.single).stdout
    assert "on no node" in command(cli, "verify", "--index", lost.single, code=6).output


def test_no_list_of_all_articles_lacks_some(lost: Site) -> None:
    """Whoever copies an index, or compares it with its sources, would take what is missing for what was removed."""
    with open_index(lost.single) as index:
        for every in (index.documents(), index.ids()):
            with pytest.raises(ClusterUnavailable, match="start the nodes that are down"):
                list(every)


def command(entry: Any, *words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(entry, words)
    assert result.exit_code == code, result.output
    return result


def test_all_is_as_before_once_the_node_is_back(whole: Site) -> None:
    for _ in waiting():
        answer = whole.of_single("/api/v1/search?q=huyen+uy")
        if answer.status == 200 and not answer.json["partial"]:
            break
    assert answer.json["total"] == ARTICLES
    assert answer.headers["ETag"]
    assert "ít nhất" not in whole.of_single("/search?q=huyen+uy").text
    assert whole.of_single("/readyz").json["warnings"] == []


@pytest.mark.parametrize("words", [("info",), ("build", "corpus/sample")], ids=["info", "build"])
def test_without_a_majority_commands_end_in_time(no_majority: Site, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "indexer", *words, "--index", no_majority.copied],
        cwd=ROOT, capture_output=True, text=True, timeout=ANSWERED_WITHIN + STARTS_WITHIN, check=False,
    )  # fmt: skip
    assert done.returncode == 14
    assert "cannot be used now" in done.stderr


def test_without_a_majority_pages_answer_in_time(no_majority: Site) -> None:
    """Until nothing more is asked of the cluster, which the breaker sees to."""
    for _ in range(FAILURES):
        problem = get(f"{no_majority.pages_of_copied}/api/v1/search?q=huyen+uy+hop")
        assert problem.status == 503
        assert problem.headers["Content-Type"] == "application/problem+json"
        assert int(problem.headers["Retry-After"]) > 0
    ready = get(f"{no_majority.pages_of_copied}/readyz")
    assert ready.status == 503
    assert "several times in a row" in ready.json["detail"]
