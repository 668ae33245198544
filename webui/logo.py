"""Which picture stands beside the name of the site?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture of the site's own, its media type, and a version that changes with its content."""

    content: bytes
    type: str
    version: str


def read_logo(path: str) -> Logo | None:
    """Return the picture at ``path``, which :func:`webui.checks.picture` has looked at; None for no path."""
    if not path:
        return None
    content = Path(path).read_bytes()
    return Logo(content, TYPES[Path(path).suffix.lower()], hashlib.sha256(content).hexdigest()[:12])
