"""How is a plan carried out on arrays?

Matching works with one boolean per document and node; scoring adds into one float per document. What a phrase adds is
left open until it is known which documents it could bring onto the page (see :mod:`.order`).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial, reduce

import numpy as np

from ...query import plan as p
from ...ranking import idf
from ..base import Contribution, Found
from .order import OpenBonus, settle, top
from .phrases import Phrases
from .postings import Ints
from .scoring import SegmentScores, worths
from .single import OneDocument
from .snapshot import Mask, Postings, Scores, Snapshot
from .vocabulary import commonest, continuations, pairs, readings


class OutOfTime(Exception):
    """The time budget of a search has run out."""


class ArrayReader(Snapshot):
    """A reader (:class:`search.engines.base.Reader`) of one commit."""

    def run(self, plan: p.Plan, deadline: float | None = None) -> Found:
        """Carry out ``plan``."""
        return run_plan(self, plan, deadline)

    def continuations(self, keys: Sequence[str], words: int, most: int) -> dict[tuple[str, ...], int]:
        """Return what follows ``keys`` in a row, with the number of places where it does."""
        return continuations(self, keys, words, most)

    def commonest(self, field: str, prefix: str, most: int) -> list[tuple[str, int]]:
        """Return the ``most`` terms that start with ``prefix`` and that most live documents hold."""
        return commonest(self, field, prefix, most)

    def readings(self, folded: str) -> list[tuple[str, int]]:
        """Return the terms with accents that fold to ``folded``, each with its number of live documents."""
        return readings(self, folded)

    def pairs(self, field: str, befores: Sequence[str], words: Sequence[str]) -> list[tuple[int, int, int]]:
        """Return which pairs live documents hold, each with their number."""
        return pairs(self, field, befores, words)

    def explain(self, plan: p.Plan, number: int) -> tuple[Contribution, ...]:
        """Return what each entry of ``plan`` adds to a document."""
        return OneDocument(self, number, _Run(self, None).mask).explain(plan)

    def holds(self, node: p.Node, number: int) -> bool:
        """Return whether a document satisfies ``node``."""
        return OneDocument(self, number, _Run(self, None).mask).holds(node)


def run_plan(snapshot: Snapshot, plan: p.Plan, deadline: float | None) -> Found:
    """Carry out ``plan``; a match that is not known when time runs out counts nothing, an order that is not known is
    that by date.
    """
    run = _Run(snapshot, deadline)
    partial = False
    try:
        matched = run.mask(plan.match)
    except OutOfTime:
        matched, partial = np.zeros(snapshot.size, bool), True
    within = _in_range(snapshot, matched, plan.first, plan.last)
    in_range = _in_range(snapshot, within, plan.selection.first, plan.selection.last)
    selected = {
        facet: _selected(snapshot, plan.selection, facet)
        for facet in {*plan.selection.include, *plan.selection.exclude}
    }
    hits = reduce(np.logical_and, selected.values(), in_range)
    numbers = np.flatnonzero(hits)
    scores: Scores = np.zeros(snapshot.size)
    if plan.sort == "relevance" and plan.limit and not partial:
        try:
            run.score(plan, hits, numbers, scores)
        except OutOfTime:
            partial, scores = True, np.zeros(snapshot.size)
    facets = {}
    for facet in plan.facets:
        others = [mask for name, mask in selected.items() if name != facet]
        counted = numbers if facet not in selected else _numbers(in_range, others)
        facets[facet] = snapshot.facets[facet].count(counted)
    return Found(
        total=len(numbers),
        hits=top(snapshot, numbers, scores, plan),
        facets=facets,
        months=_months(snapshot, numbers if within is in_range else _numbers(within, selected.values()))
        if plan.months
        else {},
        partial=partial,
    )


class _Run:
    """One plan's evaluation over one snapshot."""

    def __init__(self, snapshot: Snapshot, deadline: float | None) -> None:
        self.snapshot = snapshot
        self.deadline = deadline
        self.phrases = Phrases(snapshot, self.check_time)
        self._masks: dict[p.Node, Mask] = {}

    def check_time(self) -> None:
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
                return self.holding(self.snapshot.postings(name, text))
            case p.Phrase(name, terms):
                return self.phrases.mask(name, terms)
            case p.Prefix(name, text):
                return self.prefix(name, text)
            case p.AnyOf(nodes):
                return self.any_of(nodes)
            case p.AllOf(nodes):
                return self.all_of(nodes)
            case p.Without(keep, drop):
                return self.mask(keep) & ~self.mask(drop)
            case p.MostOf(nodes, share):
                return self.most_of(nodes, share)

    def any_of(self, nodes: tuple[p.Node, ...]) -> Mask:
        found = np.zeros(self.snapshot.size, bool)
        for node in nodes:
            if isinstance(node, p.Term):
                self.mark(self.snapshot.postings(node.field, node.text), found)
            else:
                found |= self.mask(node)
        return found if self.snapshot.all_live else found & self.snapshot.live

    def all_of(self, nodes: tuple[p.Node, ...]) -> Mask:
        found = self.snapshot.live.copy()
        for node in nodes:
            found &= self.mask(node)
            if not found.any():
                break
        return found

    def holding(self, postings: Postings) -> Mask:
        found = np.zeros(self.snapshot.size, bool)
        self.mark(postings, found)
        return found if self.snapshot.all_live else found & self.snapshot.live

    def mark(self, postings: Postings, found: Mask) -> None:
        """Set those of ``found`` that hold a term, deleted ones too."""
        for at, _, one in postings.parts:
            one.mark(found[self.snapshot.documents_of(at)])

    def most_of(self, nodes: tuple[p.Node, ...], share: float) -> Mask:
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

    def prefix(self, name: str, text: str) -> Mask:
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

    def score(self, plan: p.Plan, hits: Mask, numbers: Ints, scores: Scores) -> None:
        """Add to ``scores`` what the plan gives to the documents ``numbers``, those of ``hits``; bonuses only as far as
        they matter for the page that is asked for.
        """
        parts = [SegmentScores(self.snapshot, at, hits, numbers, scores) for at in range(len(self.snapshot.segments))]
        for (field, text, b), counted, present in worths(plan.scores):
            self.check_time()
            postings = self.snapshot.postings(field, text)
            rarity = idf(self.snapshot.documents, postings.holding)
            for segment, _, one in postings.parts:
                parts[segment].add(field, b, one, counted * rarity, present * rarity)
        for part in parts:
            part.finish()
        if plan.recency:
            scores[numbers] += plan.recency * self.snapshot.recency[numbers]
        open_bonuses = [bonus for one in plan.bonuses for bonus in self.bonus(one, scores)]
        settle(numbers, scores, open_bonuses, plan.offset + plan.limit)

    def bonus(self, bonus: p.Bonus, scores: Scores) -> list[OpenBonus]:
        """Add a bonus where it is certain, and return what of it is open."""
        if not isinstance(bonus.node, p.Phrase):
            scores[self.mask(bonus.node)] += bonus.weight
            return []
        name, terms = bonus.node.field, bonus.node.terms
        sifted = self.phrases.sift(name, terms)
        scores[sifted.certain] += bonus.weight
        if not sifted.possible.size:
            return []
        return [OpenBonus(sifted.possible, bonus.weight, partial(self.phrases.verified, name, terms))]


def _in_range(snapshot: Snapshot, matched: Mask, first: date | None, last: date | None) -> Mask:
    if first is None and last is None:
        return matched
    days = snapshot.days
    in_range = matched & (days > 0)
    if first is not None:
        in_range &= days >= first.toordinal()
    if last is not None:
        in_range &= days <= last.toordinal()
    return in_range


def _selected(snapshot: Snapshot, selection: p.Selection, facet: str) -> Mask:
    """Return which documents pass what was selected in one facet."""
    column = snapshot.facets[facet]
    wanted, unwanted = selection.include.get(facet), selection.exclude.get(facet)
    passing = np.ones(snapshot.size, bool) if wanted is None else column.having(wanted)
    return passing & ~column.having(unwanted) if unwanted else passing


def _numbers(mask: Mask, others: Iterable[Mask]) -> Ints:
    return np.flatnonzero(reduce(np.logical_and, others, mask))


def _months(snapshot: Snapshot, numbers: Ints) -> dict[str, int]:
    counts = np.bincount(snapshot.months[numbers])
    # Month 0 is that of documents without a date.
    return {f"{at // 12:04}-{at % 12 + 1:02}": int(counts[at]) for at in np.flatnonzero(counts).tolist() if at}
