"""How are many documents analysed at once?

The same analysis as :func:`search.analysis.views.analyze`, laid out as arrays: what is known of a token by its
spelling is looked up once per spelling, and the rest is one array item per token.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ...analysis.normalize import new_style
from ...analysis.offsets import BlockOffsets, Offsets
from ...analysis.segment import words_many
from ...analysis.structured import find, resolved
from ...analysis.tokens import NUMERAL_CONTEXT, TOKEN, form
from ...analysis.views import Field, Key, labels
from ...document import ZONES, Document

Ints = NDArray[np.int64]

ZONE_NAMES = (*ZONES, "category", "source", "place")


@dataclass(slots=True)
class Surfaces:
    """The spellings seen in a batch: number of the folded key, of the exact key, of the Roman numeral's number (or
    -1) of each.

    Lists grow while documents are read; the arrays (``…_of``) are taken at the end.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    folded_numbers: dict[str, int] = field(default_factory=dict)
    exact_numbers: dict[str, int] = field(default_factory=dict)
    rows: list[tuple[int, int, int, bool]] = field(default_factory=list)

    def number(self, surface: str) -> int:
        """Return the number of a spelling, new or known."""
        known = self.numbers.get(surface)
        if known is not None:
            return known
        keys = form(surface)
        roman = self._folded(keys.roman) if keys.roman and keys.roman != keys.folded else -1
        row = (self._folded(keys.folded), self._exact(keys.exact), roman, keys.folded in NUMERAL_CONTEXT)
        self.rows.append(row)
        number = self.numbers[surface] = len(self.numbers)
        return number

    def _folded(self, key: str) -> int:
        return self.folded_numbers.setdefault(key, len(self.folded_numbers))

    def _exact(self, key: str) -> int:
        return self.exact_numbers.setdefault(key, len(self.exact_numbers))


