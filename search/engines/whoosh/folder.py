"""How is an index laid out in its folder, and how does a change of it survive a crash?

::

    INDEX/CURRENT                     the number of the live generation; replaced by one rename
    INDEX/write.lock                  locked by the process that writes
    INDEX/generations/<n>/            a Whoosh index:
        timtin.json                     layout, analyzer fingerprint
        _MAIN_<c>.toc                   table of contents of commit c (Whoosh's)
        MAIN_<segment>.tpo, .tdo        postings and documents of a segment (see .arrays)
        groups_<c>.bin                  which documents of commit c are reprints of which (see ..groups)
        user_<c>.bin                    what the caller stored with commit c

Whoosh's own commit is atomic but not durable. Here every file is synced before the table of contents that names it,
the table is written under another name, synced and renamed, the folder is synced, and only then is anything old
deleted.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC

from ...analysis.fingerprint import Analyzer
from ...errors import IndexCorrupt, IndexLocked, IndexMissing, IndexStale
from ..groups import Groups
from .codec import ArraySegment, schema
from .segments import INDEX_NAME

LAYOUT = "4"
"""Changes whenever files of an older version can no longer be read."""

SETTINGS = "timtin.json"

_TOC_NAME = re.compile(rf"_{INDEX_NAME}_(\d+)\.toc")
_OURS = re.compile(rf"(_{INDEX_NAME}_\d+\.toc.*|({INDEX_NAME}_\w+)\.(tpo|tdo)|(?:user|groups)_\d+\.bin|.*\.tmp)")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a generation was built with."""

    layout: str
    analyzer: Analyzer


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of a generation."""

    number: int
    segments: tuple[ArraySegment, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of an index."""

    root: Path

    def current(self) -> int:
        """Return the number of the live generation; raises :class:`IndexMissing` or :class:`IndexCorrupt`."""
        try:
            with open(f"{self.root}/CURRENT", "rb", buffering=0) as file:  # noqa: PTH123  # it runs at every search
                return int(file.read())
        except (FileNotFoundError, NotADirectoryError) as error:
            raise IndexMissing(self.root) from error
        except ValueError as error:
            raise IndexCorrupt(self.root / "CURRENT", "holds no number") from error

    def generation(self, number: int) -> Path:
        """Return the folder of a generation."""
        return self.root / f"generations/{number}"

    def generations(self) -> list[int]:
        """Return the numbers of all generations that have a folder, ascending."""
        folder = self.root / "generations"
        return sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal()) if folder.is_dir() else []

    def create(self, number: int) -> Path:
        """Make an empty generation with an empty first commit, and return its folder."""
        folder = self.generation(number)
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        analyzer = Analyzer.own()
        settings = {
            "layout": LAYOUT,
            "analyzer": analyzer.fingerprint,
            "sources": analyzer.sources,
            "created": datetime.now(UTC).isoformat(),
        }
        write_durably(folder / SETTINGS, json.dumps(settings).encode())
        write_commit(folder, Commit(0, ()), None, Groups())
        sync_folder(folder.parent)
        return folder

    def publish(self, number: int) -> None:
        """Make a generation the live one; keep it and the one before, delete the others."""
        before = self.current() if (self.root / "CURRENT").exists() else None
        write_durably(self.root / "CURRENT", f"{number}\n".encode())
        self.keep_only(number, before)

    def keep_only(self, *numbers: int | None) -> None:
        """Delete all generations but these."""
        for other in self.generations():
            if other not in numbers:
                shutil.rmtree(self.generation(other), ignore_errors=True)

    def former(self) -> int | None:
        """Return the number of the generation that was live before, where it is kept."""
        live = self.current()
        return max((number for number in self.generations() if number < live), default=None)

    def sweep(self) -> None:
        """Delete generations that were begun and never published. Only for the holder of the lock."""
        live = self.current() if (self.root / "CURRENT").exists() else 0
        for number in self.generations():
            if number > live:
                shutil.rmtree(self.generation(number), ignore_errors=True)


def read_settings(folder: Path) -> Settings:
    """Return what a generation was built with; raises :class:`IndexStale` where its layout cannot be read."""
    try:
        values = json.loads((folder / SETTINGS).read_bytes())
        analyzer = Analyzer(str(values["analyzer"]), str(values.get("sources", "")))
        settings = Settings(str(values["layout"]), analyzer)
    except FileNotFoundError as error:
        raise IndexMissing(folder.parent.parent) from error
    except (ValueError, KeyError, TypeError) as error:
        raise IndexCorrupt(folder / SETTINGS, "cannot be read") from error
    if settings.layout != LAYOUT:
        raise IndexStale(settings.layout, LAYOUT, folder.parent.parent)
    return settings


