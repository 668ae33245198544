"""How are the values of facets written?

The commonest spelling of each is shown. Those of the values that most articles have are learnt beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...facets import MISSING_KEY, commonest, facet_key
from ...page import FACETS
from .asking import AT_ONCE, Asker, Question
from .layout import facet_field, written_field
from .queries import Clause
from .words import batched

SPELLED, SPELLINGS = 1000, 10
"""Values of each facet whose spellings are learnt beforehand, and spellings of each: of five facets no more than the
buckets that a cluster allows.
"""

REMEMBERED = 100_000
"""Values of each facet whose spelling is remembered."""


class Spellings:
    """The spellings in the articles that the clause ``visible`` shows."""

    def __init__(self, asker: Asker, visible: Clause) -> None:
        self._asker = asker
        self._visible = visible
        self._spelled: dict[str, dict[str, str]] = {facet: {MISSING_KEY: ""} for facet in FACETS}
        self._commonest_asked = False

    def spelled(self, facet: str, key: str) -> str | None:
        """Return the commonest spelling of a facet key, or None."""
        known = self._spelled[facet]
        if key not in known:
            self._learn([(facet, key)])
        return known.get(key) or None

    def learn(self, facets: Mapping[str, Mapping[str, int]]) -> None:
        """Learn at once how the keys of some facets, with their counts, are written."""
        unknown = [(facet, key) for facet, keys in facets.items() for key in keys.keys() - self._spelled[facet].keys()]
        for some in batched(unknown, AT_ONCE):
            self._learn(some)

    def question(self) -> list[Question]:
        """Return what asks for the spellings of the commonest values of all facets, the first time; else nothing."""
        if self._commonest_asked:
            return []
        self._commonest_asked = True
        return [self._asking()]

    def _asking(self) -> Question:
        """Ask for the spellings of the commonest values of all facets."""
        aggs = {
            facet: {
                "terms": {"field": facet_field(facet), "size": SPELLED},
                "aggs": {"values": {"terms": {"field": written_field(facet), "size": SPELLINGS}}},
            }
            for facet in FACETS
        }
        body = {"query": self._visible, "size": 0, "aggs": aggs}
        return Question(self._asker.of_articles(body), self._learn_commonest)

    def _learn_commonest(self, answer: Mapping[str, Any] | None) -> None:
        for facet, of in (answer or {}).get("aggregations", {}).items():
            for bucket in of["buckets"]:
                # Where some are left out the commonest may be among them.
                if not bucket["values"]["sum_other_doc_count"]:
                    self._learn_one(facet, bucket["key"], bucket["values"])

    def _learn(self, asked: Sequence[tuple[str, str]]) -> None:
        aggs = {
            facet: {
                "filters": {"filters": {key: {"term": {facet_field(facet): key}} for of, key in asked if of == facet}},
                "aggs": {"values": {"terms": {"field": written_field(facet), "size": 50}}},
            }
            for facet in dict.fromkeys(facet for facet, _ in asked)
        }
        body = {"query": self._visible, "size": 0, "aggs": aggs}
        for facet, of in self._asker.search(body)["aggregations"].items():
            for key, bucket in of["buckets"].items():
                self._learn_one(facet, key, bucket["values"])

    def _learn_one(self, facet: str, key: str, values: Mapping[str, Any]) -> None:
        written = {one["key"]: one["doc_count"] for one in values["buckets"]}
        own = {value: count for value, count in written.items() if facet_key(value) == key}
        known = self._spelled[facet]
        if len(known) >= REMEMBERED:
            known.clear()
        known[key] = commonest(own) if own else ""
