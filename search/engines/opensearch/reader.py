"""How are questions to an index on a cluster answered?

A page takes two requests: one for the numbers that its words are looked up by, unless they are known (see .knowledge),
and the search, which brings its articles with it, and numbers that are needed no sooner. What was asked is remembered
as long as the reader lives, which is until the next commit.

Where shards are lost the rest answers, and what it says is marked as partial. A reader that has heard anything of the
kind is ``lacking``: it is soon replaced, so that nothing of it is remembered.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import islice, takewhile
from typing import Any

from ...analysis.tokens import form
from ...query import plan as p
from ..base import Contribution, Found, Stored
from ..groups import Groups
from ..rows import Rows
from .asking import Asker, Client, Question
from .knowledge import Knowledge
from .layout import facet_field
from .queries import EVERYTHING, aggregations, tells_years, years
from .shelf import INLINE, Shelf
from .state import State
from .walk import WINDOW, Point, walk

MOST_VALUES = 10_000
"""Values of a facet that are counted at once; where there are more, the rest is asked for page by page."""

BY_ALL = "dfs_query_then_fetch"
"""The type of a search whose scores go by the statistics of all shards."""


class OpenSearchReader:
    """A snapshot: what is committed later is not looked at."""

    def __init__(self, client: Client, index: str, words_index: str, state: State, groups: Groups) -> None:
        self.state = state
        self.groups = groups
        self._asker = Asker(client, index, words_index)
        self._knowledge = Knowledge(self._asker, state)
        self._translator = self._knowledge.translator
        self._shelf = Shelf(self._asker, self._translator.visible)
        self._whole = False

    @property
    def documents(self) -> int:
        """The number of live documents."""
        return self.state.documents

    @property
    def text_length(self) -> int:
        """The length of the text over all documents."""
        return self.state.length

    @property
    def lacking(self) -> bool:
        """Whether it was told anything that not all shards had a part in."""
        return self._asker.lacking

    def pinned(self, *, whole: bool = False) -> OpenSearchReader:
        """Return a reader of a point in time of the cluster, in which nothing is deleted."""
        pinned = copy(self)
        pinned._asker = self._asker.pinned()  # noqa: SLF001  # of the same class
        pinned._shelf = self._shelf.asked_by(pinned._asker)  # noqa: SLF001
        pinned._whole = whole  # noqa: SLF001
        return pinned

    def close(self) -> None:
        """Give up the point in time; where that fails it ends by itself."""
        self._asker.close()

    # Searches

    def run(self, plan: p.Plan, deadline: float | None = None) -> Found:
        """Carry out ``plan``; shards that do not answer make it partial."""
        deadline = None if deadline is None else self._asker.client.excused(deadline)
        if deadline is not None and time.monotonic() >= deadline:
            return Found(0, (), {facet: {} for facet in plan.facets}, partial=True)
        body = self._translator.search(plan)
        # The next page of the same words, or the same with a filter, leaves out what no document holds.
        self._knowledge.expect_later(score.term for score in plan.scores)
        if plan.facets or plan.months:
            body["aggs"] = aggregations(plan, MOST_VALUES)
        if plan.offset + plan.limit > WINDOW:
            answer = self._first({**body, "size": 0, "sort": ["_doc"]}, plan, deadline)
            found = self._walk(body, plan, deadline)
        else:
            inline = plan.limit <= INLINE
            paged = {"from": plan.offset, "size": plan.limit, "_source": inline}
            answer = self._first({**body, **paged}, plan, deadline)
            found = answer["hits"]["hits"]
        counts = self._counted(answer, plan)
        months = counts.pop("months", {})
        if "year" in plan.facets and tells_years(plan):
            counts["year"] = years(months, answer["hits"]["total"]["value"])
        self._knowledge.spellings.learn(counts)
        is_partial = bool(answer["timed_out"]) or self.lacking
        if is_partial and self._whole:
            raise self._asker.lost
        # Of a list that began whole nothing may be missing further on.
        self._whole = self._asker.point is not None and not is_partial
        return Found(
            total=answer["hits"]["total"]["value"],
            hits=tuple((self._shelf.put(hit), float(hit["_score"] or 0.0)) for hit in found),
            facets=counts,
            months=dict(sorted(months.items())),
            partial=is_partial,
        )

    def _first(self, body: Mapping[str, Any], plan: p.Plan, deadline: float | None) -> Mapping[str, Any]:
        """Carry out a search together with what is yet to be learnt."""
        timed = {**body, **_timeout(deadline)}
        search_type = _search_type(plan)
        questions = [] if self._asker.point else self._knowledge.open_questions(spellings=bool(plan.facets))
        if questions:
            heard: list[Mapping[str, Any] | None] = []
            self._asker.send([Question(self._asker.of_articles(timed, **search_type), heard.append), *questions])
            if heard[0] is not None:
                return heard[0]
        return self._asker.search(timed, **search_type)

    def _walk(self, body: Mapping[str, Any], plan: p.Plan, deadline: float | None) -> list[dict[str, Any]]:
        """Return the hits of a list that is longer than a cluster gives at once."""
        asked = {name: value for name, value in body.items() if name != "aggs"}
        asked |= {"_source": False, "track_total_hits": False, **_timeout(deadline)}
        by_all = _search_type(plan)
        point = self._asker.point or Point(self._asker.client, self._asker.index)
        self._asker.note(point.shards)
        try:
            hits = walk(lambda one: self._asker.note(point.search(one, **by_all)), asked, plan.offset + plan.limit)
            return list(islice(hits, plan.offset, None))
        finally:
            if point is not self._asker.point:
                point.close()

    def _counted(self, answer: Mapping[str, Any], plan: p.Plan) -> dict[str, dict[str, int]]:
        counted: dict[str, dict[str, int]] = {}
        for name, of in answer.get("aggregations", {}).items():
            values = of.get("values", of)
            counted[name] = {bucket["key"]: bucket["doc_count"] for bucket in values["buckets"]}
            if values["sum_other_doc_count"]:
                counted[name] = self._all_values(plan, name)
        return counted

    def _all_values(self, plan: p.Plan, facet: str) -> dict[str, int]:
        """Return the numbers of a facet of more than :data:`MOST_VALUES` values."""
        field = "month" if facet == "months" else facet_field(facet)
        body = self._translator.search(plan)
        of = aggregations(plan, 1)[facet].get("filter", EVERYTHING)
        asked = {"query": {"bool": {"filter": [body["query"], of]}}, "size": 0}
        found: dict[str, int] = {}
        after: Mapping[str, Any] = {}
        while True:
            sources = [{"key": {"terms": {"field": field}}}]
            composite = {"size": MOST_VALUES, "sources": sources, **({"after": after} if after else {})}
            answer = self._asker.search({**asked, "aggs": {"values": {"composite": composite}}})
            values = answer["aggregations"]["values"]
            found |= {bucket["key"]["key"]: bucket["doc_count"] for bucket in values["buckets"]}
            if len(values["buckets"]) < MOST_VALUES:
                return found
            after = values["after_key"]

    def explain(self, plan: p.Plan, number: int) -> tuple[Contribution, ...]:
        """Return what each entry of ``plan`` adds to a document."""
        plan = self._translator.reduced(plan)
        nodes = [score.term for score in plan.scores] + [bonus.node for bonus in plan.bonuses] + [p.AllOf(())]
        kinds = ["bm25" if score.frequency else "presence" for score in plan.scores]
        kinds += ["bonus"] * len(plan.bonuses) + ["recency"]
        clauses = self._translator.scored(plan)
        named = [{"bool": {"must": [clause], "_name": str(at)}} for at, clause in enumerate(clauses)]
        only = {"filter": [self._shelf.only(number)], "should": named}
        body = {"query": {"bool": only}, "size": 1, "_source": False}
        hits = self._asker.search(body, search_type=BY_ALL, include_named_queries_score="true")["hits"]["hits"]
        if not hits:
            raise self._asker.lost
        matched = hits[0].get("matched_queries", {})
        return tuple(
            Contribution(node, kind, float(matched[str(at)]))  # type: ignore[arg-type]  # one of the three kinds
            for at, (node, kind) in enumerate(zip(nodes, kinds, strict=True))
            if matched.get(str(at))
        )

    def holds(self, node: p.Node, number: int) -> bool:
        """Return whether a document satisfies ``node``."""
        body = {
            "query": {"bool": {"filter": [self._shelf.only(number), self._translator.node(node)]}},
            "size": 0,
            "track_total_hits": True,
        }
        return bool(self._asker.search(body)["hits"]["total"]["value"])

    def continuations(self, keys: Sequence[str], words: int, most: int) -> Rows:
        """Return what follows ``keys`` in a row."""
        found = self.run(p.Plan(match=p.Phrase("exact", tuple(keys)), sort="newest", limit=most))
        rows: list[tuple[str, ...]] = []
        for stored in self.stored_together([number for number, _ in found.hits]):
            for text in _exact_texts(stored):
                for at in range(len(text) - len(keys) + 1):
                    if text[at : at + len(keys)] == list(keys):
                        row = text[at + len(keys) : at + len(keys) + words]
                        rows.append(tuple(takewhile(bool, row)))
        return Rows(rows)

    # Words

    def expect(self, text: str = "", *, terms: Iterable[p.Node] = (), words: Iterable[str] = ()) -> None:
        """Learn at once what is likely to be asked; what is asked after the search is learnt together with it."""
        self._knowledge.expect(text, terms=terms, words=words)

    def count(self, nodes: Sequence[p.Node]) -> list[int]:
        """Return how many live documents satisfy each of ``nodes``."""
        return self._knowledge.count(nodes)

    def frequency(self, field: str, term: str) -> int:
        """Return the number of live documents that hold ``term`` in ``field``."""
        return self.count([p.Term(field, term)])[0]

    def frequencies(self, terms: Sequence[p.Term]) -> list[int]:
        """Return the frequency of each of ``terms``."""
        return self.count(terms)

    def vocabulary(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Yield the terms that start with ``prefix``, each with the number of documents that hold it."""
        return self._knowledge.vocabulary(field, prefix)

    def commonest(self, field: str, prefix: str, most: int) -> list[tuple[str, int]]:
        """Return the ``most`` terms that start with ``prefix`` and that most documents hold."""
        return self._knowledge.commonest(field, prefix, most)

    def readings(self, folded: str) -> list[tuple[str, int]]:
        """Return the terms with accents that fold to ``folded``, each with the number of documents that hold it."""
        return self._knowledge.readings(folded)

    def pairs(self, field: str, befores: Sequence[str], words: Sequence[str]) -> list[tuple[int, int, int]]:
        """Return which pairs documents hold, each with their number."""
        return self._knowledge.pairs(field, befores, words)

    def spelled(self, facet: str, key: str) -> str | None:
        """Return the commonest spelling of a facet key."""
        return self._knowledge.spellings.spelled(facet, key)

    # Articles

    def stored(self, number: int) -> Stored:
        """Return the document with ``number``."""
        return self._shelf.source(number)

    def stored_together(self, numbers: Sequence[int]) -> list[Stored]:
        """Return the documents with these ``numbers``."""
        return self._shelf.stored_together(numbers)

    def release(self) -> None:
        """Forget the articles."""
        self._shelf.release()

    def heading(self, number: int) -> tuple[str, str]:
        """Return (id, title) of the document with ``number``."""
        document = self._shelf.source(number).document
        return document.id, document.title

    def number(self, id_: str) -> int | None:
        """Return the number of the document with ``id_``."""
        return self._shelf.number(id_)

    def ids(self) -> Iterator[str]:
        """Yield all ids."""
        return self._shelf.ids()


def _timeout(deadline: float | None) -> dict[str, str]:
    return {} if deadline is None else {"timeout": f"{max(1, round((deadline - time.monotonic()) * 1000))}ms"}


def _search_type(plan: p.Plan) -> dict[str, str]:
    return {"search_type": BY_ALL} if plan.sort == "relevance" and plan.scores else {}


def _exact_texts(stored: Stored) -> Iterator[list[str]]:
    """Yield the exact keys of each paragraph."""
    for block in stored.offsets.blocks:
        text = stored.text_of(block.zone, block.number)
        yield [form(text[start:end]).exact for start, end in zip(block.starts, block.ends, strict=True)]
