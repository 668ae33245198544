"""What does the index know of words and of their neighbours?

Nothing is learnt beforehand: the index is asked for the words at hand, and what it says is remembered with its reader.
Frequencies are numbers of documents. Probabilities are smoothed in two stages (Zhai and Lafferty, "Two-stage language
models for information retrieval", SIGIR 2002): a Dirichlet prior for what was seen seldom, then a mixture with the
word's own frequency for what was never seen. With L tokens in the index ::

    P(b)     = (n(b) + 0.5) / (L + 1)
    P(b | a) = LINKED · (n(a b) + PRIOR · P(b)) / (n(a) + PRIOR) + (1 - LINKED) · P(b)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from string import ascii_lowercase
from typing import NamedTuple

from ..analysis.normalize import TONES
from ..analysis.syllable import is_syllable
from ..analysis.views import JOINER
from ..engines.base import Reader
from ..memo import Memo, PerReader
from ..query.plan import Term

LINKED = 0.95
"""The share of a word's probability that its neighbour decides."""

PRIOR = 30.0
"""What P(b) counts for, in documents. Measured on titles without accents, LINKED and PRIOR give .9555 of syllables
right, one stage alone .9547 (mixture) and .949 (Dirichlet); they are flat around these values.
"""

RAREST_READING = 0.001
"""The share that a reading must have of the documents of its fold: rarer ones are typing errors. .003 costs .002."""

_VIETNAMESE = frozenset(ascii_lowercase + "ăâêôơưđ" + TONES)


class Words(NamedTuple):
    """What is known of several words: P(words[i]) is alone[i], and for every word b, P(b | words[i]) is
    spread[i] · P(b) + tie[i] · n(words[i] b).
    """

    alone: list[float]
    spread: list[float]
    tie: list[float]


class Known:
    """The words of one field and their pairs: what was looked up so far."""

    def __init__(self) -> None:
        self.singles: Memo[str, int] = Memo(1 << 16)
        self.pairs: Memo[tuple[str, str], int] = Memo(1 << 16)
        self.words: Memo[tuple[str, ...], Words] = Memo(1 << 13)
        self.neighbours: Memo[tuple[tuple[str, ...], tuple[str, ...]], list[tuple[int, int, int]]] = Memo(1 << 15)


class _Tables:
    """What was learnt from one reader."""

    length: int
    syllables: list[str]

    def __init__(self) -> None:
        self.exact = Known()
        self.folded = Known()
        self.readings: Memo[str, tuple[str, ...]] = Memo(1 << 13)


_tables = PerReader(_Tables)


