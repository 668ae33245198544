"""Is an article cited as people and their programs do?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import bibtexparser
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from search import Document
from webui.citation import STYLES, Cited, apa, bibtex, cite, ris

from .site import EVIL, ODD_IDS, read

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

WHOLE = Document(
    id="1",
    title="Khai mạc lễ hội",
    authors=("Thu Hoài", "Minh Khuê"),
    source="Báo Lam Khê",
    published=date(2023, 11, 28),
)
ADDRESS = "https://bao.example/tin/1?a=1&b=2%20c#x"


def cited(document: Document = WHOLE) -> Cited:
    return Cited.of(document, ADDRESS)


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        (("Thu Hoài",), "Thu Hoài"),
        (("Thu Hoài", "Minh Khuê"), "Thu Hoài & Minh Khuê"),
        (("Thu Hoài", "Minh Khuê", "PV"), "Thu Hoài, Minh Khuê, & PV"),
    ],
)
def test_apa_joins_names_and_leaves_them_as_they_are(authors: tuple[str, ...], names: str) -> None:
    document = Document(id="1", title="Có mưa?", authors=authors, source="Báo", published=date(2023, 1, 2))
    assert apa(cited(document)) == f"{names}. (2023, 2 tháng 1). Có mưa? Báo. {ADDRESS}"


def test_apa_begins_with_the_title_where_nobody_is_named(app: Flask) -> None:
    assert apa(cited(Document(id="1", title="Tin"))) == f"Tin. (không rõ ngày). {ADDRESS}"
    with app.test_request_context("/?lang=en"):
        assert apa(cited(Document(id="1", title="Tin"))) == f"Tin. (n.d.). {ADDRESS}"
        assert "(2023, November 28)" in apa(cited())


def test_the_line_of_text_leaves_out_what_is_not_known() -> None:
    assert cite((), "Tin", None, None, ADDRESS) == f"“Tin”, {ADDRESS}"
    whole = cite(WHOLE.authors, WHOLE.title, WHOLE.source, WHOLE.published, ADDRESS)
    assert whole == f"Thu Hoài, Minh Khuê, “Khai mạc lễ hội”, Báo Lam Khê, 28/11/2023, {ADDRESS}"


def entry(document: Document) -> Any:
    library = bibtexparser.parse_string(bibtex(cited(document)))
    assert library.failed_blocks == []
    (found,) = library.entries
    return found


def test_bibtex_is_read_as_it_is_meant() -> None:
    found = entry(WHOLE)
    fields = {name: field.value for name, field in found.fields_dict.items()}
    assert (found.entry_type, found.key) == ("article", "hoai2023khai")
    assert fields == {
        "author": "{Thu Hoài} and {Minh Khuê}",
        "title": "{Khai mạc lễ hội}",
        "journal": "Báo Lam Khê",
        "year": "2023",
        "month": "nov",
        "day": "28",
        "url": ADDRESS,
        "langid": "vietnamese",
    }
    bare = entry(Document(id="1", title="!"))
    assert (bare.entry_type, bare.key, set(bare.fields_dict)) == ("misc", "bai", {"title", "url", "langid"})


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_one_entry_and_one_record(title: str, author: str) -> None:
    document = Document(id="1", title=title, authors=(author,), source=author).normalized()
    found = entry(document)
    assert "}" not in found.key
    for field in found.fields_dict.values():
        assert field.value.count("{") == field.value.count("}")
    (record,) = rispy.loads(ris(cited(document)))
    assert record["title"] == cited(document).title
    for style in (apa, STYLES["text"].write):
        assert "\n" not in style(cited(document))


def test_characters_that_tex_reads_are_escaped() -> None:
    assert entry(Document(id="1", title=r"50% & {a}_b$ \x")).fields_dict["title"].value == (
        r"{50\% \& \textbraceleft{}a\textbraceright{}\_b\$ \textbackslash{}x}"
    )


def test_ris_is_read_as_it_is_meant() -> None:
    document = Document(
        id="1", title="Tin", authors=("A", "B"), source="Báo", published=datetime(2023, 9, 6, 20, 30, tzinfo=UTC)
    )
    (record,) = rispy.loads(ris(cited(document)))
    assert (record["type_of_reference"], record["title"], record["authors"]) == ("NEWS", "Tin", ["A", "B"])
    assert (record["year"], record["date"]) == ("2023", "2023/09/07/")
    assert record["secondary_title"] == "Báo"
    assert "ER  - " in ris(cited(document))


def test_an_article_shows_every_style_and_leads_to_its_file(client: FlaskClient) -> None:
    page = read(client.get("/article/tin/0").get_data(as_text=True))
    assert "Lan Chi. (2023, 1 tháng 3). Huyện uỷ Khe Nhạn họp phiên thường kỳ. Báo Lam Khê." in page.text
    assert "TY - NEWS" in page.text
    offered = [link for link in page.links() if link.startswith("/citation/")]
    assert len(offered) == len(STYLES) - 1
    begins = {"apa": "Lan Chi.", "bibtex": "@article{chi2023huyen,", "ris": "TY  - NEWS"}
    for link in offered:
        name = link.split("/")[2].split("?")[0]
        response = client.get(link)
        assert response.mimetype == STYLES[name].media_type
        assert response.get_data(as_text=True).startswith(begins[name])
        assert f'.{STYLES[name].suffix}"' in response.headers["Content-Disposition"]


@pytest.mark.parametrize("id_", [*ODD_IDS, EVIL])
@pytest.mark.parametrize("style", STYLES)
def test_any_article_can_be_cited(client: FlaskClient, style: str, id_: str) -> None:
    response = client.get(f"/citation/{style}?id={quote(id_, safe='')}")
    assert response.status_code == 200
    assert "http://localhost/article/" in response.get_data(as_text=True)


def test_what_is_not_there_cannot_be_cited(client: FlaskClient) -> None:
    for address in ("/citation/ris", "/citation/ris?id=", "/citation/ris?id=nowhere", "/citation/mla?id=tin/0"):
        assert client.get(address).status_code == 404
