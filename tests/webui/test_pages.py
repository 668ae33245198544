from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from search import Document, IndexCorrupt, IndexMissing, IndexStale, SearchError, open_index
from webui import create_app, index_access, views
from webui.views import article_url, web_address

from .site import EVIL, ODD_IDS, STORIES, faults, read

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from search import Index, Page
    from webui.params import SearchRequest

PAGES = (
    "/",
    "/help",
    "/search",
    "/search?q=huyen+uy",
    "/search?q=huyen+uy&exact=1&sort=oldest&per_page=2&page=2",
    "/search?q=huyen&category=Chính+trị&-source=Báo+Lam+Khê&from=2021&to=2023",
    "/search?q=huyen+uy+HĐND&explain=1",
    "/search?q=lễ+hội+đua+thuyền+ở+Vạn+Gò&explain=1&sort=oldest",
    f"/search?q={quote(EVIL)}&explain=1",
    "/search?explain=1",
    "/search?q=!!!&explain=1",
    "/search?q=khongcogica&explain=1&exact=1",
    "/search?q=khongcogica",
    "/search?q=huyen&page=999",
    "/search?page=x&per_page=0&sort=y&from=z",
    "/search?q=%22cụm từ%22 -bỏ (a OR b",
    f"/search?q={quote(EVIL)}&category={quote(EVIL)}",
    "/article/tin/0",
    "/article/tin/0?q=huyen+uy",
    "/article/tin/0?q=khongcogica",
    f"/article/?id={quote(EVIL)}&q=script",
    "/nowhere",
    "/article/nowhere",
    "/article/",
)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_well_formed_and_accessible(client: FlaskClient, address: str, language: str) -> None:
    html = client.get(f"{address}{'&' if '?' in address else '?'}lang={language}").get_data(as_text=True)
    assert faults(html) == []
    assert f'<html lang="{language}">' in html


def test_every_link_of_the_site_leads_somewhere(client: FlaskClient) -> None:
    seen: set[str] = set()
    waiting = deque(["/", "/search?q=huyen+uy", "/help"])
    while waiting and len(seen) < 120:
        address = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address)
        assert response.status_code == 200, address
        page = read(response.get_data(as_text=True))
        ids = {attributes.get("id") for _, attributes in page.elements}
        for link in page.links():
            parts = urlsplit(link)
            if parts.fragment and not parts.path:
                assert parts.fragment in ids, (address, link)
            elif link.startswith("?"):
                waiting.append(urlsplit(address).path + link)
            elif not parts.scheme:
                waiting.append(link)
    assert len(seen) == 120


def test_the_start_page_shows_the_newest_articles_and_the_categories(client: FlaskClient) -> None:
    text = read(client.get("/").get_data(as_text=True)).text
    assert text.index(STORIES[6][0]) < text.index(STORIES[0][0]) < text.index(STORIES[1][0])
    assert "Chính trị 2 bài" in text
    assert "7/9/2023" in text, "half past eight in the evening in UTC is the next day in Vietnam"


def test_a_query_at_the_start_page_is_a_search(client: FlaskClient) -> None:
    response = client.get("/?q=lễ hội&category=Văn hóa")
    assert response.status_code == 302
    parts = urlsplit(response.location)
    assert (parts.path, parse_qsl(parts.query)) == ("/search", [("q", "lễ hội"), ("category", "Văn hóa")])


def test_blank_fields_of_a_form_do_not_stay_in_the_address(client: FlaskClient) -> None:
    response = client.get("/search?q=lua&from=&to=&page=x&utm=")
    assert response.location == "/search?q=lua&page=x&utm="


def test_an_unaccented_query_finds_and_marks_accented_text(client: FlaskClient) -> None:
    html = client.get("/search?q=huyen+uy+khe+nhan").get_data(as_text=True)
    assert "<mark>Huyện uỷ Khe Nhạn</mark>" in html or "<mark>Huyện uỷ</mark>" in html
    assert "Huyện uỷ Khe Nhạn họp" in read(html).text
    assert "/article/tin/0?q=huyen+uy+khe+nhan" in html