def latest_commit(folder: Path) -> int:
    """Return the number of the newest commit; raises :class:`IndexMissing` where there is none."""
    try:
        names = os.listdir(folder)  # noqa: PTH208  # names are enough, and it runs at every search
    except FileNotFoundError as error:
        raise IndexMissing(folder.parent.parent) from error
    found = [int(match[1]) for name in names if (match := _TOC_NAME.fullmatch(name))]
    if not found:
        raise IndexMissing(folder.parent.parent)
    return max(found)


def commit_time(folder: Path, number: int) -> datetime:
    """Return when a commit was made."""
    return datetime.fromtimestamp((folder / f"_{INDEX_NAME}_{number}.toc").stat().st_mtime, UTC)


def read_commit(folder: Path, number: int) -> Commit:
    """Return a commit; raises :class:`FileNotFoundError` where it is gone, :class:`IndexCorrupt` where it cannot be
    read.
    """
    name = f"_{INDEX_NAME}_{number}.toc"
    memory = RamStorage()
    memory.files[name] = (folder / name).read_bytes()
    try:
        toc = TOC.read(memory, INDEX_NAME, gen=number)
    except Exception as error:  # a damaged pickle may raise anything
        raise IndexCorrupt(folder / name, f"cannot be read ({error})") from error
    return Commit(number, tuple(toc.segments))


def write_commit(folder: Path, commit: Commit, user_data: bytes | None, groups: Groups) -> None:
    """Make ``commit`` the newest of its generation, durably; its segments are durable already."""
    write_durably(_groups_of(folder, commit.number), groups.packed())
    if user_data is not None:
        write_durably(folder / f"user_{commit.number}.bin", user_data)
    sync_folder(folder)
    memory = RamStorage()
    TOC(schema(), list(commit.segments), commit.number).write(memory, INDEX_NAME)
    name = f"_{INDEX_NAME}_{commit.number}.toc"
    write_durably(folder / name, memory.files[name])


def read_groups(folder: Path, number: int) -> Groups:
    """Return which documents of a commit are reprints of which; raises :class:`FileNotFoundError` where the commit is
    gone, :class:`IndexCorrupt` where they cannot be read.
    """
    path = _groups_of(folder, number)
    try:
        return Groups.unpacked(path.read_bytes())
    except ValueError as error:
        raise IndexCorrupt(path, f"cannot be read ({error})") from error


def _groups_of(folder: Path, number: int) -> Path:
    return folder / f"groups_{number}.bin"


def read_user_data(folder: Path, number: int) -> bytes | None:
    """Return what was stored with a commit, or None."""
    try:
        return (folder / f"user_{number}.bin").read_bytes()
    except FileNotFoundError:
        return None


def clean(folder: Path, commit: Commit) -> None:
    """Delete what ``commit`` does not need: older commits, segments that were merged, files that a crash left
    behind.
    """
    kept = {f"_{INDEX_NAME}_{commit.number}.toc", f"user_{commit.number}.bin", _groups_of(folder, commit.number).name}
    segments = {segment.segment_id() for segment in commit.segments}
    for path in list(folder.iterdir()):
        match = _OURS.fullmatch(path.name)
        if match and path.name not in kept and match[2] not in segments:
            # On Windows a file that a reader has open stays until the next commit.
            with contextlib.suppress(OSError):
                path.unlink()


def write_durably(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` in one step that survives a power cut: another name, sync, rename, sync of the
    folder.
    """
    temporary = path.with_name(f"{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames and new names in ``folder`` durable, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def write_lock(root: Path) -> Iterator[None]:
    """Hold the lock of an index; it goes with the process. Raises :class:`IndexLocked` where another process or
    thread holds it.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / "write.lock").open("a+b") as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise IndexLocked(root) from error
        yield


if os.name == "nt":  # pragma: no cover
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]

else:
    import fcntl

    def _lock(handle: int) -> None:
        # Bound to this open file: a second writer in the same process is kept out too. Worker processes are spawned,
        # not forked, so that none inherits it and keeps the lock when this process is killed.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
