"""How are questions to an index on a cluster answered?

A page takes two requests: one for the numbers that its words are looked up by, unless they are known, and the search,
which brings its articles with it. What was asked is remembered as long as the reader lives, which is until the next
commit.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import pairwise, product, takewhile
from typing import Any, Protocol

from ...analysis.tokens import Token, form, tokenize
from ...analysis.views import JOINER
from ...facets import MISSING_KEY, commonest, facet_key
from ...memo import Memo
from ...query import plan as p
from ...query.compile import MAX_TOKENS
from ...query.run import asked_about
from ...ranking import K1
from ..base import Contribution, Found, Stored
from ..rows import Rows
from .layout import STORED, facet_field, written_field
from .queries import Clause, Translator, aggregations, all_of
from .source import Source
from .state import State
from .walk import WINDOW, Point, walk
from .walk import Client as Walked
from .words import Vocabulary, readings_of

INLINE = 100
"""Up to so many hits come with their articles."""

AT_ONCE = 1000
"""Counts that are asked for in one search; a cluster refuses more than 65,535 buckets."""

MOST_VALUES = 10_000
"""Values of a facet that are counted at once; where there are more, the rest is asked for page by page."""

KEPT = 2000
"""Articles that are remembered."""

REMEMBERED = 100_000
"""Numbers of articles with a term that are remembered."""

READINGS = 12
"""Readings of a word whose pairs are looked up beforehand."""


class Client(Walked, Protocol):
    """What of a client is needed here."""

    def search(self, index: str, body: Mapping[str, Any], **params: str) -> dict[str, Any]:
        """Search in an index."""

    def msearch(self, requests: Sequence[tuple[str, Mapping[str, Any]]]) -> list[dict[str, Any]]:
        """Carry out several searches, each of an index, in one request."""

    @property
    def legacy_bm25(self) -> bool:
        """Whether the cluster multiplies BM25 by k1 + 1, as those before version 3 do."""


class OpenSearchReader:
    """A snapshot: what is committed later is not looked at."""

    def __init__(self, client: Client, index: str, words_index: str, state: State) -> None:
        self.state = state
        self._client = client
        self._index = index
        self._words_index = words_index
        self._words = Vocabulary(lambda body: client.search(words_index, body))
        self._counts: Memo[p.Node, int] = Memo(REMEMBERED)
        self._commonest: Memo[tuple[str, str, int], list[tuple[str, int]]] = Memo(REMEMBERED)
        self._readings: Memo[str, list[tuple[str, int]]] = Memo(REMEMBERED)
        self._spelled: Memo[tuple[str, str], str] = Memo(REMEMBERED)
        self._sources: Memo[int, Source] = Memo(KEPT)
        self._ids: list[str] = []
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()
        self._point: Point | None = None
        self._translator = Translator(state, self.count, self.commonest, 1 / (K1 + 1) if client.legacy_bm25 else 1.0)

    @property
    def documents(self) -> int:
        """The number of live documents."""
        return self.state.documents

    # Searches

    def pinned(self) -> OpenSearchReader:
        """Return a reader of a point in time of the cluster, in which nothing is deleted."""
        pinned = copy(self)
        pinned._point = Point(self._client, self._index)  # noqa: SLF001  # of the same class
        return pinned

    def run(self, plan: p.Plan, deadline: float | None = None) -> Found:
        """Carry out ``plan``; shards that do not answer make it partial."""
        if deadline is not None and time.monotonic() >= deadline:
            return Found(0, (), {facet: {} for facet in plan.facets}, partial=True)
        body = self._translator.search(plan)
        if plan.facets or plan.months:
            body["aggs"] = aggregations(plan, MOST_VALUES)
        params = _params(plan, deadline)
        if plan.offset + plan.limit > WINDOW:
            answer = self._search({**body, "size": 0, "sort": ["_doc"]}, **params)
            found = self._walk(body, plan, params)
        else:
            inline = plan.limit <= INLINE
            paged = {"from": plan.offset, "size": plan.limit, "_source": list(STORED) if inline else False}
            answer = self._search({**body, **paged}, **params)
            found = answer["hits"]["hits"]
        counts = self._counted(answer, plan)
        months = counts.pop("months", {})
        self._learn_spellings_of(counts)
        return Found(
            total=answer["hits"]["total"]["value"],
            hits=tuple(map(self._hit, found)),
            facets=counts,
            months=dict(sorted(months.items())),
            partial=is_partial(answer),
        )

    def _search(self, body: Mapping[str, Any], **params: str) -> dict[str, Any]:
        return self._point.search(body, **params) if self._point else self._client.search(self._index, body, **params)

    def _walk(self, body: Mapping[str, Any], plan: p.Plan, params: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return the hits of a list that is longer than a cluster gives at once."""
        asked = {name: value for name, value in body.items() if name != "aggs"}
        asked |= {"_source": False, "track_total_hits": False}
        point = self._point or Point(self._client, self._index)
        try:
            return list(point.walk(asked, plan.offset, plan.limit, **params))
        finally:
            if point is not self._point:
                point.close()

    def _hit(self, hit: Mapping[str, Any]) -> tuple[int, float]:
        number = self._number_of(hit["_id"])
        if "_source" in hit:
            self._sources.put(number, Source(hit["_source"]))
        return number, float(hit["_score"] or 0.0)

    def _counted(self, answer: Mapping[str, Any], plan: p.Plan) -> dict[str, dict[str, int]]:
        counted: dict[str, dict[str, int]] = {}
        for name, of in answer.get("aggregations", {}).items():
            values = of["values"]
            counted[name] = {bucket["key"]: bucket["doc_count"] for bucket in values["buckets"]}
            if values["sum_other_doc_count"]:
                counted[name] = self._all_values(plan, name)
        return counted

    def _all_values(self, plan: p.Plan, facet: str) -> dict[str, int]:
        """Return the numbers of a facet of more than :data:`MOST_VALUES` values."""
        field = "month" if facet == "months" else facet_field(facet)
        body = self._translator.search(plan)
        of = aggregations(plan, 1)[facet]["filter"]
        asked = {"query": {"bool": {"filter": [*body["query"]["bool"]["filter"], of]}}, "size": 0}
        found: dict[str, int] = {}
        after: Mapping[str, Any] = {}
        while True:
            sources = [{"key": {"terms": {"field": field}}}]
            composite = {"size": MOST_VALUES, "sources": sources, **({"after": after} if after else {})}
            answer = self._client.search(self._index, {**asked, "aggs": {"values": {"composite": composite}}})
            values = answer["aggregations"]["values"]
            found |= {bucket["key"]["key"]: bucket["doc_count"] for bucket in values["buckets"]}
            if len(values["buckets"]) < MOST_VALUES:
                return found
            after = values["after_key"]

    def explain(self, plan: p.Plan, number: int) -> tuple[Contribution, ...]:
        """Return what each entry of ``plan`` adds to a document."""
        nodes = [score.term for score in plan.scores] + [bonus.node for bonus in plan.bonuses] + [p.AllOf(())]
        kinds = ["bm25" if score.frequency else "presence" for score in plan.scores]
        kinds += ["bonus"] * len(plan.bonuses) + ["recency"]
        clauses = self._translator.scored(plan)
        named = [{"bool": {"must": [clause], "_name": str(at)}} for at, clause in enumerate(clauses)]
        body = {"query": {"bool": {"filter": [_only(self._ids[number])], "should": named}}, "size": 1, "_source": False}
        answer = self._client.search(
            self._index, body, search_type="dfs_query_then_fetch", include_named_queries_score="true"
        )
        matched = answer["hits"]["hits"][0].get("matched_queries", {})
        return tuple(
            Contribution(node, kind, float(matched[str(at)]))  # type: ignore[arg-type]  # one of the three kinds
            for at, (node, kind) in enumerate(zip(nodes, kinds, strict=True))
            if matched.get(str(at))
        )

    def holds(self, node: p.Node, number: int) -> bool:
        """Return whether a document satisfies ``node``."""
        body = {
            "query": {"bool": {"filter": [_only(self._ids[number]), self._translator.node(node)]}},
            "size": 0,
            "track_total_hits": True,
        }
        return bool(self._client.search(self._index, body)["hits"]["total"]["value"])

    # Numbers of articles

    def expect(self, text: str = "", *, terms: Iterable[p.Term] = (), words: Iterable[str] = ()) -> None:
        """Learn at once what is likely to be asked."""
        tokens = tokenize(text)[:MAX_TOKENS]
        folded = dict.fromkeys([*words, *(token.folded for token in tokens)])
        unknown = [key for key in folded if self._readings.known(key) is None]
        self._ask([*terms, *(p.Term(*asked) for asked in asked_about(text, tokens))], unknown)
        if any(token.folded == token.exact and token.folded.isalpha() for token in tokens):
            self._expect_readings(tokens)

    def _expect_readings(self, tokens: Sequence[Token]) -> None:
        """Learn the numbers of the pairs that bare words may be."""
        kept = [[token.exact] if token.exact != token.folded else self._likely(token.folded) for token in tokens]
        pairs = (before + JOINER + after for one, other in pairwise(kept) for before, after in product(one, other))
        self._ask(p.Term("exact_pair", pair) for pair in pairs)

    def _likely(self, folded: str) -> list[str]:
        found = sorted(self.readings(folded), key=lambda one: -one[1])
        return [key for key, _ in found[:READINGS]]

    def _ask(self, nodes: Iterable[p.Node], folded: Sequence[str] = ()) -> None:
        """Learn how many articles satisfy ``nodes`` and how ``folded`` words are read, in one request."""
        unknown = [node for node in dict.fromkeys(nodes) if self._counts.known(node) is None]
        requests: list[tuple[str, Mapping[str, Any]]] = [
            (self._index, self._counting(unknown[start : start + AT_ONCE])) for start in range(0, len(unknown), AT_ONCE)
        ]
        if folded:
            requests.append((self._words_index, readings_of(folded)))
        if not requests:
            return
        answers = self._client.msearch(requests)
        if folded:
            self._learn_readings(folded, answers.pop())
        for answer, start in zip(answers, range(0, len(unknown), AT_ONCE), strict=True):
            buckets = answer["aggregations"]["of"]["buckets"]
            for node, bucket in zip(unknown[start : start + AT_ONCE], buckets, strict=True):
                self._counts.put(node, bucket["doc_count"])

    def _counting(self, nodes: Sequence[p.Node]) -> dict[str, Any]:
        filters = [self._translator.node(node) for node in nodes]
        return {"query": self._translator.visible, "size": 0, "aggs": {"of": {"filters": {"filters": filters}}}}

    def _learn_readings(self, folded: Sequence[str], answer: Mapping[str, Any]) -> None:
        found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for hit in answer["hits"]["hits"]:
            one = hit["_source"]
            found[one["folded"]].append((one["term"], one["count"]))
        for key in folded:
            self._readings.put(key, found[key])
            for term, count in found[key]:
                self._counts.put(p.Term("exact", term), count)

    def count(self, nodes: Sequence[p.Node]) -> list[int]:
        """Return how many live documents satisfy each of ``nodes``."""
        known = [self._counts.known(node) for node in nodes]
        if None in known:
            self._ask(nodes)
            known = [self._counts.known(node) for node in nodes]
        return [count or 0 for count in known]

    def frequency(self, field: str, term: str) -> int:
        """Return the number of live documents that hold ``term`` in ``field``."""
        return self.count([p.Term(field, term)])[0]

    def frequencies(self, terms: Sequence[p.Term]) -> list[int]:
        """Return the frequency of each of ``terms``."""
        return self.count(terms)

    def vocabulary(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Yield the terms that start with ``prefix``, each with the number of documents that hold it."""
        return self._words.walk(field, prefix)

    def commonest(self, field: str, prefix: str, most: int) -> list[tuple[str, int]]:
        """Return the ``most`` terms that start with ``prefix`` and that most documents hold."""
        return self._commonest.get((field, prefix, most), lambda asked: self._words.commonest(*asked))

    def readings(self, folded: str) -> list[tuple[str, int]]:
        """Return the terms with accents that fold to ``folded``, each with the number of documents that hold it."""
        found = self._readings.known(folded)
        if found is None:
            self._ask((), [folded])
            found = self._readings.known(folded)
        return list(found or ())

    def pairs(self, field: str, befores: Sequence[str], words: Sequence[str]) -> list[tuple[int, int, int]]:
        """Return which pairs documents hold, each with their number."""
        places = list(product(range(len(befores)), range(len(words))))
        counts = self.count([p.Term(field, befores[i] + JOINER + words[j]) for i, j in places])
        return [(i, j, count) for (i, j), count in zip(places, counts, strict=True) if count]

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

    @property
    def text_length(self) -> int:
        """The length of the text over all documents."""
        return self.state.length

    # Articles

    def spelled(self, facet: str, key: str) -> str | None:
        """Return the commonest spelling of a facet key."""
        return self._spelled.get((facet, key), self._spelling) or None

    def _learn_spellings_of(self, facets: Mapping[str, Iterable[str]]) -> None:
        unknown = [
            (facet, key)
            for facet, keys in facets.items()
            for key in keys
            if key != MISSING_KEY and self._spelled.known((facet, key)) is None
        ]
        for start in range(0, len(unknown), AT_ONCE):
            self._learn_spellings(unknown[start : start + AT_ONCE])

    def _spelling(self, asked: tuple[str, str]) -> str:
        self._learn_spellings([asked])
        return self._spelled.known(asked) or ""

    def _learn_spellings(self, asked: Sequence[tuple[str, str]]) -> None:
        aggs = {
            facet: {
                "filters": {"filters": {key: {"term": {facet_field(facet): key}} for of, key in asked if of == facet}},
                "aggs": {"values": {"terms": {"field": written_field(facet), "size": 50}}},
            }
            for facet in dict.fromkeys(facet for facet, _ in asked)
        }
        answer = self._client.search(self._index, {"query": self._translator.visible, "size": 0, "aggs": aggs})
        for facet, of in answer["aggregations"].items():
            for key, bucket in of["buckets"].items():
                written = {one["key"]: one["doc_count"] for one in bucket["values"]["buckets"]}
                own = {value: count for value, count in written.items() if facet_key(value) == key}
                self._spelled.put((facet, key), commonest(own) if own else "")

    def stored(self, number: int) -> Stored:
        """Return the document with ``number``."""
        return self._source(number)

    def stored_together(self, numbers: Sequence[int]) -> list[Stored]:
        """Return the documents with these ``numbers``."""
        kept = {number: self._sources.known(number) for number in numbers}
        missing = [number for number, source in kept.items() if source is None]
        found: dict[int, Source] = {number: source for number, source in kept.items() if source is not None}
        for start in range(0, len(missing), INLINE):
            ids = [self._ids[number] for number in missing[start : start + INLINE]]
            body = {"query": {"ids": {"values": ids}}, "size": len(ids), "_source": list(STORED)}
            for hit in self._search(body)["hits"]["hits"]:
                found[self._numbers[hit["_id"]]] = Source(hit["_source"])
        for number in missing:
            self._sources.put(number, found[number])
        return [found[number] for number in numbers]

    def _source(self, number: int) -> Source:
        found = self._sources.known(number)
        if found is None:
            # Hits are numbered in their order: those after it are likely to be asked for next.
            end = min(number + INLINE, len(self._ids))
            self.stored_together([one for one in range(number, end) if self._sources.known(one) is None])
            found = self._sources.known(number)
        assert found is not None  # noqa: S101  # just put there
        return found

    def release(self) -> None:
        """Forget the articles."""
        self._sources = Memo(KEPT)

    def heading(self, number: int) -> tuple[str, str]:
        """Return (id, title) of the document with ``number``."""
        document = self._source(number).document
        return document.id, document.title

    def sketch(self, number: int) -> bytes:
        """Return the sketch of the text of the document with ``number``."""
        return self._source(number).sketch

    def number(self, id_: str) -> int | None:
        """Return the number of the document with ``id_``."""
        body = {
            "query": all_of([self._translator.visible, {"term": {"id": id_}}]),
            "size": 1,
            "_source": list(STORED),
            "sort": [{"commit": "desc"}],
        }
        hits = self._client.search(self._index, body)["hits"]["hits"]
        if not hits:
            return None
        number = self._number_of(hits[0]["_id"])
        self._sources.put(number, Source(hits[0]["_source"]))
        return number

    def ids(self) -> Iterator[str]:
        """Yield all ids."""
        body = {"query": self._translator.visible, "sort": [{"id": "asc"}], "_source": False}
        return (hit["sort"][0] for hit in walk(self._search, body))

    def _number_of(self, id_: str) -> int:
        number = self._numbers.get(id_)
        if number is None:
            with self._lock:
                number = self._numbers.get(id_)
                if number is None:
                    number = len(self._ids)
                    self._ids.append(id_)
                    self._numbers[id_] = number
        return number


def is_partial(answer: Mapping[str, Any]) -> bool:
    """Say whether the time ran out, or a shard did not answer."""
    return bool(answer.get("timed_out")) or answer["_shards"]["failed"] > 0


def _params(plan: p.Plan, deadline: float | None) -> dict[str, str]:
    params = {}
    if plan.sort == "relevance" and plan.scores:
        params["search_type"] = "dfs_query_then_fetch"
    if deadline is not None:
        params["timeout"] = f"{max(1, round((deadline - time.monotonic()) * 1000))}ms"
    return params


def _only(id_: str) -> Clause:
    return {"ids": {"values": [id_]}}


def _exact_texts(stored: Stored) -> Iterator[list[str]]:
    """Yield the exact keys of each paragraph."""
    for block in stored.offsets.blocks:
        text = stored.text_of(block.zone, block.number)
        yield [form(text[start:end]).exact for start, end in zip(block.starts, block.ends, strict=True)]