def test_a_facet_link_narrows_and_its_chip_widens_again(client: FlaskClient) -> None:
    page = read(client.get("/search?q=huyen+uy").get_data(as_text=True))
    narrowed = next(link for link in page.links() if "category=Ch" in link and "-category" not in link)
    html = client.get(narrowed).get_data(as_text=True)
    assert "Chuyên mục: Chính trị" in read(html).text
    assert 'aria-current="true"' in html
    assert "/search?q=huyen+uy" in read(html).links()


def test_a_facet_value_can_be_left_out(client: FlaskClient) -> None:
    text = read(client.get("/search?q=huyen+uy&-category=Chính trị").get_data(as_text=True)).text
    assert "Chuyên mục: không lấy Chính trị" in text
    assert STORIES[2][0] in text
    assert STORIES[0][0] not in text.replace("Kết quả", "")


def test_a_facet_value_in_another_spelling_can_be_let_go(client: FlaskClient) -> None:
    page = read(client.get("/search?q=huyen&category=CHÍNH TRỊ").get_data(as_text=True))
    assert "Chuyên mục: Chính trị" in page.text
    assert "/search?q=huyen" in page.links()


def test_both_ends_of_the_date_range_count(client: FlaskClient) -> None:
    text = read(client.get("/search?from=2022-03-02&to=2022-08-05").get_data(as_text=True)).text
    assert "2 bài" in text
    assert "Từ ngày: 2/3/2022" in text
    assert "Đến ngày: 5/8/2022" in text


def test_pages_lead_through_the_whole_result(client: FlaskClient) -> None:
    shown: list[str] = []
    address: str | None = "/search?per_page=5"
    while address:
        page = read(client.get(address).get_data(as_text=True))
        shown += [link for link in page.links() if link.startswith("/article/")]
        address = next((a.get("href") for tag, a in page.elements if tag == "a" and a.get("rel") == "next"), None)
    assert len(shown) == len(set(shown)) == len(STORIES) + 12 + len(ODD_IDS) + 1


def test_a_page_past_the_end_says_so_and_leads_back(client: FlaskClient) -> None:
    page = read(client.get("/search?per_page=20&page=5000").get_data(as_text=True))
    assert "Không có trang 5.000: kết quả chỉ có 2 trang." in page.text
    assert "/search?per_page=20&page=2" in page.links()


def test_an_empty_result_says_what_to_try(client: FlaskClient) -> None:
    page = read(client.get("/search?q=khongcogica&category=Y tế&exact=1").get_data(as_text=True))
    assert "Không tìm thấy bài nào cho khongcogica" in page.text
    assert "Tìm lại mà không dùng bộ lọc" in page.text
    assert "/search?q=khongcogica&exact=1" in page.links()
    assert "/search?q=khongcogica&category=Y+t%E1%BA%BF" in page.links()


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
        ({"did_you_mean": f"huyện {EVIL}"}, f"Ý bạn là: huyện {EVIL} ?"),
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
    text = read(client.get("/search?q=leex hooij&category=Y tế").get_data(as_text=True)).text
    order = ["Không tìm thấy bài nào", "Ý bạn là: lễ hội ?", "không dùng bộ lọc", "Thử ít từ hơn"]
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


def test_an_article_leads_to_related_ones(client: FlaskClient) -> None:
    page = read(client.get("/article/tin/0?q=huyen").get_data(as_text=True))
    told = page.text[page.text.index("Bài liên quan") :]
    assert f"{STORIES[5][0]} 6/9/2023" in told
    assert f"{STORIES[3][0]} Báo Lam Khê 4/7/2021" in told
    assert STORIES[0][0] not in told
    assert "/article/tin/5" in page.links()
    assert "Bài liên quan" not in client.get(f"/article/?id={quote(EVIL)}").get_data(as_text=True)


