"""How are the postings of a field kept?

::

    (terms)            see .terms; the number t of a term within the field selects from the rest:
    starts             uint32[terms + 1]   postings starts[t] … starts[t + 1] are the term's
    docs               uint16 | uint32     document numbers within the segment, ascending within a term; those of terms
                                           of which a bitmap is smaller are left out
    dense              uint32              the numbers of these terms, ascending
    bitmaps            uint8               of each of them in turn: a bit per document, the first in the highest bit
    counts             uint8               how often the term stands in that document's field: four bits a posting, two
                                           to a byte, the first in the lower half; 15 means "see large"
    large_at, large    uint32, uint16 …    postings of 15 or more (ascending) and their counts
    places             uint32[terms + 1]   positions places[t] … are the term's    (see below)
    positions          uint8 … uint32      token numbers, ascending within a posting, posting after posting
    lengths            uint8 … uint32      per document of the segment: the length of its field

Each array takes the smallest type that holds its largest item. Only short fields with positions (title, lead, names)
have ``places`` and ``positions``; those of the whole text follow from its tokens (see .forward).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arrays import Array, ArrayFile, ArrayWriter
from .terms import PAIRS, FieldTerms, Lexicon, PairTerms, WordTerms, split_pairs

Ints = NDArray[np.int64]

_LARGE = 15
_HALVES = np.asarray([byte & 15 | byte >> 4 << 8 for byte in range(256)], "<u2")
"""Both counts of each byte, as the two bytes of one integer."""


@dataclass(frozen=True, slots=True)
class FieldArrays:
    """The postings of one field of one segment, in memory or mapped; ``keys`` are those of its terms."""

    keys: Ints
    starts: Array
    docs: Array
    counts: Array
    lengths: Array
    places: Array | None = None
    positions: Array | None = None

    def write(self, file: ArrayWriter, name: str, view: str, lexicon_size: int) -> None:
        """Write the arrays as ``name/…``; ``counts`` are packed, ``keys`` laid out as the view asks."""
        if view in PAIRS:
            firsts, seconds = split_pairs(self.keys)
            rows = np.bincount(firsts, minlength=lexicon_size)
            file.add(f"{name}/row_ends", np.cumsum(rows).astype(np.uint32))
            file.add(f"{name}/seconds", smallest(seconds))
        else:
            file.add(f"{name}/members", smallest(self.keys))
        large_at = np.flatnonzero(self.counts >= _LARGE)
        file.add(f"{name}/starts", self.starts.astype(np.uint32))
        self._write_docs(file, name)
        file.add(f"{name}/counts", _packed(self.counts))
        file.add(f"{name}/large_at", large_at.astype(np.uint32))
        file.add(f"{name}/large", smallest(self.counts[large_at]))
        file.add(f"{name}/lengths", smallest(self.lengths))
        if self.places is not None and self.positions is not None:
            file.add(f"{name}/places", self.places.astype(np.uint32))
            file.add(f"{name}/positions", smallest(self.positions))

    def _write_docs(self, file: ArrayWriter, name: str) -> None:
        docs, held, size = smallest(self.docs), np.diff(self.starts), len(self.lengths)
        is_dense = held * docs.itemsize * 8 > size
        dense = np.flatnonzero(is_dense)
        bitmaps = []
        for term in dense.tolist():
            holders = np.zeros(size, bool)
            holders[self.docs[int(self.starts[term]) : int(self.starts[term + 1])]] = True
            bitmaps.append(np.packbits(holders))
        file.add(f"{name}/docs", docs[np.repeat(~is_dense, held)])
        file.add(f"{name}/dense", dense.astype(np.uint32))
        file.add(f"{name}/bitmaps", np.concatenate([np.empty(0, np.uint8), *bitmaps]))


def _packed(counts: Array) -> NDArray[np.uint8]:
    halves = np.zeros(len(counts) + len(counts) % 2, np.uint8)
    np.minimum(counts, _LARGE, out=halves[: len(counts)], casting="unsafe")
    packed: NDArray[np.uint8] = np.bitwise_or(halves[::2], halves[1::2] << 4)
    return packed


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

    Each is packed with its index into one integer, which sorts several times as fast as a stable argsort; where that
    does not fit (pairs of a large lexicon), the words are numbered first.
    """
    bits = max(1, len(words)).bit_length()
    if words.size and int(words.max()).bit_length() + bits > 63:
        words = np.unique(words, return_inverse=True)[1]
    packed = (words << bits) | np.arange(len(words))
    packed.sort()
    return packed & ((1 << bits) - 1)


