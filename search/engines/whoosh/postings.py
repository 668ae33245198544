"""How are the postings of a field kept?

::

    (terms)            see .terms; the number t of a term within the field selects from the rest:
    starts             uint32[terms + 1]   postings starts[t] … starts[t + 1] are the term's
    docs               uint16 | uint32     document numbers within the segment, ascending within a term
    counts             uint8               how often the term stands in that document's field: four bits a posting, two
                                           to a byte, the first in the lower half; 15 means "see large"
    large_at, large    uint32, uint16 …    postings of 15 or more (ascending) and their counts
    bitmapped          uint32              numbers (ascending) of the terms that so many documents hold that a bit for
    bitmaps            uint8               each document is smaller than the list: docs leave them out, these hold the
                                           bits, term after term, the first document in the highest bit
    dense              uint32              numbers (ascending) of the terms of even more documents: docs and counts
    rows               uint8               leave them out, these hold the counts of all documents, row after row, 0 for
                                           those that do not hold the term, laid out as counts are
    row_large_at       uint8 …             items of all rows that are 15 or more (ascending),
    row_large          uint8 …             and their counts
    places             uint32[terms + 1]   positions places[t] … are the term's    (see below)
    positions          uint8 … uint32      token numbers, ascending within a posting, posting after posting
    lengths            uint8 … uint32      per document of the segment: the length of its field

Each array takes the smallest type that holds its largest item. Only short fields with positions (title, lead, names)
have ``places`` and ``positions``; those of the whole text follow from its tokens (see .forward).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..integers import Ints, runs
from .arrays import Array, ArrayFile
from .counts import PackedCounts
from .terms import PAIRS, FieldTerms, Lexicon, PairTerms, WordTerms

_LISTED, _ROW, _BITMAP = np.arange(3, dtype=np.uint8)
"""How the documents of a term are kept."""

_AT_A_TIME = 1 << 22
"""Items of rows and bitmaps that are unpacked at once."""


class TermPostings:
    """The postings of one term in one segment: documents, listed or as bits, with the ``bounds`` of their counts; or a
    row of counts.
    """

    __slots__ = ("_bits", "_bounds", "_counts", "_docs", "_field", "_held", "_row", "number")

    def __init__(
        self,
        field: FieldPostings,
        number: int,
        held: int,
        bounds: tuple[int, int],
        docs: Array | None,
        row: int,
        bits: Array | None = None,
    ) -> None:
        self._field = field
        self.number = number
        self._held = held
        self._bounds = bounds
        self._row = row
        self._docs = docs
        self._bits = bits
        self._counts: Array | None = None

    def __len__(self) -> int:
        return self._held

    @property
    def start(self) -> int:
        """Where among the listed counts of the field those of the term begin."""
        return self._bounds[0]

    @property
    def is_row(self) -> bool:
        """Whether the counts of all documents are at hand."""
        return self._row >= 0

    @property
    def docs(self) -> Array:
        """The documents that hold the term, ascending."""
        if self._docs is None:
            # Of booleans: other types take several times as long.
            held = self.row() > 0 if self._bits is None else np.unpackbits(self._bits).view(np.bool_)
            docs = np.flatnonzero(held)
            if self._bits is None:
                return docs
            self._docs = docs.astype(np.min_scalar_type(len(self._field.lengths)))
        return self._docs

    @property
    def counts(self) -> Array:
        """How often the term stands in each of these documents (uint8, or wider where a count is large)."""
        if self._counts is None:
            self._counts = self.row()[self.docs] if self.is_row else self._field.list_counts.of(*self._bounds)
        return self._counts

    def row(self) -> Array:
        """Return how often the term stands in each document of the segment; only where :attr:`is_row`."""
        return self._field.row(self._row)

    def mark(self, documents: NDArray[np.bool_]) -> None:
        """Set those of ``documents``, one item per document of the segment, that hold the term."""
        if self.is_row:
            documents |= self.row() > 0
        else:
            documents[self.docs] = True

    def index(self, doc: int) -> int:
        """Return which of the postings is that of document ``doc``, or -1."""
        docs = self.docs
        # Searched for as the array's own type: anything else would copy the array.
        at = int(docs.searchsorted(docs.dtype.type(min(doc, np.iinfo(docs.dtype).max))))
        return at if at < len(docs) and docs[at] == doc else -1

    def indices(self, docs: Ints) -> Ints:
        """Return which of the postings are those of ``docs`` (ascending), of the documents that have one."""
        own = self.docs
        at = own.searchsorted(docs.astype(own.dtype))
        return at[own.take(at, mode="clip") == docs] if len(own) else at[:0]

    def counts_at(self, docs: Ints) -> Array:
        """Return how often the term stands in each of ``docs`` (ascending), 0 where it does not."""
        if self.is_row:
            return self._field.row_at(self._row, docs)
        own = self.docs
        if not len(own):
            return np.zeros(len(docs), np.uint8)
        at = own.searchsorted(docs.astype(own.dtype))
        held: Array = np.where(own.take(at, mode="clip") == docs, self.counts.take(at, mode="clip"), 0)
        return held

    def holds(self, docs: Ints) -> NDArray[np.bool_]:
        """Return in which of ``docs`` (ascending) the term stands."""
        found: NDArray[np.bool_]
        if self.is_row:
            found = self._field.row_at(self._row, docs) > 0
        elif self._docs is None and self._bits is not None:
            found = (self._bits[docs >> 3] << (docs & 7).astype(np.uint8)) >= 128
        else:
            own = self.docs
            at = own.searchsorted(docs.astype(own.dtype))
            found = own.take(at, mode="clip") == docs if len(own) else np.zeros(len(docs), np.bool_)
        return found

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
        self.docs = file[f"{name}/docs"]
        self.lengths = file[f"{name}/lengths"]
        self.list_counts = PackedCounts(*(file[f"{name}/{part}"] for part in ("counts", "large_at", "large")))
        self._row_counts = PackedCounts(*(file[f"{name}/{part}"] for part in ("rows", "row_large_at", "row_large")))
        self._starts = self.starts.data
        self._apart = {part: file[f"{name}/{part}"] for part in ("dense", "bitmapped", "bitmaps")}
        self._positions = file.get(f"{name}/positions")
        self._places = file.get(f"{name}/places")
        self._text_positions = text_positions

    # Worked out when it is needed, so that a damaged file can be opened, and the damage told.

    @cached_property
    def _dense(self) -> list[int]:
        numbers: list[int] = self._apart["dense"].tolist()
        return numbers

    @cached_property
    def _left_out(self) -> list[int]:
        return self._before(self._apart["dense"].astype(np.int64))

    @cached_property
    def _bitmapped(self) -> list[int]:
        numbers: list[int] = self._apart["bitmapped"].tolist()
        return numbers

    @cached_property
    def _in_bitmaps(self) -> list[int]:
        return self._before(self._apart["bitmapped"].astype(np.int64))

    @cached_property
    def _bitmaps(self) -> Array:
        terms = len(self._apart["bitmapped"])
        return self._apart["bitmaps"].reshape(terms, -1 if terms else 0)

    @property
    def has_positions(self) -> bool:
        """Whether the positions of its terms can be told."""
        return self._positions is not None or self._text_positions is not None

    def term(self, term: bytes) -> TermPostings | None:
        """Return the postings of ``term``, or None."""
        number = self.terms.find(term)
        return self.numbered(number) if number >= 0 else None

    def held(self, term: bytes) -> int:
        """Return how many documents hold ``term``, deleted ones too."""
        number = self.terms.find(term)
        return self.size(number) if number >= 0 else 0

    def size(self, number: int) -> int:
        """Return how many documents hold the term with ``number``, deleted ones too."""
        size: int = self._starts[number + 1] - self._starts[number]
        return size

    def numbered(self, number: int) -> TermPostings:
        """Return the postings of the term with ``number``."""
        start, end = self._starts[number], self._starts[number + 1]
        at = bisect_left(self._dense, number)
        if at < len(self._dense) and self._dense[at] == number:
            return TermPostings(self, number, end - start, (0, 0), None, at)
        first, after = start - self._left_out[at], end - self._left_out[at]
        at = bisect_left(self._bitmapped, number)
        if at < len(self._bitmapped) and self._bitmapped[at] == number:
            return TermPostings(self, number, end - start, (first, after), None, -1, self._bitmaps[at])
        docs = self.docs[first - self._in_bitmaps[at] : after - self._in_bitmaps[at]]
        return TermPostings(self, number, end - start, (first, after), docs, -1)

    def _before(self, numbers: Ints) -> list[int]:
        """Return how many postings the first 0, 1, 2 … of the terms ``numbers`` have."""
        return [0, *np.cumsum(self.starts[numbers + 1] - self.starts[numbers], dtype=np.int64).tolist()]

    def row(self, row: int) -> Array:
        """Return the counts of row ``row``."""
        size = len(self.lengths)
        start = row * (size + size % 2)
        return self._row_counts.of(start, start + size)

    def row_at(self, row: int, docs: Ints) -> Array:
        """Return the counts of row ``row`` in ``docs``, ascending."""
        size = len(self.lengths)
        return self._row_counts.at(docs + row * (size + size % 2))

    def postings(self, numbers: range) -> tuple[Array, Array]:
        """Return the documents and counts of the postings of these terms, term after term."""
        if not numbers:
            return self.docs[:0], np.empty(0, np.uint8)
        starts = self.starts[numbers.start : numbers.stop + 1].astype(np.int64)
        dense, bitmapped = _within(self._dense, numbers), _within(self._bitmapped, numbers)
        kept = np.full(len(numbers), _LISTED)
        kept[self._apart["dense"][dense] - numbers.start] = _ROW
        kept[self._apart["bitmapped"][bitmapped] - numbers.start] = _BITMAP
        kept = np.repeat(kept, np.diff(starts))
        first = int(starts[0]) - self._left_out[dense.start]
        counts = self.list_counts.of(first, first + np.count_nonzero(kept != _ROW))
        first -= self._in_bitmaps[bitmapped.start]
        docs = self.docs[first : first + np.count_nonzero(kept == _LISTED)]
        if len(docs) == len(kept):
            return docs, counts
        row_docs, row_counts = self._of_rows(dense)
        bitmap_docs = self._of_bitmaps(bitmapped)
        every_doc = np.empty(len(kept), np.result_type(docs, row_docs, bitmap_docs))
        every_doc[kept == _LISTED], every_doc[kept == _ROW], every_doc[kept == _BITMAP] = docs, row_docs, bitmap_docs
        every_count = np.empty(len(kept), np.result_type(counts, row_counts))
        every_count[kept != _ROW], every_count[kept == _ROW] = counts, row_counts
        return every_doc, every_count

    def _of_rows(self, rows: slice) -> tuple[Array, Array]:
        """Return the documents and counts of the postings of these rows, row after row."""
        size = len(self.lengths) + len(self.lengths) % 2
        docs, counts = [np.empty(0, np.uint8)], [np.empty(0, np.uint8)]
        for first, after in _portions(rows, size):
            items = self._row_counts.of(first * size, after * size)
            at = np.flatnonzero(items > 0)
            docs.append(_columns(at, size))
            counts.append(items[at])
        return np.concatenate(docs), np.concatenate(counts)

    def _of_bitmaps(self, bitmaps: slice) -> Array:
        """Return the documents of these bitmaps, one bitmap after the other."""
        size = self._bitmaps.shape[1] * 8
        docs = [np.empty(0, np.uint8)]
        for first, after in _portions(bitmaps, size):
            docs.append(_columns(np.flatnonzero(np.unpackbits(self._bitmaps[first:after]).view(np.bool_)), size))
        return np.concatenate(docs)

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


def _within(numbers: list[int], wanted: range) -> slice:
    """Return where among ``numbers``, ascending, those that are ``wanted`` stand."""
    return slice(bisect_left(numbers, wanted.start), bisect_left(numbers, wanted.stop))


def _portions(rows: slice, size: int) -> Iterator[tuple[int, int]]:
    """Cut rows of ``size`` items into portions of about :data:`_AT_A_TIME` items."""
    step = max(1, _AT_A_TIME // max(1, size))
    return ((first, min(first + step, rows.stop)) for first in range(rows.start, rows.stop, step))


def _columns(at: Ints, size: int) -> Array:
    """Return in which column each of the items ``at`` of rows of ``size`` items stands."""
    return (at % size).astype(np.min_scalar_type(size))
