"""In which language does the interface speak?

Messages are written in Vietnamese in the source; every other language has a catalogue under ``translations/``,
compiled by ``hatch_build.py``. A language whose compiled catalogue is missing is not offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import g, request

from . import messages
from .params import decode
from .settings import LOCALES
from .state import KEY, state
from .urls import query_string

if TYPE_CHECKING:
    from flask import Flask, Response

TRANSLATIONS = Path(__file__).parent / "translations"
COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600
NAMES = {"vi": "Tiếng Việt", "en": "English"}
"""Each language under the name that its readers know."""


def available(wanted: tuple[str, ...] = LOCALES) -> tuple[str, ...]:
    """Return those of the ``wanted`` languages that can be shown: the one of the source, and those with a compiled
    catalogue. Where none can, it is that of the source.
    """
    found = tuple(
        locale
        for locale in wanted
        if locale == LOCALES[0] or (TRANSLATIONS / locale / "LC_MESSAGES" / "messages.mo").is_file()
    )
    return found or LOCALES[:1]


def choose(
    offered: tuple[str, ...], default: str, asked: str | None, remembered: str | None, accepted: list[str]
) -> str:
    """Return the language to speak.

    An explicit ``asked`` counts most, then the ``remembered`` one; of a client's ``accepted`` languages (most wanted
    first) another than ``default`` is taken only where the default is not among them.
    """
    for wish in (asked, remembered):
        if wish in offered:
            return str(wish)
    primary = [tag.split("-")[0].lower() for tag in accepted]
    if default in offered and (default in primary or not set(primary) & set(offered)):
        return default
    return next((tag for tag in primary if tag in offered), offered[0])


def current() -> str:
    """Return the language of the page that is being made."""
    if "locale" not in g:
        g.locale = choose(
            state().locales,
            state().default_locale,
            asked_for(),
            request.cookies.get(COOKIE),
            # Pages are Vietnamese until a person asks: many a browser in Viet Nam is set to English.
            [tag for tag, quality in request.accept_languages if quality > 0]
            if request.path.startswith("/api/")
            else [],
        )
    return str(g.locale)


def asked_for() -> str | None:
    """Return the language that the query string names, if we speak it."""
    for name, value in decode(request.query_string):
        if name == "lang" and value in state().locales:
            return value
    return None


def remember(response: Response) -> Response:
    """Store the language that was asked for, so that links need not carry it."""
    asked = asked_for()
    if asked:
        response.set_cookie(
            COOKIE, asked, max_age=COOKIE_SECONDS, httponly=True, samesite="Strict", secure=request.is_secure
        )
    return response


def init(app: Flask) -> None:
    """Give ``app`` its translations."""
    app.after_request(remember)
    messages.start(app, app.extensions[KEY].locales, app.config["TIME_ZONE"], TRANSLATIONS, current)


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """A link to the same page in another language; its address is the query alone: the browser keeps the path."""

    locale: str
    name: str
    address: str
    current: bool


def links() -> list[LanguageLink]:
    """Return one link for every language on offer, or none where there is but one."""
    kept = [pair for pair in decode(request.query_string) if pair[0] != "lang"]
    offered = state().locales if len(state().locales) > 1 else ()
    return [
        LanguageLink(locale, NAMES[locale], query_string([*kept, ("lang", locale)]), locale == current())
        for locale in offered
    ]
