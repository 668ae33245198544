"""What do terms add to the scores of the documents of one segment?

Term by term: what a list of postings touches fits the cache of the processor, as do the arrays that it makes. Where
few documents matter, only theirs are looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from ...query import plan as p
from ...ranking import idf
from ..integers import Ints
from .arrays import Array
from .matching import Matching
from .order import OpenBonus
from .postings import TermPostings
from .snapshot import Mask, Scores, Snapshot

_FEW = 4
"""One document in so many is few."""

_SHORT = 512
"""Postings that are scored in less time than it takes to tell which of them matter."""


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


def score(matching: Matching, plan: p.Plan, matched: Mask, numbers: Ints) -> tuple[Scores, tuple[OpenBonus, ...]]:
    """Return what ``plan`` gives to each of the documents ``numbers``, those of the mask ``matched``; and the bonuses
    that are not decided yet.
    """
    snapshot = matching.snapshot
    scores: Scores = np.zeros(snapshot.size)
    parts = [SegmentScores(snapshot, at, matched, numbers, scores) for at in range(len(snapshot.segments))]
    for (field, text, b), counted, present in worths(plan.scores):
        postings = snapshot.postings(field, text)
        if not postings.parts:
            continue
        matching.check_time()
        rarity = idf(snapshot.documents, postings.holding)
        for segment, _, one in postings.parts:
            parts[segment].add(field, b, one, counted * rarity, present * rarity)
    for part in parts:
        part.finish()
    undecided = tuple(one for bonus in plan.bonuses for one in _add_bonus(matching, bonus, scores))
    of_numbers = scores[numbers]
    if plan.recency:
        of_numbers += plan.recency * snapshot.recency[numbers]
    return of_numbers, undecided


def _add_bonus(matching: Matching, bonus: p.Bonus, scores: Scores) -> Iterator[OpenBonus]:
    """Add a bonus where it is certain, and yield what of it is open."""
    if not isinstance(bonus.node, p.Phrase):
        scores[matching.mask(bonus.node)] += bonus.weight
        return
    sifted = matching.phrases.sift(bonus.node.field, bonus.node.terms)
    scores[sifted.certain] += bonus.weight
    if sifted.possible.size:
        yield OpenBonus(sifted.possible, bonus.weight, bonus.node)


class SegmentScores:
    """Adds up, in ``scores``, what terms give to the documents of one segment. Documents ``numbers`` matter, those of
    the mask ``hits``; all three are of the whole snapshot.
    """

    def __init__(self, snapshot: Snapshot, segment: int, hits: Mask, numbers: Ints, scores: Scores) -> None:
        self._snapshot = snapshot
        self._every = every = snapshot.documents_of(segment)
        self._hits = hits[every]
        first, after = numbers.searchsorted((every.start, every.stop)).tolist()
        self._own = numbers[first:after] - every.start
        self._few = len(self._own) * _FEW < len(self._hits)
        self._scores = scores[every]
        self._of_own = np.zeros(len(self._own))
        self._norms: dict[tuple[str, float], Scores] = {}
        self._own_norms: dict[tuple[str, float], Scores] = {}

    def add(self, field: str, b: float, one: TermPostings, counted: float, present: float) -> None:
        """Add what a term gives: ``counted`` · tf / (tf + norm), with length normalisation ``b``, and ``present``."""
        if one.is_row:
            norms = self._own_norms.get((field, b))
            if norms is None:
                norms = self._own_norms[field, b] = self._norms_of(field, b)[self._own]
            counts = one.counts_at(self._own) if self._few else one.row()[self._own]
            if counted:
                self._of_own += _bm25(counts, norms, counted)
            if present:
                self._of_own += present * (counts > 0)
            return
        docs, counts = one.docs.astype(np.intp), one.counts
        if self._few and len(docs) > _SHORT:
            (kept,) = self._hits[docs].nonzero()
            docs, counts = docs[kept], counts[kept]
        added = _bm25(counts, self._norms_of(field, b)[docs], counted)
        if present:
            added += present
        self._scores[docs] += added

    def finish(self) -> None:
        """Add what was kept apart so far."""
        self._scores[self._own] += self._of_own

    def _norms_of(self, field: str, b: float) -> Scores:
        norms = self._norms.get((field, b))
        if norms is None:
            norms = self._norms[field, b] = self._snapshot.norms(field, b)[self._every]
        return norms


def _bm25(counts: Array, norms: Scores, worth: float) -> Scores:
    """Return worth · tf / (tf + norm); see :mod:`search.ranking`."""
    added: Scores = counts + norms
    np.divide(counts, added, out=added)
    added *= worth
    return added
