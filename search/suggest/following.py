"""Which words may come after a word, and which begin as it was typed?

Words are tone-canonical keys, frequencies numbers of documents. What the index was asked is remembered with its reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..analysis.fold import fold
from ..analysis.views import JOINER
from ..engines.base import Reader
from ..query.plan import AllOf, Phrase, Plan, Term
from .memo import Memo, PerReader
from .statistics import Statistics

MOST_FOLLOWERS = 200
"""Terms that are looked at as following a word."""

MOST_CONTINUED = 12
"""Terms of these that a text is continued by."""

MOST_NEXT = 3
"""Words that are remembered as coming next."""

LEAST_NEXT = 0.02
"""The share from which on they are."""

JOINED = 0.3
"""From this share of its documents on that have it as a compound, a pair is taken for one."""

MOST_BEGINNINGS = 20
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


@dataclass(slots=True)
class _Context:
    """How many documents hold some words in a row, and how many of those hold the last of them before other words."""

    documents: int = 0
    followed: dict[str, int] = field(default_factory=dict)


class _Tables:
    """What was learnt from one reader."""

    def __init__(self) -> None:
        self.contexts: Memo[tuple[str, ...], _Context] = Memo(1 << 10)
        self.followers: Memo[str, Followers] = Memo(1 << 9)
        self.next: Memo[tuple[str, ...], list[tuple[str, float]]] = Memo(1 << 13)
        self.phrases: Memo[tuple[str, ...], int] = Memo(1 << 15)
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

    def in_context(self, keys: tuple[str, ...], words: Sequence[str]) -> tuple[int, list[int]]:
        """Return in how many documents each of ``keys`` stands before the next, and in how many of those the last of
        them also before each of ``words``. That need not be in one place, but it tells what the documents speak of.
        """
        context = self._tables.contexts.get(keys, lambda _: _Context())
        missing = [word for word in words if word not in context.followed]
        if missing:
            node = AllOf(tuple(Term("exact_pair", JOINER.join(pair)) for pair in pairwise(keys)))
            terms = [keys[-1] + JOINER + word for word in missing]
            context.documents, counts = self._reader.among(node, "exact_pair", terms)
            context.followed.update(zip(missing, counts, strict=True))
        return context.documents, [context.followed[word] for word in words]

    def next(self, keys: tuple[str, ...]) -> list[tuple[str, float]]:
        """Return the likeliest words after ``keys``, one or two in a row, the likeliest first, each with the share of
        the documents with ``keys`` that go on so, beyond that of all documents: "của" is followed by everything, and by
        nothing in particular.
        """
        return self._tables.next.get(keys, self._next)

    def _next(self, keys: tuple[str, ...]) -> list[tuple[str, float]]:
        terms = {word: count for word, count in self._following(keys[-1], MOST_CONTINUED) if _has_letters(word)}
        documents, counts = self._exact.count(keys[-1]), list(terms.values())
        if len(keys) > 1:
            documents, counts = self.in_context(keys, list(terms))
        every = max(1, self._reader.documents)
        shares = {
            word: count / max(1, documents) - terms[word] / every for word, count in zip(terms, counts, strict=True)
        }
        best = sorted(shares, key=lambda word: (-shares[word], word))[:MOST_NEXT]
        return [(word, shares[word]) for word in best if shares[word] >= LEAST_NEXT]

    def phrase(self, keys: tuple[str, ...]) -> int:
        """Return the number of documents where ``keys``, two or more, stand in a row."""
        return self._exact.count_pair(*keys) if len(keys) == 2 else self._tables.phrases.get(keys, self._phrase)

    def _phrase(self, keys: tuple[str, ...]) -> int:
        return self._reader.run(Plan(match=Phrase("exact", keys), sort="newest", limit=0)).total

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
        readings = self._statistics.readings
        return [key for word in words for key in readings(word)[:MOST_READINGS] or (word,)]


def _has_letters(word: str) -> bool:
    """Say whether an exact term is a word: the only others are numbers."""
    return not word.isascii() or word.isalpha()
