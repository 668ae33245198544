"""Which pairs and triples of neighbouring syllables are dictionary words, asked for whole arrays at once.

A syllable is known by its number; a pair or triple of numbers is packed into one integer, its *key*. The set of keys
answers in two steps: a table of booleans addressed by a hash of the key rules out most keys that are not members,
and a binary search in the sorted members settles the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

UNKNOWN: Final = 0
"""The number of every syllable that is in no dictionary pair or triple."""


class KeySet:
    """An immutable set of non-negative 64-bit keys."""

    _BITS = 20
    # Knuth's multiplicative hashing (The Art of Computer Programming 3, section 6.4): 2**64 / golden ratio, odd.
    _FACTOR = np.uint64(0x9E3779B97F4A7C15)
    _SHIFT = np.uint64(64 - _BITS)

    def __init__(self, keys: Iterable[int]) -> None:
        self._members = np.unique(np.fromiter(keys, np.int64))
        self._maybe = np.zeros(1 << self._BITS, np.bool_)
        self._maybe[self._hash(self._members)] = True

    def contains(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return for each key whether it is a member."""
        found = self._maybe[self._hash(keys)]
        candidates = np.flatnonzero(found)
        wanted = keys[candidates]
        places = np.minimum(np.searchsorted(self._members, wanted), len(self._members) - 1)
        found[candidates] = self._members[places] == wanted
        return found

    def _hash(self, keys: NDArray[np.int64]) -> NDArray[np.intp]:
        return ((keys.view(np.uint64) * self._FACTOR) >> self._SHIFT).view(np.intp)


class Lexicon:
    """The dictionary words of two and of three syllables, in lower case."""

    def __init__(self, entries: Iterable[str]) -> None:
        """Take the entries of a word list, syllables separated by one space; others than pairs and triples are
        passed over, and so are entries with capital letters, since syllables are looked up in lower case."""
        words = [word for entry in entries if len(word := entry.split(" ")) in (2, 3) and entry == entry.lower()]
        self.numbers: dict[str, int] = {}
        """The number of each syllable of those words (from 1 on)."""
        for word in words:
            for syllable in word:
                self.numbers.setdefault(syllable, len(self.numbers) + 1)
        self._base = len(self.numbers) + 1
        self._pairs = KeySet(self._key(word) for word in words if len(word) == 2)
        self._triples = KeySet(self._key(word) for word in words if len(word) == 3)

    def find(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return where a pair, and where a triple, of the sequence of syllable ``numbers`` is a dictionary word.

        The first array has one element for each two neighbours, the second one for each three.
        """
        pairs = numbers[:-1] * self._base + numbers[1:]
        triples = pairs[:-1] * self._base + numbers[2:]
        return self._pairs.contains(pairs), self._triples.contains(triples)

    def _key(self, word: list[str]) -> int:
        key = 0
        for syllable in word:
            key = key * self._base + self.numbers[syllable]
        return key
