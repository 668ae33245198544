"""How is a plan said in OpenSearch's language?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ...analysis.views import FIELDS
from ...facets import MISSING_KEY
from ...query import plan as p
from ...ranking import RECENCY_HALF_LIFE, idf
from .layout import ALSO, day_number, facet_field, has_also, joined, term
from .state import State

Clause = Mapping[str, Any]

EVERYTHING: Clause = {"match_all": {}}
NOTHING: Clause = {"match_none": {}}

MOST_SCORES = 900
"""Clauses that score; a cluster refuses more than 1,024 clauses unless it is told otherwise."""

NEWEST_FIRST = ({"instant": {"order": "desc", "missing": "_last"}}, {"id": "asc"})
SORTS: Mapping[str, Sequence[Clause]] = {
    "relevance": ({"_score": "desc"}, *NEWEST_FIRST),
    "newest": NEWEST_FIRST,
    "oldest": ({"instant": {"order": "asc", "missing": "_last"}}, {"id": "asc"}),
}

_WITH_ALSO = frozenset(spec.name for spec in FIELDS if has_also(spec))
_SLACK = 1e-6
"""The cluster adds masses as floats of 32 bits."""


@dataclass(frozen=True, slots=True)
class Translator:
    """Translates nodes and plans for the commit of ``state``.

    ``count`` says how many documents satisfy each of some nodes, ``known`` as well, where that is known already,
    ``commonest`` as :class:`~search.engines.base.Reader` does. ``bm25`` is what Lucene's BM25 has to be multiplied by
    to be ours.
    """

    state: State
    count: Callable[[Sequence[p.Node]], Sequence[int]]
    known: Callable[[p.Node], int | None]
    commonest: Callable[[str, str, int], list[tuple[str, int]]]
    bm25: float

    def node(self, node: p.Node) -> Clause:
        """Return the filter that ``node`` is."""
        match node:
            case p.Term(field, text):
                return {"term": {field: term(text)}}
            case p.Phrase(field, terms):
                return _phrase(field, terms)
            case p.Prefix(field, text):
                if field == "text":
                    found = self.commonest(field, text, p.MAX_EXPANSION)
                    return {"terms": {field: [term(one) for one, _ in found]}} if found else NOTHING
                return {"prefix": {field: term(text)}}
            case p.AnyOf(nodes):
                return any_of([self.node(one) for one in nodes])
            case p.AllOf(nodes):
                return all_of([self.node(one) for one in nodes])
            case p.Without(keep, drop):
                return {"bool": {"filter": [self.node(keep)], "must_not": [self.node(drop)]}}
            case p.MostOf(nodes, share):
                return self._most_of(nodes, share)

    def _most_of(self, nodes: Sequence[p.Node], share: float) -> Clause:
        counts = self.count(nodes)
        masses = [idf(self.state.documents, count) if count else 0.0 for count in counts]
        held = [(node, mass) for node, mass in zip(nodes, masses, strict=True) if mass]
        if not held:
            return NOTHING
        needed = share * sum(masses) * len(nodes) / len(held)
        return {
            "function_score": {
                "query": {"bool": {"should": [_constant(self.node(node), mass) for node, mass in held]}},
                "min_score": needed * (1 - _SLACK),
            }
        }

    @property
    def visible(self) -> Clause:
        """What the commit has."""
        return visible(self.state.commit, self.state.replaced)

    def search(self, plan: p.Plan) -> dict[str, Any]:
        """Return the request for ``plan``, without what is fetched of the hits."""
        demanded = dict.fromkeys(_conjuncts(plan.match))
        scoring: dict[str, list[Clause]] = {}
        if plan.sort == "relevance":
            told = self.reduced(plan)
            scoring = self._scoring(told, demanded)
            # What must hold and scores need not be looked for twice.
            for one in told.scores:
                if one.frequency:
                    demanded.pop(one.term, None)
        within = [self.visible, *map(self.node, demanded), *_days(plan.first, plan.last)]
        body: dict[str, Any] = {
            "query": {"bool": {"filter": within, **scoring}},
            "sort": list(SORTS[plan.sort]),
            "track_total_hits": True,
        }
        chosen = plan.selection
        days = _days(chosen.first, chosen.last)
        values = selected(chosen)
        if days or values:
            body["post_filter"] = all_of([*days, *values])
        return body

    def reduced(self, plan: p.Plan) -> p.Plan:
        """Return ``plan`` without scores for terms that no document is known to hold, each of which would be looked up
        in every segment, and with no more scores than a cluster takes.
        """
        held = [one for one in plan.scores if self.known(one.term) != 0]
        if len(held) > MOST_SCORES:
            held = sorted(held, key=lambda one: -one.weight)[:MOST_SCORES]
        return replace(plan, scores=tuple(held))

    def _scoring(self, plan: p.Plan, demanded: Collection[p.Node]) -> dict[str, list[Clause]]:
        """Return the clauses that score; of nodes that are ``demanded`` of every document, those that do say so."""
        clauses = self.scored(plan)
        must: list[Clause] = []
        should = clauses[len(plan.scores) :]
        alike = 0.0
        for one, clause in zip(plan.scores, clauses, strict=False):
            if one.term not in demanded:
                should.append(clause)
            elif one.frequency:
                must.append(clause)
            else:
                alike += clause["constant_score"]["boost"]
        if alike:
            should.append(_constant(EVERYTHING, alike))
        return {name: found for name, found in (("must", must), ("should", should)) if found}

    def scored(self, plan: p.Plan) -> list[Clause]:
        """Return what adds to a score: each score and bonus of ``plan`` in its order, then what is recent."""
        told = [one for one in plan.scores if not one.frequency]
        held = dict(zip(told, self.count([one.term for one in told]), strict=True))
        return [
            *(self._score(one, held.get(one)) for one in plan.scores),
            *(_constant(self.node(one.node), one.weight) for one in plan.bonuses),
            *self._recent(plan.recency),
        ]

    def _score(self, score: p.Score, held: int | None) -> Clause:
        field, text = score.term.field, term(score.term.text)
        if held is None:
            return {"term": {field: {"value": text, "boost": score.weight * self.bm25}}}
        return _constant({"term": {field: text}}, score.weight * idf(self.state.documents, held))

    def _recent(self, most: float) -> list[Clause]:
        if not most or self.state.newest is None:
            return []
        decay = {"origin": self.state.newest, "scale": round(RECENCY_HALF_LIFE), "decay": 0.5}
        function = {"exp": {"instant": decay}, "weight": most}
        dated = {"exists": {"field": "instant"}}
        return [{"function_score": {"query": dated, "functions": [function], "boost_mode": "replace"}}]


def visible(commit: int, replaced: Sequence[str]) -> dict[str, Any]:
    """Return the query for the documents that a commit shows."""
    query: dict[str, Any] = {"filter": [{"range": {"commit": {"lte": commit}}}]}
    if replaced:
        query["must_not"] = [{"ids": {"values": list(replaced)}}]
    return {"bool": query}


def _conjuncts(node: p.Node) -> Iterator[p.Node]:
    """Yield what must hold where ``node`` does."""
    if isinstance(node, p.AllOf):
        for one in node.nodes:
            yield from _conjuncts(one)
    else:
        yield node


def any_of(clauses: Sequence[Clause]) -> Clause:
    """Return what one of ``clauses`` is enough for."""
    if len(clauses) == 1:
        return clauses[0]
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}} if clauses else NOTHING


def all_of(clauses: Sequence[Clause]) -> Clause:
    """Return what needs all ``clauses``."""
    if len(clauses) == 1:
        return clauses[0]
    return {"bool": {"filter": list(clauses)}} if clauses else EVERYTHING


def selected(selection: p.Selection, without: str | None = None) -> list[Clause]:
    """Return what the chosen values of facets demand, but for those of facet ``without``."""
    included: list[Clause] = [
        {"terms": {facet_field(facet): sorted(keys)}} for facet, keys in selection.include.items() if facet != without
    ]
    excluded: list[Clause] = [
        {"bool": {"must_not": [{"terms": {facet_field(facet): sorted(keys)}}]}}
        for facet, keys in selection.exclude.items()
        if facet != without
    ]
    return included + excluded


def aggregations(plan: p.Plan, most: int) -> dict[str, Any]:
    """Return what counts the facets and months of ``plan``, ``most`` values of each; what is chosen in others stands
    in a filter around it.
    """
    chosen = plan.selection
    days = _days(chosen.first, chosen.last)
    counted: dict[str, Any] = {
        facet: _counted([*days, *selected(chosen, without=facet)], facet_field(facet), most)
        for facet in plan.facets
        if facet != "year" or not tells_years(plan)
    }
    if plan.months:
        counted["months"] = _counted(selected(chosen), "month", most)
    return counted


def tells_years(plan: p.Plan) -> bool:
    """Say whether the numbers of years follow from those of months: both are of the same documents."""
    chosen = plan.selection
    by_date = chosen.first or chosen.last or "year" in chosen.include or "year" in chosen.exclude
    return plan.months and not by_date


def years(months: Mapping[str, int], total: int) -> dict[str, int]:
    """Return the numbers of years where :func:`tells_years`, of ``total`` documents."""
    counted: Counter[str] = Counter()
    for month, count in months.items():
        counted[month.partition("-")[0]] += count
    undated = total - counted.total()
    return dict(counted) | ({MISSING_KEY: undated} if undated > 0 else {})


def _counted(of: Sequence[Clause], field: str, most: int) -> Clause:
    # Nodes merge lists in the order of their keys sooner than they sort them by count.
    values = {"terms": {"field": field, "size": most, "shard_size": most, "order": {"_key": "asc"}}}
    return {"filter": all_of(of), "aggs": {"values": values}} if of else values


def _phrase(field: str, terms: Sequence[str]) -> Clause:
    if len(terms) == 1:
        return {"term": {field: term(terms[0])}}
    text = joined(terms)
    found: Clause = {"match_phrase": {field: text}}
    if field in _WITH_ALSO and any(one[0].isdigit() for one in terms):
        return any_of([found, {"match_phrase": {field + ALSO: text}}])
    return found


def _days(first: date | None, last: date | None) -> list[Clause]:
    bounds = {"gte": day_number(first) if first else None, "lte": day_number(last) if last else None}
    bounds = {name: day for name, day in bounds.items() if day is not None}
    return [{"range": {"day": bounds}}] if bounds else []


def _constant(of: Clause, boost: float) -> Clause:
    return {"constant_score": {"filter": of, "boost": boost}}
