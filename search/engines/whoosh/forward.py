"""Which tokens does a document consist of, in their order?

Every token of the text is one number, so that phrases are checked and hits are marked without analysing a text again,
and positions of the whole text need not be kept with its postings::

    forward/codes      uint16        per token of the text, document after document: what it is (see below); 0 stands
                                     where a paragraph ends, so position p of a document is item start + p
    forward/ends       uint32        per document: where its codes end
    forward/rare_at    uint32        the items whose code takes more than 16 bits (ascending; those are words that
    forward/rare       uint32        hardly ever stand anywhere), and their codes
    forward/folded     uint32[codes] of each code: the rank of its folded key in lexicon S,
    forward/exact      uint32[codes]   of its exact key in lexicon E,
    forward/numeral    uint32[codes]   and the rank in S of the number that it stands for as a Roman numeral, plus 1; 0
                                     where it is none
    forward/expected   uint8[codes]  of each code: the code points of its folded key (see search.analysis.offsets)

Codes are given by frequency, the commonest token first. The ranks of code 0 are no term's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...analysis.offsets import expected_sizes
from ...analysis.tokens import NUMERAL_CONTEXT
from ..integers import Ints, distinct, runs
from .arrays import Array, ArrayFile, ArrayWriter
from .terms import Lexicon

Table = NDArray[np.bool_]

_WIDE = 1 << 16
_NO_RANK = (1 << 32) - 1
_NONE = np.empty(0, np.int64)
_BITS = 21
"""Bits of a rank in a kind of token; segments are far from two million different words."""


def pack_kinds(folded: Ints, exact: Ints, numeral: Ints) -> Ints:
    """Return kinds of tokens as one integer each; ``numeral`` as it is stored."""
    return (folded << (2 * _BITS)) | (exact << _BITS) | numeral


def split_kinds(kinds: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the columns of :func:`pack_kinds`."""
    mask = (1 << _BITS) - 1
    return kinds >> (2 * _BITS), (kinds >> _BITS) & mask, kinds & mask


