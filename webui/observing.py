"""What happened while a request was answered? It is gathered here, for whoever wants to know when it is over.

Each request has an id: that of the proxy in front (``X-Request-ID``) where it is a plain one, else a new one. The
answer carries it, and so does every line that is logged meanwhile.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, Response, g, has_request_context, request

if TYPE_CHECKING:
    from search import Page

    from .params import SearchRequest

HEADER = "X-Request-ID"
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+/=-]{0,127}")
"""Ids that are taken over: nothing in them can break a line of a log."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Searched:
    """A search that a request made, and its page of the result."""

    asked: SearchRequest
    page: Page


@dataclass(frozen=True, slots=True)
class Clicked:
    """An article that was opened from the result of ``query``, where it stands at ``place`` (from 1 on)."""

    query: str
    place: int


@dataclass(frozen=True, slots=True)
class Observed:
    """A request that is over.

    ``path`` lacks the query string, ``route`` is the rule that it follows (empty where there is none), ``bytes`` the
    length of the body as it was sent (None where it is not known), ``took_ms`` the time until the last byte was handed
    on.
    """

    id: str
    method: str
    path: str
    route: str
    status: int
    bytes: int | None
    took_ms: float
    searches: Sequence[Searched]
    clicks: Sequence[Clicked] = ()


Observer = Callable[[Observed], None]


def note(asked: SearchRequest, page: Page) -> None:
    """Remember that the current request searched for ``asked``."""
    if has_request_context():
        g.setdefault("searches", []).append(Searched(asked, page))


def note_click(query: str, place: int) -> None:
    """Remember that the current request opens the article at ``place`` of the result of ``query``."""
    g.setdefault("clicks", []).append(Clicked(query, place))


def request_id() -> str:
    """Return the id of the current request, or nothing outside of one."""
    return str(g.get("request_id", "")) if has_request_context() else ""


def init(app: Flask, observers: Sequence[Observer]) -> None:
    """Let ``observers`` know of every request of ``app``; to be called before other rooms add what they do."""

    @app.before_request
    def _begin() -> None:
        given = request.headers.get(HEADER, "")
        g.request_id = given if PLAIN.fullmatch(given) else secrets.token_hex(8)
        g.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        tell = _teller(observers)
        response.call_on_close(lambda: tell(response))
        return response


def _teller(observers: Sequence[Observer]) -> Callable[[Response], None]:
    """Return what tells ``observers`` of the current request, also after its context is gone."""
    began, searches, clicks = g.began, g.setdefault("searches", []), g.get("clicks", ())
    known = {
        "id": request_id(),
        "method": request.method,
        "path": request.path,
        "route": request.url_rule.rule if request.url_rule else "",
    }

    def tell(response: Response) -> None:
        length = None if response.is_streamed else response.calculate_content_length()
        took_ms = (time.perf_counter() - began) * 1000
        observed = Observed(
            **known, status=response.status_code, bytes=length, took_ms=took_ms, searches=searches, clicks=clicks
        )
        for observer in observers:
            try:
                observer(observed)
            except Exception:  # noqa: BLE001 - the reader has the answer: what fails here is for the log only
                _log.exception("a request could not be recorded")

    return tell
