"""Translation and formatting by Flask-Babel, with types: the one place that imports it.

Messages are marked in the source as ``_("…")``, ``_l("…")`` (translated when it is printed) and ``ngettext``, which
:mod:`babel.messages` extracts into the catalogues.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

import flask_babel  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from flask import Flask


class Lazy:
    """A message that is translated into the language of the request when it is turned into a string."""

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return gettext(self.message)


def gettext(message: str, **values: object) -> str:
    """Return ``message`` in the reader's language, ``%(name)s`` in it replaced from ``values`` where there are any."""
    return str(flask_babel.gettext(message, **values))


def lazy_gettext(message: str) -> Lazy:
    """Return ``message`` marked for translation."""
    return Lazy(message)


def format_number(value: float) -> str:
    """Return ``value`` as the reader's language writes it."""
    return str(flask_babel.format_decimal(value))


def format_day(day: date, pattern: str) -> str:
    """Return ``day`` in a pattern of the CLDR."""
    return str(flask_babel.format_date(day, pattern))


def format_moment(moment: datetime, pattern: str) -> str:
    """Return ``moment`` in the zone of the site, in a pattern of the CLDR."""
    return str(flask_babel.format_datetime(moment, pattern))


def language() -> str:
    """Return the language of the page that is being made, or that of the source outside of a request."""
    return str(flask_babel.get_locale() or "vi")


def start(app: Flask, *, default: str, zone: str, folder: str, choose: Callable[[], str]) -> None:
    """Give ``app`` the catalogues in ``folder``, and ``choose`` to ask for the language of a request."""
    flask_babel.Babel(
        app,
        default_locale=default,
        default_timezone=zone,
        default_translation_directories=folder,
        locale_selector=choose,
    )
