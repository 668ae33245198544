"""The page of an article: its parts, its hits, what it refers to, and the way back to the result it was opened from."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webui.addresses import article_url, web_address
from webui.trail import window

from .site import EVIL, ODD_IDS, STORIES, faults, read

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


def test_an_article_leads_to_related_ones(client: FlaskClient) -> None:
    page = read(client.get("/article/tin/0?q=huyen").get_data(as_text=True))
    told = page.text[page.text.index("Bài liên quan") :]
    assert f"{STORIES[5][0]} 06/09/2023" in told
    assert f"{STORIES[3][0]} 04/07/2021 Báo Lam Khê" in told
    assert STORIES[0][0] not in told
    assert "/article/tin/5" in page.links()
    assert "Bài liên quan" not in client.get(f"/article/?id={quote(EVIL)}").get_data(as_text=True)


def test_an_article_shows_everything_it_has(client: FlaskClient) -> None:
    html = client.get("/article/tin/1").get_data(as_text=True)
    text = read(html).text
    for part in (
        STORIES[1][0],
        "Sáng nay",
        "Bài số 1 kể",
        "Toàn cảnh",
        "Lan Chi – Hoàng Sơn",
        "2 tháng 3, 2022",
        "Vạn Gò",
    ):
        assert part in text
    assert '<h2 class="crosshead">Huyện uỷ nói gì</h2>' in html
    assert 'href="https://bao.example/tin/1" rel="noopener noreferrer nofollow external"' in html
    assert "<mark" not in html


def test_the_hits_of_an_article_are_joined_in_a_ring(client: FlaskClient) -> None:
    page = read(client.get("/article/tin/0?q=huyen+uy").get_data(as_text=True))
    hits = [a["id"] for tag, a in page.elements if tag == "mark"]
    assert len(hits) > 3
    assert hits == [f"hit-{number}" for number in range(1, len(hits) + 1)]
    steps = [a["href"] for tag, a in page.elements if tag == "a" and a.get("rel") == "next"]
    assert steps == [f"#{hit}" for hit in [*hits[1:], hits[0]]]
    assert f"{len(hits)} chỗ khớp" in page.text


@pytest.mark.parametrize("id_", [*ODD_IDS, EVIL])
def test_an_article_is_found_under_its_own_address_whatever_its_id(app: Flask, client: FlaskClient, id_: str) -> None:
    with app.test_request_context():
        from webui.params import SearchRequest

        address = article_url(id_, SearchRequest(q="la"))
    response = client.get(address)
    assert response.status_code == 200
    assert read(response.get_data(as_text=True)).text


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://bao.example/a", True),
        ("http://bao.example", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("ftp://bao.example/", False),
        ("//bao.example/", False),
        ("https://[", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url: str | None, linked: bool) -> None:
    assert web_address(url) == (url if linked else None)


def test_what_an_article_refers_to_leads_to_a_search(client: FlaskClient) -> None:
    page = read(client.get("/article/tin/0").get_data(as_text=True))
    found = [unquote(a["href"] or "") for tag, a in page.elements if tag == "a" and a.get("class") == "ref"]
    assert found == ["/search?q=03-ĐA/TU"]
    assert "Văn bản được nhắc đến 03-ĐA/TU" in page.text
    html = client.get("/article/tin/0?q=03-ĐA/TU").get_data(as_text=True)
    assert '<mark id="hit-1">03-ĐA/TU</mark>' in html
    assert 'class="ref"' not in html, "a hit is marked, not linked"
    assert "Văn bản được nhắc đến" in html


def test_an_article_can_be_cited(client: FlaskClient) -> None:
    cited = "Lan Chi, Hoàng Sơn, “Huyện ủy Vạn Gò gặp thanh niên”, Đài Lam Khê, 02/03/2022, https://bao.example/tin/1"
    page = read(client.get("/article/tin/1").get_data(as_text=True))
    assert f"Trích dẫn {cited}" in page.text
    listed = read(client.get("/search?q=gap+thanh+nien").get_data(as_text=True))
    assert cited in {a.get("data-cite") for _, a in listed.elements}
    own = read(client.get("/article/ngắn-1").get_data(as_text=True))
    assert "“Tin vắn số 1”, 01/01/2020, http://localhost/article/ng%E1%BA%AFn-1" in own.text


def walk(client: FlaskClient, address: str, rel: str) -> list[str]:
    titles = []
    following: str | None = address
    while following:
        page = read(client.get(following).get_data(as_text=True))
        titles.append(page.titles[0])
        links = (a["href"] or "" for tag, a in page.elements if tag == "a" and a.get("rel") == rel)
        following = next((link for link in links if link.startswith("/")), None)
    return titles


def test_one_can_walk_through_a_result_and_come_back_to_its_place(client: FlaskClient) -> None:
    results = "/search?q=huyen&-category=Y+t%E1%BA%BF&sort=oldest&per_page=2"
    hits = client.get("/api/v1" + results.replace("per_page=2", "per_page=50")).get_json()["hits"]
    page = read(client.get(results).get_data(as_text=True))
    first = next(link for link in page.links() if link.startswith("/article/"))
    told = [f"{hit['title']} – timtin" for hit in hits]
    assert len(told) == 6
    assert walk(client, first, "next") == told
    last = read(client.get(first.replace("tin/2", "tin/5").replace("at=1", "at=6")).get_data(as_text=True))
    assert f"bài 6 trong {len(told)}" in last.text
    back = next(link for link in last.links() if "#result-" in link)
    assert back == f"{results}&page=3#result-6"
    assert 'id="result-6"' in client.get(back.partition("#")[0]).get_data(as_text=True)


@pytest.mark.parametrize("place", ["", "0", "-1", "x", "99", "9" * 30])
def test_an_article_without_a_place_in_a_result_is_shown_all_the_same(client: FlaskClient, place: str) -> None:
    response = client.get(f"/article/tin/0?q=huyen&at={place}")
    html = response.get_data(as_text=True)
    assert (response.status_code, faults(html)) == (200, [])
    assert 'class="steps"' not in html
    assert "/search?q=huyen" in read(html).links()


@given(st.integers(1, 10**6))
def test_a_small_page_holds_a_place_and_its_neighbours(place: int) -> None:
    size, number = window(place)
    first = (number - 1) * size + 1
    assert first <= max(1, place - 1)
    assert place + 1 < first + size
    assert size < 30
