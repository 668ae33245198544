"""Is there room on the disk for a new index?"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from .errors import NotEnoughSpace

EXPANSION = {".xz": 5.4, ".bz2": 5.1, ".gz": 3.5, ".zst": 4.5}
"""How many bytes of text one byte of a compressed export holds (8,000 news articles as JSON Lines; zstd lies
between 3.6 and 5.4)."""

INDEX_PER_TEXT = 2.5
"""How many bytes of index stand for one byte of plain source (40,000 news articles as JSON Lines: 147 MB became 323 MB
in the segments first written, and 274 MB when these were merged)."""

WHILE_WRITING = 2
"""How many times its size a new generation may take while it is written: merged segments go only after the commit."""

FLOOR = 16 * 2**20
"""Bytes that every build asks for."""


def plain_size(path: Path, size: int) -> int:
    """Estimate the bytes of text in a file of ``size`` bytes, compressed or not (told by the ending of its name)."""
    return int(size * EXPANSION.get(path.suffix.lower(), 1))


def needed_for(plain_bytes: int, live_bytes: int = 0) -> int:
    """Estimate the bytes that a build over ``plain_bytes`` of text needs beside a live generation of
    ``live_bytes``."""
    return int(max(plain_bytes * INDEX_PER_TEXT, live_bytes)) * WHILE_WRITING + FLOOR


def check_space(folder: Path, needed: int) -> None:
    """Raise :class:`NotEnoughSpace` where the disk of ``folder``, which need not exist yet, has fewer than
    ``needed`` bytes free."""
    existing = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.is_dir())
    available = shutil.disk_usage(existing).free
    if available < needed:
        raise NotEnoughSpace(folder, needed, available)


def folder_size(folder: Path) -> int:
    """Return the bytes of all files below ``folder``; files that vanish meanwhile count as nothing."""
    return sum(_size(path) for path in _files(folder))


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
