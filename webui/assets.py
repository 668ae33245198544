"""Under which address is a static file kept?

The address holds a hash of the content, so that browsers may keep the file for good.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import url_for

STATIC = Path(__file__).parent / "static"


def static_url(name: str) -> str:
    """Return the address of ``static/name``."""
    return url_for("static", filename=name, v=fingerprint(name))


def fingerprint(name: str) -> str:
    """Return the version of ``static/name``. Raises OSError where there is no such file."""
    path = STATIC / name
    status = path.stat()
    return _hash(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _hash(path: Path, _modified: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
