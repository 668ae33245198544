"""Which facet values have a word that begins as it was typed?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..engines.base import Reader
from ..facets import MISSING_KEY
from ..memo import PerReader
from ..page import Marked, Suggestion
from ..query.plan import AllOf, Plan
from .typed import Typed, tokens_of

FacetKind = Literal["category", "place", "author", "source"]

FACETS: tuple[FacetKind, ...] = ("category", "place", "author", "source")
"""The facets whose values are suggested."""

MOST_VALUES = 10_000
"""Values of each of them, the commonest, that are looked at."""

_AFTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class _Value:
    facet: FacetKind
    text: str
    count: int


@dataclass(slots=True)
class _Table:
    """All values, the commonest first, and sorted what they are from each of their words on (folded, each word with a
    space after it) with the number of the value.
    """

    values: list[_Value] | None = None
    endings: list[tuple[str, int]] | None = None


_tables = PerReader(_Table)


class Names:
    """The facet values of one reader. Cheap to make: the table of them stays with the reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._table = _tables.of(reader)

    def suggest(self, typed: Typed) -> Iterator[Suggestion]:
        """Yield the values that hold what was typed as words in a row, the commonest first."""
        values, endings = self._learnt()
        beginning = " ".join(typed.folded) + " " * typed.finished
        first = bisect_left(endings, (beginning,))
        after = bisect_left(endings, (beginning + _AFTER,), lo=first)
        for number in sorted({number for _, number in endings[first:after]}):
            value = values[number]
            mark = typed.mark(value.text)
            if mark is not None:
                yield Suggestion(value.facet, Marked(value.text, (mark,)), count=value.count)

    def _learnt(self) -> tuple[list[_Value], list[tuple[str, int]]]:
        table = self._table
        if table.values is None or table.endings is None:
            values = sorted(self._values(), key=lambda value: (-value.count, FACETS.index(value.facet), value.text))
            table.endings = sorted(
                (ending, number) for number, value in enumerate(values) for ending in _endings(value.text)
            )
            table.values = values
        return table.values, table.endings

    def _values(self) -> Iterator[_Value]:
        counts = self._reader.run(Plan(match=AllOf(()), sort="newest", limit=0, facets=FACETS)).facets
        for facet in FACETS:
            for key in sorted(counts[facet], key=lambda key: (-counts[facet][key], key))[:MOST_VALUES]:
                if key != MISSING_KEY:
                    yield _Value(facet, self._reader.spelled(facet, key) or key, counts[facet][key])


def _endings(text: str) -> Iterator[str]:
    words = [token.folded for token in tokens_of(text)]
    return (" ".join(words[at:]) + " " for at in range(len(words)))
