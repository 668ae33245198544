"""How is a plan carried out on arrays?

Matching works with one boolean per document and node; scoring adds into one float per document; what is shown of the
order is found by partition, so that only the documents around the asked page are sorted.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from functools import reduce
from itertools import pairwise

import numpy as np

from ...analysis.views import JOINER
from ...facets import MISSING_KEY
from ...query import plan as p
from ...ranking import RECENCY_HALF_LIFE, idf
from ..base import Contribution, Found
from .documents import NO_INSTANT
from .postings import Ints, TermPostings
from .single import OneDocument, Scores, frequency_part
from .snapshot import FacetColumn, Mask, Snapshot
from .vocabulary import commonest, pairs, readings

_POSITION_BITS = 32


_PAIRS = {"text": "pair", "exact": "exact_pair", "title": "title_pair", "lead": "lead_pair"}
"""The fields of pairs of neighbouring terms that cover the same text as a field with positions."""


def _pairs(terms: tuple[str, ...]) -> list[str]:
    """Return the pairs that a phrase consists of. A number may be a Roman numeral, which pairs know as its letters."""
    return [JOINER.join(pair) for pair in pairwise(terms) if not any(map(str.isdigit, pair))]


class OutOfTime(Exception):
    """The time budget of a search has run out."""


class ArrayReader(Snapshot):
    """A reader (:class:`search.engines.base.Reader`) of one commit."""

    def run(self, plan: p.Plan, deadline: float | None = None) -> Found:
        """Carry out ``plan``."""
        return run_plan(self, plan, deadline)

    def among(self, node: p.Node, field: str, terms: Sequence[str]) -> tuple[int, list[int]]:
        """Return how many live documents satisfy ``node``, and how many of those hold each of ``terms``."""
        mask = _Run(self, None).mask(node)
        held = (sum(int(mask[base:][one.docs].sum()) for _, base, one in self.postings(field, term)) for term in terms)
        return int(mask.sum()), list(held)

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
    in_range = _in_range(snapshot, matched, plan.selection)
    selected = {
        facet: _selected(snapshot.facets[facet], plan.selection, facet)
        for facet in {*plan.selection.include, *plan.selection.exclude}
    }
    hits = reduce(np.logical_and, selected.values(), in_range)
    numbers = np.flatnonzero(hits)
    scores: Scores = np.zeros(snapshot.size)
    if plan.sort == "relevance" and not partial:
        try:
            run.score(plan, hits, scores)
        except OutOfTime:
            partial = True
    return Found(
        total=len(numbers),
        hits=_top(snapshot, numbers, scores, plan),
        facets={
            facet: _count(
                snapshot.facets[facet],
                reduce(np.logical_and, (mask for name, mask in selected.items() if name != facet), in_range),
            )
            for facet in plan.facets
        },
        partial=partial,
    )


class _Run:
    """One plan's evaluation over one snapshot."""

    def __init__(self, snapshot: Snapshot, deadline: float | None) -> None:
        self.snapshot = snapshot
        self.deadline = deadline

    def check_time(self) -> None:
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise OutOfTime

    def mask(self, node: p.Node) -> Mask:
        """Return which live documents satisfy ``node``."""
        self.check_time()
        match node:
            case p.Term(name, text):
                return self.holding(self.snapshot.postings(name, text))
            case p.Phrase(name, terms):
                return self.phrase(name, terms)
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

    def holding(self, postings: list[tuple[int, int, TermPostings]]) -> Mask:
        found = np.zeros(self.snapshot.size, bool)
        for _, base, one in postings:
            found[base:][one.docs] = True
        return found if self.snapshot.all_live else found & self.snapshot.live

    def most_of(self, nodes: tuple[p.Node, ...], share: float) -> Mask:
        masses: Scores = np.zeros(self.snapshot.size)
        total, satisfied = 0.0, 0
        for node in nodes:
            mask = self.mask(node)
            holding = int(mask.sum())
            if holding:
                mass = idf(self.snapshot.documents, holding)
                total, satisfied = total + mass, satisfied + 1
                masses[mask] += mass
        needed = share * total * len(nodes) / max(1, satisfied)
        return (masses >= needed - 1e-9) & (masses > 0)

    def prefix(self, name: str, text: str) -> Mask:
        counts: Counter[bytes] = Counter()
        for at, base in enumerate(self.snapshot.bases):
            field = self.snapshot.segments[at].fields[name]
            for rank in field.terms.prefixed(text.encode("utf-8", "replace")):
                self.check_time()
                counts[field.terms[rank]] += self.snapshot.count_live([(at, base, field.ranked(rank))])
        held = [term for term in counts if counts[term]]
        terms = sorted(held, key=lambda term: (-counts[term], term))[: p.MAX_EXPANSION]
        return self.mask(p.AnyOf(tuple(p.Term(name, term.decode()) for term in terms)))

    def phrase(self, name: str, terms: tuple[str, ...]) -> Mask:
        found = np.zeros(self.snapshot.size, bool)
        looked_up = {term: self.snapshot.postings(name, term) for term in set(terms)}
        pairs = [self.snapshot.postings(_PAIRS[name], pair) for pair in _pairs(terms)] if name in _PAIRS else []
        if len(pairs) == len(terms) - 1 == 1:
            return self.holding(pairs[0])
        for at, base in enumerate(self.snapshot.bases):
            postings = [one for term in terms for segment, _, one in looked_up[term] if segment == at]
            beside = [one for pair in pairs for segment, _, one in pair if segment == at]
            if len(postings) == len(terms) and len(beside) == len(pairs):
                size = len(self.snapshot.segments[at].documents)
                found[base:][self.phrase_documents(postings, beside, size)] = True
        return found if self.snapshot.all_live else found & self.snapshot.live

    def phrase_documents(self, postings: list[TermPostings], pairs: list[TermPostings], size: int) -> Ints:
        """Return the documents of one segment where the terms follow one another; only documents that hold all
        ``pairs`` can, and positions are costly.
        """
        held = np.zeros(size, np.uint16)
        for one in (*postings, *pairs):
            held[one.docs] += 1
        candidates = held == len(postings) + len(pairs)
        places: Ints | None = None
        # From the rarest term on, so that the sets of places stay small.
        for offset, one in sorted(enumerate(postings), key=lambda item: len(item[1].docs)):
            self.check_time()
            docs, positions = one.places_in(candidates[one.docs])
            starts = (docs << _POSITION_BITS) + positions - offset
            starts = starts[positions >= offset]
            places = starts if places is None else _common(places, starts)
            if not places.size:
                break
        return np.empty(0, np.int64) if places is None else np.unique(places >> _POSITION_BITS)

    def score(self, plan: p.Plan, hits: Mask, scores: Scores) -> None:
        """Add to ``scores`` what the plan gives to the documents of ``hits``."""
        for score in plan.scores:
            self.check_time()
            postings = self.snapshot.postings(score.term.field, score.term.text)
            weight = score.weight * idf(self.snapshot.documents, self.snapshot.count_live(postings))
            for segment, base, one in postings:
                chosen = hits[base:][one.docs]
                docs = one.docs[chosen]
                scores[base:][docs] += (
                    frequency_part(self.snapshot, score, weight, segment, docs, one.counts[chosen])
                    if score.frequency
                    else weight
                )
        for bonus in plan.bonuses:
            scores[self.mask(bonus.node) & hits] += bonus.weight
        newest = self.snapshot.newest
        if plan.recency and newest is not None:
            dated = np.flatnonzero(hits & (self.snapshot.instants != NO_INSTANT))
            scores[dated] += plan.recency * np.exp2((self.snapshot.instants[dated] - newest) / RECENCY_HALF_LIFE)


