"""How does an open index keep up with commits and rebuilds?"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from ...analysis.fingerprint import fingerprint
from ...errors import IndexCorrupt, IndexMissing, SearchError
from ...page import IndexInfo
from ..base import Commit, Writer
from .evaluate import ArrayReader
from .folder import Folder, latest_commit, read_commit, read_settings, read_user_data

TRIES = 20
"""How often a commit is read anew when a writer deleted it while it was being opened."""

_log = logging.getLogger(__name__)


class WhooshEngine:
    """An index on disk, open for searching; opens its newest commit at once."""

    def __init__(self, root: Path, *, generation: int | None = None) -> None:
        self._folder = Folder(root)
        self._fixed = generation
        self._lock = threading.Lock()
        self._snapshot: ArrayReader | None = None
        self._refused: tuple[int, int] | None = None
        self.reader()

    def reader(self) -> ArrayReader:
        """Return a reader of the newest commit of the live generation.

        Where that cannot be read and an older one is open, the older one goes on serving, with a warning in the log.
        """
        snapshot = self._snapshot
        try:
            newest = self._newest()
        except SearchError:
            if snapshot is None:
                raise
            return snapshot
        if snapshot is not None and newest in {_identity(snapshot), self._refused}:
            return snapshot
        with self._lock:
            if self._snapshot is None or newest != _identity(self._snapshot):
                self._refresh(newest)
            assert self._snapshot is not None  # noqa: S101  # set or raised
            return self._snapshot

    def _newest(self) -> tuple[int, int]:
        generation = self._folder.current() if self._fixed is None else self._fixed
        return generation, latest_commit(self._folder.generation(generation))

    def _refresh(self, newest: tuple[int, int]) -> None:
        try:
            self._snapshot = self._open()
        except SearchError as error:
            if self._snapshot is None:
                raise
            _log.warning("cannot open the newest commit, the one before goes on serving: %s", error)
            self._refused = newest

    def _open(self) -> ArrayReader:
        for last in (*[False] * TRIES, True):
            generation, commit = self._newest()
            folder = self._folder.generation(generation)
            try:
                settings = read_settings(folder)
                snapshot = ArrayReader(folder, read_commit(folder, commit), settings.analyzer)
            except (FileNotFoundError, IndexMissing) as error:
                # A writer's next commit may have deleted it meanwhile; if nothing newer has come, a file really is
                # missing.
                if last or self._newest() == (generation, commit):
                    raise IndexCorrupt(folder, f"a file is missing ({error})") from error
                continue
            if not settings.analyzer.is_own:
                found = settings.analyzer.fingerprint
                _log.warning("the index was analysed by %s, this version is %s", found, fingerprint())
            return snapshot
        raise AssertionError  # the last try returns or raises

    def writer(self, *, rebuild: bool = False, workers: int = 1) -> Writer:
        """Return the write side."""
        from .writer import open_writer  # and worker processes, which no search needs

        return open_writer(self._folder.root, rebuild=rebuild, workers=workers)

    def info(self) -> IndexInfo:
        """Return the state of the index."""
        snapshot = self.reader()
        generation, commit = _identity(snapshot)
        return IndexInfo(
            path=str(self._folder.root),
            engine="whoosh",
            documents=snapshot.documents,
            deleted=snapshot.size - snapshot.documents,
            segments=len(snapshot.segments),
            generation=generation,
            commit=commit,
            bytes=sum(file.size for segment in snapshot.segments for file in segment.files),
            analyzer=snapshot.analyzer.fingerprint,
            stale=not snapshot.analyzer.is_own,
            updated=snapshot.updated,
        )

    @property
    def commit(self) -> Commit:
        """The newest commit of the live generation."""
        snapshot = self.reader()
        return Commit(*_identity(snapshot), snapshot.updated)

    def check(self) -> list[str]:
        """Read every file of the newest commit; return what is wrong."""
        return [problem for segment in self.reader().segments for problem in segment.check()]

    @property
    def user_data(self) -> bytes | None:
        """What the newest commit stored beside the documents."""
        snapshot = self.reader()
        return read_user_data(snapshot.folder, snapshot.commit.number)

    def close(self) -> None:
        """Let go of the newest commit; readers in use keep theirs."""
        self._snapshot = None


def _identity(snapshot: ArrayReader) -> tuple[int, int]:
    return int(snapshot.folder.name), snapshot.commit.number
