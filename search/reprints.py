"""Which of some articles are reprints of others among them?

The same article in another paper, or once more in the same one: near-identical text, whatever stands above it. Two
articles are that when their sketches (see :mod:`.analysis.sketch`) show a resemblance of :data:`RESEMBLANCE` or more,
and no number of the one is replaced by another in the other. So weather bulletins, prices and notices that a paper
prints again and again with other figures stay apart.

The sketches are computed at indexing; who is a reprint of whom is decided among the articles of a page. A group of
reprints kept in the index would change with what is added and deleted elsewhere, and would hold articles that resemble
one another only through a third one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from .analysis.sketch import BINS, CODES, TEXT_ZONES
from .analysis.tokens import form
from .engines.base import Reader, Stored
from .page import Hit

RESEMBLANCE = 0.8
"""The least part of the shingles of two texts that are the same in both.

Of 40,000 articles, 960 pairs resemble each other by more than this: all are the same article, but for 15 of one series
that differs in one number. The next pairs, read by eye, have .79 and less, and report how the matter went on.
"""

LEAST_BINS = 8
"""Bins that a shingle falls into: a text of less than about a dozen syllables is a heading, not an article."""

_NUMBER_ZONES = frozenset({"title", *TEXT_ZONES})


def reprints(reader: Reader, documents: Sequence[int]) -> list[int | None]:
    """Return for each of ``documents`` (distinct numbers of ``reader``) the place in the sequence of the first one that
    it is a reprint of and that is no reprint itself; None where there is no such one.
    """

    @cache
    def numbers(place: int) -> frozenset[str]:
        return _numbers(reader.stored(documents[place]))

    return folded([reader.sketch(document) for document in documents], numbers)


def linked(hits: Sequence[Hit], firsts: Sequence[int | None]) -> tuple[Hit, ...]:
    """Return ``hits`` with each reprint named in both directions; ``firsts`` are what :func:`reprints` gives."""
    named = [
        hit if first is None else replace(hit, reprint_of=hits[first].id)
        for hit, first in zip(hits, firsts, strict=True)
    ]
    for first in {first for first in firsts if first is not None}:
        own = tuple(hit for hit, of in zip(named, firsts, strict=True) if of == first)
        named[first] = replace(named[first], reprints=own)
    return tuple(named)


def folded(sketches: Sequence[bytes], numbers: Callable[[int], frozenset[str]]) -> list[int | None]:
    """Return the same for documents with these ``sketches``; ``numbers`` tells the numbers that stand in one of them,
    by its place.
    """
    codes = _codes(sketches)
    filled = codes > 0
    firsts: list[int | None] = [None] * len(sketches)
    for first in range(len(sketches) - 1):
        if firsts[first] is not None:
            continue
        either = (filled[first] | filled[first + 1 :]).sum(axis=1)
        equal = ((codes[first] == codes[first + 1 :]) & filled[first]).sum(axis=1)
        # Of bins whose shingles differ one in CODES has the same code by chance.
        alike = equal * CODES - either >= RESEMBLANCE * (CODES - 1) * either
        group = [first]
        for other in (np.flatnonzero(alike & (either >= LEAST_BINS)) + first + 1).tolist():
            if firsts[other] is None and all(_contained(numbers(one), numbers(other)) for one in group):
                firsts[other] = first
                group.append(other)
    return firsts


def _contained(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether one of two sets of numbers has all of the other: none was replaced by another one."""
    return one <= other or one >= other


def _codes(sketches: Sequence[bytes]) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    packed = np.frombuffer(b"".join(sketches), np.uint8).reshape(len(sketches), BINS // 2)
    return np.concatenate((packed & 15, packed >> 4), axis=1)


def _numbers(stored: Stored) -> frozenset[str]:
    texts = {(zone, number): text for zone, number, text in stored.document.blocks()}
    return frozenset(
        form(token).folded
        for block in stored.offsets.blocks
        if block.zone in _NUMBER_ZONES
        for text in [texts[block.zone, block.number]]
        for token in (text[start:end] for start, end in zip(block.starts, block.ends, strict=True))
        if token[0].isdecimal()
    )