def test_the_manual_has_every_operator_as_a_query_to_try(client: FlaskClient) -> None:
    page = read(client.get("/help").get_data(as_text=True))
    typed = [parse_qsl(urlsplit(link).query)[0][1] for link in page.links() if link.startswith("/search?q=")]
    for operator in ('"', "+", " -", " OR ", "HOẶC", "(", "tiêu đề:", "từ:", "đến:", "*", "HĐND", "/TU"):
        assert any(operator in query for query in typed), operator
    for query in typed:
        reading = client.get("/api/v1/search", query_string={"q": query}).get_json()["reading"]
        assert reading["text"].replace("HOẶC", "OR").strip("()") == query.replace("HOẶC", "OR").strip("()")
        assert set(reading["notices"]) <= {"fallback"}


def test_an_article_shows_everything_it_has(client: FlaskClient) -> None:
    html = client.get("/article/tin/1").get_data(as_text=True)
    text = read(html).text
    for part in (STORIES[1][0], "Sáng nay", "Bài số 1 kể", "Toàn cảnh", "Lan Chi – Hoàng Sơn", "2/3/2022", "Vạn Gò"):
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
    assert f"{len(hits)} chỗ khớp với" in page.text


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


@pytest.mark.parametrize(
    ("address", "method", "status", "title"),
    [
        ("/nowhere", "GET", 404, "Không có trang này"),
        ("//evil.example/%2e%2e", "GET", 404, "Không có trang này"),
        ("/search", "POST", 405, "Không dùng được cách gửi này"),
        ("/article/tin/0", "DELETE", 405, "Không dùng được cách gửi này"),
    ],
)
def test_errors_have_the_look_of_the_site(
    client: FlaskClient, address: str, method: str, status: int, title: str
) -> None:
    response = client.open(address, method=method)
    assert response.status_code == status
    html = response.get_data(as_text=True)
    assert title in read(html).text
    assert faults(html) == []
    assert not any(link.startswith("//") for link in read(html).links())
    if status == 405:
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_an_error_of_ours_is_a_page_too(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app({"TIMTIN_INDEX": "memory:", "PROPAGATE_EXCEPTIONS": False})
    monkeypatch.setattr(index_access.IndexAccess, "get", lambda *_: 1 / 0)
    for address, kind in (("/", "text/html; charset=utf-8"), ("/api/v1/search", "application/problem+json")):
        response = app.test_client().get(address)
        assert response.status_code == 500
        assert response.headers["Content-Type"] == kind
        assert "ZeroDivision" not in response.get_data(as_text=True)
        assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (IndexMissing, "Chưa có chỉ mục"),
        (IndexStale, "Chỉ mục cần được lập lại"),
        (IndexCorrupt, "Chỉ mục bị hỏng"),
    ],
)
def test_a_server_without_an_index_says_so_and_recovers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: type[SearchError], sentence: str
) -> None:
    arguments = {IndexMissing: (tmp_path,), IndexStale: ("1", "2", tmp_path), IndexCorrupt: (tmp_path, "torn")}[error]

    def broken(location: str) -> None:
        raise error(*arguments)

    monkeypatch.setattr(index_access, "open_index", broken)
    client = create_app({"TIMTIN_INDEX": str(tmp_path)}).test_client()
    response = client.get("/search?q=a")
    html = response.get_data(as_text=True)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert sentence in read(html).text
    assert f"timtin-index build --index {tmp_path}" in read(html).text
    assert faults(html) == []
    assert client.get("/readyz").status_code == client.get("/api/v1/search").status_code == 503
    assert client.get("/healthz").status_code == client.get("/help").status_code == 200

    index = open_index("memory:")
    with index.writer() as writer:
        writer.add(Document(id="1", title="Có rồi", published=date(2023, 1, 1)))
        writer.commit()
    monkeypatch.setattr(index_access, "open_index", lambda *_: index)
    assert "Có rồi" in client.get("/search?q=co+roi").get_data(as_text=True)
    ready = client.get("/readyz").get_json()
    assert (ready["status"], ready["documents"], ready["stale"], ready["warnings"]) == ("ready", 1, False, [])


def test_an_empty_index_has_a_start_page() -> None:
    html = create_app({"TIMTIN_INDEX": "memory:"}).test_client().get("/").get_data(as_text=True)
    assert "Chỉ mục chưa có bài nào." in html
    assert faults(html) == []
