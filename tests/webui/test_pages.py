from __future__ import annotations

from collections import deque
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from search import Document, IndexCorrupt, IndexMissing, IndexStale, SearchError, open_index
from webui import create_app, index_access

from .site import EVIL, STORIES, faults, read

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient


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
    "/values/category",
    "/values/author?q=huyen&-author=Minh+Khuê&order=name",
    f"/values/place?match={quote(EVIL)}",
    "/values/nothing",
    "/article/tin/0?q=huyen+uy&at=2&category=Chính+trị",
    "/article/tin/0?q=huyen+uy&at=99",
    "/?theme=dark&type=larger",
    "/nowhere",
    "/article/nowhere",
    "/article/",
)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_well_formed_and_accessible(client: FlaskClient, address: str, language: str) -> None:
    html = client.get(f"{address}{'&' if '?' in address else '?'}lang={language}").get_data(as_text=True)
    assert faults(html) == []
    assert f'<html lang="{language}"' in html


def test_every_link_of_the_site_leads_somewhere(client: FlaskClient) -> None:
    seen: set[str] = set()
    waiting = deque(["/", "/search?q=huyen+uy", "/help"])
    while waiting and len(seen) < 120:
        address = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address, buffered=True)
        assert response.status_code == 200, address
        if response.mimetype != "text/html":
            continue
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


def test_all_values_of_a_facet_can_be_looked_through(client: FlaskClient) -> None:
    def values(address: str) -> list[str]:
        page = read(client.get(address).get_data(as_text=True))
        return [word.strip() for word in page.words if word.strip().startswith("Mục ")]

    more = next(link for link in read(client.get("/search").get_data(as_text=True)).links() if "/values/" in link)
    assert more == "/values/category"
    assert len(values(more)) == 12
    assert values("/values/category?match=muc+1&order=name") == ["Mục 1", "Mục 10", "Mục 11", "Mục 12"]
    assert values("/values/category?q=lua") == []
    narrowed = read(client.get("/values/category?q=huyen&year=2023&match=chinh").get_data(as_text=True))
    assert "/search?q=huyen&category=Ch%C3%ADnh+tr%E1%BB%8B&year=2023" in narrowed.links()
    assert client.get("/values/colour").status_code == 404


def test_the_start_page_shows_the_newest_articles_and_the_categories(client: FlaskClient) -> None:
    text = read(client.get("/").get_data(as_text=True)).text
    assert text.index(STORIES[6][0]) < text.index(STORIES[0][0]) < text.index(STORIES[1][0])
    assert "Chính trị 2" in text
    assert "07/09/2023" in text, "half past eight in the evening in UTC is the next day in Vietnam"


def test_a_query_at_the_start_page_is_a_search(client: FlaskClient) -> None:
    response = client.get("/?q=lễ hội&category=Văn hóa")
    assert response.status_code == 302
    parts = urlsplit(response.location)
    assert (parts.path, parse_qsl(parts.query)) == ("/search", [("q", "lễ hội"), ("category", "Văn hóa")])


def test_blank_fields_of_a_form_do_not_stay_in_the_address(client: FlaskClient) -> None:
    response = client.get("/search?q=lua&from=&to=&page=x&utm=")
    assert response.location == "/search?q=lua&page=x&utm="


def test_the_manual_has_every_operator_as_a_query_to_try(client: FlaskClient) -> None:
    page = read(client.get("/help").get_data(as_text=True))
    typed = [parse_qsl(urlsplit(link).query)[0][1] for link in page.links() if link.startswith("/search?q=")]
    for operator in ('"', "+", " -", " OR ", "HOẶC", "(", "tiêu đề:", "từ:", "đến:", "*", "HĐND", "/TU"):
        assert any(operator in query for query in typed), operator
    for query in typed:
        reading = client.get("/api/v1/search", query_string={"q": query}).get_json()["reading"]
        assert reading["text"].replace("HOẶC", "OR").strip("()") == query.replace("HOẶC", "OR").strip("()")
        assert set(reading["notices"]) <= {"fallback"}


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
