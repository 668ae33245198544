"""How often is a cluster asked for one page, and what is left on it afterwards?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import search.engines.opensearch.engine as engine
from search import Document, Index, open_index, open_writer
from search.engines.opensearch.client import Client

from ...cluster.cluster import Cluster
from ..articles import ARTICLES

PAGES = {
    "huyện uỷ": 2,
    "huyen uy khe nhan": 2,
    '"sơ kết" -bản': 2,
    "hội nghị 12/6/2021": 2,
    "HĐND xã": 2,
    "03-ĐA/TU": 2,
    "kh*": 2,
    "tiêu đề:đường OR hồ": 2,
    "sạt lở đường về bản khe nhạn": 2,
    "": 1,
    # What a bare word among others with accents may mean is known before it is ranked.
    "huyen uỷ khe nhan hop": 3,
}
"""Queries with the requests that each may take at most when its words were never met."""


@pytest.fixture(scope="module")
def filled(cluster_of_run: Cluster) -> Iterator[Index]:
    with cluster_of_run.turns.shared(), cluster_of_run.index() as url, pytest.MonkeyPatch.context() as patched:
        patched.setenv("TIMTIN_OPENSEARCH_SHARDS", "2")
        with open_writer(url, rebuild=True) as writer:
            for article in ARTICLES:
                writer.add(article)
            for number in range(150):
                title = f"Huyện uỷ Khe Nhạn họp lần {number}"
                writer.add(Document(id=f"n{number}", title=title, category=f"Mục {number}"))
            writer.commit()
            writer.publish()
        # What looks for a newer commit once a second is left out of the count.
        patched.setattr(engine, "FRESH", 1e9)
        with open_index(url) as index:
            yield index


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All requests from now on, each with its method and path."""
    sent: list[str] = []
    request = Client.request

    def counted(self: Client, method: str, path: str, *arguments: object, **options: object) -> object:
        sent.append(f"{method} {path}")
        return request(self, method, path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Client, "request", counted)
    return sent


def test_a_page_takes_two_requests_and_then_one(filled: Index, requests: list[str]) -> None:
    taken = {}
    for query in PAGES:
        requests.clear()
        first = filled.search(query)
        taken[query] = len(requests)
        assert first.total > 0 or query in {"HĐND xã", "03-ĐA/TU", "hội nghị 12/6/2021"}
        requests.clear()
        assert filled.search(query, page=2).total == first.total
        assert len(requests) <= 1 or not first.total
    assert {query: count for query, count in taken.items() if count > PAGES[query]} == {}


def test_an_article_is_looked_up_once(filled: Index, requests: list[str]) -> None:
    filled.article("n7")
    filled.reprints("n7")
    filled.highlight("n7", "")
    assert len(requests) == 1
    # The others of its group are looked up one by one: they are few.
    copies = filled.reprints("n8")
    assert len(requests) <= 2 + len(copies)


def test_a_correction_takes_few_requests(filled: Index, requests: list[str]) -> None:
    assert filled.search("huyenn uy khe nhn").did_you_mean
    assert len(requests) < 12


def test_no_point_in_time_is_left(filled: Index, requests: list[str]) -> None:
    with filled.export("huyen uy") as export:
        assert len(list(export)) == export.total
    assert len(list(filled.documents())) == 150 + len(ARTICLES)
    for _ in filled.documents():
        break
    opened = [request for request in requests if request.startswith("POST ") and "point_in_time" in request]
    closed = [request for request in requests if request == "DELETE /_search/point_in_time"]
    assert len(opened) == len(closed) == 3
