"""Do the settings of the pages do what the table says? Each is changed on the same articles, and the pages are read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from search import Document
from webui import create_app

from .site import documents, faults, read

if TYPE_CHECKING:
    from flask.testing import FlaskClient

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


def site(*more: Document, **settings: object) -> FlaskClient:
    app = create_app({"TIMTIN_INDEX": "memory:", **settings})
    with app.extensions["timtin"].index.get().writer() as writer:
        for document in (*documents(), *more):
            writer.add(document)
        writer.commit()
    return app.test_client(use_cookies=False)


def page(client: FlaskClient, address: str, **headers: str) -> str:
    html = client.get(address, headers=headers).get_data(as_text=True)
    assert faults(html) == []
    return html


@pytest.mark.parametrize("facets", [("author", "category"), ("year",), ()])
def test_the_facets_that_are_set_are_shown_in_their_order(facets: tuple[str, ...]) -> None:
    html = page(site(FACETS=facets), "/search?q=huyen")
    assert tuple(re.findall(r'<section class="facet" aria-labelledby="facet-(\w+)"', html)) == ("date", *facets)


def test_a_filter_of_a_facet_that_is_not_shown_still_holds() -> None:
    html = page(site(FACETS=[]), "/search?q=huyen&category=Chính trị")
    assert "Chính trị" in read(html).text
    assert "/article/tin/0" in html
    assert "/article/tin/5" not in html


def test_recency_can_be_switched_off() -> None:
    from datetime import UTC, datetime

    old = Document(id="cũ", title="Cầu treo Nà Lụa", published=datetime(2001, 1, 1, tzinfo=UTC))
    new = Document(id="mới", title="Cầu treo Nà Lụa", published=datetime(2024, 1, 1, tzinfo=UTC))

    def scores(**settings: object) -> list[float]:
        answer = site(old, new, **settings).get("/api/v1/search?q=cau+treo+na+lua").get_json()
        return [hit["score"] for hit in answer["hits"]]

    newer, older = scores()
    assert newer > older
    same, as_much = scores(RECENCY=False)
    assert same == as_much


@pytest.mark.parametrize(("languages", "default"), [(("vi",), "vi"), (("en",), "en")])
def test_languages_that_are_not_offered_cannot_be_had(languages: tuple[str, ...], default: str) -> None:
    client = site(LANGUAGES=languages, DEFAULT_LOCALE=default)
    for address in ("/?lang=vi", "/?lang=en", "/"):
        html = page(client, address)
        assert f'<html lang="{default}">' in html
        assert "menu-lang" not in html


def test_a_logo_stands_beside_the_name_and_is_kept_for_good(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(SVG, encoding="utf-8")
    client = site(SITE_LOGO=str(logo), SITE_NAME="Tin Khe Nhạn")
    html = page(client, "/")
    assert "Tin Khe Nhạn" in read(html).titles[0]
    (address,) = set(re.findall(r'<img class="logo" src="([^"]+)" alt="">', html))
    assert f'<link rel="icon" href="{address}" type="image/svg+xml">' in html
    assert "<svg viewBox" not in html.split("<main")[0]
    answer = client.get(address)
    assert (answer.get_data(as_text=True), answer.mimetype) == (SVG, "image/svg+xml")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "no-cache" in client.get("/logo").headers["Cache-Control"]


def test_without_a_logo_there_is_the_seal() -> None:
    client = site()
    assert 'class="seal"' in page(client, "/")
    assert client.get("/logo").status_code == 404


@pytest.mark.parametrize("path", ["/article/tin/0", "/kho/article/tin/0"])
def test_under_a_base_url_every_address_is_that_of_the_site(path: str) -> None:
    client = site(BASE_URL="https://tin.example/kho", PROXIES=1)
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    html = client.get(path, headers=forged).get_data(as_text=True)
    assert faults(html.replace('"/kho/', '"/')) == []
    assert "evil.example" not in html
    links = [link for link in read(html).links() if not link.startswith(("https://", "#", "?"))]
    assert links
    assert [link for link in links if not link.startswith("/kho/")] == []
    moved = client.get("/kho/?q=huyen", headers={"Host": "evil.example"})
    assert moved.headers["Location"] == "/kho/search?q=huyen"
    assert "Secure" in client.get("/?lang=en").headers["Set-Cookie"]


def test_a_path_that_only_begins_like_the_base_is_another() -> None:
    assert site(BASE_URL="https://tin.example/kho").get("/khoang").status_code == 404


def test_a_search_is_cut_after_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    from search import Index

    budgets = []
    ask = Index.search

    def asked(self: Index, *given: object, **named: object) -> object:
        budgets.append(named.get("budget"))
        return ask(self, *given, **named)  # type: ignore[arg-type]

    client = site(TIME_BUDGET="0.2")
    monkeypatch.setattr(Index, "search", asked)
    client.get("/search?q=huyen")
    assert budgets == [0.2]
