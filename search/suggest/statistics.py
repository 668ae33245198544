"""What does the index know of words and of their neighbours?

Tables are built once for each reader, when they are first needed; what costs a look-up in the index is remembered.
Frequencies are numbers of documents. Probabilities are smoothed in two stages (Zhai and Lafferty, "Two-stage language
models for information retrieval", SIGIR 2002): a Dirichlet prior for what was seen seldom, then a mixture with the
word's own frequency for what was never seen::

    P(b)     = (n(b) + 0.5) / sum of n
    P(b | a) = LINKED · (n(a b) + PRIOR · P(b)) / (n(a) + PRIOR) + (1 - LINKED) · P(b)
"""

from __future__ import annotations

import heapq
import math
import weakref
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from ..analysis.fold import fold
from ..analysis.normalize import TONES
from ..analysis.syllable import is_syllable
from ..analysis.views import JOINER
from ..engines.base import Reader
from ..query.plan import Phrase, Plan

LINKED = 0.95
"""The share of a word's probability that its neighbour decides."""

PRIOR = 30.0
"""What P(b) counts for, in documents. Measured on titles without accents, LINKED and PRIOR give .9555 of syllables
right, one stage alone .9547 (mixture) and .949 (Dirichlet); they are flat around these values.
"""

RAREST_READING = 0.001
"""The share that a reading must have of the documents of its fold: rarer ones are typing errors. .003 costs .002."""

MOST_FOLLOWERS = 200
"""Words that are remembered as following another."""

LEAST_LINK = 0.02
"""How strongly a word must be tied to the one before it to belong to it."""

MOST_ASSOCIATES = 8
"""Words that are remembered as belonging to another."""

JOINED = 0.3
"""From this share of its documents on that have it as a compound, a pair is taken for one."""

MOST_BEGINNINGS = 20
"""Words that are remembered as having a beginning."""

_REMEMBERED = 1 << 16
_FOLLOWERS_REMEMBERED = 1 << 9
_BEGINNINGS_REMEMBERED = 1 << 12
_ASSOCIATES_REMEMBERED = 1 << 13

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

_FOLD = str.maketrans("ăâêôơưđ", "aaeooud") | dict.fromkeys(map(ord, TONES))


@dataclass(frozen=True, slots=True)
class Known:
    """The words of one field and their pairs: what was looked up so far. ``total`` is the sum of all frequencies."""

    total: int
    singles: dict[str, int] = field(default_factory=dict)
    pairs: dict[tuple[str, str], int] = field(default_factory=dict)


class _Tables:
    """What was learnt from one reader; it holds no reference to it."""

    exact: Known | None = None
    folded: Known | None = None
    readings: dict[str, tuple[str, ...]]
    syllables: dict[str, int]

    def __init__(self) -> None:
        self.followers: dict[str, dict[str, int]] = {}
        self.associates: dict[str, list[tuple[str, float]]] = {}
        self.compounds = Known(0)
        self.phrases: dict[tuple[str, ...], int] = {}
        self.beginnings: dict[str, list[str]] = {}


_tables: weakref.WeakKeyDictionary[Reader, _Tables] = weakref.WeakKeyDictionary()


class Bigrams:
    """Frequencies and probabilities of words of ``field`` and of neighbours in ``pair_field``."""

    def __init__(self, reader: Reader, known: Known, field: str, pair_field: str) -> None:
        self._reader = reader
        self._known = known
        self._field = field
        self._pair_field = pair_field

    def count(self, word: str) -> int:
        """Return the number of documents that hold ``word``."""
        singles = self._known.singles
        found = singles.get(word)
        if found is None:
            _make_room(singles, _REMEMBERED)
            found = singles[word] = self._reader.frequency(self._field, word)
        return found

    def count_pair(self, before: str, word: str) -> int:
        """Return the number of documents where ``word`` follows ``before``."""
        pairs, pair = self._known.pairs, (before, word)
        found = pairs.get(pair)
        if found is None:
            _make_room(pairs, _REMEMBERED)
            found = pairs[pair] = self._reader.frequency(self._pair_field, before + JOINER + word)
        return found

    def probability(self, word: str, before: str | None = None) -> float:
        """Return P(word | before); without ``before``, P(word)."""
        alone = (self.count(word) + 0.5) / (self._known.total + 1)
        if before is None:
            return alone
        linked = (self.count_pair(before, word) + PRIOR * alone) / (self.count(before) + PRIOR)
        return LINKED * linked + (1 - LINKED) * alone


