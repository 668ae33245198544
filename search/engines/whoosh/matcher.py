"""How does stock Whoosh walk the postings of a term?

One posting after another, as a :class:`whoosh.matching.LeafMatcher`; all postings of a term are one block.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.query.spans import Span

from .postings import TermPostings


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]
    """Walks the postings of one term the way stock Whoosh does."""

    def __init__(self, postings: TermPostings, lengths: Any, scorer: Any, term: tuple[str, bytes], at: int = 0) -> None:
        self._postings = postings
        self._lengths = lengths
        self.scorer = scorer
        self._term = term
        self._at = at
        self._docs = postings.docs

    def term(self) -> tuple[str, bytes]:
        """Return (field, term)."""
        return self._term

    def is_active(self) -> bool:
        """Say whether there is a current posting."""
        return self._at < len(self._docs)

    def copy(self) -> ArrayMatcher:
        """Return a matcher that stands where this one does."""
        return ArrayMatcher(self._postings, self._lengths, self.scorer, self._term, self._at)

    def reset(self) -> None:
        """Go back to the first posting."""
        self._at = 0

    def id(self) -> int:
        """Return the current document number."""
        return int(self._docs[self._at])

    def next(self) -> bool:
        """Go to the next posting."""
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return True

    def skip_to(self, id_: int) -> bool:
        """Go to the first posting whose document number is not below ``id_``."""
        if not self.is_active():
            raise ReadTooFar
        before = self._at
        rest = self._docs[self._at :]
        self._at += int(rest.searchsorted(self._docs.dtype.type(min(id_, _top(self._docs)))))
        if self.is_active() and self.id() < id_:
            self._at = len(self._docs)
        return self._at != before

    def all_ids(self) -> Iterator[int]:
        """Yield the document numbers from here on."""
        return iter(self._docs[self._at :].tolist())

    def weight(self) -> float:
        """Return how often the term stands in the current document."""
        return float(self._postings.counts[self._at])

    def length(self) -> int:
        """Return the length of the field in the current document."""
        return int(self._lengths[self.id()])

    def positions(self) -> list[int]:
        """Return the term's positions in the current document."""
        places: list[int] = self._postings.positions(self._at).tolist()
        return places

    def supports(self, astype: str) -> bool:
        """Say whether :meth:`value_as` knows ``astype``."""
        return astype in {"frequency", "weight"} or (astype == "positions" and self._postings.has_positions)

    def value(self) -> bytes:
        """Return nothing: postings have no encoded value."""
        return b""

    def value_as(self, astype: str) -> Any:
        """Return the current posting as ``astype``."""
        if astype == "positions":
            return self.positions()
        return self.weight()

    def spans(self) -> list[Span]:
        """Return the current posting's positions as spans."""
        return [Span(position) for position in self.positions()]

    def score(self) -> float:
        """Return the scorer's score of the current posting."""
        return float(self.scorer.score(self)) if self.scorer else 1.0

    def supports_block_quality(self) -> bool:
        """Say whether blocks can be skipped by their quality."""
        return bool(self.scorer) and bool(self.scorer.supports_block_quality())

    def max_quality(self) -> float:
        """Return a bound of the scores from here on."""
        return float(self.scorer.max_quality())

    def block_quality(self) -> float:
        """Return a bound of the scores of the current block: all postings are one block."""
        return float(self.scorer.max_quality())

    def block_max_weight(self) -> float:
        """Return the largest weight of the current block."""
        return float(self._postings.counts.max())

    def block_min_length(self) -> int:
        """Return the smallest length of the current block."""
        return int(self._lengths[self._docs].min())

    def block_max_length(self) -> int:
        """Return the largest length of the current block."""
        return int(self._lengths[self._docs].max())

    def block_max_id(self) -> int:
        """Return the last document number of the current block."""
        return int(self._docs[-1])

    def skip_to_quality(self, minquality: float) -> int:
        """Leave the block where it cannot reach ``minquality``; return the number of blocks skipped."""
        if self.is_active() and self.block_quality() <= minquality:
            self._at = len(self._docs)
            return 1
        return 0


def _top(docs: Any) -> int:
    return int(docs[-1])
