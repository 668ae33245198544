"""What does a writer leave on a cluster, whatever breaks off?"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

import search.engines.opensearch.batches as batches
import search.engines.opensearch.lease as leasing
import search.engines.opensearch.reprints as reprints
import search.engines.opensearch.upkeep as upkeep
import search.engines.opensearch.writer as writing
from search import (
    AnalyzerChanged,
    Document,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    IndexStale,
    InvalidRequest,
    NoFormerGeneration,
    open_index,
    open_writer,
    rollback,
)
from search.engines.opensearch import layout
from search.engines.opensearch.address import Address
from search.engines.opensearch.client import Client
from search.engines.opensearch.control import Control
from search.opening import read_note, write_note


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "GRACE", 0.0)
    monkeypatch.setenv("TIMTIN_OPENSEARCH_SHARDS", "2")
    monkeypatch.setenv("TIMTIN_OPENSEARCH_REPLICAS", "0")


@pytest.fixture
def control(cluster_url: str) -> Iterator[Control]:
    client = Client(Address.parse(cluster_url))
    yield Control(client)
    client.close()


def documents(count: int, word: str = "bài") -> list[Document]:
    return [Document(id=f"a{number}", title=f"{word} số {number}") for number in range(count)]


def build(url: str, count: int, word: str = "bài", data: bytes | None = None) -> None:
    with open_writer(url, rebuild=True) as writer:
        for document in documents(count, word):
            writer.add(document)
        writer.commit(data)
        writer.publish()


def held(url: str, word: str) -> int:
    with open_index(url) as index:
        return index.search(word, per_page=1).total


def indices(control: Control) -> set[str]:
    found = control.client.request("GET", f"/{control.name}-*/_alias")
    return {name.removeprefix(control.name) for name in found}


def test_generations_come_and_go(cluster_url: str, control: Control) -> None:
    for number in range(1, 5):
        build(cluster_url, number)
    assert control.live() == 4
    assert indices(control) == {"-000003", "-000003.words", "-000004", "-000004.words"}
    assert rollback(cluster_url) == 3
    assert held(cluster_url, "bài") == 3
    assert rollback(cluster_url) == 4
    assert held(cluster_url, "bài") == 4


def test_nothing_to_go_back_to(cluster_url: str) -> None:
    with pytest.raises(IndexMissing):
        rollback(cluster_url)
    build(cluster_url, 1)
    with pytest.raises(NoFormerGeneration):
        rollback(cluster_url)


def test_what_was_never_published_goes(cluster_url: str, control: Control) -> None:
    build(cluster_url, 1)
    with open_writer(cluster_url, rebuild=True) as writer:
        writer.add(Document(id="x", title="x"))
        writer.commit()
        with open_index(cluster_url, generation=writer.generation) as fresh:
            assert set(fresh.ids()) == {"x"}
        assert held(cluster_url, "bài") == 1
    assert control.generations() == [1]


def test_what_the_indexer_records_may_be_long(cluster_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.engines.opensearch.book.CHUNK", 1000)
    data = bytes(range(256)) * 20
    build(cluster_url, 1, data=data)
    with open_index(cluster_url) as index:
        assert index.user_data == data
        with open_writer(cluster_url) as writer:
            assert writer.user_data == data
            writer.commit(b"short")
        assert index.user_data == b"short"
        assert len(index.search("bài").hits) == 1


def test_an_update_in_parts(cluster_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    build(cluster_url, 30)
    monkeypatch.setattr(writing, "BATCH_DOCUMENTS", 4)
    monkeypatch.setattr(writing, "PART", 8)
    with open_writer(cluster_url) as writer:
        for document in documents(30, "tin"):
            writer.replace(document)
        writer.replace(Document(id="a3", title="khác hẳn"))
        writer.delete("a4")
        writer.delete("a29")
        writer.commit(b"ledger")
    with open_index(cluster_url) as index:
        assert held(cluster_url, "tin") == 27
        assert held(cluster_url, "bài") == 0
        assert held(cluster_url, "khác") == 1
        info = index.info()
        assert (info.documents, index.user_data) == (28, b"ledger")
        assert index.check() == []


def test_reprints_are_told_whatever_step_they_came_in(
    cluster_url: str, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PART", 4)
    monkeypatch.setattr(writing, "BATCH_DOCUMENTS", 2)
    monkeypatch.setattr(reprints, "READ", 3)
    texts = [" ".join(f"chữ{kind}{at}" for at in range(60)) for kind in range(3)]

    def made(number: int) -> Document:
        return Document(id=f"a{number}", title=f"Bài {number}", lead=texts[number % 3])

    with open_writer(cluster_url, rebuild=True) as writer:
        for number in range(8):
            writer.add(made(number))
        writer.commit()
        writer.publish()
    with open_writer(cluster_url) as writer:
        for number in range(6, 16):
            writer.replace(made(number))
        writer.delete("a3")
        writer.commit()
    assert len(pieces(control)) == 1
    with open_index(cluster_url) as index:
        told = {number: [hit.id for hit in index.reprints(f"a{number}")] for number in (0, 1, 2)}
    assert told == {0: ["a12", "a15", "a6", "a9"], 1: ["a10", "a13", "a4", "a7"], 2: ["a11", "a14", "a5", "a8"]}

    (damaged,) = pieces(control)
    control.client.request("DELETE", f"/{layout.control(control.name)}/_doc/{damaged}")
    with pytest.raises(IndexCorrupt, match="groups of reprints"):
        open_index(cluster_url)


def pieces(control: Control) -> list[str]:
    """Return the documents in which groups of reprints stand."""
    return [id_ for id_ in control._ids("data") if "-groups-" in id_]


def test_a_rebuild_may_change_its_mind(cluster_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BATCH_DOCUMENTS", 2)
    with open_writer(cluster_url, rebuild=True) as writer:
        for document in [*documents(5), *documents(4, "tin"), *documents(3, "chuyện")]:
            writer.replace(document)
        writer.delete("a0")
        writer.commit()
        writer.publish()
    assert [held(cluster_url, word) for word in ("bài", "tin", "chuyện")] == [1, 1, 2]
    with open_index(cluster_url) as index:
        assert index.check() == []


@pytest.mark.parametrize("workers", [0, 2])
def test_many_batches(cluster_url: str, workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BATCH_DOCUMENTS", 25)
    monkeypatch.setattr(batches, "REQUEST_BYTES", 5000)
    with open_writer(cluster_url, rebuild=True, workers=workers) as writer:
        for document in documents(200):
            writer.add(document)
        writer.commit()
        writer.publish()
    with open_index(cluster_url) as index:
        assert set(index.ids()) == {f"a{number}" for number in range(200)}


def test_publishing_leaves_one_segment_a_shard(cluster_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "MERGED_FROM", 1)
    with open_writer(cluster_url, rebuild=True) as writer:
        for document in documents(60):
            writer.add(document)
            if document.id.endswith("9"):
                writer.commit()
        writer.publish()
    with open_index(cluster_url) as index:
        assert (index.info().segments, index.info().documents) == (2, 60)


def test_ids_of_all_kinds(cluster_url: str) -> None:
    ids = ["a", "a\n2", "ă" * 300, "b" * 512, "b" * 513, "_c", "d/e?f#g", "~" + "0" * 64, " "]
    with open_writer(cluster_url) as writer:
        for id_ in ids:
            writer.add(Document(id=id_, title="một"))
        writer.commit()
        for id_ in ids:
            writer.replace(Document(id=id_, title="hai"))
        writer.commit()
    with open_index(cluster_url) as index:
        assert set(index.ids()) == set(ids)
        assert {index.article(id_).title for id_ in ids} == {"hai"}


def test_a_purge_leaves_nothing(cluster_url: str, control: Control) -> None:
    build(cluster_url, 3)
    build(cluster_url, 20)
    with open_writer(cluster_url) as writer:
        writer.delete("a7")
        writer.commit(purge=True)
    assert control.generations() == [2]
    with open_index(cluster_url) as index:
        assert index.info().deleted == 0


def test_one_writer_at_a_time(cluster_url: str) -> None:
    with open_writer(cluster_url) as writer:
        for rebuild in (False, True):
            with pytest.raises(IndexLocked):
                open_writer(cluster_url, rebuild=rebuild)
        writer.commit()
    open_writer(cluster_url).close()


def test_a_lease_ends(cluster_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two writers of which one was thought dead, the one that lost its lease changes nothing."""
    build(cluster_url, 2)
    monkeypatch.setattr(leasing, "EXPIRES", 0.2)
    lost = open_writer(cluster_url)
    time.sleep(0.3)
    monkeypatch.setattr(leasing, "EXPIRES", 60.0)
    with open_writer(cluster_url) as writer:
        lost.replace(Document(id="a0", title="muộn"))
        with pytest.raises(IndexLocked):
            lost.commit()
        lost.close()
        writer.replace(Document(id="a1", title="kịp"))
        writer.commit()
    assert [held(cluster_url, word) for word in ("muộn", "kịp", "bài")] == [0, 1, 1]