class Bigrams:
    """Frequencies and probabilities of words of ``field`` and of neighbours in ``pair_field``."""

    def __init__(self, reader: Reader, length: int, known: Known, field: str, pair_field: str) -> None:
        self._reader = reader
        self._length = length
        self._known = known
        self._field = field
        self._pair_field = pair_field

    def expect(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Be ready for questions about these words and pairs."""
        self._reader.expect(terms=self._terms(pairs))

    def _terms(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Term]:
        for before, word in pairs:
            yield Term(self._field, word)
            yield Term(self._pair_field, before + JOINER + word)

    def held(self, words: Collection[str]) -> set[str]:
        """Return those of ``words`` that a document holds."""
        new = [word for word in words if self._known.singles.known(word) is None]
        for word, count in zip(new, self._reader.frequencies([Term(self._field, word) for word in new]), strict=True):
            self._known.singles.put(word, count)
        return {word for word in words if self.count(word)}

    def count(self, word: str) -> int:
        """Return the number of documents that hold ``word``."""
        return self._known.singles.get(word, self._count)

    def _count(self, word: str) -> int:
        return self._reader.frequency(self._field, word)

    def count_pair(self, before: str, word: str) -> int:
        """Return the number of documents where ``word`` follows ``before``."""
        return self._known.pairs.get((before, word), self._count_pair)

    def _count_pair(self, pair: tuple[str, str]) -> int:
        return self._reader.frequency(self._pair_field, JOINER.join(pair))

    def probability(self, word: str, before: str | None = None) -> float:
        """Return P(word | before); without ``before``, P(word)."""
        alone = (self.count(word) + 0.5) / (self._length + 1)
        if before is None:
            return alone
        known = self.words((before,))
        return known.spread[0] * alone + known.tie[0] * self.count_pair(before, word)

    @property
    def ceiling(self) -> float:
        """What no P(word) can be above."""
        return (self._reader.documents + 0.5) / (self._length + 1)

    def words(self, words: tuple[str, ...]) -> Words:
        """Return what is known of ``words``."""
        return self._known.words.get(words, self._words)

    def _words(self, words: tuple[str, ...]) -> Words:
        wholes = [self.count(word) + PRIOR for word in words]
        return Words(
            alone=[self.probability(word) for word in words],
            spread=[LINKED * PRIOR / whole + 1 - LINKED for whole in wholes],
            tie=[LINKED / whole for whole in wholes],
        )

    def neighbours(self, befores: tuple[str, ...], words: tuple[str, ...]) -> list[tuple[int, int, int]]:
        """Return (i, j, n) for every ``words[j]`` that follows ``befores[i]`` in n ≥ 1 documents."""
        return self._known.neighbours.get((befores, words), self._neighbours)

    def _neighbours(self, asked: tuple[tuple[str, ...], tuple[str, ...]]) -> list[tuple[int, int, int]]:
        return self._reader.pairs(self._pair_field, *asked)


class Statistics:
    """The statistics of one reader. Cheap to make: what was learnt stays with the reader as long as that lives."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._tables = _tables.of(reader)

    @cached_property
    def exact(self) -> Bigrams:
        """Syllables with their accents, as tone-canonical keys."""
        return self._bigrams(self._tables.exact, "exact", "exact_pair")

    @cached_property
    def folded(self) -> Bigrams:
        """Folded syllables."""
        return self._bigrams(self._tables.folded, "text", "pair")

    def _bigrams(self, known: Known, field: str, pair_field: str) -> Bigrams:
        if not hasattr(self._tables, "length"):
            self._tables.length = self._reader.text_length
        return Bigrams(self._reader, self._tables.length, known, field, pair_field)

    @property
    def syllables(self) -> list[str]:
        """The folded words that the index holds and that have the form of a syllable."""
        if not hasattr(self._tables, "syllables"):
            self._tables.syllables = [word for word, _ in self._reader.vocabulary("text") if is_syllable(word)]
        return self._tables.syllables

    def readings(self, folded: str) -> tuple[str, ...]:
        """Return the keys that a folded word may stand for, the commonest first; nothing where only one is known."""
        return self._tables.readings.get(folded, self._readings)

    def _readings(self, folded: str) -> tuple[str, ...]:
        counts = {word: count for word, count in self._reader.readings(folded) if _VIETNAMESE.issuperset(word)}
        kept = _worth_keeping(folded, counts)
        if kept == (folded,):
            return ()
        for word in kept:
            self._tables.exact.singles.put(word, counts[word])
        return kept

    def is_reading(self, key: str, folded: str) -> bool:
        """Say whether the index knows ``key`` as a reading of ``folded`` that is no typing error."""
        readings = self.readings(folded)
        return key in readings if readings else self.exact.count(key) > 0


def _worth_keeping(folded: str, counts: dict[str, int]) -> tuple[str, ...]:
    """Return the readings that are no typing errors; of a word of several syllables, those without a tone mark: where
    in it the tone belongs cannot be said.
    """
    least = RAREST_READING * sum(counts.values())
    most = 1 if is_syllable(folded) else 0
    kept = [word for word, count in counts.items() if count >= least and sum(map(word.count, TONES)) <= most]
    return tuple(sorted(kept, key=lambda word: (-counts[word], word))) or (folded,)
