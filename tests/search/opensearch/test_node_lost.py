"""Does anyone who searches notice that a node is lost?"""

from __future__ import annotations

from itertools import cycle, islice

from search import Document, open_index, open_writer

from ...cluster.cluster import Cluster

SEARCHES = 1000
LOST_AT = 100
LOST = 1

QUERIES = ("huyện uỷ", "huyen uy khe nhan", '"sơ kết"', "đường -bản", "hội nghị 2021", "kh*", "", "tiêu đề:đường")
TITLES = ("Huyện uỷ Khe Nhạn sơ kết năm 2021", "Đường về bản", "Hội nghị sơ kết", "Mở đường vào thôn Khe Cạn")


def fill(url: str) -> None:
    with open_writer(url, rebuild=True) as writer:
        for number in range(200):
            writer.add(Document(id=str(number), title=f"{TITLES[number % len(TITLES)]} {number}", lead="Tin vắn."))
        writer.commit()
        writer.publish()


def test_no_search_fails_and_no_total_is_wrong(cluster: Cluster, cluster_url: str) -> None:
    fill(cluster_url)
    cluster.wait_for("green")
    with open_index(cluster_url) as index:
        expected = {query: index.search(query).total for query in QUERIES}
        assert min(expected.values()) > 0
        for number, query in enumerate(islice(cycle(QUERIES), SEARCHES)):
            if number == LOST_AT:
                cluster.kill(LOST)
            page = index.search(query)
            assert (number, page.total, page.partial) == (number, expected[query], False)
