"""How do the pages speak the reader's language? Messages by gettext of the standard library, numbers and days by Babel.

Messages are marked in the source as ``_("…")``, ``_l("…")`` (translated when it is printed) and ``ngettext``, which
:mod:`babel.messages` extracts into the catalogues. A page has a hundred messages and as many numbers: the language is
looked up once for a request, and what Babel writes is kept.
"""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import current_app, g, has_request_context
from markupsafe import Markup

if TYPE_CHECKING:
    from flask import Flask

SOURCE = "vi"
"""The language of the messages in the source."""

KEY = "timtin-languages"


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the interface; ``zone`` is that in which times are told."""

    name: str
    zone: ZoneInfo
    catalogue: catalogues.NullTranslations

    def say(self, message: str, **values: object) -> str:
        """Return ``message``, ``%(name)s`` in it replaced from ``values`` where there are any."""
        text = self.catalogue.gettext(message)
        return text % values if values else text

    def markup(self, message: str, **values: object) -> Markup:
        """Return ``message`` as HTML: the message as it is, ``values`` escaped."""
        text = Markup(self.catalogue.gettext(message))  # noqa: S704 - messages are ours
        return text % values if values else text


@dataclass(frozen=True, slots=True)
class Languages:
    """All languages of an application by name, and what tells the one of a request."""

    spoken: Mapping[str, Language]
    choose: Callable[[], str]


class Lazy:
    """A message that is translated into the language of the request when it is turned into a string."""

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return gettext(self.message)


def spoken() -> Language:
    """Return the language of the page that is being made, or that of the source outside of a request."""
    # Asked for two hundred times a page, and each look at a proxy of Flask's takes as long as the rest of it.
    known: Language | None = g.get("language") if has_request_context() else _SOURCE
    if known is None:
        languages: Languages = current_app.extensions[KEY]
        known = g.language = languages.spoken[languages.choose()]
    return known


def gettext(message: str, **values: object) -> str:
    """Return ``message`` in the reader's language, ``%(name)s`` in it replaced from ``values`` where there are any."""
    return spoken().say(message, **values)


def ngettext(one: str, many: str, number: int) -> str:
    """Return the form of a message that goes with ``number`` in the reader's language."""
    return spoken().catalogue.ngettext(one, many, number)


def lazy_gettext(message: str) -> Lazy:
    """Return ``message`` marked for translation."""
    return Lazy(message)


def format_number(value: float) -> str:
    """Return ``value`` as the reader's language writes it."""
    return _number(value, spoken().name)


def format_day(day: date, pattern: str) -> str:
    """Return ``day`` in a pattern of the CLDR."""
    return _day(day, pattern, spoken().name)


def format_moment(moment: datetime, pattern: str) -> str:
    """Return ``moment`` in the zone of the site, in a pattern of the CLDR."""
    language = spoken()
    return _day(moment.astimezone(language.zone), pattern, language.name)


@lru_cache(maxsize=4096)
def _number(value: float, locale: str) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=4096)
def _day(day: date, pattern: str, locale: str) -> str:
    if isinstance(day, datetime):
        return format_datetime(day, pattern, tzinfo=day.tzinfo, locale=locale)
    return format_date(day, pattern, locale)


def language_of(name: str, zone: str, folder: Path) -> Language:
    """Return the language ``name``, whose catalogue lies in ``folder``; where it does not, that of the source."""
    return Language(name, ZoneInfo(zone), catalogues.translation("messages", folder, [name], fallback=True))


def start(app: Flask, names: tuple[str, ...], zone: str, folder: Path, choose: Callable[[], str]) -> None:
    """Give ``app`` the languages ``names``, whose catalogues lie in ``folder``, and ``choose`` to ask for the one of a
    request.
    """
    spoken = {name: language_of(name, zone, folder) for name in names}
    app.extensions[KEY] = Languages(spoken, choose)


_SOURCE = Language(SOURCE, ZoneInfo("Asia/Ho_Chi_Minh"), catalogues.NullTranslations())
