"""How is a plan carried out on arrays?

Matching (:mod:`.matching`) works with one boolean per document and node, scoring (:mod:`.scoring`) with one float per
document. What a phrase adds is left open until it is known which documents it could bring onto the page
(:mod:`.order`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from pathlib import Path

import numpy as np

from ...analysis.fingerprint import Analyzer
from ...memo import Memo
from ...query import plan as p
from ..base import Contribution, Found
from ..integers import Ints
from .folder import Commit
from .matching import Matching, OutOfTime
from .order import OpenBonus, settle, top
from .scoring import score
from .single import OneDocument
from .snapshot import Mask, Scores, Snapshot
from .vocabulary import RankedRows, commonest, continuations, pairs, readings

MATCHES_REMEMBERED = 1 << 21
"""Documents that plans matched (16 bytes each)."""

_ROOM_OF_PLAN = 1024
"""Matches that would take as much room as a plan by itself."""


class ArrayReader(Snapshot):
    """A reader (:class:`search.engines.base.Reader`) of one commit."""

    def __init__(self, folder: Path, commit: Commit, analyzer: Analyzer) -> None:
        super().__init__(folder, commit, analyzer)
        self._matches: Memo[tuple[int, int], Matches] = Memo(MATCHES_REMEMBERED)

    def remembered(self, plan: p.Plan) -> Matches | None:
        """Return what is remembered to match ``plan``."""
        # By identity: a query that was compiled before has the same parts, and what is remembered keeps them alive.
        known = self._matches.known((id(plan.match), id(plan.scores)))
        return known if known is not None and known.answers(plan) else None

    def remember(self, matches: Matches) -> None:
        """Remember ``matches`` for a plan that asks the same."""
        key = id(matches.plan.match), id(matches.plan.scores)
        self._matches.put(key, matches, len(matches.numbers) + _ROOM_OF_PLAN)

    def run(self, plan: p.Plan, deadline: float | None = None) -> Found:
        """Carry out ``plan``."""
        return run_plan(self, plan, deadline)

    def continuations(self, keys: Sequence[str], words: int, most: int) -> RankedRows:
        """Return what follows ``keys`` in a row."""
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
        return OneDocument(self, number, Matching(self, None).mask).explain(plan)

    def holds(self, node: p.Node, number: int) -> bool:
        """Return whether a document satisfies ``node``."""
        return OneDocument(self, number, Matching(self, None).mask).holds(node)


@dataclass(frozen=True, slots=True)
class Matches:
    """The documents ``numbers`` (ascending) that match a ``plan``, whatever is selected of them, and if they were
    scored the ``scores`` of each, but for the bonuses that are ``open``.
    """

    plan: p.Plan
    numbers: Ints
    scores: Scores | None
    open: tuple[OpenBonus, ...]

    def answers(self, plan: p.Plan) -> bool:
        """Say whether these are the matches of ``plan`` too: it asks the very same, and is scored only if they are."""
        own = self.plan
        return (
            own.match is plan.match
            and own.scores is plan.scores
            and own.bonuses is plan.bonuses
            and own.recency == plan.recency
            and (self.scores is not None or not _is_scored(plan))
        )


def run_plan(snapshot: ArrayReader, plan: p.Plan, deadline: float | None) -> Found:
    """Carry out ``plan``; a match that is not known when time runs out counts nothing, an order that is not known is
    that by date.
    """
    matching = Matching(snapshot, deadline)
    matches, partial = _matches(snapshot, matching, plan)
    within = _in_range(snapshot, matches.numbers, plan.first, plan.last)
    in_range = _in_range(snapshot, within, plan.selection.first, plan.selection.last)
    selected = {
        facet: _selected(snapshot, plan.selection, facet)
        for facet in {*plan.selection.include, *plan.selection.exclude}
    }
    numbers = _among(in_range, selected.values())
    scores: Scores = np.zeros(snapshot.size)
    if _is_scored(plan) and matches.scores is not None:
        scores[matches.numbers] = matches.scores
        if matches.open:
            try:
                rest = settle(numbers, scores, matches.open, plan.offset + plan.limit, matching.phrases.verified)
                snapshot.remember(Matches(matches.plan, matches.numbers, scores[matches.numbers], rest))
            except OutOfTime:
                partial, scores = True, np.zeros(snapshot.size)
    facets = {}
    for facet in plan.facets:
        others = [mask for name, mask in selected.items() if name != facet]
        counted = numbers if facet not in selected else _among(in_range, others)
        facets[facet] = snapshot.facets[facet].count(counted)
    months = {}
    if plan.months:
        months = _months(snapshot, numbers if within is in_range else _among(within, selected.values()))
    return Found(
        total=len(numbers),
        hits=top(snapshot, numbers, scores, plan),
        facets=facets,
        months=months,
        partial=partial,
    )


def _is_scored(plan: p.Plan) -> bool:
    return plan.sort == "relevance" and plan.limit > 0


def _matches(reader: ArrayReader, matching: Matching, plan: p.Plan) -> tuple[Matches, bool]:
    """Return the matches of a plan, and whether time ran out over them. They are remembered: the next page, another
    facet, or the same words asked again need them.
    """
    known = reader.remembered(plan)
    if known is not None:
        return known, False
    scores = None
    bonuses: tuple[OpenBonus, ...] = ()
    try:
        matched = matching.mask(plan.match)
    except OutOfTime:
        return Matches(plan, np.empty(0, np.int64), None, ()), True
    numbers = np.flatnonzero(matched)
    if _is_scored(plan):
        try:
            scores, bonuses = score(matching, plan, matched, numbers)
        except OutOfTime:
            return Matches(plan, numbers, None, ()), True
    found = Matches(plan, numbers, scores, bonuses)
    reader.remember(found)
    return found, False


def _in_range(snapshot: Snapshot, numbers: Ints, first: date | None, last: date | None) -> Ints:
    """Return those of the documents ``numbers`` that have a date from ``first`` to ``last``."""
    if first is None and last is None:
        return numbers
    days = snapshot.days[numbers]
    in_range = days > 0
    if first is not None:
        in_range &= days >= first.toordinal()
    if last is not None:
        in_range &= days <= last.toordinal()
    return numbers[in_range]


def _selected(snapshot: Snapshot, selection: p.Selection, facet: str) -> Mask:
    """Return which documents pass what was selected in one facet."""
    column = snapshot.facets[facet]
    wanted, unwanted = selection.include.get(facet), selection.exclude.get(facet)
    passing = np.ones(snapshot.size, bool) if wanted is None else column.having(wanted)
    return passing & ~column.having(unwanted) if unwanted else passing


def _among(numbers: Ints, masks: Iterable[Mask]) -> Ints:
    """Return those of the documents ``numbers`` that all ``masks`` have."""
    return reduce(lambda left, mask: left[mask[left]], masks, numbers)


def _months(snapshot: Snapshot, numbers: Ints) -> dict[str, int]:
    months, names = snapshot.months
    counts = np.bincount(months[numbers], minlength=len(names)).tolist()
    return {name: count for name, count in zip(names, counts, strict=True) if count and name}
