from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import webui
from webui import create_app, i18n
from webui.i18n import choose

from .site import read

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

ROOM = Path(webui.__file__).parent
CATALOGUE = ROOM / "translations" / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def used() -> set[str]:
    messages = set()
    found = extract_from_dir(
        str(ROOM), METHODS, keywords=KEYWORDS, options_map={"templates/**.html": {"trimmed": "true"}}
    )
    for _file, _line, message, _comments, _context in found:
        messages.add(message if isinstance(message, str) else message[0])
    return messages


def english() -> dict[str, tuple[str, ...]]:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en", abort_invalid=True)
    translated = {}
    for message in catalogue:
        if message.id:
            id_ = message.id if isinstance(message.id, str) else message.id[0]
            assert not message.fuzzy, id_
            translated[id_] = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return translated


def test_the_english_catalogue_has_every_message_and_no_other() -> None:
    assert len(used()) > 100
    assert set(english()) == used()


def test_every_translation_is_there_and_has_the_same_placeholders() -> None:
    for message, translations in english().items():
        for translation in translations:
            assert translation
            assert set(PLACEHOLDER.findall(translation)) == set(PLACEHOLDER.findall(message)), message


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "language"),
    [
        (None, None, [], "vi"),
        (None, None, ["vi-VN", "en"], "vi"),
        (None, None, ["en-US", "en", "vi"], "vi"),
        (None, None, ["en-US", "en"], "en"),
        (None, None, ["fr", "de"], "vi"),
        (None, None, ["fr", "en"], "en"),
        (None, "en", ["vi"], "en"),
        ("vi", "en", ["en"], "vi"),
        ("xx", "yy", ["en"], "en"),
    ],
)
def test_the_language_is_chosen(asked: str | None, remembered: str | None, accepted: list[str], language: str) -> None:
    assert choose(("vi", "en"), "vi", asked, remembered, accepted) == language


def test_pages_are_vietnamese_until_a_person_asks_for_english(client: FlaskClient) -> None:
    assert '<html lang="vi">' in client.get("/", headers={"Accept-Language": "en-US"}).get_data(as_text=True)


def test_a_language_that_is_not_compiled_is_never_chosen() -> None:
    assert choose(("vi",), "en", "en", "en", ["en"]) == "vi"


def test_a_choice_is_remembered(app: Flask) -> None:
    client = app.test_client()
    assert "Ordered" not in client.get("/search?q=huyen").get_data(as_text=True)
    assert "Results for" in client.get("/search?q=huyen&lang=en").get_data(as_text=True)
    assert "Results for" in client.get("/search?q=huyen").get_data(as_text=True)
    assert "Kết quả cho" in client.get("/search?q=huyen&lang=vi").get_data(as_text=True)
    assert "Kết quả cho" in client.get("/search?q=huyen", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert client.get("/?lang=xx").headers.get("Set-Cookie") is None


def test_numbers_dates_and_plurals_follow_the_language(client: FlaskClient) -> None:
    def text(language: str, address: str) -> str:
        asking = "&" if "?" in address else "?"
        return read(client.get(f"{address}{asking}lang={language}").get_data(as_text=True)).text

    long = "/search?q=" + "a" * 1500
    assert "chỉ 1.000 ký tự" in text("vi", long)
    assert "first 1,000 characters" in text("en", long)
    assert "1 tháng 3, 2023" in text("vi", "/article/tin/0")
    assert "1 March 2023" in text("en", "/article/tin/0")
    assert "01/03/2023" in text("vi", "/search")
    assert "1 Mar 2023" in text("en", "/search")
    assert "1 article ·" in text("en", "/search?q=lúa")
    assert "7 tháng 9, 2023, 03:30" in text("vi", "/article/tin/6")
    assert "7 September 2023, 03:30" in text("en", "/article/tin/6")
    assert "tháng 1–3, 2020" in text("vi", "/")
    assert "Jan–Mar 2020" in text("en", "/")
    assert "2 articles" in text("en", "/search?category=Chính trị")


def test_without_compiled_catalogues_the_pages_are_vietnamese(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)
    client = create_app({"TIMTIN_INDEX": "memory:", "DEFAULT_LOCALE": "en"}).test_client()
    html = client.get("/search?lang=en", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert '<html lang="vi">' in html
    assert "English" not in html
