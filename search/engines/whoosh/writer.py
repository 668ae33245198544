"""How do documents get into the index?

Documents are collected into batches; each batch becomes a segment of its own, here or in a worker process. A commit
finds what the new documents replace, merges small segments, and puts a new table of contents in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import Self

from ...analysis.fingerprint import fingerprint
from ...analysis.pieces import forget, prepare
from ...document import Document
from ...errors import AnalyzerChanged, DuplicateDocument
from ..base import Merging
from ..workers import start_workers
from .codec import ArraySegment
from .folder import (
    Commit,
    Folder,
    clean,
    latest_commit,
    read_commit,
    read_groups,
    read_settings,
    read_user_data,
    write_commit,
    write_lock,
)
from .grouping import regrouped
from .merge import merge_segments
from .segment_writer import write_segment
from .segments import OpenSegment

BATCH_DOCUMENTS = 2000
BATCH_CHARACTERS = 3_000_000
"""A batch is full with so many documents or code points, whichever comes first: this bounds memory (a process takes
less than 300 MB) and lets the last batches end together. Larger ones are no faster.
"""

WORTH_WORKERS = 500
"""Fewer documents are analysed in this process: starting workers would take longer."""

APART = 8.0
"""A segment stays apart from all smaller ones where it is more than so many times as large as they are together.