def _common(few: Ints, many: Ints) -> Ints:
    """Return what two ascending arrays have in common; a search for each of ``few`` spares sorting both together."""
    if not many.size:
        return many
    at = np.minimum(np.searchsorted(many, few), len(many) - 1)
    common: Ints = few[many[at] == few]
    return common


def _in_range(snapshot: Snapshot, matched: Mask, selection: p.Selection) -> Mask:
    if selection.first is None and selection.last is None:
        return matched
    days = snapshot.days
    in_range = matched & (days > 0)
    if selection.first is not None:
        in_range &= days >= selection.first.toordinal()
    if selection.last is not None:
        in_range &= days <= selection.last.toordinal()
    return in_range


def _selected(column: FacetColumn, selection: p.Selection, facet: str) -> Mask:
    """Return which documents pass what was selected in one facet."""
    wanted, unwanted = selection.include.get(facet), selection.exclude.get(facet)
    passing = np.ones(len(column.valued), bool) if wanted is None else _having(column, wanted)
    return passing & ~_having(column, unwanted) if unwanted else passing


def _having(column: FacetColumn, keys: frozenset[str]) -> Mask:
    having = ~column.valued if MISSING_KEY in keys else np.zeros(len(column.valued), bool)
    chosen = np.asarray([key in keys for key in column.keys], bool)
    having[column.docs[chosen[column.codes]]] = True
    return having


def _count(column: FacetColumn, mask: Mask) -> dict[str, int]:
    counts = np.bincount(column.codes[mask[column.docs]], minlength=len(column.keys))
    counted = {column.keys[code]: int(counts[code]) for code in np.flatnonzero(counts).tolist()}
    missing = int((mask & ~column.valued).sum())
    return counted | ({MISSING_KEY: missing} if missing else {})


def _top(snapshot: Snapshot, numbers: Ints, scores: Scores, plan: p.Plan) -> tuple[tuple[int, float], ...]:
    """Return the asked part of the order: by score, then date, then id."""
    asked = plan.offset + plan.limit
    if not plan.limit:
        return ()
    by_score = -np.rint(scores[numbers] * 1e6).astype(np.int64)
    instants = snapshot.instants[numbers]
    # Documents without a date come last either way.
    by_time = np.where(instants == NO_INSTANT, np.iinfo(np.int64).max, instants if plan.sort == "oldest" else -instants)
    chosen = _smallest(by_score, by_time, asked)
    order = sorted(
        chosen.tolist(), key=lambda at: (int(by_score[at]), int(by_time[at]), snapshot.id_bytes(int(numbers[at])))
    )
    return tuple((int(numbers[at]), float(scores[numbers[at]])) for at in order[plan.offset : asked])


def _smallest(first: Ints, second: Ints, count: int) -> Ints:
    """Return indices among which are the ``count`` smallest by (first, second), with all that tie with the last of
    them.
    """
    if len(first) <= count:
        return np.arange(len(first))
    bound = np.partition(first, count - 1)[count - 1]
    below, tied = np.flatnonzero(first < bound), np.flatnonzero(first == bound)
    left = count - len(below)
    if len(tied) > left:
        times = second[tied]
        tied = tied[times <= np.partition(times, left - 1)[left - 1]]
    return np.concatenate((below, tied))
