"""Has what a client keeps of an answer become old? Answers of the index carry an ETag (RFC 9110, 13).

It stands for the state of the index (generation, commit, equivalents), the address, the language, and this application
with its settings. It is weak: what took a different time is the same answer. It is compared before anything is searched
for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version

from flask import Flask, Response, g, request

from search import SearchError

from .i18n import current
from .state import state

BLUEPRINTS = {"api", "exports", "feeds"}
"""The answers of these depend on nothing but what the tag stands for."""


def edition(settings: Iterable[object]) -> str:
    """Return a text that changes with the version of timtin and with any of ``settings``."""
    return _short(version("timtin"), *map(str, settings))


def init(app: Flask) -> None:
    """Let ``app`` answer 304 where a client has the newest answer already."""
    app.before_request(_answer_unchanged)
    app.after_request(_tag)


def _answer_unchanged() -> Response | None:
    if request.blueprint not in BLUEPRINTS or request.method not in {"GET", "HEAD"}:
        return None
    try:
        index = state().index.get().version
    except SearchError:
        return None  # the view says what is wrong
    # Taken before the search: where a commit comes between, the tag is older than the answer, never newer.
    g.etag = _short(index, state().edition, current(), request.path, request.query_string.decode("latin-1"))
    known = request.if_none_match
    return Response(status=304) if not known.star_tag and known.contains_weak(g.etag) else None


def _tag(response: Response) -> Response:
    # What lacks something is not what will be answered next.
    if response.status_code in {200, 304} and "etag" in g and not g.get("partial"):
        response.set_etag(g.etag, weak=True)
    return response


def _short(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]