def write_forward(file: ArrayWriter, tokens: Tokens, folded: Sequence[bytes]) -> None:
    """Write the tokens of all documents of a segment, of which ``folded`` is lexicon S."""
    kinds = tokens.kinds
    order = np.argsort(-tokens.counts, kind="stable")
    code_of = np.zeros(len(kinds) + 1, np.uint32)
    code_of[order + 1] = np.arange(1, len(kinds) + 1)
    codes = code_of[tokens.tokens]
    rare_at = np.flatnonzero(codes >= _WIDE)
    file.add("forward/rare_at", rare_at.astype(np.uint32))
    file.add("forward/rare", codes[rare_at])
    file.add("forward/codes", codes.astype(np.uint16))
    file.add("forward/ends", np.cumsum(tokens.sizes).astype(np.uint32))
    folded_ranks, exact_ranks, numerals = split_kinds(kinds[order])
    for name, none, column in (
        ("folded", _NO_RANK, folded_ranks),
        ("exact", _NO_RANK, exact_ranks),
        ("numeral", 0, numerals),
    ):
        file.add(f"forward/{name}", np.concatenate(([none], column)).astype(np.uint32))
    lengths = expected_sizes(key.decode() for key in folded)
    file.add("forward/expected", np.concatenate(([0], lengths[folded_ranks])).astype(np.uint8))


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of the documents of a segment.

    ``kinds`` are those of :func:`pack_kinds`, ascending, each standing ``counts`` times; ``tokens`` holds for each item
    an index into ``kinds`` plus 1, or 0 at the end of a paragraph; ``sizes`` is the number of items of each document.
    """

    kinds: Ints
    counts: Ints
    tokens: Ints
    sizes: Ints


class Forward:
    """Reads the tokens of one segment."""

    def __init__(self, file: ArrayFile, folded: Lexicon, exact: Lexicon) -> None:
        self.folded_terms = folded
        self.exact_terms = exact
        self.codes = file["forward/codes"]
        self.ends = file["forward/ends"]
        self.rare_at = file["forward/rare_at"]
        self.rare = file["forward/rare"]
        self.folded = file["forward/folded"]
        self.exact = file["forward/exact"]
        self.numeral = file["forward/numeral"]
        self._expected = file["forward/expected"]
        self._ends = self.ends.data if self.ends.size else memoryview(b"")
        self._rare_at = self.rare_at.data if self.rare_at.size else memoryview(b"")

    @property
    def sizes(self) -> Ints:
        """How many items each document has."""
        ends = self.ends.astype(np.int64)
        return ends - np.concatenate(([0], ends[:-1]))

    def kinds(self) -> Ints:
        """Return the kind of each code but 0, as :func:`pack_kinds` does."""
        return pack_kinds(*(column[1:].astype(np.int64) for column in (self.folded, self.exact, self.numeral)))

    def tokens(self, doc: int) -> Array:
        """Return the codes of document ``doc``; item p is its position p."""
        start, end = self._ends[doc - 1] if doc else 0, self._ends[doc]
        codes: Array = self.codes[start:end]
        low = bisect_left(self._rare_at, start)
        if low < len(self._rare_at) and self._rare_at[low] < end:
            high = bisect_left(self._rare_at, end, low)
            codes = codes.astype(np.uint32)
            codes[self.rare_at[low:high] - np.uint32(start)] = self.rare[low:high]
        return codes

    def tokens_together(self, docs: Ints) -> tuple[Array, Ints]:
        """Return the codes of ``docs`` (ascending), one document after the other, and where each begins in them."""
        ends = self.ends[docs].astype(np.int64)
        starts = np.where(docs > 0, self.ends[docs - 1], 0).astype(np.int64)
        every, bounds = self.codes, zip(starts.tolist(), ends.tolist(), strict=True)
        codes = np.concatenate([every[:0], *[every[start:end] for start, end in bounds]])
        firsts = np.cumsum(ends - starts) - (ends - starts)
        if not len(self.rare_at):
            return codes, firsts
        low, high = (self.rare_at.searchsorted(edges.astype(self.rare_at.dtype)) for edges in (starts, ends))
        with_rare = np.flatnonzero(low < high)
        if with_rare.size:
            codes = codes.astype(np.uint32)
            rare = runs(low[with_rare], (high - low)[with_rare])
            shift = np.repeat((firsts - starts)[with_rare], (high - low)[with_rare])
            codes[self.rare_at[rare] + shift] = self.rare[rare]
        return codes, firsts

    def expected(self, tokens: Array) -> Ints:
        """Return the expected length in code points of each token of a document, whose codes are ``tokens``; 0 for code
        0.
        """
        return self._expected[tokens].astype(np.int64)

    def codes_of(self, ranks: range) -> Ints:
        """Return the codes whose folded keys have these ranks in lexicon S."""
        return _ranked(self.folded, self._by_folded, ranks)

    @cached_property
    def _by_folded(self) -> Ints:
        return np.argsort(self.folded)

    @cached_property
    def _by_exact(self) -> Ints:
        return np.argsort(self.exact)

    def readings(self, folded: bytes) -> set[bytes]:
        """Return the exact keys of the tokens whose folded key is ``folded``."""
        rank = self.folded_terms.find(folded)
        if rank < 0:
            return set()
        return set(self.exact_terms.take(self.exact[self.codes_of(range(rank, rank + 1))].tolist()))

    def all_tokens(self) -> Array:
        """Return the codes of all documents (uint32)."""
        codes = self.codes.astype(np.uint32)
        codes[self.rare_at] = self.rare
        return codes

    def positions(self, rank: int, doc: int, *, exact: bool) -> Ints:
        """Return the positions in ``doc`` of the term with ``rank`` in lexicon E (``exact``) or S."""
        tokens = self.tokens(doc)
        word = self.word(rank, exact=exact)
        return word.places(tokens)

    def word(self, rank: int, *, exact: bool) -> Word:
        """Return which codes are the term with ``rank`` in lexicon E (``exact``) or S."""
        size, own = len(self.folded), range(rank, rank + 1)
        if exact:
            return Word(size, _ranked(self.exact, self._by_exact, own))
        if rank not in self._numerals:
            return Word(size, self.codes_of(own))
        return Word(size, self.codes_of(own), np.flatnonzero(self.numeral == rank + 1), self._before_numerals)

    @cached_property
    def _numerals(self) -> frozenset[int]:
        """The ranks of the numbers that Roman numerals stand for."""
        return frozenset((distinct(self.numeral[self.numeral > 0]).astype(np.int64) - 1).tolist())

    @cached_property
    def _before_numerals(self) -> Table:
        ranks = [self.folded_terms.find(word.encode()) for word in NUMERAL_CONTEXT]
        return np.isin(self.folded, [rank for rank in ranks if rank >= 0])

    def after(self, docs: Ints, ranks: Sequence[int], words: int, most: int) -> NDArray[np.int32]:
        """Return what follows the terms of lexicon E with ``ranks`` in a row in ``docs``, at ``most`` places: for each
        place a row of the ranks of ``words`` terms, -1 from the end of the paragraph on.
        """
        tokens = np.concatenate((self.tokens_together(docs)[0], np.zeros(len(ranks) + words, np.uint8)))
        at = np.flatnonzero(_among(tokens, _ranked(self.exact, self._by_exact, range(ranks[0], ranks[0] + 1))))
        for offset, rank in enumerate(ranks[1:], 1):
            at = at[self.exact[tokens[at + offset]] == rank]
        at = at[:: -(-len(at) // most) or 1] + len(ranks)
        codes = tokens[at[:, None] + np.arange(words)]
        inside = np.logical_and.accumulate(codes > 0, axis=1)
        return np.where(inside, self.exact[codes].astype(np.int32), np.int32(-1))

    def holding_phrase(self, docs: Ints, words: Sequence[tuple[int, Word]], size: int) -> Ints:
        """Return those of ``docs`` (ascending) in which ``size`` words follow one another; ``words`` are the words
        with their places in the phrase, the rarest first, so that few places are left for the others.
        """
        if not len(docs):
            return docs
        tokens, starts = self.tokens_together(docs)
        (offset, rarest), *others = words
        at = rarest.places(tokens) - offset
        at = at[(at >= 0) & (at + size <= len(tokens))]
        for offset, word in others:
            at = at[word.stands_at(tokens, at + offset)]
        holding: Ints = docs[distinct(np.searchsorted(starts, at, "right") - 1)]
        return holding


class Word(NamedTuple):
    """Which of ``size`` codes are a word: ``codes``, and those of ``numerals`` after one that is marked in
    ``context``.
    """

    size: int
    codes: Ints
    numerals: Ints = _NONE
    context: Table | None = None

    def places(self, tokens: Array) -> Ints:
        """Return the places of ``tokens`` where the word stands, ascending."""
        found = np.flatnonzero(self._among(tokens, self.codes))
        if self.context is None or not self.numerals.size:
            return found
        numerals = np.flatnonzero(self._among(tokens, self.numerals))
        numerals = numerals[self.context[_before(tokens, numerals)]]
        return distinct(np.concatenate((found, numerals)))

    def stands_at(self, tokens: Array, at: Ints) -> Table:
        """Return whether the word stands at each of the places ``at`` of ``tokens``."""
        there = tokens[at]
        found = self._among(there, self.codes)
        if self.context is not None and self.numerals.size:
            found |= self._among(there, self.numerals) & self.context[_before(tokens, at)]
        return found

    def _among(self, tokens: Array, codes: Ints) -> Table:
        """Return which of ``tokens`` are among ``codes``. A word has few, and comparing a million tokens with one takes
        a thirtieth of the time of looking them up.
        """
        if len(codes) <= _FEW_CODES:
            return _among(tokens, codes)
        table = np.zeros(self.size, np.bool_)
        table[codes] = True
        return table[tokens]


_FEW_CODES = 8


def _among(tokens: Array, codes: Ints) -> Table:
    """Return which of ``tokens`` are among a few ``codes``."""
    found = np.zeros(len(tokens), np.bool_)
    for code in codes.tolist():
        found |= tokens == code
    return found


def _ranked(ranks: Array, order: Ints, wanted: range) -> Ints:
    """Return which of ``ranks`` are ``wanted``; ``order`` sorts them."""
    # Sought as items of the array's own type: anything else would copy the array.
    bounds = np.asarray((wanted.start, wanted.stop), ranks.dtype)
    first, after = ranks.searchsorted(bounds, sorter=order).tolist()
    return order[first:after]


def _before(tokens: Array, at: Ints) -> Array:
    """Return the tokens before the places ``at``, code 0 before the first."""
    return np.where(at > 0, tokens[at - 1], 0)
