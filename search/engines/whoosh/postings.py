"""How are the postings of a field kept?

::

    terms, term_ends   the sorted terms (see .terms); a term's rank r selects from the rest:
    starts             uint32[terms + 1]   postings starts[r] … starts[r + 1] are the term's
    docs               uint16 | uint32     document numbers within the segment, ascending within a term
    counts             uint8 … uint32      how often the term stands in that document's field
    places             uint32[terms + 1]   positions places[r] … are the term's    (fields with positions only)
    positions          uint16 | uint32     token numbers, ascending within a posting, posting after posting
    lengths            uint8 … uint32      per document of the segment: the length of its field

Each array takes the smallest type that holds its largest item.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arrays import Array, ArrayFile, ArrayWriter
from .terms import TermList

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FieldArrays:
    """The postings of one field of one segment, in memory or mapped."""

    terms: Array
    term_ends: Array
    starts: Array
    docs: Array
    counts: Array
    lengths: Array
    places: Array | None = None
    positions: Array | None = None

    def write(self, file: ArrayWriter, name: str) -> None:
        """Write the arrays as ``name/…``."""
        for part in self.__slots__:
            array = getattr(self, part)
            if array is not None:
                file.add(f"{name}/{part}", array if part in _FIXED else smallest(array))

    @classmethod
    def read(cls, file: ArrayFile, name: str) -> FieldArrays:
        """Return the arrays that :meth:`write` wrote."""
        return cls(**{part: file[f"{name}/{part}"] for part in cls.__slots__ if f"{name}/{part}" in file})


_FIXED = frozenset({"terms", "term_ends", "starts", "places"})


def smallest(array: Array) -> Array:
    """Return ``array`` of integers ≥ 0 in the smallest unsigned type that holds its largest item."""
    top = int(array.max()) if array.size else 0
    return array.astype(np.min_scalar_type(top), copy=False)


def runs(firsts: Ints, counts: Ints) -> Ints:
    """Return ``firsts[i] … firsts[i] + counts[i] - 1`` for every i, one after another."""
    before = np.cumsum(counts) - counts
    at: Ints = np.arange(int(counts.sum())) + np.repeat(firsts - before, counts)
    return at


def stable_order(words: Ints) -> Ints:
    """Return the order that sorts ``words`` (≥ 0) and keeps equal ones as they stand.

    Each is packed with its index into one integer, which sorts several times as fast as a stable argsort.
    """
    bits = max(1, len(words)).bit_length()
    packed = (words << bits) | np.arange(len(words))
    packed.sort()
    return packed & ((1 << bits) - 1)


@dataclass(frozen=True, slots=True)
class TermPostings:
    """The postings of one term: documents with how often the term stands in each; views, not copies."""

    docs: Array
    counts: Array
    positions: Array | None

    def places_in(self, chosen: Array | slice) -> tuple[Ints, Ints]:
        """Return (document, position) of every occurrence in the postings that ``chosen`` (a mask, indices or slice)
        selects.
        """
        if self.positions is None:
            raise TypeError("the field keeps no positions")
        counts = self.counts.astype(np.int64)
        picked = counts[chosen]
        at = runs((np.cumsum(counts) - counts)[chosen], picked)
        return np.repeat(self.docs[chosen].astype(np.int64), picked), self.positions[at].astype(np.int64)


class FieldPostings:
    """Looks terms up in the postings of one field."""

    def __init__(self, arrays: FieldArrays) -> None:
        self.arrays = arrays
        self.terms = TermList(arrays.terms, arrays.term_ends)
        self._starts = arrays.starts.data
        self._places = arrays.places.data if arrays.places is not None else None

    def term(self, term: bytes) -> TermPostings | None:
        """Return the postings of ``term``, or None."""
        rank = self.terms.find(term)
        return self.ranked(rank) if rank >= 0 else None

    def ranked(self, rank: int) -> TermPostings:
        """Return the postings of the term with ``rank``."""
        start, end = self._starts[rank], self._starts[rank + 1]
        positions = None
        if self._places is not None and self.arrays.positions is not None:
            positions = self.arrays.positions[self._places[rank] : self._places[rank + 1]]
        return TermPostings(self.arrays.docs[start:end], self.arrays.counts[start:end], positions)
