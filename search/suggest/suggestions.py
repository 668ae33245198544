"""What is offered while one types?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from ..engines.base import Reader
from ..memo import Memo, PerReader
from ..page import Marked, Suggestion
from .complete import Completer
from .names import Names
from .titles import Titles
from .typed import Typed, tokens_of

SHARE = 4
"""One suggestion in so many is a facet value, and one a title, where there is enough of everything."""


_suggested: PerReader[Memo[tuple[str, int], list[Suggestion]]] = PerReader(lambda: Memo(1 << 10))


class Suggester:
    """Suggests from what one reader holds."""

    def __init__(self, reader: Reader) -> None:
        self._remembered = _suggested.of(reader)
        self._completer = Completer(reader)
        self._names = Names(reader)
        self._titles = Titles(reader)

    def suggest(self, text: str, limit: int = 8) -> list[Suggestion]:
        """Return at most ``limit`` suggestions for a text: queries first, then facet values, then titles, no two with
        the same folded key.

        What there is too little of leaves its room to values, then to titles. Where a value or a title has the key of
        a query, it stands for both: it says more.
        """
        return self._remembered.get((text, limit), self._suggest)

    def _suggest(self, asked: tuple[str, int]) -> list[Suggestion]:
        text, limit = asked
        typed = Typed(text)
        if not typed.tokens:
            return []
        keys: set[tuple[str, ...]] = set()
        from_values = _distinct(self._names.suggest(typed), keys)
        from_titles = _distinct(self._titles.suggest(typed), keys)
        values = list(islice(from_values, limit // SHARE))
        titles = list(islice(from_titles, limit // SHARE))
        queries = list(islice(_distinct(self._queries(typed), keys), limit - len(values) - len(titles)))
        values += islice(from_values, limit - len(queries) - len(values) - len(titles))
        titles += islice(from_titles, limit - len(queries) - len(values) - len(titles))
        return [*queries, *values, *titles]

    def _queries(self, typed: Typed) -> Iterator[Suggestion]:
        for text in self._completer.completions(typed.text):
            mark = typed.mark(text)
            if mark is not None:
                yield Suggestion("query", Marked(text, (mark,)))


def _distinct(suggestions: Iterable[Suggestion], keys: set[tuple[str, ...]]) -> Iterator[Suggestion]:
    """Yield those that have none of ``keys``, and add theirs."""
    for one in suggestions:
        key = tuple(token.folded for token in tokens_of(one.text))
        if key not in keys:
            keys.add(key)
            yield one
