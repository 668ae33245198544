"""Which terms are listed of the articles of an index, and how often are they there?

Of the pairs of words only those are listed that a share of the articles hold: what is rarer is no suggestion, and would
be most of the list. Of 5,000 articles, three quarters of all pairs stand in one or two.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ...query.plan import Term
from .encoding import Encoded
from .words import PAGE, Entry, batched

LISTED = ("text", "exact", "exact_pair", "title", "title_pair")
"""The fields whose terms are listed."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many articles must hold a term for it to be listed: a ``share`` of all, and ``few`` at least, once there are
    500 articles for each of these. In a small index one is enough.
    """

    share: float = 0.0
    few: int = 1

    def of(self, documents: int) -> float:
        """Return the number for an index of so many ``documents``."""
        return max(1.0, min(self.few, documents / 500), documents * self.share)


BARS = {"exact_pair": Bar(1 / 10_000, few=3), "title_pair": Bar(1 / 20_000)}
"""Pairs of the texts tell how words go on; those of titles which title is meant, and there one article is what is
sought.
"""

MOST_PAIRS = 1_500_000
"""Pairs that are counted at once. Where there are more, those met once so far are forgotten, which leaves out none that
is met often.
"""


@dataclass(slots=True)
class Tally:
    """Counts the articles that hold each term."""

    counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, encoded: Encoded) -> None:
        """Count the terms of what is sent of articles."""
        for name in LISTED:
            self.counts[name].update(encoded.held(name))
        self._forget()

    def take_away(self, encoded: Encoded) -> None:
        """Count them no more."""
        for name in LISTED:
            self.counts[name].subtract(encoded.held(name))

    def merge(self, other: Tally) -> None:
        """Add what ``other`` counted."""
        for name, counts in other.counts.items():
            self.counts[name].update(counts)
        self._forget()

    def packed(self) -> bytes:
        """Return it as bytes."""
        return zlib.compress(json.dumps(self.counts, ensure_ascii=False, separators=(",", ":")).encode(), 1)

    @classmethod
    def unpacked(cls, data: bytes) -> Tally:
        """Read what :meth:`packed` gave."""
        tally = cls()
        for name, counts in json.loads(zlib.decompress(data)).items():
            tally.counts[name].update(counts)
        return tally

    def _forget(self) -> None:
        for name in BARS:
            if len(self.counts[name]) > MOST_PAIRS:
                self.counts[name] = Counter({term: count for term, count in self.counts[name].items() if count > 1})

    def entries(self, documents: int) -> Iterator[Entry]:
        """Yield what is listed of an index of so many ``documents``, all of which were counted here."""
        for name in LISTED:
            bar = least(name, documents)
            for term, count in self.counts[name].items():
                if count >= bar:
                    yield name, term, count

    def recounted(self, count: Callable[[Sequence[Term]], Sequence[int]], documents: int) -> Iterator[Entry]:
        """Yield what is listed of the terms that were counted here, among which all are that changed, with the numbers
        that ``count`` finds for them now.
        """
        for name in LISTED:
            bar = least(name, documents)
            for terms in batched(self.counts[name], PAGE):
                for term, now in zip(terms, count([Term(name, term) for term in terms]), strict=True):
                    yield name, term, now if now >= bar else 0


def least(name: str, documents: int) -> float:
    """Return the least number of articles that hold a term of a field for it to be listed."""
    return BARS.get(name, Bar()).of(documents)