@dataclass(frozen=True, slots=True)
class SurfaceTable:
    """:class:`Surfaces` as arrays."""

    folded: list[str]
    exact: list[str]
    folded_of: Ints
    exact_of: Ints
    roman_of: Ints
    context_of: NDArray[np.bool_]

    @classmethod
    def of(cls, surfaces: Surfaces) -> SurfaceTable:
        """Take the arrays."""
        rows = np.asarray(surfaces.rows, np.int64).reshape(-1, 4)
        return cls(
            list(surfaces.folded_numbers),
            list(surfaces.exact_numbers),
            rows[:, 0],
            rows[:, 1],
            rows[:, 2],
            rows[:, 3].astype(bool),
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """Analysed documents. Arrays with one item per token: ``tokens`` (spelling), ``docs``, ``places`` (token number
    within the document),
    ``zones`` (index into ``zone_names``), ``starts_block``. Compounds and keys name their first token by its index
    in these.
    """

    size: int
    surfaces: SurfaceTable
    tokens: Ints
    docs: Ints
    places: Ints
    zones: Ints
    starts_block: NDArray[np.bool_]
    compound_firsts: Ints
    compound_sizes: Ints
    keys: list[str]
    key_firsts: Ints
    key_is_own: NDArray[np.bool_]
    offsets: list[Offsets]
    zone_names: tuple[str, ...] = ZONE_NAMES

    def lengths(self, spec: Field) -> Ints:
        """Return the length of a field in each document (see :func:`search.analysis.views.field_length`)."""
        counted = {
            "B": np.flatnonzero(~self.starts_block[1:]),
            "EB": np.flatnonzero(~self.starts_block[1:]),
            "C": self.compound_firsts,
            "D": self.key_firsts[self.key_is_own],
        }.get(spec.view, np.arange(len(self.tokens)))
        inside = np.isin(self.zones[counted], [self.zone_names.index(zone) for zone in spec.zones])
        return np.bincount(self.docs[counted][inside], minlength=self.size)


@dataclass(slots=True)
class _Builder:
    surfaces: Surfaces = field(default_factory=Surfaces)
    tokens: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    block_sizes: list[int] = field(default_factory=list)
    block_docs: list[int] = field(default_factory=list)
    block_bases: list[int] = field(default_factory=list)
    block_zones: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    key_firsts: list[int] = field(default_factory=list)
    key_is_own: list[bool] = field(default_factory=list)
    offsets: list[Offsets] = field(default_factory=list)

    def add(self, number: int, document: Document) -> None:
        base, day = 0, document.day
        blocks: list[BlockOffsets] = []
        keys: list[Key] = []
        for zone, paragraph, text in itertools.chain(document.blocks(), labels(document)):
            spans = [match.span() for match in TOKEN.finditer(text)]
            if not spans:
                continue
            starts, ends = [start for start, _ in spans], [end for _, end in spans]
            first = len(self.tokens)
            self._tokens(text, starts, ends)
            self.block_sizes.append(len(spans))
            self.block_docs.append(number)
            self.block_bases.append(base)
            self.block_zones.append(ZONE_NAMES.index(zone))
            in_block = list(_keys(text, starts, base, day))
            self._keys(in_block, first - base)
            if zone in ZONES:
                blocks.append(BlockOffsets(zone, paragraph, base, starts, ends))
                keys += in_block
            base += len(spans) + 1
        self.offsets.append(Offsets(tuple(blocks), tuple(keys)))

    def _tokens(self, text: str, starts: list[int], ends: list[int]) -> None:
        surfaces = [text[start:end] for start, end in zip(starts, ends, strict=True)]
        known = self.surfaces.numbers
        try:
            self.tokens += [known[surface] for surface in surfaces]
        except KeyError:
            self.tokens += map(self.surfaces.number, surfaces)
        self.starts += starts
        self.ends += ends
        self.texts.append(new_style(text))

    def _keys(self, keys: list[Key], shift: int) -> None:
        for key in keys:
            for own, text in enumerate((key.key, *key.wider)):
                self.keys.append(text)
                self.key_firsts.append(key.position + shift)
                self.key_is_own.append(own == 0)

    def batch(self) -> Batch:
        sizes = np.asarray(self.block_sizes, np.int64)
        firsts = np.cumsum(sizes) - sizes
        tokens = np.asarray(self.tokens, np.int64)
        starts_block = np.zeros(len(tokens), bool)
        starts_block[firsts] = True
        within = np.arange(len(tokens)) - np.repeat(firsts, sizes)
        compound_firsts, compound_sizes = self._compounds(sizes)
        return Batch(
            size=len(self.offsets),
            surfaces=SurfaceTable.of(self.surfaces),
            tokens=tokens,
            docs=np.repeat(np.asarray(self.block_docs, np.int64), sizes),
            places=np.repeat(np.asarray(self.block_bases, np.int64), sizes) + within,
            zones=np.repeat(np.asarray(self.block_zones, np.int64), sizes),
            starts_block=starts_block,
            compound_firsts=compound_firsts,
            compound_sizes=compound_sizes,
            keys=self.keys,
            key_firsts=np.asarray(self.key_firsts, np.int64),
            key_is_own=np.asarray(self.key_is_own, bool),
            offsets=self.offsets,
        )

    def _compounds(self, sizes: Ints) -> tuple[Ints, Ints]:
        """Find the tokens of the words that the segmenter joins: those that begin with a token and end with one."""
        # Where each token stands in all texts written one after another.
        bases = np.cumsum([0, *(len(text) + 1 for text in self.texts)])[:-1]
        starts = np.asarray(self.starts, np.int64) + np.repeat(bases, sizes)
        ends = np.asarray(self.ends, np.int64) + np.repeat(bases, sizes)
        spans = [found + base for found, base in zip(words_many(self.texts), bases.tolist(), strict=True) if len(found)]
        if not spans:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        found = np.concatenate(spans).astype(np.int64)
        first, after = np.searchsorted(starts, found[:, 0]), np.searchsorted(starts, found[:, 1])
        counts = after - first
        # A word within one token leaves no token to begin with; it is no compound whatever stands there.
        begins = starts[np.minimum(first, len(starts) - 1)] == found[:, 0]
        whole = (counts > 1) & begins & (ends[after - 1] == found[:, 1])
        return first[whole], counts[whole]


def analyze_batch(documents: Sequence[Document]) -> Batch:
    """Analyse ``documents`` (normalized); their numbers are their places in the sequence."""
    builder = _Builder()
    for number, document in enumerate(documents):
        builder.add(number, document)
    return builder.batch()


def _keys(text: str, starts: list[int], base: int, day: date | None) -> Iterator[Key]:
    for stretch in find(text):
        first, after = bisect_left(starts, stretch.start), bisect_left(starts, stretch.end)
        if after > first:
            yield Key(base + first, after - first, stretch.key, stretch.wider + resolved(stretch.key, day))
