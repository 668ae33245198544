"""Under which name does a browser save what it downloads?"""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import Response

from .examples import plain

LONGEST = 80
"""Code points of a name before its suffix; Vietnamese letters take up to three bytes, and file systems allow 255."""

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\\/:*?"<>|%]+')


def filename(parts: tuple[str, ...], suffix: str) -> str:
    """Return a name that every file system can hold, made of those of ``parts`` that are not empty."""
    cleaned = (" ".join(_FORBIDDEN.sub(" ", part).split()) for part in parts)
    *before, last = [part for part in cleaned if part]
    room = LONGEST - len(last)
    start = " – ".join(before)[: max(room, 0)].strip(" .")
    return f"{start} – {last}.{suffix}" if start else f"{last[:LONGEST]}.{suffix}"


def as_download(response: Response, name: str) -> Response:
    """Let a browser save ``response`` under ``name`` (RFC 6266): as it is, and in ASCII for those that need that."""
    in_ascii = re.sub(r"[^\x20-\x7e]+", "_", plain(name).replace("–", "-"))
    names = {"filename": in_ascii}
    if in_ascii != name:
        names["filename*"] = f"UTF-8''{quote(name, safe=_PLAIN)}"
    response.headers.set("Content-Disposition", "attachment", **names)
    return response


_PLAIN = "!#$&+^`|~"
"""What may stand in such a name as it is, besides letters and digits (RFC 8187)."""