def test_an_index_of_another_layout(cluster_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.engines.opensearch.versions.LAYOUT", "0")
    build(cluster_url, 1)
    with pytest.raises(IndexStale):
        open_index(cluster_url)
    with pytest.raises(IndexStale):
        open_writer(cluster_url)
    monkeypatch.undo()
    build(cluster_url, 2)
    assert held(cluster_url, "bài") == 2


def test_an_index_of_another_analyzer(cluster_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr("search.engines.opensearch.versions.fingerprint", lambda: "0" * 16)
        older.setattr("search.engines.opensearch.versions.sources", lambda: "0" * 16)
        build(cluster_url, 1)
    with pytest.raises(AnalyzerChanged):
        open_writer(cluster_url)
    with open_index(cluster_url) as index:
        assert index.info().stale


@pytest.mark.parametrize(("name", "value"), [("SHARDS", "0"), ("SHARDS", "many"), ("REPLICAS", "-1")])
def test_settings_that_are_no_numbers(cluster_url: str, name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"TIMTIN_OPENSEARCH_{name}", value)
    with pytest.raises(InvalidRequest, match=name):
        build(cluster_url, 1)


def test_a_check_tells_what_is_wrong(cluster_url: str, control: Control) -> None:
    build(cluster_url, 3)
    index = layout.articles(control.name, 1)
    control.client.request("DELETE", f"/{index}/_doc/a1", None, {"refresh": "true"})
    stored = control.client.request("GET", f"/{index}/_doc/a2")["_source"]
    stored["offsets"]["texts"][0][1] = 7
    control.client.request("PUT", f"/{index}/_doc/a2", {**stored, "commit": 1}, {"refresh": "true"})
    with open_index(cluster_url) as opened:
        problems = opened.check()
    assert any("2 articles are there instead of 3" in problem for problem in problems)
    assert any("'a2'" in problem for problem in problems)


def test_notes_outlive_generations(cluster_url: str) -> None:
    address = Address.parse(cluster_url)
    assert read_note(address, "withdrawn.jsonl") is None
    write_note(address, "withdrawn.jsonl", "bài".encode())
    build(cluster_url, 1)
    build(cluster_url, 1)
    assert read_note(address, "withdrawn.jsonl") == "bài".encode()


PROGRAM = """
import os, signal, sys, time
import opensearchpy
import search.engines.opensearch.writer as writing
from search import Document, open_writer
writing.GRACE = 0.0
writing.BATCH_DOCUMENTS = 4

def write(url, command, word):
    with open_writer(url, rebuild=command == "build") as writer:
        for number in range(12):
            writer.replace(Document(id=f"a{number}", title=f"{word} số {number}"))
        if command == "update":
            writer.delete("a12")
        writer.commit(word.encode())
        if command == "build":
            writer.publish()

for line in sys.stdin:
    url, command, word, seconds = line.split()
    child = os.fork()
    if not child:
        write(url, command, word)
        os._exit(0)
    if seconds != "all":
        time.sleep(float(seconds))
        os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""For each line read: builds or updates an index, in a process that is killed after so many seconds."""

KILLS = 25
"""How often each command is killed."""


@dataclass
class Killer:
    """Runs PROGRAM, which imports everything once."""

    process: subprocess.Popen[str]

    def run(self, url: str, command: str, word: str, seconds: float | None = None) -> bool:
        """Run a command and say whether it was killed, which happens after ``seconds``."""
        assert self.process.stdin
        assert self.process.stdout
        print(url, command, word, "all" if seconds is None else seconds, file=self.process.stdin, flush=True)
        code = int(self.process.stdout.readline())
        assert code in {0, -signal.SIGKILL}
        return code != 0


@pytest.fixture
def killer(no_grace: None) -> Iterator[Killer]:  # it is started with that environment
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Killer(process)


@pytest.mark.parametrize("command", ["build", "update"])
def test_killed_at_any_instant(cluster_url: str, command: str, killer: Killer) -> None:
    """What is live is whole, and the next run succeeds."""
    build(cluster_url, 13, "ban", data=b"ban")
    began = time.monotonic()
    assert not killer.run(cluster_url, command, "bài")
    whole = time.monotonic() - began
    instants, kills, live, word, turn = random.Random(command), 0, "bài", "bài", 0  # noqa: S311  # no secret
    while kills < KILLS:
        # The last request of one who was killed may still have been on its way when that was looked at.
        before, turn = {live, word}, turn + 1
        word = ("tin", "báo", "lời")[turn % 3]
        began = time.monotonic()
        killed = killer.run(cluster_url, command, word, instants.uniform(0, whole))
        if not killed:  # the machine is less busy than it was
            whole = min(whole, time.monotonic() - began)
        kills += killed
        live = the_one_word(cluster_url)
        assert live == word or (killed and live in before)
    assert not killer.run(cluster_url, "build", "cuối")
    assert the_one_word(cluster_url) == "cuối"


def the_one_word(url: str) -> str:
    """Return the word that all articles of a whole index have; the index is said to be in order."""
    with open_index(url) as index:
        word = (index.user_data or b"").decode()
        assert index.check() == []
        assert index.search(word, per_page=1).total == index.info().documents == len(set(index.ids()))
        return word
