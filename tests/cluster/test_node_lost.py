"""Does anyone notice that a node is lost, killed or cut off by its link? Not those who search, build, update."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from itertools import cycle, islice

import pytest

import search.engines.opensearch.writer as writing
from search import Document, open_index, open_writer

from .cluster import Cluster

SEARCHES = 1000
LOST_AT = 100
LOST = 1

QUERIES = ("huyện uỷ", "huyen uy khe nhan", '"sơ kết"', "đường -bản", "hội nghị 2021", "kh*", "", "tiêu đề:đường")
TITLES = ("Huyện uỷ Khe Nhạn sơ kết năm 2021", "Đường về bản", "Hội nghị sơ kết", "Mở đường vào thôn Khe Cạn")

HELD = 200
ARTICLES = 600
AWAY = 12.0
"""Seconds for which it is lost: the others have missed it by then."""

LOSE = {"killed": Cluster.kill, "cut off": Cluster.cut}
"""How a node is lost."""

Lose = Callable[[Cluster, int], None]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "GRACE", 0.0)
    monkeypatch.setattr(writing, "BATCH_DOCUMENTS", 20)


@pytest.fixture(params=LOSE)
def lose(request: pytest.FixtureRequest) -> Lose:
    return LOSE[request.param]


def document(number: int, lead: str = "Tin vắn.") -> Document:
    return Document(id=str(number), title=f"{TITLES[number % len(TITLES)]} {number}", lead=lead)


def fill(cluster: Cluster, url: str) -> None:
    with open_writer(url, rebuild=True) as writer:
        for number in range(HELD):
            writer.add(document(number))
        writer.commit()
        writer.publish()
    cluster.wait_for("green")


def test_no_search_fails_and_no_total_is_wrong(cluster: Cluster, cluster_url: str, lose: Lose) -> None:
    fill(cluster, cluster_url)
    with open_index(cluster_url) as index:
        expected = {query: index.search(query).total for query in QUERIES}
        assert min(expected.values()) > 0
        for number, query in enumerate(islice(cycle(QUERIES), SEARCHES)):
            if number == LOST_AT:
                lose(cluster, LOST)
            page = index.search(query)
            assert (number, page.total, page.partial) == (number, expected[query], False)


@pytest.mark.parametrize("rebuild", [True, False], ids=["build", "update"])
def test_what_is_written_is_there_once(cluster: Cluster, cluster_url: str, lose: Lose, rebuild: bool) -> None:
    """Every article, and nothing of what it took the place of. A node is lost halfway; what is built has no replicas
    yet, so it waits for it to be back.
    """
    fill(cluster, cluster_url)
    with open_writer(cluster_url, rebuild=rebuild) as writer:
        for number in range(ARTICLES):
            writer.replace(document(number, "Bản mới."))
            if number == ARTICLES // 2:
                lose(cluster, LOST)
                back = threading.Timer(AWAY, cluster.mend)
                back.start()
        writer.commit()
        if rebuild:
            writer.publish()
    back.join()
    with open_index(cluster_url) as index:
        assert Counter(index.ids()) == Counter(map(str, range(ARTICLES)))
        assert (index.search("bản mới").total, index.search("tin vắn", exact=True).total) == (ARTICLES, 0)
        assert index.check() == []