class TermPostings:
    """The postings of one term in one segment: ``docs`` (ascending) and ``counts``, how often it stands in each."""

    __slots__ = ("_bits", "_counts", "_docs", "_end", "_field", "_start", "number")

    def __init__(
        self, field: FieldPostings, number: int, bounds: tuple[int, int], docs: Array | None, bits: Array | None
    ) -> None:
        self._field = field
        self.number = number
        self._start, self._end = bounds
        self._docs = docs
        self._bits = bits
        self._counts: Array | None = None

    def __len__(self) -> int:
        return self._end - self._start

    @property
    def docs(self) -> Array:
        """The documents that hold the term."""
        if self._docs is None:
            self._docs = np.flatnonzero(self._mask())
        return self._docs

    def _mask(self) -> NDArray[np.bool_]:
        assert self._bits is not None  # noqa: S101  # there are documents or bits
        return np.unpackbits(self._bits, count=len(self._field.lengths)).view(np.bool_)

    def mark(self, documents: NDArray[np.bool_]) -> None:
        """Set those of ``documents``, one item per document of the segment, that hold the term."""
        if self._bits is not None:
            documents |= self._mask()
        else:
            documents[self._docs] = True

    @property
    def counts(self) -> Array:
        """How often the term stands in each document (uint8, or wider where a count is large)."""
        if self._counts is None:
            self._counts = self._field.counts(self._start, self._end)
        return self._counts

    def index(self, doc: int) -> int:
        """Return which of the postings is that of document ``doc``, or -1."""
        docs = self.docs
        # Searched for as the array's own type: anything else would copy the array.
        at = int(docs.searchsorted(docs.dtype.type(min(doc, np.iinfo(docs.dtype).max))))
        return at if at < len(docs) and docs[at] == doc else -1

    def find(self, docs: Array) -> tuple[Ints, Ints]:
        """Return (indices into ``docs``, ascending numbers; indices of the postings) of those that hold the term."""
        at = self.docs.searchsorted(docs.astype(self.docs.dtype))
        at[at == len(self.docs)] = 0
        held = np.flatnonzero(self.docs[at] == docs) if len(self.docs) else np.empty(0, np.int64)
        return held, at[held]

    @property
    def has_positions(self) -> bool:
        """Whether :meth:`positions` can be asked."""
        return self._field.has_positions

    def positions(self, at: int) -> Array:
        """Return the positions of the term in the document of posting ``at``, ascending."""
        return self._field.positions(self, at)

    def places_in(self, chosen: Array | slice) -> tuple[Ints, Ints]:
        """Return (document, position) of every occurrence in the postings that ``chosen`` (a mask, indices or slice)
        selects; only for fields that keep positions.
        """
        counts = self.counts.astype(np.int64)
        picked = counts[chosen]
        at = runs((np.cumsum(counts) - counts)[chosen], picked)
        return np.repeat(self.docs[chosen].astype(np.int64), picked), self._field.places_of(self)[at].astype(np.int64)