class Statistics:
    """The statistics of one reader. Cheap to make: what was learnt stays with the reader as long as that lives."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._tables = _tables.setdefault(reader, _Tables())

    @cached_property
    def exact(self) -> Bigrams:
        """Syllables with their accents, as tone-canonical keys."""
        if self._tables.exact is None:
            self._learn_readings()
        assert self._tables.exact is not None  # noqa: S101  # just learnt
        return Bigrams(self._reader, self._tables.exact, "exact", "exact_pair")

    @cached_property
    def folded(self) -> Bigrams:
        """Folded syllables."""
        if self._tables.folded is None:
            self._learn_syllables()
        assert self._tables.folded is not None  # noqa: S101  # just learnt
        return Bigrams(self._reader, self._tables.folded, "text", "pair")

    @property
    def syllables(self) -> dict[str, int]:
        """The folded words of letters only that the index holds, each with its number of documents."""
        self.folded  # noqa: B018  # learns them
        return self._tables.syllables

    def readings(self, folded: str) -> tuple[str, ...]:
        """Return the keys that a folded word may stand for, the commonest first; nothing where only one is known."""
        if self._tables.exact is None:
            self._learn_readings()
        return self._tables.readings.get(folded, ())

    def followers(self, before: str) -> dict[str, int]:
        """Return the :data:`MOST_FOLLOWERS` words (tone-canonical) that most often follow ``before``, each with the
        number of documents where it does, the commonest first.
        """
        remembered = self._tables.followers
        if before not in remembered:
            _make_room(remembered, _FOLLOWERS_REMEMBERED)
            remembered[before] = self._followers(before)
        return remembered.get(before, {})

    def _followers(self, before: str) -> dict[str, int]:
        prefix = before + JOINER
        pairs = self._reader.vocabulary("exact_pair", prefix)
        words = ((pair[len(prefix) :], count) for pair, count in pairs)
        return dict(_commonest((item for item in words if item[0].isalpha() or not item[0].isascii()), MOST_FOLLOWERS))

    def associates(self, before: str) -> list[tuple[str, float]]:
        """Return the followers of ``before`` that belong to it, the most closely tied first, each with the cosine of
        the two words' documents: "của" follows everything and belongs to nothing.
        """
        remembered = self._tables.associates
        if before not in remembered:
            _make_room(remembered, _ASSOCIATES_REMEMBERED)
            own = self.exact.count(before)
            links = {
                word: count / math.sqrt(max(1, own * self.exact.count(word)))
                for word, count in self._followers(before).items()
            }
            ranked = sorted(links, key=lambda word: (-links[word], word))
            remembered[before] = [(word, links[word]) for word in ranked[:MOST_ASSOCIATES] if links[word] >= LEAST_LINK]
        return remembered.get(before, [])

    def phrase(self, keys: tuple[str, ...]) -> int:
        """Return the number of documents where ``keys`` (two or more, tone-canonical) stand in a row. The first time,
        that costs about a microsecond for every document that holds one of them.
        """
        if len(keys) == 2:
            return self.exact.count_pair(*keys)
        remembered = self._tables.phrases
        found = remembered.get(keys)
        if found is None:
            _make_room(remembered, _REMEMBERED)
            plan = Plan(match=Phrase("exact", keys), sort="newest", limit=0)
            found = remembered[keys] = self._reader.run(plan).total
        return found

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

    @cached_property
    def _compounds(self) -> Bigrams:
        return Bigrams(self._reader, self._tables.compounds, "compound", "pair")

    def commonest(self, beginning: str) -> list[str]:
        """Return the :data:`MOST_BEGINNINGS` commonest folded words of letters with this beginning."""
        remembered = self._tables.beginnings
        if beginning not in remembered:
            _make_room(remembered, _BEGINNINGS_REMEMBERED)
            words = (item for item in self._reader.vocabulary("text", beginning) if item[0].isalpha())
            remembered[beginning] = [word for word, _ in _commonest(words, MOST_BEGINNINGS)]
        return remembered.get(beginning, [])

    def is_reading(self, key: str, folded: str) -> bool:
        """Say whether the index knows ``key`` as a reading of ``folded`` that is no typing error."""
        readings = self.readings(folded)
        return key in readings if readings else self.exact.count(key) > 0

    def _learn_readings(self) -> None:
        words = dict(self._reader.vocabulary("exact"))
        marked = [word for word in words if not word.isascii()]
        # All at once: a fold of each by itself would take ten times as long. No term holds a line break.
        folds = "\n".join(marked).translate(_FOLD).split("\n") if marked else []
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for word, folded in zip(marked, folds, strict=True):
            if folded.isascii() and folded.isalpha():
                groups[folded].append(word)
        for folded in groups.keys() & words.keys():
            groups[folded].append(folded)
        kept = {folded: _worth_keeping(folded, group, words) for folded, group in groups.items()}
        self._tables.readings = {folded: readings for folded, readings in kept.items() if readings != (folded,)}
        known = {word: words[word] for readings in self._tables.readings.values() for word in readings if word in words}
        self._tables.exact = Known(sum(words.values()), known)

    def _learn_syllables(self) -> None:
        words = dict(self._reader.vocabulary("text"))
        self._tables.syllables = {word: count for word, count in words.items() if word.isascii() and word.isalpha()}
        self._tables.folded = Known(sum(words.values()))


def _worth_keeping(folded: str, group: list[str], counts: dict[str, int]) -> tuple[str, ...]:
    """Return the readings that are no typing errors; of a word of several syllables, those without a tone mark: where
    in it the tone belongs cannot be said.
    """
    least = RAREST_READING * sum(counts[word] for word in group)
    tones = [sum(map(word.count, TONES)) for word in group]
    most = 1 if is_syllable(folded) else 0
    kept = [word for word, number in zip(group, tones, strict=True) if number <= most and counts[word] >= least]
    return tuple(sorted(kept, key=lambda word: (-counts[word], word))) or (folded,)


def _commonest(words: Iterable[tuple[str, int]], most: int) -> list[tuple[str, int]]:
    return heapq.nsmallest(most, words, key=lambda item: (-item[1], item[0]))


def _make_room(remembered: dict[_Key, _Value], most: int) -> None:
    if len(remembered) >= most:
        remembered.clear()
