"""What does an open commit hold, seen as one whole?

All segments one after another: document number d of the snapshot is document d - base of the segment whose range
holds d.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ...analysis.fingerprint import Analyzer
from ...analysis.views import FIELDS
from ...memo import Memo
from ...page import FACETS
from ...query.plan import Node, Term
from ...ranking import K1, RECENCY_HALF_LIFE
from ..base import Stored
from ..integers import Ints
from .documents import NO_INSTANT
from .facets import FacetColumn, facet_column
from .folder import Commit, commit_time, read_groups
from .postings import FieldPostings, TermPostings
from .postings_file import ID_FIELD
from .record import Record, unpack_offsets
from .segments import OpenSegment

PHRASES_REMEMBERED = 512

DOCUMENTS_REMEMBERED = 256
"""Stored documents that were shown: the same ones are found by many a query, and shown again on the way back."""

POSTINGS_REMEMBERED = 1 << 22
"""Postings of terms that were looked up (some 3 to 5 bytes each)."""

_ROOM_OF_TERM = 128
"""Postings that would take as much room as a term by itself."""

Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]


class Postings(NamedTuple):
    """The postings of a term as (number of the segment, its base, postings) of the segments that have any, and how many
    live documents they name.
    """

    parts: list[tuple[int, int, TermPostings]]
    holding: int


class Snapshot:
    """A reader (:class:`search.engines.base.Reader`) of one commit; all its files are open, so nothing can vanish
    under it.
    """

    def __init__(self, folder: Path, commit: Commit, analyzer: Analyzer) -> None:
        self.folder = folder
        self.commit = commit
        self.analyzer = analyzer
        self.updated = commit_time(folder, commit.number)
        self.groups = read_groups(folder, commit.number)
        self.segments = [OpenSegment.open(folder, segment) for segment in commit.segments]
        sizes = [len(segment.documents) for segment in self.segments]
        self.bases = [sum(sizes[:at]) for at in range(len(sizes))]
        self.size = sum(sizes)
        self.live: Mask = np.concatenate([np.ones(0, np.bool_), *(segment.live for segment in self.segments)])
        self.documents = int(self.live.sum())
        self.all_live = self.documents == self.size
        self.phrases: Memo[tuple[str, tuple[str, ...]], NDArray[np.uint8]] = Memo(PHRASES_REMEMBERED)
        """The documents, a bit for each, of phrases that were looked for."""
        self._looked_up: Memo[tuple[str, str], Postings] = Memo(POSTINGS_REMEMBERED)
        self._shown: Memo[int, Record] = Memo(DOCUMENTS_REMEMBERED)

    def documents_of(self, segment: int) -> slice:
        """Return which documents of the whole are those of a segment."""
        base = self.bases[segment]
        return slice(base, base + len(self.segments[segment].documents))

    def pinned(self, *, whole: bool = False) -> Self:  # noqa: ARG002
        """Return itself."""
        return self

    def close(self) -> None:
        """Do nothing: nothing is kept."""

    def expect(self, text: str = "", *, terms: Iterable[Node] = (), words: Iterable[str] = ()) -> None:
        """Do nothing: what is asked is looked up where it lies."""

    def frequency(self, field: str, term: str) -> int:
        """Return the number of live documents that hold ``term`` in ``field``."""
        if (field, term) in self._looked_up or not self.all_live:
            return self.postings(field, term).holding
        text = term.encode("utf-8", "replace")
        return sum([postings.held(text) for _, _, postings in self._in_segments[field]])

    def frequencies(self, terms: Sequence[Term]) -> list[int]:
        """Return the frequency of each of ``terms``."""
        return [self.frequency(term.field, term.text) for term in terms]

    def vocabulary(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Yield the terms that start with ``prefix``, each with the number of live documents that hold it: one pass
        over the term list, and over the postings where documents were deleted.
        """
        counts: Counter[bytes] = Counter()
        for at, segment in enumerate(self.segments):
            terms = segment.fields[field].terms
            numbers = terms.prefixed(prefix.encode("utf-8", "replace")) if prefix else range(len(terms))
            held = self.holding(at, field, numbers).tolist()
            found = terms if len(numbers) == len(terms) else map(terms.__getitem__, numbers)
            counts.update(dict(zip(found, held, strict=True)))
        # UTF-8 sorts as code points do.
        in_order = counts.items() if len(self.segments) == 1 else sorted(counts.items())
        yield from ((term.decode(), count) for term, count in in_order if count)

    def holding(self, segment: int, field: str, numbers: range) -> Ints:
        """Return for each of these terms of a field of a segment how many live documents hold it."""
        postings = self.segments[segment].fields[field]
        starts = postings.starts[numbers.start : numbers.stop + 1].astype(np.int64)
        if not self.all_live and numbers:
            live = self.live[self.bases[segment] :][postings.postings(numbers)[0]]
            starts = np.concatenate(([0], np.cumsum(live)))[starts - starts[0]]
        return np.diff(starts)

    def held(self, segment: int, field: str, number: int) -> int:
        """Return how many live documents hold the term with ``number`` of a field of a segment."""
        postings = self.segments[segment].fields[field]
        if self.all_live:
            return postings.size(number)
        return int(self.live[self.bases[segment] :][postings.numbered(number).docs].sum())

    @property
    def text_length(self) -> int:
        """The length of the text over all live documents."""
        return self.length("text")

    def length(self, field: str) -> int:
        """Return the length of a field, summed over live documents."""
        return sum(
            int(segment.fields[field].lengths[self.live[base : base + len(segment.documents)]].sum(dtype=np.int64))
            for base, segment in zip(self.bases, self.segments, strict=True)
        )

    def spelled(self, facet: str, key: str) -> str | None:
        """Return the commonest spelling of a facet key."""
        return self.facets[facet].spelled.get(key)

    def stored(self, number: int) -> Stored:
        """Return the document with ``number``."""
        return self._stored(number)

    def stored_together(self, numbers: Sequence[int]) -> list[Record]:
        """Return the documents ``numbers``, with their offsets."""
        found = list(map(self._stored, numbers))
        if new := [one for one in found if not one.has_offsets]:
            unpack_offsets(new)
        return found

    def _stored(self, number: int) -> Record:
        known = self._shown.known(number)
        if known is None:
            at = bisect_right(self.bases, number) - 1
            known = self.segments[at].stored(number - self.bases[at])
            self._shown.put(number, known)
        return known

    def release(self) -> None:
        """Let go of the pages of the files that documents were read through."""
        for segment in self.segments:
            for file in segment.files:
                file.release()

    def heading(self, number: int) -> tuple[str, str]:
        """Return (id, title) of the document with ``number``."""
        at = bisect_right(self.bases, number) - 1
        return self.segments[at].documents.heading(number - self.bases[at])

    def number(self, id_: str) -> int | None:
        """Return the number of the live document with ``id_``."""
        for base, segment in zip(self.bases, self.segments, strict=True):
            number = segment.number(id_)
            if number is not None:
                return base + number
        return None

    def ids(self) -> Iterator[str]:
        """Yield the ids of all live documents."""
        for segment in self.segments:
            deleted = segment.segment.deleted_docs()
            yield from (id_ for number, id_ in enumerate(segment.ids()) if number not in deleted)

    def postings(self, field: str, term: str) -> Postings:
        """Return the postings of ``term`` in ``field`` of all segments."""
        known = self._looked_up.known((field, term))
        return self._look_up(field, term) if known is None else known

    def _look_up(self, field: str, term: str) -> Postings:
        text = term.encode("utf-8", "replace")
        parts, holding = [], 0
        for at, base, postings in self._in_segments[field]:
            one = postings.term(text)
            if one is not None:
                parts.append((at, base, one))
                holding += len(one) if self.all_live else int(self.live[base:][one.docs].sum())
        found = Postings(parts, holding)
        self._looked_up.put((field, term), found, holding + _ROOM_OF_TERM)
        return found

    @cached_property
    def _in_segments(self) -> dict[str, list[tuple[int, int, FieldPostings]]]:
        """The (number of the segment, its base, postings) of all segments, by field."""
        placed = [*zip(range(len(self.segments)), self.bases, self.segments, strict=True)]
        names = (ID_FIELD, *(spec.name for spec in FIELDS))
        return {name: [(at, base, one.fields[name]) for at, base, one in placed] for name in names}

    def norms(self, field: str, b: float) -> Scores:
        """Return K1 · (1 - b + b · len / avg) of each document, what BM25 adds to a frequency in its denominator."""
        known = self._norms.get((field, b))
        if known is None:
            lengths = np.concatenate([one.fields[field].lengths.astype(np.float64) for one in self.segments])
            average = self.length(field) / max(1, self.documents)
            # A field that is empty everywhere holds no term, so its norms are never used.
            known = self._norms[field, b] = K1 * (1.0 - b + b * lengths / (average or 1.0))
        return known

    @cached_property
    def _norms(self) -> dict[tuple[str, float], Scores]:
        return {}

    @cached_property
    def recency(self) -> Scores:
        """What each document gets for its date, as a share of what the newest one gets."""
        shares = np.zeros(self.size)
        if self.newest is not None:
            dated = self.instants != NO_INSTANT
            shares[dated] = np.exp2((self.instants[dated] - self.newest) / RECENCY_HALF_LIFE)
        return shares

    @cached_property
    def instants(self) -> Ints:
        """Seconds since 1970 of each document's publication, or NO_INSTANT."""
        return np.concatenate([np.empty(0, np.int64), *(one.documents.instants for one in self.segments)])

    @cached_property
    def newest(self) -> int | None:
        """The latest instant of a live document, or None where none has a date."""
        dated = self.instants[self.live & (self.instants != NO_INSTANT)]
        return int(dated.max()) if dated.size else None

    @cached_property
    def days(self) -> NDArray[np.int32]:
        """The proleptic ordinal of each document's day, or 0."""
        return np.concatenate([np.empty(0, np.int32), *(one.documents.days for one in self.segments)])

    @cached_property
    def months(self) -> tuple[Ints, list[str]]:
        """The month of each document's day as an index into a list of months (YYYY-MM), ascending; the first is that of
        documents without a date, which has no name.
        """
        epoch = date(1970, 1, 1).toordinal()
        months = (self.days - epoch).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        dated = self.days > 0
        first = int(months[dated].min(initial=0))
        held = np.bincount(months[dated] - first) > 0
        numbers = np.zeros(self.size, np.int64)
        numbers[dated] = np.cumsum(held)[months[dated] - first]
        return numbers, ["", *(np.flatnonzero(held) + first).astype("datetime64[M]").astype(str).tolist()]

    def id_bytes(self, number: int) -> bytes:
        """Return the id of a document as UTF-8."""
        at = bisect_right(self.bases, number) - 1
        return self.segments[at].fields[ID_FIELD].terms[int(self._id_ranks[at][number - self.bases[at]])]

    @cached_property
    def _id_ranks(self) -> list[Ints]:
        ranks = []
        for segment in self.segments:
            docs = segment.documents_by_id()
            inverse = np.empty(len(docs), np.int64)
            inverse[docs] = np.arange(len(docs))
            ranks.append(inverse)
        return ranks

    @cached_property
    def facets(self) -> dict[str, FacetColumn]:
        """The facets, with the values of all segments brought together under their keys."""
        parts = list(zip(self.bases, (segment.documents for segment in self.segments), strict=True))
        return {facet: facet_column(facet, parts, self.live) for facet in FACETS}
