"""What does one document hold of a plan, and what does that add to its score?

The same as :mod:`.evaluate` finds for all documents at once, without a look at the others where that is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...query import plan as p
from ...ranking import idf
from ..base import Contribution
from .postings import TermPostings
from .snapshot import Mask, Postings, Snapshot


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
        recency = plan.recency * float(self._snapshot.recency[self._number])
        added.append(Contribution(p.AllOf(()), "recency", recency))
        return tuple(one for one in added if one.value)

    def _added(self, score: p.Score) -> float:
        """Return what ``score`` adds to the document."""
        postings = self._snapshot.postings(score.term.field, score.term.text)
        for one, at in self._own(postings):
            weight = score.weight * idf(self._snapshot.documents, postings.holding)
            if not score.frequency:
                return weight
            count = int(one.counts[at])
            return weight * count / (count + float(self._snapshot.norms(score.term.field, score.b)[self._number]))
        return 0.0

    def holds(self, node: p.Node) -> bool:
        """Return whether the document satisfies ``node``."""
        match node:
            case p.Term(name, text):
                return any(True for _ in self._own(self._snapshot.postings(name, text)))
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
            places = {place - offset for one, at in found for place in one.positions(at).tolist()}
            starts = places if starts is None else starts & places
            if not starts:
                return False
        return bool(starts)

    def _own(self, postings: Postings) -> Iterator[tuple[TermPostings, int]]:
        """Yield (postings of a segment, index in them) of the document's posting, if it has one."""
        for segment, base, one in postings.parts:
            size = len(self._snapshot.segments[segment].documents)
            if base <= self._number < base + size and (at := one.index(self._number - base)) >= 0:
                yield one, at