Each segment adds .8 ms to a search for new words among 40,000 articles that takes 9 ms. Where 100 of them change again
and again, there are two or three segments, and a commit merges for .15 s; large segments are seldom written again.
"""

MUCH_DELETED = 0.2
"""A segment is written again where more than this share of its documents is deleted."""

LONG_MERGE = 5000
"""A merge of so many documents takes long enough, a second or more, to be announced."""

LARGEST_SEGMENT = 1 << 16
"""Documents of the largest segment that a merge makes: their numbers then take two bytes."""

LARGEST_POSTINGS = 3 << 27
"""Bytes of the postings that a merge makes one, which takes twice as much memory: 65,000 news articles have as many."""


@dataclass(slots=True)
class _Batch:
    """A batch under way: the ids in the order of its documents, and the segment to come."""

    ids: tuple[str, ...]
    segment: Future[ArraySegment]


@dataclass(slots=True)
class _Changes:
    """What was asked for since the last commit."""

    waiting: dict[str, Document] = field(default_factory=dict)
    characters: int = 0
    batches: list[_Batch] = field(default_factory=list)
    newest: dict[str, _Batch | None] = field(
        default_factory=dict
    )  # id → the batch that holds its newest version; None: waiting
    deleted: set[str] = field(default_factory=set)


class WhooshWriter:
    """The write side of an index on disk (:class:`search.engines.base.Writer`)."""

    def __init__(self, folder: Folder, generation: int, workers: int, cleanup: ExitStack) -> None:
        self._folder = folder
        self._path = folder.generation(generation)
        self._cleanup = cleanup
        self._executor: Executor | None = None
        self._workers = workers
        self._changes = _Changes()
        self._commit = read_commit(self._path, latest_commit(self._path))
        self._groups = read_groups(self._path, self._commit.number)
        self._open = [OpenSegment.open(self._path, segment) for segment in self._commit.segments]
        self.generation = generation

    @property
    def user_data(self) -> bytes | None:
        """What the last commit of this generation stored beside the documents."""
        return read_user_data(self._path, self._commit.number)

    def add(self, document: Document) -> None:
        """Add ``document``; raises :class:`DuplicateDocument`."""
        if self._holds(document.id):
            raise DuplicateDocument(document.id)
        self.replace(document)

    def replace(self, document: Document) -> None:
        """Add ``document``, in place of the one with its id if there is one."""
        normal = document.normalized()
        changes = self._changes
        changes.waiting[normal.id] = normal
        changes.newest[normal.id] = None
        changes.characters += sum(len(text) for _, _, text in normal.blocks())
        full = len(changes.waiting) >= BATCH_DOCUMENTS or changes.characters >= BATCH_CHARACTERS
        if full or len(changes.waiting) >= WORTH_WORKERS:
            self._start_workers()
        if full:
            self._flush()

    def delete(self, id_: str) -> bool:
        """Remove the document with ``id_``; return whether there was one."""
        held = self._holds(id_)
        self._changes.waiting.pop(id_, None)
        self._changes.newest.pop(id_, None)
        self._changes.deleted.add(id_)
        return held

    def commit(self, user_data: bytes | None = None, *, purge: bool = False, merging: Merging | None = None) -> None:
        """Make everything so far visible and durable in one step; with ``purge``, leave nothing of what was deleted."""
        # The last documents are shared out, so that all workers end together.
        self._flush(self._workers if self._executor else 1)
        changes = self._changes
        done = [self._without_outdated(batch) for batch in changes.batches]
        self._stop_workers()
        touched = changes.newest.keys() | changes.deleted
        kept = [_without(segment, touched) for segment in self._open]
        fresh = [OpenSegment.open(self._path, segment) for segment in done]
        groups = regrouped(self._groups, kept, fresh, touched)
        live = [segment for segment in (*kept, *fresh) if segment.segment.doc_count()]
        merged = [self._rewritten(segment) for segment in live] if purge else self._merged(live, merging)
        data = self.user_data if user_data is None else user_data
        commit = Commit(self._commit.number + 1, tuple(segment.segment for segment in merged))
        write_commit(self._path, commit, data, groups)
        self._commit, self._groups, self._open, self._changes = commit, groups, merged, _Changes()
        clean(self._path, commit)
        if purge:
            self._folder.keep_only(self.generation)

    def publish(self) -> None:
        """Make this generation the live one."""
        self._folder.publish(self.generation)

    def close(self) -> None:
        """Drop what was not committed, stop the workers, let go of the lock."""
        for batch in self._changes.batches:
            batch.segment.cancel()
        self._cleanup.close()
        if self._path.is_dir():
            clean(self._path, self._commit)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _holds(self, id_: str) -> bool:
        changes = self._changes
        if id_ in changes.newest:
            return True
        return id_ not in changes.deleted and any(segment.number(id_) is not None for segment in self._open)

    def _start_workers(self) -> None:
        """Let worker processes get ready while documents are still being collected for them."""
        if self._workers > 1 and self._executor is None:
            self._executor = self._cleanup.enter_context(start_workers(self._workers, prepare))

    def _stop_workers(self) -> None:
        """End the workers: what they remember would take memory while segments are merged."""
        if self._executor:
            self._executor.shutdown()
            self._executor = None

    def _flush(self, parts: int = 1) -> None:
        """Send the waiting documents on their way to become a segment, or one for each of ``parts`` of them."""
        changes = self._changes
        waiting = list(changes.waiting.values())
        size = max(WORTH_WORKERS, -(-len(waiting) // parts), 1)
        for begin in range(0, len(waiting), size):
            documents = tuple(waiting[begin : begin + size])
            batch = _Batch(tuple(document.id for document in documents), self._submit(documents))
            changes.batches.append(batch)
            changes.newest |= dict.fromkeys(batch.ids, batch)
        changes.waiting, changes.characters = {}, 0

    def _submit(self, documents: tuple[Document, ...]) -> Future[ArraySegment]:
        if self._executor is None:
            done: Future[ArraySegment] = Future()
            done.set_result(write_segment(self._path, documents))
            return done
        # A batch waits until a worker is nearly free, so that documents do not pile up in memory.
        while (
            len(under_way := [one.segment for one in self._changes.batches if not one.segment.done()]) > self._workers
        ):
            wait(under_way, return_when=FIRST_COMPLETED)
        return self._executor.submit(write_segment, self._path, documents)

    def _without_outdated(self, batch: _Batch) -> ArraySegment:
        """Return a batch's segment without documents that were replaced or deleted after they had been sent on their
        way.
        """
        segment = batch.segment.result()
        outdated = [number for number, id_ in enumerate(batch.ids) if self._changes.newest.get(id_) is not batch]
        return segment.without(frozenset(outdated)) if outdated else segment

    def _merge(self, segments: list[OpenSegment]) -> OpenSegment:
        return OpenSegment.open(self._path, merge_segments(self._path, segments, ahead=self._workers > 1))

    def _rewritten(self, segment: OpenSegment) -> OpenSegment:
        """Return a segment without its deleted documents."""
        if not segment.segment.has_deletions():
            return segment
        return self._merge([segment])

    def _merged(self, segments: list[OpenSegment], merging: Merging | None) -> list[OpenSegment]:
        """Merge small segments, and write those anew of which much is deleted."""
        merged = []
        for group in plan_merge([_share(segment) for segment in segments]):
            parts = [segments[at] for at in group]
            if len(parts) == 1 and not _much_is_deleted(parts[0]):
                merged += parts
                continue
            documents = sum(segment.segment.doc_count() for segment in parts)
            if documents >= LONG_MERGE:
                forget()  # a merge takes memory of its own
                if merging:
                    merging(len(parts), documents)
            merged.append(self._merge(parts))
        return merged


def plan_merge(shares: Sequence[float]) -> list[list[int]]:
    """Return which of the segments become one; alone ones stay as they are. ``shares`` says of each how much it would
    fill of the largest segment that a merge makes.

    As many of the smallest as fit become one, but for those that are to stay :data:`APART` from all that are smaller;
    then as many of the rest, and so on.
    """
    groups: list[list[int]] = []
    rest = sorted(range(len(shares)), key=lambda at: (shares[at], at))
    while rest:
        sums = list(accumulate(shares[at] for at in rest))
        fitting = (
            count
            for count in range(len(rest), 1, -1)
            if sums[count - 1] <= 1.0 and shares[rest[count - 1]] <= APART * sums[count - 2]
        )
        count = next(fitting, 1)
        groups.append(sorted(rest[:count]))
        rest = rest[count:]
    return sorted(groups)


def _much_is_deleted(segment: OpenSegment) -> bool:
    own = segment.segment
    return bool(own.deleted_count() > MUCH_DELETED * own.doc_count_all())


def _share(segment: OpenSegment) -> float:
    documents: int = segment.segment.doc_count()
    return max(documents / LARGEST_SEGMENT, segment.files[0].size / LARGEST_POSTINGS)


def _without(segment: OpenSegment, ids: Iterable[str]) -> OpenSegment:
    numbers = {number for id_ in ids if (number := segment.number(id_)) is not None}
    if not numbers:
        return segment
    return replace(segment, segment=segment.segment.without(frozenset(numbers)))


def open_writer(root: Path, *, rebuild: bool, workers: int) -> WhooshWriter:
    """Open the write side of the index in ``root``; see :func:`search.open_writer`."""
    folder = Folder(root)
    with ExitStack() as stack:
        stack.enter_context(write_lock(root))
        folder.sweep()
        if rebuild:
            generation = max(folder.generations(), default=0) + 1
            folder.create(generation)
        elif (root / "CURRENT").exists():
            generation = folder.current()
            analyzer = read_settings(folder.generation(generation)).analyzer
            if not analyzer.is_own:
                raise AnalyzerChanged(analyzer.fingerprint, fingerprint(), root)
        else:
            generation = 1
            folder.create(generation)
            folder.publish(generation)
        return WhooshWriter(folder, generation, workers, stack.pop_all())


__all__ = ["WhooshWriter", "open_writer", "plan_merge"]
