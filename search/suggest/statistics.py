"""What does the index know of words and of their neighbours?

Nothing is learnt beforehand: the index is asked for the words at hand, and what it says is remembered with its reader.
Frequencies are numbers of documents. Probabilities are smoothed in two stages (Zhai and Lafferty, "Two-stage language
models for information retrieval", SIGIR 2002): a Dirichlet prior for what was seen seldom, then a mixture with the
word's own frequency for what was never seen. With L tokens in the index ::

    P(b)     = (n(b) + 0.5) / (L + 1)
    P(b | a) = LINKED · (n(a b) + PRIOR · P(b)) / (n(a) + PRIOR) + (1 - LINKED) · P(b)
"""

from __future__ import annotations

import heapq
import math
import weakref
from dataclasses import dataclass
from functools import cached_property
from string import ascii_lowercase

from ..analysis.fold import fold
from ..analysis.normalize import TONES
from ..analysis.syllable import is_syllable
from ..analysis.views import JOINER
from ..engines.base import Reader
from ..query.plan import Phrase, Plan
from .memo import Memo

LINKED = 0.95
"""The share of a word's probability that its neighbour decides."""

PRIOR = 30.0
"""What P(b) counts for, in documents. Measured on titles without accents, LINKED and PRIOR give .9555 of syllables
right, one stage alone .9547 (mixture) and .949 (Dirichlet); they are flat around these values.
"""

RAREST_READING = 0.001
"""The share that a reading must have of the documents of its fold: rarer ones are typing errors. .003 costs .002."""

MOST_FOLLOWERS = 200
"""Terms that are looked at as following a word."""

LEAST_LINK = 0.02
"""How strongly a word must be tied to the one before it to belong to it."""

MOST_ASSOCIATES = 8
"""Words that are remembered as belonging to another."""

JOINED = 0.3
"""From this share of its documents on that have it as a compound, a pair is taken for one."""

MOST_BEGINNINGS = 20
"""Terms that are looked at as having a beginning."""

_VIETNAMESE = frozenset(ascii_lowercase + "ăâêôơưđ" + TONES)


@dataclass(frozen=True, slots=True)
class Words:
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
    """What was learnt from one reader; it holds no reference to it."""

    length: int
    syllables: dict[str, int]

    def __init__(self) -> None:
        self.exact = Known()
        self.folded = Known()
        self.compounds = Known()
        self.readings: Memo[str, tuple[str, ...]] = Memo(1 << 13)
        self.followers: Memo[str, dict[str, int]] = Memo(1 << 9)
        self.associates: Memo[str, list[tuple[str, float]]] = Memo(1 << 13)
        self.phrases: Memo[tuple[str, ...], int] = Memo(1 << 15)
        self.beginnings: Memo[str, list[str]] = Memo(1 << 12)


_tables: weakref.WeakKeyDictionary[Reader, _Tables] = weakref.WeakKeyDictionary()


class Bigrams:
    """Frequencies and probabilities of words of ``field`` and of neighbours in ``pair_field``."""

    def __init__(self, reader: Reader, length: int, known: Known, field: str, pair_field: str) -> None:
        self._reader = reader
        self._length = length
        self._known = known
        self._field = field
        self._pair_field = pair_field

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
        self._tables = _tables.setdefault(reader, _Tables())

    @cached_property
    def exact(self) -> Bigrams:
        """Syllables with their accents, as tone-canonical keys."""
        return self._bigrams(self._tables.exact, "exact", "exact_pair")

    @cached_property
    def folded(self) -> Bigrams:
        """Folded syllables."""
        return self._bigrams(self._tables.folded, "text", "pair")

    @cached_property
    def _compounds(self) -> Bigrams:
        return self._bigrams(self._tables.compounds, "compound", "pair")

    def _bigrams(self, known: Known, field: str, pair_field: str) -> Bigrams:
        if not hasattr(self._tables, "length"):
            self._tables.length = self._reader.length("text")
        return Bigrams(self._reader, self._tables.length, known, field, pair_field)

    @property
    def syllables(self) -> dict[str, int]:
        """The folded words of letters only that the index holds, each with its number of documents."""
        if not hasattr(self._tables, "syllables"):
            words = self._reader.vocabulary("text")
            self._tables.syllables = {word: count for word, count in words if word.isascii() and word.isalpha()}
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

    def followers(self, before: str) -> dict[str, int]:
        """Return the words (tone-canonical) among the :data:`MOST_FOLLOWERS` terms that most often follow ``before``,
        each with the number of documents where it does, the commonest first.
        """
        return self._tables.followers.get(before, self._followers)

    def _followers(self, before: str) -> dict[str, int]:
        pairs = self._reader.commonest("exact_pair", before + JOINER, MOST_FOLLOWERS)
        words = ((pair.partition(JOINER)[2], count) for pair, count in pairs)
        return {word: count for word, count in words if word.isalpha() or not word.isascii()}

    def associates(self, before: str) -> list[tuple[str, float]]:
        """Return the followers of ``before`` that belong to it, the most closely tied first, each with the cosine of
        the two words' documents: "của" follows everything and belongs to nothing.
        """
        return self._tables.associates.get(before, self._associates)

    def _associates(self, before: str) -> list[tuple[str, float]]:
        own = max(1, self.exact.count(before))
        links: list[tuple[float, str]] = []
        least = LEAST_LINK
        for word, count in self._followers(before).items():
            # A word stands in at least as many documents as it follows in: so much the link can be at the most, and
            # the followers come in that order.
            if math.sqrt(count / own) < least:
                break
            links.append((-count / math.sqrt(own * max(1, self.exact.count(word))), word))
            if len(links) >= MOST_ASSOCIATES:
                links = heapq.nsmallest(MOST_ASSOCIATES, links)
                least = max(LEAST_LINK, -links[-1][0])
        return [(word, -link) for link, word in sorted(links) if -link >= LEAST_LINK]

    def phrase(self, keys: tuple[str, ...]) -> int:
        """Return the number of documents where ``keys`` (two or more, tone-canonical) stand in a row. The first time,
        that costs about a microsecond for every document that holds one of them.
        """
        return self.exact.count_pair(*keys) if len(keys) == 2 else self._tables.phrases.get(keys, self._phrase)

    def _phrase(self, keys: tuple[str, ...]) -> int:
        return self._reader.run(Plan(match=Phrase("exact", keys), sort="newest", limit=0)).total

    def crosses(self, first: str, middle: str, last: str) -> bool:
        """Say whether ``middle`` and ``last`` are a compound although ``first`` and ``middle`` are one: "hội nghị" does
        not go on with "quyết", however common "nghị quyết" is.
        """
        words = fold(first), fold(middle), fold(last)
        return (
            self._joined(*words[1:]) >= JOINED
            and self._joined(*words[:2]) >= JOINED
            and not self._compounds.count(JOINER.join(words))
        )

    def _joined(self, before: str, word: str) -> float:
        """Return which share of the documents that hold two folded words in a row hold them within a compound."""
        whole = max(1, self._compounds.count_pair(before, word))
        return self._compounds.count(before + JOINER + word) / whole

    def commonest(self, beginning: str) -> list[str]:
        """Return the folded words of letters among the :data:`MOST_BEGINNINGS` commonest terms with this beginning."""
        return self._tables.beginnings.get(beginning, self._commonest)

    def _commonest(self, beginning: str) -> list[str]:
        terms = self._reader.commonest("text", beginning, MOST_BEGINNINGS)
        return [word for word, _ in terms if word.isalpha()]

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
