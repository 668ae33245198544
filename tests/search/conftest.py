"""Every engine under the same tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, nullcontext
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

import search.engines.opensearch.upkeep as upkeep
import search.engines.opensearch.writer as writing_afar
from search import Document, Index, open_index, open_writer
from search.engines.opensearch.address import PREFIX

from ..cluster.cluster import Cluster
from .articles import ARTICLES, fill

ENGINES = ("memory", "whoosh", "opensearch")

_NO_PARAMETERS = SimpleNamespace(params={})

Filled = Callable[[Iterable[Document]], Index]


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """An empty index of each engine."""
    if request.param == "memory":
        yield open_index("memory:")
        return
    # Nobody else reads: there is nothing to wait for after a commit. What is spread over nodes is so in `filled`.
    monkeypatch.setattr(writing_afar, "GRACE", 0.0)
    monkeypatch.setattr(upkeep, "PURGING_SECONDS", 1.0)
    monkeypatch.setenv(f"{PREFIX}SHARDS", "1")
    monkeypatch.setenv(f"{PREFIX}REPLICAS", "0")
    where = tmp_path / "index" if request.param == "whoosh" else request.getfixturevalue("cluster_url")
    with open_writer(where) as writer:
        writer.commit()
    with open_index(where) as index:
        yield index


@pytest.fixture(scope="module", params=ENGINES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """Makes an index of each engine that holds some documents, for tests that only read: the same documents give the
    same index.
    """
    if request.param == "opensearch":
        yield request.getfixturevalue("filled_on_cluster")
        return
    with ExitStack() as opened:

        @cache
        def make(documents: tuple[Document, ...]) -> Index:
            where = "memory:" if request.param == "memory" else tmp_path_factory.mktemp("filled")
            if request.param == "whoosh":
                open_writer(where).close()
            return fill(opened.enter_context(open_index(where)), documents)

        yield lambda documents: make(tuple(documents))


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """How busy the machine is must not change what is answered."""
    monkeypatch.setattr("search.index.TIME_BUDGET", 60.0)
    for method in (Index.search, Index.export):
        monkeypatch.setattr(method, "__kwdefaults__", {**(method.__kwdefaults__ or {}), "budget": 60.0})


@pytest.fixture(autouse=True)
def turn_on_cluster(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test of the engine on the cluster shares it with others of the kind."""
    on_cluster = "opensearch" in getattr(request.node, "callspec", _NO_PARAMETERS).params.values()
    with request.getfixturevalue("cluster_of_run").turns.shared() if on_cluster else nullcontext():
        yield


@pytest.fixture(scope="session")
def filled_on_cluster(cluster_of_run: Cluster) -> Iterator[Filled]:
    """Makes an index on the cluster that holds some documents, once for the whole run: in three shards with
    replicas, so that tests may kill a node meanwhile.
    """
    with ExitStack() as opened:

        @cache
        def make(documents: tuple[Document, ...]) -> Index:
            url = opened.enter_context(cluster_of_run.index())
            with ExitStack() as stack:
                stack.enter_context(cluster_of_run.turns.shared())
                stack.enter_context(pytest.MonkeyPatch.context()).setenv(f"{PREFIX}SHARDS", "3")
                writer = stack.enter_context(open_writer(url, rebuild=True))
                for document in documents:
                    writer.add(document)
                writer.commit()
                writer.publish()
            return opened.enter_context(open_index(url))

        def shared(documents: Iterable[Document]) -> Index:
            return make(tuple(documents))

        yield shared


@pytest.fixture(scope="module")
def index(filled: Filled) -> Index:
    """The small index of each engine."""
    return filled(ARTICLES)


@pytest.fixture
def own(empty: Index) -> Index:
    """The small index of each engine, for a test that changes it."""
    return fill(empty)


def accuracy(index: Index) -> float:
    """Return by what part of it a score may be off. Lucene keeps a length of more than 40 tokens with four significant
    bits, and a term stands in the articles without one (see layout.EMPTY), which makes the mean length a little other.
    """
    return 0.05 if index.info().engine == "opensearch" else 1e-6
