"""Which documents satisfy a node of a plan? One boolean for each, node by node."""

from __future__ import annotations

import time
from collections import Counter

import numpy as np

from ...query import plan as p
from ...ranking import idf
from .phrases import Phrases, holding_all
from .snapshot import Mask, Postings, Scores, Snapshot


class OutOfTime(Exception):
    """The time budget of a search has run out."""


class Matching:
    """Finds the documents of one snapshot that satisfy nodes; with a ``deadline`` (of :func:`time.monotonic`, seconds)
    it raises :class:`OutOfTime` when that has passed.
    """

    def __init__(self, snapshot: Snapshot, deadline: float | None) -> None:
        self.snapshot = snapshot
        self.deadline = deadline
        self.phrases = Phrases(snapshot, self.check_time)
        self._masks: dict[p.Node, Mask] = {}

    def check_time(self) -> None:
        """Raise :class:`OutOfTime` where the deadline has passed."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise OutOfTime

    def mask(self, node: p.Node) -> Mask:
        """Return which live documents satisfy ``node``; not to be changed."""
        known = self._masks.get(node)
        if known is None:
            self.check_time()
            known = self._masks[node] = self._mask(node)
        return known

    def _mask(self, node: p.Node) -> Mask:
        match node:
            case p.Term(name, text):
                return self._holding(self.snapshot.postings(name, text))
            case p.Phrase(name, terms):
                return self.phrases.mask(name, terms)
            case p.Prefix(name, text):
                return self._prefix(name, text)
            case p.AnyOf(nodes):
                return self._any_of(nodes)
            case p.AllOf(nodes):
                return self._all_of(nodes)
            case p.Without(keep, drop):
                return self.mask(keep) & ~self.mask(drop)
            case p.MostOf(nodes, share):
                return self._most_of(nodes, share)

    def _any_of(self, nodes: tuple[p.Node, ...]) -> Mask:
        found = np.zeros(self.snapshot.size, bool)
        for node in nodes:
            if isinstance(node, p.Term):
                self._mark(self.snapshot.postings(node.field, node.text), found)
            else:
                found |= self.mask(node)
        return found if self.snapshot.all_live else found & self.snapshot.live

    def _all_of(self, nodes: tuple[p.Node, ...]) -> Mask:
        terms = [self.snapshot.postings(*node) for node in nodes if isinstance(node, p.Term)]
        found = self._holding_all(terms) if terms else self.snapshot.live.copy()
        for node in nodes:
            if not found.any():
                break
            if not isinstance(node, p.Term):
                found &= self.mask(node)
        return found

    def _holding_all(self, terms: list[Postings]) -> Mask:
        found = np.zeros(self.snapshot.size, bool)
        for at, base in enumerate(self.snapshot.bases):
            own = [one for postings in terms for segment, _, one in postings.parts if segment == at]
            if len(own) == len(terms):
                found[holding_all(own) + base] = True
        return found if self.snapshot.all_live else found & self.snapshot.live

    def _holding(self, postings: Postings) -> Mask:
        found = np.zeros(self.snapshot.size, bool)
        self._mark(postings, found)
        return found if self.snapshot.all_live else found & self.snapshot.live

    def _mark(self, postings: Postings, found: Mask) -> None:
        """Set those of ``found`` that hold a term, deleted ones too."""
        for at, _, one in postings.parts:
            one.mark(found[self.snapshot.documents_of(at)])

    def _most_of(self, nodes: tuple[p.Node, ...], share: float) -> Mask:
        masses: Scores = np.zeros(self.snapshot.size)
        total, satisfied = 0.0, 0
        for node in nodes:
            mask = self.mask(node)
            holding = int(np.count_nonzero(mask))
            if holding:
                mass = idf(self.snapshot.documents, holding)
                total, satisfied = total + mass, satisfied + 1
                masses += mask * mass
        needed = share * total * len(nodes) / max(1, satisfied)
        return (masses >= needed - 1e-9) & (masses > 0)

    def _prefix(self, name: str, text: str) -> Mask:
        counts: Counter[bytes] = Counter()
        for at, segment in enumerate(self.snapshot.segments):
            self.check_time()
            terms = segment.fields[name].terms
            numbers = terms.prefixed(text.encode("utf-8", "replace"))
            held = self.snapshot.holding(at, name, numbers)
            if len(self.snapshot.segments) == 1 and len(held) > p.MAX_EXPANSION:
                # The terms are in order, and of equally frequent ones the first are taken.
                chosen = np.argsort(-held, kind="stable")[: p.MAX_EXPANSION]
            else:
                chosen = np.arange(len(held))
            for number in chosen.tolist():
                counts[terms[numbers.start + number]] += int(held[number])
        held_by = [term for term in counts if counts[term]]
        best = sorted(held_by, key=lambda term: (-counts[term], term))[: p.MAX_EXPANSION]
        return self.mask(p.AnyOf(tuple(p.Term(name, term.decode()) for term in best)))
