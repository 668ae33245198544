"""What does an open commit hold, seen as one whole?

All segments one after another: document number d of the snapshot is document d - base of the segment whose range
holds d.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...analysis.fold import fold_keys
from ...facets import commonest, facet_key
from ...page import FACETS
from ..base import Stored
from .codec import ID_FIELD
from .documents import NO_INSTANT
from .folder import Commit, commit_time
from .postings import Ints, TermPostings
from .segments import OpenSegment

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """One facet of the whole snapshot: document ``docs[i]`` has value ``codes[i]``, whose key is ``keys[codes[i]]``."""

    keys: list[str]
    codes: Ints
    docs: Ints
    spelled: dict[str, str]
    valued: Mask


class Snapshot:
    """A reader (:class:`search.engines.base.Reader`) of one commit; all its files are open, so nothing can vanish
    under it.
    """

    def __init__(self, folder: Path, commit: Commit, analyzer: str) -> None:
        self.folder = folder
        self.commit = commit
        self.analyzer = analyzer
        self.updated = commit_time(folder, commit.number)
        self.segments = [OpenSegment.open(folder, segment) for segment in commit.segments]
        sizes = [len(segment.documents) for segment in self.segments]
        self.bases = [sum(sizes[:at]) for at in range(len(sizes))]
        self.size = sum(sizes)
        self.live = np.ones(self.size, bool)
        for base, segment in zip(self.bases, self.segments, strict=True):
            self.live[[base + number for number in segment.segment.deleted_docs()]] = False
        self.documents = int(self.live.sum())
        self.all_live = self.documents == self.size

    def frequency(self, field: str, term: str) -> int:
        """Return the number of live documents that hold ``term`` in ``field``."""
        return self.count_live(self.postings(field, term))

    def vocabulary(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Yield the terms that start with ``prefix``, each with the number of live documents that hold it: one pass
        over the term list, and over the postings where documents were deleted.
        """
        counts: Counter[bytes] = Counter()
        for base, segment in zip(self.bases, self.segments, strict=True):
            postings = segment.fields[field]
            ranks = postings.terms.prefixed(prefix.encode("utf-8", "replace"))
            terms = postings.terms if len(ranks) == len(postings.terms) else map(postings.terms.__getitem__, ranks)
            starts = postings.arrays.starts[ranks.start : ranks.stop + 1].astype(np.int64)
            if not self.all_live and ranks:
                live = self.live[base:][postings.arrays.docs[starts[0] : starts[-1]]]
                starts = np.concatenate(([0], np.cumsum(live)))[starts - starts[0]]
            counts.update(dict(zip(terms, np.diff(starts).tolist(), strict=True)))
        # UTF-8 sorts as code points do.
        in_order = counts.items() if len(self.segments) == 1 else sorted(counts.items())
        yield from ((term.decode(), count) for term, count in in_order if count)

    @cached_property
    def marked(self) -> dict[str, list[str]]:
        """The terms of field ``exact`` that are not ASCII, by what they fold to."""
        terms = {term for segment in self.segments for term in segment.fields["exact"].terms.marked()}
        listed = [term.decode() for term in sorted(terms)]
        found: defaultdict[str, list[str]] = defaultdict(list)
        for term, folded in zip(listed, fold_keys(listed), strict=True):
            found[folded].append(term)
        return dict(found)

    def length(self, field: str) -> int:
        """Return the length of a field, summed over live documents."""
        return round(self.average_length(field) * self.documents)

    def spelled(self, facet: str, key: str) -> str | None:
        """Return the commonest spelling of a facet key."""
        return self.facets[facet].spelled.get(key)

    def stored(self, number: int) -> Stored:
        """Return the document with ``number``."""
        at = bisect_right(self.bases, number) - 1
        return self.segments[at].documents.stored(number - self.bases[at])

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

    def postings(self, field: str, term: str) -> list[tuple[int, int, TermPostings]]:
        """Return (segment, its base, postings) for every segment that holds ``term`` in ``field``."""
        text = term.encode("utf-8", "replace")
        found = ((at, segment.fields[field].term(text)) for at, segment in enumerate(self.segments))
        return [(at, self.bases[at], postings) for at, postings in found if postings is not None]

    def count_live(self, postings: list[tuple[int, int, TermPostings]]) -> int:
        """Return how many live documents some postings name."""
        if self.all_live:
            return sum(len(one.docs) for _, _, one in postings)
        return sum(int(self.live[base:][one.docs].sum()) for _, base, one in postings)

    def lengths(self, segment: int, field: str) -> NDArray[np.generic]:
        """Return the lengths of a field in the documents of a segment."""
        return self.segments[segment].fields[field].arrays.lengths

    def average_length(self, field: str) -> float:
        """Return the mean length of a field over live documents."""
        if field not in self._averages:
            total = sum(
                int(self.lengths(at, field)[self.live[base : base + len(segment.documents)]].sum(dtype=np.int64))
                for at, (base, segment) in enumerate(zip(self.bases, self.segments, strict=True))
            )
            self._averages[field] = total / max(1, self.documents)
        return self._averages[field]

    @cached_property
    def _averages(self) -> dict[str, float]:
        return {}

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

    def id_bytes(self, number: int) -> bytes:
        """Return the id of a document as UTF-8."""
        at = bisect_right(self.bases, number) - 1
        return self.segments[at].fields[ID_FIELD].terms[int(self._id_ranks[at][number - self.bases[at]])]

    @cached_property
    def _id_ranks(self) -> list[Ints]:
        ranks = []
        for segment in self.segments:
            docs = segment.fields[ID_FIELD].arrays.docs
            inverse = np.empty(len(docs), np.int64)
            inverse[docs] = np.arange(len(docs))
            ranks.append(inverse)
        return ranks

    @cached_property
    def facets(self) -> dict[str, FacetColumn]:
        """The facets, with the values of all segments brought together under their keys."""
        return {facet: self._facet(facet) for facet in FACETS}

    def _facet(self, facet: str) -> FacetColumn:
        numbers: dict[str, int] = {}
        spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        codes, docs = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for base, segment in zip(self.bases, self.segments, strict=True):
            values, ranks, holders = segment.documents.facet(facet)
            keys = [facet_key(value) for value in values]
            numbered = np.asarray([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
            numbers_of_docs = holders.astype(np.int64) + base
            live = self.live[numbers_of_docs]
            codes.append(numbered[ranks[live]])
            docs.append(numbers_of_docs[live])
            for value, key, count in zip(
                values, keys, np.bincount(ranks[live], minlength=len(values)).tolist(), strict=True
            ):
                if count:
                    spellings[key][value] += count
        valued = np.zeros(self.size, bool)
        valued[np.concatenate(docs)] = True
        return FacetColumn(
            keys=list(numbers),
            codes=np.concatenate(codes),
            docs=np.concatenate(docs),
            spelled={key: commonest(counts) for key, counts in spellings.items()},
            valued=valued,
        )
