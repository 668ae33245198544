"""How does the table of equivalents come from its file, and how does it keep up with changes of it?

The file is UTF-8 (or UTF-16 with a byte order mark, as spreadsheets write it): one group of forms a line, separated by
tabs; ``#`` begins a comment line.
"""

from __future__ import annotations

import codecs
import logging
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from .table import Equivalents, form_of

NAME = "equivalents.tsv"
"""The name of the file, in the folder of an index."""

SHIPPED = Path(__file__).with_name(NAME)

MAX_BYTES = 4_000_000
MAX_FORMS = 30
"""Forms of one group."""

MAX_TOKENS = 15
"""Tokens of one form."""

_log = logging.getLogger(__name__)


class BrokenLine(NamedTuple):
    """A line that was skipped, and why."""

    number: int
    reason: str


class BrokenFile(NamedTuple):
    """Why a file as a whole cannot be used."""

    reason: str


class Read(NamedTuple):
    """What a file holds: its table, and the lines that were skipped."""

    table: Equivalents
    broken: tuple[BrokenLine, ...]


def read_file(path: Path) -> Read | BrokenFile:
    """Read the file at ``path``. A bad line is skipped; a file that has bad lines only is broken."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            return BrokenFile(f"it is larger than {MAX_BYTES:,} bytes")
        text = data.decode("utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig")
    except OSError as error:
        return BrokenFile(error.strerror or str(error))
    except UnicodeDecodeError as error:
        return BrokenFile(f"it is not UTF-8: {error.reason} at byte {error.start}; save it as UTF-8")
    groups: list[tuple[str, ...]] = []
    broken: list[BrokenLine] = []
    for number, line in enumerate(text.splitlines(), 1):
        group = tuple(_cells(line))
        reason = _what_is_wrong(group) if group else ""
        if reason:
            broken.append(BrokenLine(number, reason))
        elif group:
            groups.append(group)
    if broken and not groups:
        return BrokenFile(f"no line of it can be used; line {broken[0].number}: {broken[0].reason}")
    return Read(Equivalents(groups), tuple(broken))


def _cells(line: str) -> Iterator[str]:
    """Yield the forms of a line; none for a comment. Spreadsheets put quotes around cells and tabs after the last."""
    cells = [cell.strip() for cell in line.split("\t")]
    cells = [cell[1:-1].strip() if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell for cell in cells]
    if not cells[0].startswith(("#", '"#')):
        yield from filter(None, cells)


def _what_is_wrong(group: tuple[str, ...]) -> str:
    """Return why a line cannot be used; nothing where it can."""
    if len(group) < 2:
        return f"there is one form only, {group[0]!r}; separate the forms with tabs"
    if len(group) > MAX_FORMS:
        return f"there are {len(group)} forms; {MAX_FORMS} are possible"
    seen: set[tuple[str, ...]] = set()
    for form in map(form_of, group):
        if not any(map(str.isalpha, form.text)):
            return f"{form.text!r} holds no letter"
        if len(form.folded) > MAX_TOKENS:
            return f"{form.text!r} has {len(form.folded)} words; {MAX_TOKENS} are possible"
        seen.add(form.folded)
    return "" if len(seen) > 1 else f"{group[0]!r} and {group[1]!r} are the same to a search"


@cache
def shipped() -> Equivalents:
    """Return the table that comes with timtin."""
    return _used(SHIPPED, read_file(SHIPPED)) or Equivalents()


class EquivalentsFile:
    """The table in force for the index in ``folder``: that of the file :data:`NAME` there, else the one that comes
    with timtin. Safe to use from several threads.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._path = folder / NAME if folder is not None else None
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] | None = None
        self._table: Equivalents | None = None

    def current(self) -> Equivalents:
        """Return the table as of now.

        The file is looked at with one ``stat`` and read again when its size or time has changed. What is wrong with it
        is said in the log; a broken line is skipped, a broken file leaves the table of before in force.
        """
        if self._path is None:
            return shipped()
        try:
            status = self._path.stat()
        except (FileNotFoundError, NotADirectoryError):
            self._seen = self._table = None
            return shipped()
        except OSError as error:
            _log.warning("%s: %s; the table of before stays in force", self._path, error)
            return self._in_force()
        state = (status.st_mtime_ns, status.st_size, status.st_ino)
        if state != self._seen:
            with self._lock:
                if state != self._seen:
                    # An empty table is one too: whoever empties the file wants no expansions.
                    table = _used(self._path, read_file(self._path))
                    self._table = self._table if table is None else table
                    self._seen = state
        return self._in_force()

    @property
    def version(self) -> str:
        """A short text that changes with the file."""
        self.current()
        return "-".join(f"{part:x}" for part in self._seen or (0,))

    def _in_force(self) -> Equivalents:
        table = self._table
        return shipped() if table is None else table


def _used(path: Path, read: Read | BrokenFile) -> Equivalents | None:
    """Return the table of a file that was read, None where it is broken; say in the log what is wrong."""
    if isinstance(read, BrokenFile):
        _log.warning("%s: %s; the table of before stays in force", path, read.reason)
        return None
    for line in read.broken:
        _log.warning("%s:%d: %s; the line is skipped", path, line.number, line.reason)
    return read.table
