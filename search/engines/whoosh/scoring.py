"""What do terms add to the scores of the documents of one segment?

Many lists of postings are short, so that what a term costs counts for more than what it holds: all lists of a segment
are added up in one go. Terms with a row of counts are added row by row, to the documents that matter only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...query import plan as p
from .arrays import Array
from .postings import Ints, TermPostings
from .snapshot import Mask, Scores, Snapshot

_FEW = 4
"""One document in so many is few: of all postings only theirs are then looked at."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What a term adds: ``counted`` · tf / (tf + norm) with the length normalisation ``b``, and ``present``."""

    counted: float = 0.0
    present: float = 0.0
    b: float = 0.0

    def scaled(self, factor: float) -> Worth:
        """Return the worth times ``factor``."""
        return Worth(self.counted * factor, self.present * factor, self.b)


def worths(scores: Sequence[p.Score]) -> list[tuple[p.Term, Worth]]:
    """Return the worth of each term of ``scores``; twice the same only where it is counted with different ``b``."""
    found: dict[tuple[p.Term, float], Worth] = {}
    for one in scores:
        if one.frequency:
            before = found.get((one.term, one.b), Worth(b=one.b))
            found[one.term, one.b] = Worth(before.counted + one.weight, before.present, one.b)
    b_of: dict[p.Term, float] = dict(found.keys())
    for one in scores:
        if not one.frequency:
            key = one.term, b_of.get(one.term, 0.0)
            before = found.get(key, Worth(b=key[1]))
            found[key] = Worth(before.counted, before.present + one.weight, key[1])
    return [(term, worth) for (term, _), worth in found.items()]


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
        self._lists: defaultdict[tuple[str, float], list[tuple[TermPostings, Worth]]] = defaultdict(list)
        self._rows: defaultdict[tuple[str, float], list[tuple[TermPostings, Worth]]] = defaultdict(list)

    def add(self, field: str, one: TermPostings, worth: Worth) -> None:
        """Take the postings of a term."""
        (self._rows if one.is_row else self._lists)[field, worth.b].append((one, worth))

    def add_to(self, scores: Scores) -> None:
        """Add everything to ``scores``, those of the whole snapshot."""
        if not len(self._numbers):
            return
        if self._lists:
            scores[self._every] += self._of_lists()
        if self._rows:
            scores[self._numbers] += self._of_rows()

    def _of_lists(self) -> Scores:
        docs, added = [], []
        few = len(self._numbers) * _FEW < len(self._hits)
        for (field, b), terms in self._lists.items():
            own = np.concatenate([one.docs for one, _ in terms])
            counts = np.concatenate([one.counts for one, _ in terms])
            term_of = np.repeat(np.arange(len(terms)), [len(one) for one, _ in terms])
            if few:
                (kept,) = self._hits[own].nonzero()
                own, counts, term_of = own[kept], counts[kept], term_of[kept]
            docs.append(own)
            added.append(_bm25(counts, self._norms(field, b)[own], terms, term_of))
        return np.bincount(np.concatenate(docs), np.concatenate(added), len(self._hits)).astype(np.float64, copy=False)

    def _of_rows(self) -> Scores:
        added: Scores = np.zeros(len(self._numbers))
        own = self._numbers - self._every.start
        few = len(own) * _FEW < len(self._hits)
        for (field, b), terms in self._rows.items():
            norms = self._norms(field, b)[own]
            for one, worth in terms:
                counts = one.counts_at(own) if few else one.row()[own]
                if worth.counted:
                    added += worth.counted * (counts / (counts + norms))
                if worth.present:
                    added += worth.present * (counts > 0)
        return added

    def _norms(self, field: str, b: float) -> Scores:
        return self._snapshot.norms(field, b)[self._every]


def _bm25(counts: Array, norms: Scores, terms: Sequence[tuple[TermPostings, Worth]], term_of: Ints) -> Scores:
    """Return what each posting adds; ``term_of`` says which of ``terms`` it belongs to."""
    counted = np.asarray([worth.counted for _, worth in terms])
    added: Scores = counted[term_of] * (counts / (counts + norms))
    if any(worth.present for _, worth in terms):
        added += np.asarray([worth.present for _, worth in terms])[term_of]
    return added
