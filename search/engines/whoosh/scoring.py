"""What do terms add to the scores of the documents of one segment?

Many lists of postings are short, so that what a term costs counts for more than what it holds: all lists of a segment
are added up in one go. Terms with a row of counts are added row by row, to the documents that matter only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from ...query import plan as p
from .postings import Ints, TermPostings
from .snapshot import Mask, Scores, Snapshot

_FEW = 4
"""One document in so many is few: of all postings only theirs are then looked at."""


def worths(scores: Sequence[p.Score]) -> Iterator[tuple[tuple[str, str, float], float, float]]:
    """Yield (field, term, b of BM25) of each term of ``scores``, with what it is worth by how often it stands there and
    by being there at all.
    """
    counted: defaultdict[tuple[str, str, float], float] = defaultdict(float)
    present: defaultdict[tuple[str, str], float] = defaultdict(float)
    for one in scores:
        if one.frequency:
            counted[one.term.field, one.term.text, one.b] += one.weight
        else:
            present[one.term.field, one.term.text] += one.weight
    for key, worth in counted.items():
        yield key, worth, present.pop(key[:2], 0.0)
    for (field, text), worth in present.items():
        yield (field, text, 0.0), 0.0, worth


class _Terms(list[tuple[TermPostings, float, float]]):
    """Postings of terms, with what each is worth by its counts and by being there."""


class SegmentScores:
    """Gathers the postings of one segment, and adds up what they give to the documents ``numbers`` of the snapshot,
    which are those of the mask ``hits``.
    """

    def __init__(self, snapshot: Snapshot, segment: int, hits: Mask, numbers: Ints) -> None:
        self._snapshot = snapshot
        self._every = snapshot.documents_of(segment)
        self._hits = hits[self._every]
        first, after = numbers.searchsorted((self._every.start, self._every.stop)).tolist()
        self._numbers = numbers[first:after]
        self._few = len(self._numbers) * _FEW < len(self._hits)
        self._lists: defaultdict[tuple[str, float], _Terms] = defaultdict(_Terms)
        self._rows: defaultdict[tuple[str, float], _Terms] = defaultdict(_Terms)

    def add(self, field: str, b: float, one: TermPostings, counted: float, present: float) -> None:
        """Take the postings of a term that adds ``counted`` · tf / (tf + norm), with the length normalisation ``b``,
        and ``present``.
        """
        (self._rows if one.is_row else self._lists)[field, b].append((one, counted, present))

    def add_to(self, scores: Scores) -> None:
        """Add everything to ``scores``, those of the whole snapshot."""
        if not len(self._numbers):
            return
        if self._lists:
            scores[self._every] += self._of_lists()
        if self._rows:
            scores[self._numbers] += self._of_rows()

    def _of_lists(self) -> Scores:
        """Return what the listed postings of all terms add, to every document of the segment."""
        terms = [term for own in self._lists.values() for term in own]
        sizes = [len(one) for one, _, _ in terms]
        docs = np.concatenate([one.docs for one, _, _ in terms])
        counts = np.concatenate([one.counts for one, _, _ in terms])
        term_of = np.repeat(np.arange(len(terms)), sizes)
        if self._few:
            (kept,) = self._hits[docs].nonzero()
            docs, counts, term_of = docs[kept], counts[kept], term_of[kept]
        # Terms of one field with one b follow one another.
        firsts = np.cumsum([0, *map(len, self._lists.values())])
        bounds = term_of.searchsorted(firsts).tolist()
        norms = np.empty(len(docs))
        for (field, b), (start, end) in zip(self._lists, pairwise(bounds), strict=True):
            norms[start:end] = self._norms(field, b)[docs[start:end]]
        added = np.asarray([counted for _, counted, _ in terms])[term_of]
        added *= counts / (counts + norms)
        if any(present for _, _, present in terms):
            added += np.asarray([present for _, _, present in terms])[term_of]
        return np.bincount(docs, added, len(self._hits)).astype(np.float64, copy=False)

    def _of_rows(self) -> Scores:
        """Return what the terms with rows add to each of the documents that matter."""
        added: Scores = np.zeros(len(self._numbers))
        own = self._numbers - self._every.start
        for (field, b), terms in self._rows.items():
            norms = self._norms(field, b)[own]
            for one, counted, present in terms:
                counts = one.counts_at(own) if self._few else one.row()[own]
                if counted:
                    added += counted * (counts / (counts + norms))
                if present:
                    added += present * (counts > 0)
        return added

    def _norms(self, field: str, b: float) -> Scores:
        return self._snapshot.norms(field, b)[self._every]
