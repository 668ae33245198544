"""What does a reader know of the words of its index, and how does it learn the rest in few requests?

What a query is likely to need is asked for at once; what is needed only after the search is asked for together with it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise, product
from typing import Any

from ...analysis.fold import fold
from ...analysis.tokens import Token, tokenize
from ...analysis.views import JOINER
from ...memo import Memo
from ...query import plan as p
from ...query.compile import MAX_TOKENS
from ...query.run import asked_about
from ...ranking import K1
from .asking import AT_ONCE, NOTHING, Asker, Question
from .queries import Translator
from .spellings import Spellings
from .state import State
from .words import Vocabulary, batched, commonest_of, counts_of, readings_of

REMEMBERED = 100_000
"""Numbers of articles with a term that are remembered."""

READINGS = 12
"""Readings of a word whose pairs are looked up beforehand."""

_PREFIX = re.compile(r"(\w+)\*")


class Knowledge:
    """What is known of the articles of ``state``; the ``translator`` of plans is among those who ask."""

    def __init__(self, asker: Asker, state: State) -> None:
        self._asker = asker
        self._words = Vocabulary(asker.search_words)
        self._counts: Memo[p.Node, int] = Memo(REMEMBERED)
        self._commonest: Memo[tuple[str, str, int], list[tuple[str, int]]] = Memo(REMEMBERED)
        self._readings: Memo[str, list[tuple[str, int]]] = Memo(REMEMBERED)
        self._later: dict[p.Node, None] = {}
        factor = 1 / (K1 + 1) if asker.client.legacy_bm25 else 1.0
        self.translator = Translator(state, self.count, self._counts.known, self.commonest, factor)
        self.spellings = Spellings(asker, self.translator.visible)

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

    def expect_later(self, terms: Iterable[p.Node]) -> None:
        """Have the numbers of ``terms`` learnt with whatever is asked next."""
        self._later |= dict.fromkeys(terms)

    def _expect_readings(self, tokens: Sequence[Token]) -> None:
        """Have the numbers of the pairs that bare words may be learnt with whatever is asked next."""
        kept = [[token.exact] if token.exact != token.folded else self._likely(token.folded) for token in tokens]
        pairs = (before + JOINER + after for one, other in pairwise(kept) for before, after in product(one, other))
        self.expect_later(p.Term("exact_pair", pair) for pair in pairs)

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
            questions.append(Question(self._asker.of_words(readings_of(folded)), partial(self._learn_readings, folded)))
        if questions:
            self._asker.send(questions + self.open_questions(spellings=bool(folded)))

    def open_questions(self, *, spellings: bool) -> list[Question]:
        """Return what can be learnt with whatever is asked now."""
        later, self._later = self._later, {}
        questions = self._counting(later)
        return questions + self.spellings.question() if spellings else questions

    def _counting(self, nodes: Iterable[p.Node]) -> list[Question]:
        unknown = [node for node in dict.fromkeys(nodes) if self._counts.known(node) is None]
        return [self._counting_some(some) for some in batched(unknown, AT_ONCE)]

    def _counting_some(self, nodes: Sequence[p.Node]) -> Question:
        filters = [self.translator.node(node) for node in nodes]
        body = {"query": self.translator.visible, "size": 0, "aggs": {"of": {"filters": {"filters": filters}}}}
        return Question(self._asker.of_articles(body), partial(self._learn_counts, nodes))

    def _learn_counts(self, nodes: Sequence[p.Node], answer: Mapping[str, Any] | None) -> None:
        buckets = answer["aggregations"]["of"]["buckets"] if answer else [{"doc_count": 0}] * len(nodes)
        for node, bucket in zip(nodes, buckets, strict=True):
            self._counts.put(node, bucket["doc_count"])

    def _listing(self, asked: tuple[str, str, int]) -> Question:
        search = self._asker.of_words(commonest_of(*asked))
        return Question(search, lambda answer: self._commonest.put(asked, counts_of(answer or NOTHING)))

    def _learn_readings(self, folded: Sequence[str], answer: Mapping[str, Any] | None) -> None:
        found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for hit in (answer or NOTHING)["hits"]["hits"]:
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
