"""The page of results: what narrows, widens, orders and explains it, and what it says where nothing was found."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from search import Index
from webui import index_access, rescue, views

from .site import EVIL, ODD_IDS, STORIES, faults, read

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from search import Page
    from webui.params import SearchRequest


def test_an_unaccented_query_finds_and_marks_accented_text(client: FlaskClient) -> None:
    html = client.get("/search?q=huyen+uy+khe+nhan").get_data(as_text=True)
    assert "<mark>Huyện uỷ Khe Nhạn</mark>" in html or "<mark>Huyện uỷ</mark>" in html
    assert "Huyện uỷ Khe Nhạn họp" in read(html).text
    assert "/article/tin/0?q=huyen+uy+khe+nhan&amp;at=1" in html


def test_a_facet_link_narrows_and_its_chip_widens_again(client: FlaskClient) -> None:
    page = read(client.get("/search?q=huyen+uy").get_data(as_text=True))
    narrowed = next(link for link in page.links() if "category=Ch" in link and "-category" not in link)
    html = client.get(narrowed).get_data(as_text=True)
    assert "Chuyên mục: Chính trị" in read(html).text
    assert 'class="choice included"' in html
    assert "/search?q=huyen+uy" in read(html).links()


def test_a_facet_value_can_be_left_out(client: FlaskClient) -> None:
    text = read(client.get("/search?q=huyen+uy&-category=Chính trị").get_data(as_text=True)).text
    assert "Chuyên mục: trừ Chính trị" in text
    assert STORIES[2][0] in text
    assert STORIES[0][0] not in text.replace("Kết quả", "")


def test_a_facet_value_in_another_spelling_can_be_let_go(client: FlaskClient) -> None:
    page = read(client.get("/search?q=huyen&category=CHÍNH TRỊ").get_data(as_text=True))
    assert "Chuyên mục: Chính trị" in page.text
    assert "/search?q=huyen" in page.links()


def test_both_ends_of_the_date_range_count(client: FlaskClient) -> None:
    text = read(client.get("/search?from=2022-03-02&to=2022-08-05").get_data(as_text=True)).text
    assert "2 bài" in text
    assert "Thời gian: 02/03/2022 – 05/08/2022" in text
    assert "Từ ngày: 02/03/2022" in read(client.get("/search?from=2022-03-02").get_data(as_text=True)).text


def test_pages_lead_through_the_whole_result(client: FlaskClient) -> None:
    shown: list[str] = []
    address: str | None = "/search?per_page=5"
    while address:
        page = read(client.get(address).get_data(as_text=True))
        shown += [link for link in page.links() if link.startswith("/article/") and "#" not in link]
        address = next((a.get("href") for tag, a in page.elements if tag == "a" and a.get("rel") == "next"), None)
    assert len(shown) == len(set(shown)) == len(STORIES) + 12 + len(ODD_IDS) + 1


def test_counts_are_the_same_on_every_page_and_are_what_a_click_gives(client: FlaskClient) -> None:
    def counts(number: int) -> dict[str, str]:
        html = client.get(f"/search?q=huyen&per_page=2&page={number}").get_data(as_text=True)
        return dict(re.findall(r'class="take" href="([^"]+)".*?class="count">(\d+)<', html))

    first = counts(1)
    assert len(first) > 8
    assert counts(2) == counts(3) == first
    for link, count in first.items():
        assert client.get("/api/v1" + unescape(link)).get_json()["total"] == int(count)


def test_a_page_past_the_end_says_so_and_leads_back(client: FlaskClient) -> None:
    page = read(client.get("/search?per_page=20&page=5000").get_data(as_text=True))
    assert "Không có trang 5.000: kết quả chỉ có 2 trang." in page.text
    assert "/search?per_page=20&page=2" in page.links()


def test_an_empty_result_says_what_to_try(client: FlaskClient) -> None:
    page = read(client.get("/search?q=đua thuyền&category=Y tế&exact=1").get_data(as_text=True))
    assert "Không tìm thấy bài nào." in page.text
    assert "Tìm lại mà không dùng bộ lọc 1 bài" in page.text
    offered = [unquote(link) for link in page.links()]
    assert "/search?q=đua+thuyền&exact=1" in offered
    assert "/search?q=đua+thuyền&category=Y+tế" in offered


def test_an_empty_result_tells_what_each_word_finds(client: FlaskClient) -> None:
    page = read(client.get('/search?q="khong co gi" huyen -bo OR (khongcogica)').get_data(as_text=True))
    told = page.text[page.text.index("Tìm riêng từng từ") : page.text.index("Có thể thử")]
    assert told.split("từng từ ")[1].split() == (
        '"khong co gi" không có bài nào huyen 7 bài bo không có bài nào khongcogica không có bài nào'.split()
    )
    assert "/search?q=huyen" in page.links()
    assert "Tìm riêng" not in client.get("/search?q=khongcogica").get_data(as_text=True)


def test_what_was_not_looked_for_to_the_end_is_not_said_to_be_nowhere(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescue, "SECONDS", 0.0)
    page = read(client.get("/search?q=khongcogica huyen&category=Y tế&exact=1").get_data(as_text=True))
    assert "không có bài nào" not in page.text
    assert {"/search?q=khongcogica", "/search?q=huyen"} <= set(page.links())
    assert "Tìm lại mà không dùng bộ lọc" in page.text

    search = Index.search
    monkeypatch.setattr(Index, "search", lambda *given, **asked: search(*given, **{**asked, "budget": 0.0}))
    page = read(client.get("/search?q=khongcogica huyen").get_data(as_text=True))
    assert "Chưa tìm thấy bài nào, nhưng cũng chưa tìm hết." in page.text
    assert "Không tìm thấy" not in page.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("page=-3", "Trang: “-3” không dùng được; cần một số trong khoảng 1–1000000."),
        ("q=" + "a" * 1500, "Câu tìm dài quá; chỉ 1.000 ký tự đầu được đọc."),
        ("from=mai", "Từ ngày: “mai” không phải là ngày"),
        ("from=2022&to=2021", "Ngày bắt đầu ở sau ngày kết thúc; đã đổi chỗ hai ngày."),
        ("sort=dep", "Thứ tự: không có “dep”; có thể chọn: relevance, newest, oldest."),
    ],
)
def test_what_could_not_be_used_is_said_politely(client: FlaskClient, query: str, sentence: str) -> None:
    response = client.get(f"/search?{query}")
    assert response.status_code == 200
    assert sentence in read(response.get_data(as_text=True)).text


def offer(monkeypatch: pytest.MonkeyPatch, **other: str) -> None:
    """Let every search offer another query."""

    def offering(index: Index, asked: SearchRequest) -> Page:
        return replace(index_access.run(index, asked), **other)  # type: ignore[arg-type]  # texts only

    monkeypatch.setattr(views, "run", offering)


@pytest.mark.parametrize("query", ["huyen", "khongcogica"])
@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"restored": f"huyện {EVIL}"}, f"Tìm có dấu: huyện {EVIL}"),
        ({"did_you_mean": f"huyện {EVIL}"}, f"Ý bạn là huyện {EVIL} ?"),
    ],
)
def test_another_query_is_one_click_away(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, query: str, other: dict[str, str], sentence: str
) -> None:
    offer(monkeypatch, **other)
    html = client.get(f"/search?q={query}&exact=1&from=2020").get_data(as_text=True)
    page = read(html)
    assert faults(html) == []
    assert page.text.count(" ".join(sentence.split())) == 1
    followed = next(link for link in page.links() if "q=huy%E1%BB%87n" in link)
    assert parse_qsl(urlsplit(followed).query) == [("q", f"huyện {EVIL}"), ("from", "2020-01-01"), ("exact", "1")]


@pytest.mark.parametrize(
    ("typed", "found", "offered"),
    [("le hoi dua thuyen", True, "lễ hội đua thuyền"), ("lex hooij", False, "lễ hội")],
)
def test_what_is_offered_finds_what_was_meant(client: FlaskClient, typed: str, found: bool, offered: str) -> None:
    page = read(client.get("/search", query_string={"q": typed}).get_data(as_text=True))
    assert (STORIES[2][0] in page.text) is found
    (link,) = (link for link in page.links() if parse_qsl(urlsplit(link).query) == [("q", offered)])
    assert STORIES[2][0] in read(client.get(link).get_data(as_text=True)).text


def test_articles_that_hold_most_words_are_shown_as_such(client: FlaskClient) -> None:
    text = read(client.get("/search?q=đua thuyền lúa").get_data(as_text=True)).text
    assert "Không bài nào có đủ mọi từ" in text
    assert STORIES[2][0] in text


def test_on_an_empty_page_the_offer_stands_before_the_advice(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, did_you_mean="lễ hội")
    text = read(client.get("/search?q=leex hooij&exact=1").get_data(as_text=True)).text
    order = ["Không tìm thấy bài nào", "Ý bạn là lễ hội ?", "không cần đúng dấu", "Bỏ bớt từ"]
    assert order == sorted(order, key=text.index)


def test_other_forms_that_were_looked_for_are_told(client: FlaskClient) -> None:
    text = read(client.get("/search?q=HĐND huyện uỷ").get_data(as_text=True)).text
    assert "Tìm cả: HĐND = Hội đồng nhân dân" in text
    assert "Tìm cả" not in read(client.get("/search?q=huyện").get_data(as_text=True)).text


def test_every_hit_of_a_query_can_be_explained(client: FlaskClient) -> None:
    plain = read(client.get("/search?q=huyen&per_page=5").get_data(as_text=True))
    links = [link for link in plain.links() if "explain=1" in link]
    assert links == [f"/search?q=huyen&per_page=5&explain=1#result-{number}" for number in range(1, 6)]
    explained = read(client.get(links[1].partition("#")[0]).get_data(as_text=True))
    assert {f"result-{number}" for number in range(1, 6)} <= {a.get("id") for _, a in explained.elements}
    assert "/search?q=huyen&per_page=5" in explained.links()
    assert "/search?q=huyen&per_page=5&page=2&explain=1" in explained.links(), "the next page is explained too"
    assert not any("explain" in link for link in read(client.get("/search").get_data(as_text=True)).links())


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("vi", ["Vì sao? điểm", "mac không kể dấu ·", "đua đúng dấu ·", "Bài không có: Gò, 2020", "toàn bài"]),
        ("en", ["Why? score", "mac whatever the accents ·", "đua exact accents ·", "Not in the article: Gò, 2020"]),
    ],
)
def test_an_explanation_speaks_the_language_of_the_page(client: FlaskClient, language: str, parts: list[str]) -> None:
    address = f"/search?q=khai mac đua Gò 2020 thuyền&explain=1&lang={language}"
    text = read(client.get(address).get_data(as_text=True)).text
    assert [part for part in parts if part not in text] == []
