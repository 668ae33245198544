"""Which files a source holds, before any of them is read."""

from __future__ import annotations

import errno
import os
import stat
import time
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from .reports import Refusal, RefusalCode
from .settings import ReaderSettings

TEMPORARY_ENDINGS = (
    "~",
    ".tmp",
    ".temp",
    ".part",
    ".partial",
    ".crdownload",
    ".filepart",
    ".swp",
    ".swo",
    ".swx",
    ".bak",
    ".lock",
)
TEMPORARY_STARTS = (".", "~$", "#")
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file below a source root, as it was when the root was scanned. `size` in bytes, `mtime_ns` in ns since 1970."""

    root: Path
    name: str
    size: int
    mtime_ns: int

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.root / self.name if self.name else self.root

    @property
    def relative(self) -> str:
        """The path below the root (the file's name where the root is the file), with "/" and in NFC."""
        shown = (self.name or self.root.name).encode("utf-8", "backslashreplace").decode("utf-8")
        return unicodedata.normalize("NFC", shown)


@dataclass(frozen=True, slots=True)
class Scan:
    """What a source root holds.

    - `files`: the files to read, by name.
    - `pending`: files that changed within `settle_seconds`: left for the next run, and not gone.
    - `problems`: what could not be looked into.
    - `complete`: whether all of the root was seen. Where it is False, a file that is not in `files` may still
      exist, so nothing may be removed.
    """

    root: Path
    files: tuple[SourceFile, ...]
    pending: tuple[SourceFile, ...]
    problems: tuple[Refusal, ...]
    complete: bool


@dataclass(slots=True)
class _Walk:
    """What has been found so far."""

    root: Path
    fresh_after: int
    fresh_before: int
    files: list[SourceFile] = field(default_factory=list)
    pending: list[SourceFile] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)
    complete: bool = True
    seen_folders: set[tuple[int, int]] = field(default_factory=set)

    def refuse(self, path: str | Path, code: RefusalCode, detail: str = "") -> None:
        refusal = Refusal(Path(path), code, detail=detail)
        self.problems.append(refusal)
        self.complete = self.complete and not refusal.cuts_short

    def add(self, name: str, status: os.stat_result) -> None:
        file = SourceFile(self.root, name, status.st_size, status.st_mtime_ns)
        fresh = self.fresh_after < status.st_mtime_ns < self.fresh_before
        (self.pending if fresh else self.files).append(file)


def scan(root: str | Path, settings: ReaderSettings | None = None, *, now: float | None = None) -> Scan:
    """Look through `root`, a folder (recursively) or one file, and read nothing but names, sizes and times.

    Hidden and temporary files and folders are passed over; symbolic links are followed, each folder once. `now`
    (seconds since 1970; the clock by default) decides which files are still being written. A file dated further
    ahead than `settle_seconds` counts as settled, or a wrong clock would keep it out for ever. Nothing is raised:
    see `Scan.problems`.
    """
    settings = settings or ReaderSettings()
    root = Path(root)
    moment = time.time_ns() if now is None else int(now * _NS)
    settle = int(min(settings.settle_seconds, 10**9) * _NS)
    walk = _Walk(root, moment - settle, moment + settle)
    try:
        status = root.stat()
    except (FileNotFoundError, NotADirectoryError):
        walk.refuse(root, RefusalCode.MISSING)
    except (OSError, ValueError) as error:
        walk.refuse(root, RefusalCode.UNREADABLE, getattr(error, "strerror", None) or str(error))
    else:
        _look_at(walk, root, "", status)
    return Scan(root, tuple(walk.files), tuple(walk.pending), tuple(walk.problems), walk.complete)


def _look_at(walk: _Walk, path: Path, name: str, status: os.stat_result) -> None:
    """Take one entry in: a file, or a folder with all below it (kept on a stack, so that depth is no limit)."""
    waiting = [(path, name, status)]
    while waiting:
        path, name, status = waiting.pop()
        if stat.S_ISREG(status.st_mode):
            walk.add(name, status)
        elif stat.S_ISDIR(status.st_mode):
            if (key := (status.st_dev, status.st_ino)) not in walk.seen_folders:
                walk.seen_folders.add(key)
                waiting += reversed(_entries(walk, path, name))
        else:
            walk.refuse(path, RefusalCode.NOT_A_FILE)


def _entries(walk: _Walk, folder: Path, name: str) -> list[tuple[Path, str, os.stat_result]]:
    found = []
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        walk.refuse(folder, RefusalCode.UNREADABLE, error.strerror or str(error))
        return []
    for entry in entries:
        if entry.name.startswith(TEMPORARY_STARTS) or entry.name.lower().endswith(TEMPORARY_ENDINGS):
            continue
        try:
            # Not entry.stat(): on Windows it leaves out the numbers that tell folders apart.
            status = Path(entry.path).stat()
        except OSError as error:
            if error.errno != errno.ELOOP:
                walk.refuse(entry.path, RefusalCode.UNREADABLE, error.strerror or str(error))
        else:
            found.append((Path(entry.path), f"{name}/{entry.name}" if name else entry.name, status))
    return found
