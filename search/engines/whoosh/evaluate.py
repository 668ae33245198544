"""How is a plan carried out on arrays?

Matching works with one boolean per document and node; scoring adds into one float per document. What a phrase adds is
left open until it is known which documents it could bring onto the page (see :mod:`.order`).
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from functools import partial, reduce

import numpy as np

from ...query import plan as p
from ...ranking import idf
from ..base import Contribution, Found
from .order import OpenBonus, settle, top
from .phrases import Phrases
from .postings import Ints, PackedCounts, TermPostings, runs
from .single import OneDocument
from .snapshot import Mask, Postings, Scores, Snapshot
from .vocabulary import commonest, continuations, pairs, readings

_FEW = 4
"""One document in so many is few: of a term's postings only theirs are then looked at."""


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
        counted = numbers if facet not in selected else np.flatnonzero(reduce(np.logical_and, others, in_range))
        facets[facet] = snapshot.facets[facet].count(counted)
    return Found(
        total=len(numbers),
        hits=top(snapshot, numbers, scores, plan),
        facets=facets,
        months=_months(snapshot, reduce(np.logical_and, selected.values(), within)) if plan.months else {},
        partial=partial,
    )


class _Run:
    """One plan's evaluation over one snapshot."""

    def __init__(self, snapshot: Snapshot, deadline: float | None) -> None:
        self.snapshot = snapshot
        self.deadline = deadline
        self.phrases = Phrases(snapshot, self.find, self.check_time)
        self._found: dict[tuple[str, str], Postings] = {}

    def check_time(self) -> None:
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise OutOfTime

    def find(self, name: str, term: str) -> Postings:
        """Return the postings of a term, looked up once."""
        found = self._found.get((name, term))
        if found is None:
            found = self._found[name, term] = self.snapshot.postings(name, term)
        return found

    def mask(self, node: p.Node) -> Mask:
        """Return which live documents satisfy ``node``."""
        self.check_time()
        match node:
            case p.Term(name, text):
                return self.holding(self.find(name, text))
            case p.Phrase(name, terms):
                return self.phrases.mask(name, terms)
            case p.Prefix(name, text):
                return self.prefix(name, text)
            case p.AnyOf(nodes):
                return reduce(np.logical_or, map(self.mask, nodes), np.zeros(self.snapshot.size, bool))
            case p.AllOf(nodes):
                return self.all_of(nodes)
            case p.Without(keep, drop):
                return self.mask(keep) & ~self.mask(drop)
            case p.MostOf(nodes, share):
                return self.most_of(nodes, share)

    def all_of(self, nodes: tuple[p.Node, ...]) -> Mask:
        found = self.snapshot.live.copy()
        for node in nodes:
            found &= self.mask(node)
            if not found.any():
                break
        return found

    def holding(self, postings: Postings) -> Mask:
        found = np.zeros(self.snapshot.size, bool)
        for at, base, one in postings.parts:
            one.mark(found[base : base + len(self.snapshot.segments[at].documents)])
        return found if self.snapshot.all_live else found & self.snapshot.live

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
        few = hits if len(numbers) * _FEW < self.snapshot.size else None
        lists: defaultdict[tuple[int, str, float | None], _Lists] = defaultdict(_Lists)
        for score in plan.scores:
            self.check_time()
            postings = self.find(score.term.field, score.term.text)
            weight = score.weight * idf(self.snapshot.documents, postings.holding)
            b = score.b if score.frequency else None
            for segment, _, one in postings.parts:
                if one.is_row:
                    self.score_row(score, weight, segment, one, numbers if few is not None else None, scores)
                else:
                    lists[segment, score.term.field, b].add(one, weight)
        for (segment, field, b), every in lists.items():
            self.check_time()
            own = self.snapshot.documents_of(segment)
            norms = None if b is None else self.snapshot.norms(field, b)[own]
            counts = self.snapshot.segments[segment].fields[field].list_counts
            every.score(counts, norms, None if few is None else few[own], scores[own])
        if plan.recency:
            scores[numbers] += plan.recency * self.snapshot.recency[numbers]
        open_bonuses = [bonus for one in plan.bonuses for bonus in self.bonus(one, scores)]
        settle(numbers, scores, open_bonuses, plan.offset + plan.limit)

    def score_row(
        self, score: p.Score, weight: float, segment: int, one: TermPostings, numbers: Ints | None, scores: Scores
    ) -> None:
        """Add what a term with a row of counts gives to the documents ``numbers`` (None: to all) of a segment."""
        every = self.snapshot.documents_of(segment)
        own: Ints | slice = every
        if numbers is None:
            counts = one.row()
        else:
            own = numbers[slice(*numbers.searchsorted((every.start, every.stop)).tolist())]
            counts = one.counts_at(own - every.start)
        if score.frequency:
            times = counts.astype(np.float64)
            scores[own] += weight * (times / (times + self.snapshot.norms(score.term.field, score.b)[own]))
        else:
            scores[own] += weight * (counts > 0)

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


class _Lists:
    """Lists of postings of terms of one field of one segment, to be scored all at once: many are short, so that what a
    term costs counts for more than what it holds.
    """

    def __init__(self) -> None:
        self._terms: list[TermPostings] = []
        self._weights: list[float] = []

    def add(self, one: TermPostings, weight: float) -> None:
        """Add a list, to be scored with ``weight``."""
        self._terms.append(one)
        self._weights.append(weight)

    def score(self, counts: PackedCounts, norms: Scores | None, hits: Mask | None, scores: Scores) -> None:
        """Add weight · BM25, or without ``norms`` the weight alone, to the ``scores`` of a segment's documents; with
        ``hits`` only those of these matter. ``counts`` are those of the field.
        """
        docs = np.concatenate([one.docs for one in self._terms])
        sizes = [len(one) for one in self._terms]
        added = np.repeat(self._weights, sizes)
        at: Ints | slice = slice(None)
        if hits is not None:
            at = np.flatnonzero(hits[docs])
            docs, added = docs[at], added[at]
        if norms is not None:
            places = runs(np.asarray([one.start for one in self._terms]), np.asarray(sizes))[at]
            times = counts.at(places).astype(np.float64)
            added *= times / (times + norms[docs])
        scores += np.bincount(docs, added, len(scores))


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


def _months(snapshot: Snapshot, mask: Mask) -> dict[str, int]:
    counts = np.bincount(snapshot.months[mask])
    # Month 0 is that of documents without a date.
    return {f"{at // 12:04}-{at % 12 + 1:02}": int(counts[at]) for at in np.flatnonzero(counts).tolist() if at}
