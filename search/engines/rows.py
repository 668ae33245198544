"""What follows some terms, where every place is a row of words?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rows:
    """What follows some terms (:class:`search.engines.base.Continuations`): the words of one place are a row."""

    rows: Sequence[tuple[str, ...]]

    @property
    def places(self) -> int:
        """How many places these are."""
        return len(self.rows)

    def next(self, words: tuple[str, ...] = ()) -> dict[str, int]:
        """Return the terms that come right after ``words``, each with the number of places where it does."""
        at = len(words)
        return dict(Counter(row[at] for row in self.rows if len(row) > at and row[:at] == words))
