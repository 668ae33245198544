"""How are questions to an index on a cluster answered?

A page takes two requests: one for the numbers that its words are looked up by, unless they are known, and the search,
which brings its articles with it, and numbers that are needed no sooner. What was asked is remembered as long as the
reader lives, which is until the next commit.

Where shards are lost the rest answers, and what it says is marked as partial. A reader that has heard anything of the
kind is ``lacking``: it is soon replaced, so that nothing of it is remembered.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from functools import partial
from itertools import islice, pairwise, product, takewhile
from typing import Any, NamedTuple, Protocol

from ...analysis.fold import fold
from ...analysis.tokens import Token, form, tokenize
from ...analysis.views import JOINER
from ...errors import ClusterUnavailable, SearchError
from ...facets import MISSING_KEY, commonest, facet_key
from ...memo import Memo
from ...page import FACETS
from ...query import plan as p
from ...query.compile import MAX_TOKENS
from ...query.run import asked_about
from ...ranking import K1
from ..base import Contribution, Found, Stored
from .breaker import PAUSE
from .client import Search
from .faults import NO_COPY
from .layout import STORED, facet_field, written_field
from .queries import Clause, Translator, aggregations, all_of
from .source import Source
from .state import State
from .walk import WINDOW, Point, walk
from .walk import Client as Walked
from .words import Vocabulary, batched, commonest_of, counts_of, readings_of

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


SPELLED, SPELLINGS = 1000, 10
"""Values of each facet whose spellings are learnt beforehand, and spellings of each: of five facets no more than the
buckets that a cluster allows.
"""

_PREFIX = re.compile(r"(\w+)\*")


class Client(Walked, Protocol):
    """What of a client is needed here."""

    @property
    def place(self) -> str:
        """The address, as errors name it."""

    def excused(self, deadline: float) -> float:
        """Return until when a search may go on whose time ends at ``deadline``."""

    def search(self, index: str, body: Mapping[str, Any], **params: str) -> dict[str, Any]:
        """Search in an index."""

    def msearch(self, requests: Sequence[Search]) -> list[dict[str, Any] | None]:
        """Carry out several searches in one request; None stands for the answer of one that found no shard."""

    @property
    def legacy_bm25(self) -> bool:
        """Whether the cluster multiplies BM25 by k1 + 1, as those before version 3 do."""


_NOTHING: Mapping[str, Any] = {"hits": {"hits": []}}


class _Question(NamedTuple):
    """A search with what becomes of its answer, which is None where no shard gave one."""

    search: Search
    learn: Callable[[Mapping[str, Any] | None], None]


class OpenSearchReader:
    """A snapshot: what is committed later is not looked at."""

    def __init__(self, client: Client, index: str, words_index: str, state: State) -> None:
        self.state = state
        self._client = client
        self._index = index
        self._words_index = words_index
        self._words = Vocabulary(self._search_words)
        self._counts: Memo[p.Node, int] = Memo(REMEMBERED)
        self._commonest: Memo[tuple[str, str, int], list[tuple[str, int]]] = Memo(REMEMBERED)
        self._readings: Memo[str, list[tuple[str, int]]] = Memo(REMEMBERED)
        self._spelled: Memo[tuple[str, str], str] = Memo(REMEMBERED)
        self._sources: Memo[int, Source] = Memo(KEPT)
        self._ids: list[str] = []
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()
        self._later: dict[p.Node, None] = {}
        self._spellings_asked = False
        self._lacking = threading.Event()
        self._point: Point | None = None
        self._whole = False
        self._translator = Translator(state, self.count, self.commonest, 1 / (K1 + 1) if client.legacy_bm25 else 1.0)

    @property
    def documents(self) -> int:
        """The number of live documents."""
        return self.state.documents

    # Searches

    @property
    def lacking(self) -> bool:
        """Whether it was told anything that not all shards had a part in."""
        return self._lacking.is_set()

    def pinned(self, *, whole: bool = False) -> OpenSearchReader:
        """Return a reader of a point in time of the cluster, in which nothing is deleted."""
        pinned = copy(self)
        pinned._point = Point(self._client, self._index)  # noqa: SLF001  # of the same class
        pinned._whole = whole  # noqa: SLF001
        self._note(pinned._point.shards)  # noqa: SLF001
        return pinned

    def close(self) -> None:
        """Give up the point in time; where that fails it ends by itself."""
        if self._point:
            with suppress(SearchError):
                self._point.close()

    def run(self, plan: p.Plan, deadline: float | None = None) -> Found:
        """Carry out ``plan``; shards that do not answer make it partial."""
        deadline = None if deadline is None else self._client.excused(deadline)
        if deadline is not None and time.monotonic() >= deadline:
            return Found(0, (), {facet: {} for facet in plan.facets}, partial=True)
        body = self._translator.search(plan)
        if plan.facets or plan.months:
            body["aggs"] = aggregations(plan, MOST_VALUES)
        if plan.offset + plan.limit > WINDOW:
            answer = self._first({**body, "size": 0, "sort": ["_doc"]}, plan, deadline)
            found = self._walk(body, plan, deadline)
        else:
            inline = plan.limit <= INLINE
            paged = {"from": plan.offset, "size": plan.limit, "_source": list(STORED) if inline else False}
            answer = self._first({**body, **paged}, plan, deadline)
            found = answer["hits"]["hits"]
        counts = self._counted(answer, plan)
        months = counts.pop("months", {})
        self._learn_spellings_of(counts)
        is_partial = bool(answer["timed_out"]) or self.lacking
        if is_partial and self._whole:
            raise self._lost()
        # Of a list that began whole nothing may be missing further on.
        self._whole = self._point is not None and not is_partial
        return Found(
            total=answer["hits"]["total"]["value"],
            hits=tuple(map(self._hit, found)),
            facets=counts,
            months=dict(sorted(months.items())),
            partial=is_partial,
        )

    def _first(self, body: Mapping[str, Any], plan: p.Plan, deadline: float | None) -> Mapping[str, Any]:
        """Carry out a search together with what is yet to be learnt."""
        timed = {**body, **_timeout(deadline)}
        by_all = plan.sort == "relevance" and bool(plan.scores)
        search_type = {"search_type": "dfs_query_then_fetch"} if by_all else {}
        questions = [] if self._point else self._open_questions(spellings=bool(plan.facets))
        if questions:
            heard: list[Mapping[str, Any] | None] = []
            self._send([_Question(Search(self._index, timed, **search_type), heard.append), *questions])
            if heard[0] is not None:
                return heard[0]
        return self._search(timed, **search_type)

    def _search(self, body: Mapping[str, Any], **params: str) -> dict[str, Any]:
        asked = self._point.search if self._point else partial(self._client.search, self._index)
        return self._note(asked(body, **params))

    def _search_words(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Search in the index of words; without it no words are known."""
        found: list[Mapping[str, Any] | None] = []
        self._send([_Question(Search(self._words_index, body), found.append)])
        return dict(found[0] or _NOTHING)

    def _note(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Take note of shards that did not answer."""
        if lacks(answer):
            self._lacking.set()
        return answer

    def _lost(self) -> ClusterUnavailable:
        return ClusterUnavailable(self._client.place, NO_COPY, PAUSE)

    def _send(self, questions: Sequence[_Question]) -> None:
        """Ask several questions in one request."""
        answers = self._client.msearch([one.search for one in questions])
        for one, answer in zip(questions, answers, strict=True):
            if answer is None:
                self._lacking.set()
            one.learn(answer and self._note(answer))

    def _walk(self, body: Mapping[str, Any], plan: p.Plan, deadline: float | None) -> list[dict[str, Any]]:
        """Return the hits of a list that is longer than a cluster gives at once."""
        asked = {name: value for name, value in body.items() if name != "aggs"}
        asked |= {"_source": False, "track_total_hits": False, **_timeout(deadline)}
        by_all = {"search_type": "dfs_query_then_fetch"} if plan.sort == "relevance" and plan.scores else {}
        point = self._point or Point(self._client, self._index)
        self._note(point.shards)
        try:
            hits = walk(lambda one: self._note(point.search(one, **by_all)), asked, plan.offset + plan.limit)
            return list(islice(hits, plan.offset, None))
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
            answer = self._search({**asked, "aggs": {"values": {"composite": composite}}})
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

    def expect(self, text: str = "", *, terms: Iterable[p.Node] = (), words: Iterable[str] = ()) -> None:
        """Learn at once what is likely to be asked; what is asked after the search is learnt together with it."""
        tokens = tokenize(text)[:MAX_TOKENS]
        folded = dict.fromkeys([*words, *(token.folded for token in tokens)])
        unknown = [key for key in folded if self._readings.known(key) is None]
        prefixes = [("text", fold(prefix), p.MAX_EXPANSION) for prefix in _PREFIX.findall(text)]
        self._ask(
            [*terms, *(p.Term(*asked) for asked in asked_about(text, tokens))],
            unknown,
            [asked for asked in prefixes if self._commonest.known(asked) is None],
        )
        if any(token.folded == token.exact and token.folded.isalpha() for token in tokens):
            self._expect_readings(tokens)

    def _expect_readings(self, tokens: Sequence[Token]) -> None:
        """Have the numbers of the pairs that bare words may be learnt with whatever is asked next."""
        kept = [[token.exact] if token.exact != token.folded else self._likely(token.folded) for token in tokens]
        pairs = (before + JOINER + after for one, other in pairwise(kept) for before, after in product(one, other))
        self._later |= dict.fromkeys(p.Term("exact_pair", pair) for pair in pairs)

    def _likely(self, folded: str) -> list[str]:
        found = sorted(self.readings(folded), key=lambda one: -one[1])
        return [key for key, _ in found[:READINGS]]

    def _ask(
        self,
        nodes: Iterable[p.Node],
        folded: Sequence[str] = (),
        prefixes: Sequence[tuple[str, str, int]] = (),
    ) -> None:
        """Learn how many articles satisfy ``nodes``, how ``folded`` words are read and which words have ``prefixes``,
        in one request.
        """
        questions = [*self._counting(nodes), *map(self._listing, prefixes)]
        if folded:
            questions.append(
                _Question(Search(self._words_index, readings_of(folded)), partial(self._learn_readings, folded))
            )
        if questions:
            self._send(questions + self._open_questions(spellings=bool(folded)))

    def _open_questions(self, *, spellings: bool) -> list[_Question]:
        """Return what can be learnt with whatever is asked now."""
        later, self._later = self._later, {}
        questions = self._counting(later)
        if spellings and not self._spellings_asked:
            self._spellings_asked = True
            questions.append(self._asking_spellings())
        return questions

    def _counting(self, nodes: Iterable[p.Node]) -> list[_Question]:
        unknown = [node for node in dict.fromkeys(nodes) if self._counts.known(node) is None]
        return [self._counting_some(some) for some in batched(unknown, AT_ONCE)]

    def _counting_some(self, nodes: Sequence[p.Node]) -> _Question:
        filters = [self._translator.node(node) for node in nodes]
        body = {"query": self._translator.visible, "size": 0, "aggs": {"of": {"filters": {"filters": filters}}}}
        return _Question(Search(self._index, body), partial(self._learn_counts, nodes))

    def _learn_counts(self, nodes: Sequence[p.Node], answer: Mapping[str, Any] | None) -> None:
        buckets = answer["aggregations"]["of"]["buckets"] if answer else [{"doc_count": 0}] * len(nodes)
        for node, bucket in zip(nodes, buckets, strict=True):
            self._counts.put(node, bucket["doc_count"])

    def _listing(self, asked: tuple[str, str, int]) -> _Question:
        search = Search(self._words_index, commonest_of(*asked))
        return _Question(search, lambda answer: self._commonest.put(asked, counts_of(answer or _NOTHING)))

    def _learn_readings(self, folded: Sequence[str], answer: Mapping[str, Any] | None) -> None:
        found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for hit in (answer or _NOTHING)["hits"]["hits"]:
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

    def continuations(self, keys: Sequence[str], words: int, most: int) -> dict[tuple[str, ...], int]:
        """Return what follows ``keys`` in a row, with the number of places where it does."""
        found = self.run(p.Plan(match=p.Phrase("exact", tuple(keys)), sort="newest", limit=most))
        counts: Counter[tuple[str, ...]] = Counter()
        for stored in self.stored_together([number for number, _ in found.hits]):
            for text in _exact_texts(stored):
                for at in range(len(text) - len(keys) + 1):
                    if text[at : at + len(keys)] == list(keys):
                        row = text[at + len(keys) : at + len(keys) + words]
                        counts[tuple(takewhile(bool, row))] += 1
        return dict(counts)

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

    def _asking_spellings(self) -> _Question:
        """Ask for the spellings of the commonest values of all facets."""
        aggs = {
            facet: {
                "terms": {"field": facet_field(facet), "size": SPELLED},
                "aggs": {"values": {"terms": {"field": written_field(facet), "size": SPELLINGS}}},
            }
            for facet in FACETS
        }
        body = {"query": self._translator.visible, "size": 0, "aggs": aggs}
        return _Question(Search(self._index, body), self._learn_common_spellings)

    def _learn_common_spellings(self, answer: Mapping[str, Any] | None) -> None:
        for facet, of in (answer or {}).get("aggregations", {}).items():
            for bucket in of["buckets"]:
                # Where some are left out the commonest may be among them.
                if not bucket["values"]["sum_other_doc_count"]:
                    self._learn_spelling(facet, bucket["key"], bucket["values"])

    def _learn_spellings(self, asked: Sequence[tuple[str, str]]) -> None:
        aggs = {
            facet: {
                "filters": {"filters": {key: {"term": {facet_field(facet): key}} for of, key in asked if of == facet}},
                "aggs": {"values": {"terms": {"field": written_field(facet), "size": 50}}},
            }
            for facet in dict.fromkeys(facet for facet, _ in asked)
        }
        body = {"query": self._translator.visible, "size": 0, "aggs": aggs}
        for facet, of in self._search(body)["aggregations"].items():
            for key, bucket in of["buckets"].items():
                self._learn_spelling(facet, key, bucket["values"])

    def _learn_spelling(self, facet: str, key: str, values: Mapping[str, Any]) -> None:
        written = {one["key"]: one["doc_count"] for one in values["buckets"]}
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
        if len(found) < len(kept):
            raise self._lost()
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
        answer = self._search(body)
        hits = answer["hits"]["hits"]
        if not hits:
            if lacks(answer):
                raise self._lost()  # it may be there
            return None
        number = self._number_of(hits[0]["_id"])
        self._sources.put(number, Source(hits[0]["_source"]))
        return number

    def ids(self) -> Iterator[str]:
        """Yield all ids."""
        body = {"query": self._translator.visible, "sort": [{"id": "asc"}], "_source": False}
        return (hit["sort"][0] for hit in walk(self._search_whole, body))

    def _search_whole(self, body: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._search(body)
        if lacks(answer):
            raise self._lost()
        return answer

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


def lacks(answer: Mapping[str, Any]) -> bool:
    """Say whether a shard gave no answer. One that is on no node is not even counted as failed."""
    shards = answer["_shards"]
    return bool(shards["successful"] < shards["total"])


def _timeout(deadline: float | None) -> dict[str, str]:
    return {} if deadline is None else {"timeout": f"{max(1, round((deadline - time.monotonic()) * 1000))}ms"}


def _only(id_: str) -> Clause:
    return {"ids": {"values": [id_]}}


def _exact_texts(stored: Stored) -> Iterator[list[str]]:
    """Yield the exact keys of each paragraph."""
    for block in stored.offsets.blocks:
        text = stored.text_of(block.zone, block.number)
        yield [form(text[start:end]).exact for start, end in zip(block.starts, block.ends, strict=True)]
