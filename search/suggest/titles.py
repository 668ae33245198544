"""Which articles have what was typed in their title?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import itemgetter

from ..analysis.tokens import Token
from ..analysis.views import JOINER
from ..engines.base import Reader
from ..memo import Memo, PerReader
from ..page import Marked, Suggestion
from ..query.plan import AllOf, AnyOf, Node, Plan, Term
from .typed import Typed, tokens_of

LEAST_LETTERS = 3
"""Letters and digits from which on titles are suggested: fewer stand in any title."""

MOST_ENDINGS = 6
"""Words that the last one may be, the commonest in titles."""

LOOKED_AT = 8
"""Articles, the newest, whose titles are looked at."""

ENOUGH = 2
"""Titles among them from which on no others are looked for."""


class _Tables:
    """What was learnt from one reader."""

    def __init__(self) -> None:
        self.headings: Memo[int, tuple[str, str]] = Memo(1 << 12)
        self.newest: Memo[Node, list[int]] = Memo(1 << 10)


_tables = PerReader(_Tables)


class Titles:
    """The titles of one reader. Cheap to make."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._tables = _tables.of(reader)

    def suggest(self, typed: Typed) -> list[Suggestion]:
        """Return articles that hold what was typed as words in a row in their titles: those that begin so come first,
        then newer ones.
        """
        if typed.letters < LEAST_LETTERS:
            return []
        # What holds the finished words is remembered while the next one is being typed.
        numbers = self._holding(typed.whole) if typed.whole else []
        found = self._held(typed, numbers)
        if len(found) < ENOUGH and not typed.finished and not (typed.whole and _are_all(numbers)):
            nodes = self._unfinished(typed)
            found = self._held(typed, self._satisfying(nodes) if nodes else ())
        return [suggestion for _, suggestion in sorted(found, key=itemgetter(0))]

    def _holding(self, words: Sequence[Token]) -> list[int]:
        """Return the newest articles that hold ``words`` in their title, and maybe others: where all that hold the
        first few of them are known, there is nothing to look for.
        """
        for size in range(len(words) - 1, 0, -1):
            known = self._tables.newest.known(AllOf(tuple(_finished(words[:size]))))
            if known is not None:
                if _are_all(known):
                    return known
                break
        return self._satisfying(_finished(words))

    def _satisfying(self, nodes: Sequence[Node]) -> list[int]:
        """Return the newest articles that satisfy all ``nodes``."""
        return self._tables.newest.get(AllOf(tuple(nodes)), self._newest)

    def _held(self, typed: Typed, numbers: Iterable[int]) -> list[tuple[bool, Suggestion]]:
        """Return those of the articles ``numbers`` in whose title what was typed stands, each with whether the title
        does not begin so.
        """
        found = []
        for number in numbers:
            id_, title = self._tables.headings.get(number, self._reader.heading)
            mark = typed.mark(title)
            if mark is not None:
                within = mark.start > tokens_of(title)[0].start
                found.append((within, Suggestion("title", Marked(title, (mark,)), id=id_)))
        return found

    def _newest(self, node: Node) -> list[int]:
        hits = self._reader.run(Plan(match=node, sort="newest", limit=LOOKED_AT)).hits
        return [number for number, _ in hits]

    def _unfinished(self, typed: Typed) -> list[Node]:
        """Return what articles satisfy that hold everything typed in their title, and hardly any others; nothing where
        there are none.
        """
        field, prefix = "title", ""
        if typed.whole:
            field, prefix = "title_pair", typed.whole[-1].folded + JOINER
        ends = self._reader.commonest(field, prefix + typed.folded[-1], MOST_ENDINGS)
        return [*_finished(typed.whole), AnyOf(tuple(Term(field, term) for term, _ in ends))] if ends else []


def _finished(tokens: Sequence[Token]) -> list[Node]:
    """Return what articles satisfy that hold finished words in their title, and hardly any others."""
    words = [token.folded for token in tokens]
    nodes: list[Node] = [Term("exact", token.exact) for token in tokens if token.exact != token.folded]
    if len(words) > 1:
        return nodes + [Term("title_pair", JOINER.join(pair)) for pair in pairwise(words)]
    return nodes + [Term("title", word) for word in words]


def _are_all(newest: Sequence[int]) -> bool:
    """Say whether there are no articles but those that were found."""
    return len(newest) < LOOKED_AT
