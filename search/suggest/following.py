"""Which words may come after a word, and which begin as it was typed?

Words are tone-canonical keys, frequencies numbers of documents. What the index was asked is remembered with its reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from ..analysis.fold import fold
from ..analysis.views import JOINER
from ..engines.base import Reader
from ..memo import Memo, PerReader
from ..query.plan import Term
from .statistics import Statistics

MOST_FOLLOWERS = 64
"""Terms that are looked at as following a word."""

LONGEST = 3
"""Words that a text is gone on with: the one that is being typed, and two more."""

SAMPLE = 100
"""Documents that are looked at for how words were gone on with."""

JOINED = 0.3
"""From this share of its documents on that have it as a compound, a pair is taken for one."""

MOST_BEGINNINGS = 8
"""Terms that are looked at as having a beginning."""

MOST_READINGS = 3
"""Readings of each of them."""


@dataclass(frozen=True, slots=True)
class Followers:
    """The words that most often follow another, the commonest first: the folded key of each, and the number of
    documents where it does. Of other words, none does in more than ``rest``.
    """

    words: dict[str, tuple[str, int]]
    rest: int


NO_FOLLOWERS = Followers({}, 0)


@dataclass(frozen=True, slots=True)
class Continuations:
    """How some words in a row were gone on with, at so many ``places``, and which terms of an engine come next."""

    places: int
    terms: Callable[[tuple[str, ...]], Mapping[str, int]]
    _known: dict[tuple[str, ...], Mapping[str, int]] = field(default_factory=dict)

    def next(self, words: tuple[str, ...] = ()) -> Mapping[str, int]:
        """Return the words that come right after ``words`` (none: first), each with the number of places where it does;
        numbers are none.
        """
        if not self.places:
            return {}
        found = self._known.get(words)
        if found is None:
            counts = self.terms(words).items()
            found = self._known[words] = {word: count for word, count in counts if _has_letters(word)}
        return found

    def count(self, words: tuple[str, ...]) -> int:
        """Return at how many places ``words`` follow."""
        return self.next(words[:-1]).get(words[-1], 0) if words else self.places


NO_CONTINUATIONS = Continuations(0, lambda _: {})


class _Tables:
    """What was learnt from one reader."""

    def __init__(self) -> None:
        self.continuations: Memo[tuple[str, ...], Continuations] = Memo(1 << 10)
        self.followers: Memo[str, Followers] = Memo(1 << 9)
        self.joined: Memo[tuple[str, ...], float] = Memo(1 << 15)
        self.beginnings: Memo[str, list[str]] = Memo(1 << 12)


_tables = PerReader(_Tables)


class Following:
    """The neighbours of words in one reader, and common words. Cheap to make."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._tables = _tables.of(reader)
        self._statistics = Statistics(reader)
        self._exact = self._statistics.exact

    def followers(self, before: str) -> Followers:
        """Return the words among the :data:`MOST_FOLLOWERS` commonest terms after ``before``."""
        return self._tables.followers.get(before, self._followers)

    def _followers(self, before: str) -> Followers:
        terms = self._following(before, MOST_FOLLOWERS)
        words = {word: (fold(word), count) for word, count in terms if _has_letters(word)}
        return Followers(words, terms[-1][1] if len(terms) == MOST_FOLLOWERS else 0)

    def _following(self, before: str, most: int) -> list[tuple[str, int]]:
        prefix = before + JOINER
        return [(pair[len(prefix) :], count) for pair, count in self._reader.commonest("exact_pair", prefix, most)]

    def continuations(self, keys: tuple[str, ...]) -> Continuations:
        """Return how ``keys`` were gone on with, by up to :data:`LONGEST` words, in a sample of the documents."""
        return self._tables.continuations.get(keys, self._continuations)

    def _continuations(self, keys: tuple[str, ...]) -> Continuations:
        found = self._reader.continuations(keys, LONGEST, SAMPLE)
        return Continuations(found.places, found.next)

    def expect(self, first: str, paths: Iterable[tuple[str, ...]]) -> None:
        """Be ready to say whether the first two words of ``paths`` cross a compound after ``first``."""
        pairs = (pair for keys in paths for pair in pairwise(map(fold, (first, *keys[:2]))))
        self._reader.expect(terms=(Term(field, JOINER.join(pair)) for pair in pairs for field in ("pair", "compound")))

    def crosses(self, first: str, middle: str, last: str) -> bool:
        """Say whether ``middle`` and ``last`` are a compound although ``first`` and ``middle`` are one: "hội nghị" does
        not go on with "quyết", however common "nghị quyết" is.
        """
        words = fold(first), fold(middle), fold(last)
        joined = self._tables.joined
        return (
            joined.get(words[:2], self._joined) >= JOINED
            and joined.get(words[1:], self._joined) >= JOINED
            and not joined.get(words, self._joined)
        )

    def _joined(self, words: tuple[str, ...]) -> float:
        """Return which share of the documents that hold folded words in a row (of the first two of them) hold them
        within a compound.
        """
        held = self._reader.frequency("pair", JOINER.join(words[:2]))
        return self._reader.frequency("compound", JOINER.join(words)) / max(1, held)

    def beginning(self, folded: str) -> list[str]:
        """Return the likeliest readings of the words among the :data:`MOST_BEGINNINGS` commonest folded terms with this
        beginning.
        """
        return self._tables.beginnings.get(folded, self._beginning)

    def _beginning(self, folded: str) -> list[str]:
        words = [word for word, _ in self._reader.commonest("text", folded, MOST_BEGINNINGS) if word.isalpha()]
        self._reader.expect(words=words)
        readings = self._statistics.readings
        return [key for word in words for key in readings(word)[:MOST_READINGS] or (word,)]


def _has_letters(word: str) -> bool:
    """Say whether an exact term is a word: the only others are numbers."""
    return not word.isascii() or word.isalpha()
