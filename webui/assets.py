"""Under which address is a style sheet, a script or the icon kept?

The address holds a hash of the content, so that browsers may keep the file for good. Style sheet and script are kept in
parts, each of which answers one question, and are sent as one file each: a page needs few requests.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from flask import url_for

STATIC = Path(__file__).parent / "static"

BUNDLES: Mapping[str, tuple[str, ...]] = {
    "site.css": ("base", "head", "results", "filters", "article", "texts", "print"),
    "site.js": ("page", "keys", "suggest", "look", "results", "timeline", "article"),
}
"""The files that are put together, and their parts in order."""

TYPES = {"css": "text/css", "js": "text/javascript"}


def static_url(name: str) -> str:
    """Return the address of ``name``, a bundle or a file in ``static``."""
    version = fingerprint(name)
    if name in BUNDLES:
        return url_for("pages.bundle", name=name, v=version)
    return url_for("static", filename=name, v=version)


def fingerprint(name: str) -> str:
    """Return the version of ``name``; files are looked at once a second at the most. Raises OSError where there is no
    such file.
    """
    return _fingerprint(name, int(time.monotonic()))


@lru_cache(maxsize=64)
def _fingerprint(name: str, _second: int) -> str:
    return _bundle(name)[1] if name in BUNDLES else _hash(*_state(STATIC / name))


def bundled(name: str) -> bytes:
    """Return the content of a bundle. Raises KeyError where there is none of that name."""
    return _bundle(name)[0]


def _bundle(name: str) -> tuple[bytes, str]:
    kind = name.rpartition(".")[2]
    return _joined(tuple(_state(STATIC / kind / f"{part}.{kind}") for part in BUNDLES[name]))


def _state(path: Path) -> tuple[Path, int, int]:
    status = path.stat()
    return path, status.st_mtime_ns, status.st_size


@lru_cache(maxsize=64)
def _hash(path: Path, _modified: int, _size: int) -> str:
    return _short(path.read_bytes())


@lru_cache(maxsize=8)
def _joined(parts: tuple[tuple[Path, int, int], ...]) -> tuple[bytes, str]:
    content = b"\n".join(path.read_bytes() for path, _modified, _size in parts)
    return content, _short(content)


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
