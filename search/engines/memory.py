"""The reference engine: dictionaries, in the obvious way.

It is the oracle of the contract tests and a fake for those who embed timtin: it behaves as the index on disk does,
slowly.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from ..analysis.fingerprint import fingerprint
from ..document import Document
from ..errors import DuplicateDocument, IndexLocked
from ..page import IndexInfo
from .base import Commit, Merging
from .memory_reader import Entry, MemoryReader, entry_of


@dataclass(frozen=True, slots=True)
class _State:
    """One commit."""

    entries: dict[str, Entry] = field(default_factory=dict)
    user_data: bytes | None = None
    commit: int = 0
    updated: datetime | None = None


class MemoryWriter:
    """Collects changes to a copy of the last commit and puts it in place as a whole."""

    def __init__(self, engine: MemoryEngine, *, rebuild: bool) -> None:
        self._engine = engine
        self._live = not rebuild
        self._state = _State() if rebuild else engine.state
        self._entries = dict(self._state.entries)
        self._closed = False
        self.generation = engine.generation + rebuild

    @property
    def user_data(self) -> bytes | None:
        """What the last commit stored beside the documents."""
        return self._state.user_data

    def add(self, document: Document) -> None:
        """Add ``document``; raises :class:`DuplicateDocument`."""
        if document.id in self._entries:
            raise DuplicateDocument(document.id)
        self.replace(document)

    def replace(self, document: Document) -> None:
        """Add or replace ``document``."""
        normal = document.normalized()
        self._entries[normal.id] = entry_of(normal)

    def delete(self, id_: str) -> bool:
        """Remove the document with ``id_``."""
        return self._entries.pop(id_, None) is not None

    def commit(
        self,
        user_data: bytes | None = None,
        *,
        purge: bool = False,  # noqa: ARG002  # nothing lingers
        merging: Merging | None = None,  # noqa: ARG002  # nor is there anything to merge
    ) -> None:
        """Put the changes in place; those of a rebuild are seen once it is published."""
        kept = self._state.user_data if user_data is None else user_data
        self._state = _State(dict(self._entries), kept, self._state.commit + 1, datetime.now(UTC))
        if self._live:
            self._engine.put(self._state, self.generation)

    def publish(self) -> None:
        """Make the last commit the live one."""
        self._live = True
        self._engine.put(self._state, self.generation)

    def close(self) -> None:
        """Let go of the lock."""
        if not self._closed:
            self._closed = True
            self._engine.lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class MemoryEngine:
    """An index that lives as long as this object."""

    def __init__(self) -> None:
        self.state = _State()
        self.generation = 1
        self.lock = threading.Lock()
        self._reader = MemoryReader(self.state.entries.values())

    def put(self, state: _State, generation: int) -> None:
        """Make ``state`` what readers see from now on."""
        self.state, self.generation = state, generation
        self._reader = MemoryReader(state.entries.values())

    def reader(self) -> MemoryReader:
        """Return a reader of the last commit."""
        return self._reader

    def writer(self, *, rebuild: bool = False, workers: int = 1) -> MemoryWriter:  # noqa: ARG002  # the contract's
        """Return the write side; raises :class:`IndexLocked` while there is another."""
        if not self.lock.acquire(blocking=False):
            raise IndexLocked(Path("memory:"))
        return MemoryWriter(self, rebuild=rebuild)

    def info(self) -> IndexInfo:
        """Return the state of the index."""
        state = self.state
        return IndexInfo(
            path="memory:",
            engine="memory",
            documents=len(state.entries),
            deleted=0,
            segments=1,
            generation=self.generation,
            commit=state.commit,
            bytes=0,
            analyzer=fingerprint(),
            stale=False,
            updated=state.updated,
        )

    @property
    def commit(self) -> Commit:
        """The newest commit."""
        return Commit(self.generation, self.state.commit, self.state.updated)

    def check(self) -> list[str]:
        """Nothing can be wrong in memory."""
        return []

    @property
    def user_data(self) -> bytes | None:
        """What the last commit stored beside the documents."""
        return self.state.user_data

    def close(self) -> None:
        """Nothing is open."""
