"""Reprints of an article are folded under it, and every one of them can still be reached."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from search import Document, Paragraph
from webui import create_app

from .site import EVIL, faults, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from playwright.sync_api import Page

    from ..browsing import Visitor

TEXT = (
    "Sáng nay nước sông Ngà dâng nhanh, ngập bãi mía của bà con ở bến đò. Dân quân cùng thanh niên trong xã chuyển "
    "trâu bò lên gò cao trước khi nước tràn đê bao. Hai trạm bơm chạy suốt đêm, song miệng cống bị lục bình bịt kín."
)
PAPERS = ("Báo Lam Khê", "Đài Lam Khê", EVIL, None)


@pytest.fixture(scope="module")
def client(_catalogues: None) -> Iterator[FlaskClient]:
    """A site with one article in four papers, and another one."""
    built = create_app({"TIMTIN_INDEX": "memory:", "TESTING": True})
    access = built.extensions["timtin"].index
    with access.get().writer() as writer:
        for number, paper in enumerate(PAPERS):
            writer.add(
                Document(
                    id=f"tin/{number}",
                    title=f"Sông Ngà dâng nước {paper or ''}".strip(),
                    body=(Paragraph(TEXT),),
                    category="Xã hội",
                    published=date(2022, 9, 9 - number),
                    source=paper,
                )
            )
        writer.add(Document(id="khác", title="Câu chuyện sông Ngà", published=date(2022, 9, 8), category="Văn hóa"))
        writer.commit()
    yield built.test_client(use_cookies=False)
    access.close()


def page(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    html = response.get_data(as_text=True)
    assert faults(html) == []
    return html


@pytest.mark.parametrize(("language", "count"), [("vi", "3 bản khác"), ("en", "3 other copies")])
@pytest.mark.parametrize("explain", ["", "&explain=1"])
def test_reprints_stand_under_one_row_and_all_are_linked(
    client: FlaskClient, language: str, count: str, explain: str
) -> None:
    html = page(client, f"/search?q=song+nga&sort=newest&lang={language}{explain}")
    assert html.count('class="hit"') == 2
    assert html.count('class="reprint"') == 3
    reader = read(html)
    assert count in reader.text
    assert "5 bài" in reader.text or "5 articles" in reader.text
    assert [attributes["id"] for tag, attributes in reader.elements if tag == "li" and "id" in attributes] == [
        f"result-{place}" for place in (1, 3, 4, 5, 2)
    ]
    places = {
        urlsplit(link).path: parse_qs(urlsplit(link).query)["at"] for link in reader.links() if "/article/" in link
    }
    assert places == {
        "/article/tin/0": ["1"],
        "/article/kh%C3%A1c": ["2"],
        "/article/tin/1": ["3"],
        "/article/tin/2": ["4"],
        "/article/tin/3": ["5"],
    }
    assert "Đài Lam Khê" in reader.text
    assert '<time datetime="2022-09-08">' in html


def test_one_other_copy_is_one(client: FlaskClient) -> None:
    html = page(client, "/search?q=song+nga&source=Báo Lam Khê&source=Đài Lam Khê&lang=en")
    assert "1 other copy" in read(html).text


def test_the_newest_articles_of_the_start_page_are_folded_too(client: FlaskClient) -> None:
    html = page(client, "/")
    assert html.count('class="reprint"') == 3


def test_reprints_on_another_page_stay_there(client: FlaskClient) -> None:
    rows = [page(client, f"/search?q=song+nga&sort=newest&per_page=2&page={number}") for number in (1, 2, 3)]
    assert [html.count('class="hit"') for html in rows] == [2, 1, 1]
    assert [html.count('class="reprint"') for html in rows] == [0, 1, 0]


def test_next_and_previous_lead_through_all_of_them(client: FlaskClient) -> None:
    address: Any = "/article/tin/0?q=song+nga&sort=newest&at=1"
    seen = []
    while address:
        reader = read(page(client, address))
        seen.append(urlsplit(address).path)
        steps = [attributes["href"] or "" for _, attributes in reader.elements if attributes.get("rel") == "next"]
        address = next((step for step in steps if step.startswith("/article/")), None)
    assert seen == [f"/article/{id_}" for id_ in ("tin/0", "kh%C3%A1c", "tin/1", "tin/2", "tin/3")]


def test_the_api_names_them_in_both_directions(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=song+nga&sort=newest").get_json()
    assert answer["total"] == 5
    assert {hit["id"]: (hit["reprints"], hit["reprint_of"]) for hit in answer["hits"]} == {
        "tin/0": (["tin/1", "tin/2", "tin/3"], None),
        "khác": ([], None),
        **{f"tin/{number}": ([], "tin/0") for number in (1, 2, 3)},
    }


def test_an_article_names_its_copies_the_oldest_first(client: FlaskClient) -> None:
    html = page(client, "/article/tin/1")
    begin = html.index('<h2 id="reprints">')
    reader = read(html[begin : html.index("</section>", begin)])
    assert reader.text.startswith("Bản khác của bài này")
    assert reader.links() == [f"/article/tin/{number}" for number in (3, 2, 0)]
    assert "Báo Lam Khê" in reader.text
    assert "Other copies of this article" in read(page(client, "/article/tin/1?lang=en")).text
    assert 'id="reprints"' not in page(client, "/article/khác")
    assert client.get("/api/v1/articles/tin/1").get_json()["reprints"] == ["tin/3", "tin/2", "tin/0"]
    assert client.get("/api/v1/articles/khác").get_json()["reprints"] == []


# -- in a browser

ASKED = "/search?q=nhặt được ví"


def folded(page: Page) -> Any:
    return page.locator(".reprint-title")


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_reprint_is_unfolded_read_and_come_back_to(visitor: Visitor, javascript: bool) -> None:
    from playwright.sync_api import expect

    page = visitor.open(ASKED, java_script_enabled=javascript)
    expect(folded(page).first).not_to_be_visible()
    page.get_by_text("2 bản khác").click()
    expect(folded(page)).to_have_count(2)
    expect(folded(page).last).to_be_visible()
    title = folded(page).last.inner_text()
    folded(page).last.click()
    page.wait_for_url("**/article/**at=3*")
    expect(page.locator(".story h1")).to_have_text(title, use_inner_text=True)
    page.locator(".trail .back").click()
    page.wait_for_url("**/search?*#result-3")
    expect(folded(page).last).to_be_visible()
    expect(folded(page).last).to_be_in_viewport()


@pytest.mark.browser
def test_keys_walk_through_what_is_unfolded(visitor: Visitor) -> None:
    from playwright.sync_api import expect

    page = visitor.open(ASKED)
    first, second = (page.locator(".hit-title a").nth(at) for at in (0, 1))
    for key, title in (("j", first), ("j", second), ("k", first)):
        page.keyboard.press(key)
        expect(title).to_be_focused()
    page.locator(".reprints summary").focus()
    page.keyboard.press("Enter")
    for key, title in (("j", folded(page).first), ("j", folded(page).last), ("j", second), ("k", folded(page).last)):
        page.keyboard.press(key)
        expect(title).to_be_focused()
    page.keyboard.press("c")
    cited = page.locator(".reprint [data-cite]").last
    expect(cited).to_have_text("✓ Đã sao chép trích dẫn")
