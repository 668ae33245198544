"""What may a reader choose about the look of the pages, and how is it remembered?

Each choice is a link that works without JavaScript: ``?theme=dark`` shows the page so and sets a cookie, which goes to
this site only (``SameSite=Strict``) and says nothing else. With JavaScript the same cookie is set without a new page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from .messages import Lazy
from .messages import lazy_gettext as _l
from .params import decode
from .urls import query_string

if TYPE_CHECKING:
    from flask import Flask, Response

COOKIE_SECONDS = 365 * 24 * 3600

THEMES = {"auto": _l("Theo hệ thống"), "light": _l("Sáng"), "dark": _l("Tối")}
SIZES = {"normal": _l("Vừa"), "large": _l("Lớn"), "larger": _l("Rất lớn")}
PREFERENCES: Mapping[str, Mapping[str, Lazy]] = {"theme": THEMES, "type": SIZES}
"""What can be chosen, by the name of the parameter and of the cookie; the first value is that of who chose nothing."""


@dataclass(frozen=True, slots=True)
class PreferenceLink:
    """A link to the same page with another look; its address is the query alone: the browser keeps the path."""

    name: str
    value: str
    label: str
    address: str
    current: bool


def current(name: str) -> str:
    """Return the choice that is in force, or nothing where it is the default."""
    value = asked_for(name) or request.cookies.get(name, "")
    values = PREFERENCES[name]
    return value if value in values and value != next(iter(values)) else ""


def asked_for(name: str) -> str | None:
    """Return the choice that the query string makes, if there is such a value."""
    if f"{name}=".encode() not in request.query_string:
        return None
    return next((value for other, value in _pairs() if other == name and value in PREFERENCES[name]), None)


def links(name: str) -> list[PreferenceLink]:
    """Return a link for every value of a choice."""
    values = PREFERENCES[name]
    kept = [pair for pair in _pairs() if pair[0] != name]
    chosen = current(name) or next(iter(values))
    return [
        PreferenceLink(name, value, str(label), query_string([*kept, (name, value)]), value == chosen)
        for value, label in values.items()
    ]


def remember(response: Response) -> Response:
    """Store what the query string chose, so that links need not carry it."""
    for name in PREFERENCES:
        value = asked_for(name)
        if value == next(iter(PREFERENCES[name])):
            response.delete_cookie(name, samesite="Strict", secure=request.is_secure)
        elif value:
            store(response, name, value)
    return response


def store(response: Response, name: str, value: str) -> None:
    """Set a cookie for a year. Scripts may change it: it holds nothing but one of a few words."""
    response.set_cookie(name, value, max_age=COOKIE_SECONDS, samesite="Strict", secure=request.is_secure)


def init(app: Flask) -> None:
    """Let ``app`` remember what readers choose."""
    app.after_request(remember)


def _pairs() -> list[tuple[str, str]]:
    return decode(request.query_string)