class FieldPostings:
    """Looks terms up in the postings of one field; ``text_positions`` gives the positions of a term in a document
    where the field keeps none of its own.
    """

    def __init__(
        self,
        file: ArrayFile,
        name: str,
        view: str,
        lexicon: Lexicon,
        text_positions: Callable[[int, int], Array] | None = None,
    ) -> None:
        self.lexicon = lexicon
        self.terms: FieldTerms = (
            PairTerms(lexicon, file[f"{name}/row_ends"], file[f"{name}/seconds"])
            if view in PAIRS
            else WordTerms(lexicon, file[f"{name}/members"])
        )
        self.starts = file[f"{name}/starts"]
        self._docs = file[f"{name}/docs"]
        self._dense = file[f"{name}/dense"]
        self._bitmaps = file[f"{name}/bitmaps"].reshape(len(self._dense), -1 if len(self._dense) else 0)
        self.lengths = file[f"{name}/lengths"]
        self._starts = self.starts.data
        self._dense_terms = self._dense.data if self._dense.size else memoryview(b"")
        held = self.starts[self._dense + 1] - self.starts[self._dense] if self._dense.size else self._dense
        self._left_out = [0, *np.cumsum(held, dtype=np.int64).tolist()]
        self._halves = file[f"{name}/counts"]
        self._large_at = file[f"{name}/large_at"]
        self._large_places = self._large_at.data if self._large_at.size else memoryview(b"")
        self._large = file[f"{name}/large"]
        self._positions = file.get(f"{name}/positions")
        self._places = file.get(f"{name}/places")
        self._text_positions = text_positions

    @property
    def has_positions(self) -> bool:
        """Whether the positions of its terms can be told."""
        return self._positions is not None or self._text_positions is not None

    def term(self, term: bytes) -> TermPostings | None:
        """Return the postings of ``term``, or None."""
        number = self.terms.find(term)
        return self.numbered(number) if number >= 0 else None

    def frequency(self, term: bytes) -> int:
        """Return how many documents hold ``term``, deleted ones too."""
        number = self.terms.find(term)
        return self._starts[number + 1] - self._starts[number] if number >= 0 else 0

    def numbered(self, number: int) -> TermPostings:
        """Return the postings of the term with ``number``."""
        start, end = self._starts[number], self._starts[number + 1]
        at = bisect_left(self._dense_terms, number)
        if at < len(self._dense_terms) and self._dense_terms[at] == number:
            return TermPostings(self, number, (start, end), None, self._bitmaps[at])
        left_out = self._left_out[at]
        return TermPostings(self, number, (start, end), self._docs[start - left_out : end - left_out], None)

    def documents(self, numbers: range) -> Array:
        """Return the documents of the postings of these terms, term after term."""
        if not numbers:
            return self._docs[:0]
        start, end = self._starts[numbers.start], self._starts[numbers.stop]
        first, after = (bisect_left(self._dense_terms, number) for number in (numbers.start, numbers.stop))
        sparse = self._docs[start - self._left_out[first] : end - self._left_out[after]]
        if first == after:
            return sparse
        every = np.empty(end - start, sparse.dtype)
        is_sparse = np.ones(len(every), bool)
        for number in self._dense_terms[first:after]:
            own = slice(self._starts[number] - start, self._starts[number + 1] - start)
            is_sparse[own], every[own] = False, self.numbered(number).docs
        every[is_sparse] = sparse
        return every

    def counts(self, start: int, end: int) -> Array:
        """Return the counts of postings ``start`` to ``end``."""
        counts = _HALVES[self._halves[start >> 1 : (end + 1) >> 1]].view(np.uint8)[start & 1 :][: end - start]
        large = self._large_places
        low = bisect_left(large, start)
        if low < len(large) and large[low] < end:
            high = bisect_left(large, end, low)
            counts = counts.astype(np.result_type(self._large, np.uint8))
            counts[self._large_at[low:high] - np.uint32(start)] = self._large[low:high]
        return counts

    def positions(self, postings: TermPostings, at: int) -> Array:
        """Return the positions of a term in the document of its posting ``at``."""
        if self._positions is not None:
            before = int(postings.counts[:at].sum(dtype=np.int64))
            return self.places_of(postings)[before : before + int(postings.counts[at])]
        if self._text_positions is None or not isinstance(self.terms, WordTerms):
            raise TypeError("the field has no positions")
        return self._text_positions(int(self.terms.members[postings.number]), int(postings.docs[at]))

    def places_of(self, postings: TermPostings) -> Array:
        """Return the positions of a term in all its documents, one after another."""
        if self._positions is None or self._places is None:
            raise TypeError("the field keeps no positions")
        return self._positions[self._places[postings.number] : self._places[postings.number + 1]]

    @property
    def own_positions(self) -> Array | None:
        """All positions that the field keeps, or None."""
        return self._positions
