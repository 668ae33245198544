"""How is an export put into a file, whole or not at all, and in which format?"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ..errors import InvalidRequest
from .cells import Wording
from .formats import EXPORT_FORMATS, Format
from .rows import Export


def format_of(path: str | Path) -> Format:
    """Return the format that the name of a file asks for. Raises :class:`~search.errors.InvalidRequest`."""
    chosen = EXPORT_FORMATS.get(Path(path).suffix[1:].lower())
    if chosen is None:
        raise InvalidRequest(
            "file", str(path), "a name that ends in " + ", ".join(f".{suffix}" for suffix in EXPORT_FORMATS)
        )
    return chosen


def save_export(export: Export, path: str | Path, *, force: bool = False, wording: Wording | None = None) -> None:
    """Write ``export`` to a new file at ``path``, in the format of its suffix (see ``search.EXPORT_FORMATS``); with
    ``force`` a file that is there is replaced. The file appears when it is whole.

    Raises :class:`~search.errors.InvalidRequest` where there is no such format, or it has no room for so many rows,
    :class:`FileExistsError`, and :class:`OSError` where the system cannot write it.
    """
    chosen = format_of(path)
    if chosen.most is not None and export.count > chosen.most:
        raise InvalidRequest("file", str(path), f"a format with room for {export.count} rows; this has {chosen.most}")
    _save(Path(path), chosen.write(export, wording or Wording()), force=force)


def _save(path: Path, pieces: Iterable[bytes], *, force: bool) -> None:
    if path.exists() and not (force and path.is_file()):
        raise FileExistsError(f"{path} is there already")
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:50]}.", suffix=".part", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o666 & ~_mask())
        if force:
            unfinished.replace(path)
        else:
            # Unlike a renaming, a link never replaces what somebody else has put there meanwhile.
            os.link(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
