"""Does anyone notice that a node is lost, killed or cut off by its link? Not those who search, build, update."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, suppress
from itertools import cycle, islice

import pytest

import search.engines.opensearch.upkeep as upkeep
import search.engines.opensearch.writer as writing
from search import Document, open_index, open_writer

from .cluster import Cluster

SEARCHES = 1000
LOST_AT = 100
LOST = 1
AWAY = 12.0
"""Seconds for which the node is away at least."""

QUERIES = ("huyện uỷ", "huyen uy khe nhan", '"sơ kết"', "đường -bản", "hội nghị 2021", "kh*", "", "tiêu đề:đường")
TITLES = ("Huyện uỷ Khe Nhạn sơ kết năm 2021", "Đường về bản", "Hội nghị sơ kết", "Mở đường vào thôn Khe Cạn")

HELD = 200
ARTICLES = 600

LOSE = {"killed": Cluster.kill, "cut off": Cluster.cut}
"""How a node is lost."""

Lose = Callable[[Cluster, int], None]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "GRACE", 0.0)
    monkeypatch.setattr(writing, "BATCH_DOCUMENTS", 20)
    monkeypatch.setattr(upkeep, "MERGED_FROM", 1)
    monkeypatch.setenv("TIMTIN_OPENSEARCH_SHARDS", "3")


@pytest.fixture(params=LOSE)
def lose(request: pytest.FixtureRequest) -> Lose:
    return LOSE[request.param]


def document(number: int, lead: str = "Tin vắn.") -> Document:
    return Document(id=str(number), title=f"{TITLES[number % len(TITLES)]} {number}", lead=lead)


@pytest.fixture
def urls(cluster: Cluster) -> Iterator[list[str]]:
    """Three indices, for those who search, build and update."""
    with ExitStack() as stack:
        urls = [stack.enter_context(cluster.index()) for _ in range(3)]
        for url in urls:
            fill(url)
        cluster.wait_for("green")
        yield urls


def fill(url: str) -> None:
    with open_writer(url, rebuild=True) as writer:
        for number in range(HELD):
            writer.add(document(number))
        writer.commit()
        writer.publish()


def test_nobody_notices(cluster: Cluster, urls: Sequence[str], lose: Lose) -> None:
    """A node is lost once 100 searches were made, and half of what is written was sent."""
    before = cluster.nodes
    halfway = threading.Barrier(4)
    searched, built, updated = urls
    with ThreadPoolExecutor(3) as threads:
        tasks = [
            threads.submit(no_search_fails_and_no_total_is_wrong, searched, halfway),
            threads.submit(write, built, True, halfway),
            threads.submit(write, updated, False, halfway),
        ]
        for task in tasks:  # where one fails, nobody waits for it
            task.add_done_callback(lambda _: halfway.abort())
        with suppress(threading.BrokenBarrierError):
            halfway.wait()
            back_at = time.monotonic() + AWAY
            lose(cluster, LOST)
            cluster.wait_for("red")
            time.sleep(max(0.0, back_at - time.monotonic()))
            cluster.mend()
        for task in as_completed(tasks):
            task.result()
    assert (cluster.nodes == before) is (lose is Cluster.cut)
    for url in (built, updated):
        every_article_is_there_once(url)


def no_search_fails_and_no_total_is_wrong(url: str, halfway: threading.Barrier) -> None:
    """How busy the machine is must not matter: time enough is given."""
    with open_index(url) as index:
        expected = {query: index.search(query, budget=60).total for query in QUERIES}
        assert min(expected.values()) > 0
        for number, query in enumerate(islice(cycle(QUERIES), SEARCHES)):
            if number == LOST_AT:
                halfway.wait()
            page = index.search(query, budget=60)
            assert (number, page.total, page.partial) == (number, expected[query], False)


def write(url: str, rebuild: bool, halfway: threading.Barrier) -> None:
    """What is built has no replicas yet, so it waits for the node to be back."""
    with open_writer(url, rebuild=rebuild) as writer:
        for number in range(ARTICLES):
            writer.replace(document(number, "Bản mới."))
            if number == ARTICLES // 2:
                halfway.wait()
        writer.commit()
        if rebuild:
            writer.publish()


def every_article_is_there_once(url: str) -> None:
    """And nothing of what it took the place of."""
    with open_index(url) as index:
        assert Counter(index.ids()) == Counter(map(str, range(ARTICLES)))
        assert (index.search("bản mới").total, index.search("tin vắn", exact=True).total) == (ARTICLES, 0)
        assert index.check() == []
