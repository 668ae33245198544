"""What does one document hold of a plan, and what does that add to its score?

The same as :mod:`.evaluate` finds for all documents at once, without a look at the others where that is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from ...query import plan as p
from ...ranking import K1, idf, recency
from ..base import Contribution
from .documents import NO_INSTANT
from .postings import TermPostings
from .snapshot import Mask, Snapshot

Scores = NDArray[np.float64]


class OneDocument:
    """Live document ``number`` of a snapshot; ``mask`` tells all documents that satisfy a node."""

    def __init__(self, snapshot: Snapshot, number: int, mask: Callable[[p.Node], Mask]) -> None:
        self._snapshot = snapshot
        self._number = number
        self._mask = mask

    def explain(self, plan: p.Plan) -> tuple[Contribution, ...]:
        """Return what each entry of ``plan`` adds to the document."""
        added = [
            Contribution(score.term, "bm25" if score.frequency else "presence", self._added(score))
            for score in plan.scores
        ]
        added += [Contribution(bonus.node, "bonus", bonus.weight) for bonus in plan.bonuses if self.holds(bonus.node)]
        added.append(Contribution(p.AllOf(()), "recency", self._recency(plan)))
        return tuple(one for one in added if one.value)

    def _recency(self, plan: p.Plan) -> float:
        instant = int(self._snapshot.instants[self._number])
        return plan.recency * recency(None if instant == NO_INSTANT else instant, self._snapshot.newest)

    def _added(self, score: p.Score) -> float:
        """Return what ``score`` adds to the document."""
        postings = self._snapshot.postings(score.term.field, score.term.text)
        for segment, one in self._own(postings):
            weight = score.weight * idf(self._snapshot.documents, self._snapshot.count_live(postings))
            if not score.frequency:
                return weight
            return float(frequency_part(self._snapshot, score, weight, segment, one.docs, one.counts)[0])
        return 0.0

    def holds(self, node: p.Node) -> bool:
        """Return whether the document satisfies ``node``."""
        match node:
            case p.Term(name, text):
                return any(self._own(self._snapshot.postings(name, text)))
            case p.Phrase(name, terms):
                return self._holds_phrase(name, terms)
            case p.AnyOf(nodes):
                return any(map(self.holds, nodes))
            case p.AllOf(nodes):
                return all(map(self.holds, nodes))
            case p.Without(keep, drop):
                return self.holds(keep) and not self.holds(drop)
            case p.Prefix() | p.MostOf():
                return bool(self._mask(node)[self._number])

    def _holds_phrase(self, name: str, terms: tuple[str, ...]) -> bool:
        starts: set[int] | None = None
        for offset, term in enumerate(terms):
            found = self._own(self._snapshot.postings(name, term))
            places = {int(place) - offset for _, one in found for place in one.places_in(slice(None))[1]}
            starts = places if starts is None else starts & places
            if not starts:
                return False
        return bool(starts)

    def _own(self, postings: list[tuple[int, int, TermPostings]]) -> Iterator[tuple[int, TermPostings]]:
        """Yield (segment, posting) of the document from the postings of a term, if it has one."""
        for segment, base, one in postings:
            size = len(self._snapshot.segments[segment].documents)
            if base <= self._number < base + size and (found := _only(one, self._number - base)) is not None:
                yield segment, found


def frequency_part(
    snapshot: Snapshot,
    score: p.Score,
    weight: float,
    segment: int,
    docs: NDArray[np.generic],
    counts: NDArray[np.generic],
) -> Scores:
    """Return weight · BM25 of documents of a segment without its idf (which the weight holds); see
    :mod:`search.ranking`.
    """
    name = score.term.field
    lengths = snapshot.lengths(segment, name)[docs].astype(np.float64)
    norm = K1 * (1.0 - score.b + score.b * lengths / snapshot.average_length(name))
    times = counts.astype(np.float64)
    part: Scores = weight * times / (times + norm)
    return part


def _only(postings: TermPostings, doc: int) -> TermPostings | None:
    docs, counts, positions = postings.docs, postings.counts, postings.positions
    # Searched for as the array's own type: anything else would copy the array.
    at = int(np.searchsorted(docs, docs.dtype.type(min(doc, np.iinfo(docs.dtype).max))))
    if at == len(docs) or docs[at] != doc:
        return None
    if positions is not None:
        before = int(counts[:at].sum(dtype=np.int64))
        positions = positions[before : before + int(counts[at])]
    return TermPostings(docs[at : at + 1], counts[at : at + 1], positions)
