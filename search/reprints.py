"""Which of the articles on a page are reprints of others on it?

The same article in another paper, or once more in the same one: near-identical text, whatever stands above it. Two
articles are that when their sketches (see :mod:`.analysis.sketch`) show a resemblance of :data:`RESEMBLANCE` or more,
and no number of the one is replaced by another in the other. So weather bulletins, prices and notices that a paper
prints again and again with other figures stay apart.

The sketches are computed at indexing; who is a reprint of whom is decided among the articles of a page. A group of
reprints kept in the index would change with what is added and deleted elsewhere, and would hold articles that resemble
one another only through a third one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .analysis.numbers import NUMBER, number_key
from .analysis.sketch import CODES, SHORT, SKETCH_BYTES, TEXT_ZONES
from .engines.base import Stored
from .page import Hit

RESEMBLANCE = 0.8
"""The least part of the shingles of two texts that is the same in both.

Of 40,000 articles, 972 pairs share at least this part. All are the same article, read by eye where they are not
identical, but for 15 of one series that differ in one number. By their sketches 955 are found and nothing else. The
next pairs, of .79 and less, tell the matter anew or how it went on.
"""

LEAST_BINS = 8
"""Bins that a shingle falls into: a text of less than about a dozen syllables is a heading, not an article."""

_ROWS = 128
"""Sketches that are compared with all others at once: this bounds memory."""

_DIGITS = re.compile(r"\d[\d.,]*")
_NUMBER = re.compile(NUMBER)

_EACH_LOWEST = np.uint64(0x1111_1111_1111_1111)


def reprints(sketches: Sequence[bytes], stored: Callable[[int], Stored]) -> list[int | None]:
    """Return for each of some documents, given by their sketches, the place of the first one among them that it is a
    reprint of and that is no reprint itself; None where there is no such one. ``stored`` gives the document at a place.

    Of the documents with the same first one, none is without a number for which another has a different one.
    """

    @cache
    def numbers(place: int) -> frozenset[str]:
        return _numbers(stored(place))

    firsts: list[int | None] = [None] * len(sketches)
    alike = np.triu(_alike(sketches), 1)
    for first in np.flatnonzero(alike.any(axis=1)).tolist():
        if firsts[first] is not None:
            continue
        group = [first]
        for other in np.flatnonzero(alike[first]).tolist():
            if firsts[other] is None and all(_contained(numbers(one), numbers(other)) for one in group):
                firsts[other] = first
                group.append(other)
    return firsts


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


def _alike(sketches: Sequence[bytes]) -> NDArray[np.bool_]:
    """Return which of the documents resemble each other, as a matrix."""
    words = np.frombuffer(b"".join(sketches), "<u8").reshape(-1, SKETCH_BYTES // 8)
    alike = np.zeros((len(words), len(words)), np.bool_)
    for start in range(0, len(words), _ROWS):
        rows = words[start : start + _ROWS, None]
        filled = _count_codes(rows | words)
        equal = filled - _count_codes(rows ^ words)
        # Of bins whose shingles differ one in CODES has the same code by chance.
        resemble = equal * CODES - filled >= RESEMBLANCE * (CODES - 1) * filled
        alike[start : start + _ROWS] = resemble & (filled >= LEAST_BINS)
    return alike


def _count_codes(words: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return how many codes, four bits each, are not 0 in the last dimension of ``words``."""
    halves = words | words >> np.uint64(1)
    ones = (halves | halves >> np.uint64(2)) & _EACH_LOWEST
    counts: NDArray[np.int64] = np.bitwise_count(ones).sum(axis=-1, dtype=np.int64)
    return counts


def _contained(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether one of two sets of numbers has all of the other: none was replaced by another one."""
    return one <= other or one >= other


def _numbers(stored: Stored) -> frozenset[str]:
    """Return the numbers in the text of a document, as :func:`.analysis.sketch.sketch` understands it."""
    names, bases = stored.offsets.names, stored.offsets.bases.tolist()
    sizes = (after - base - 1 for base, after in pairwise(bases))
    short = sum(size for (zone, _), size in zip(names, sizes, strict=True) if zone in TEXT_ZONES) < SHORT
    zones = ("title", *TEXT_ZONES) if short else TEXT_ZONES
    texts = (stored.text_of(zone, number) for zone, number in names if zone in zones)
    # Searching a whole text for numbers takes six times as long.
    stretches = (digits for text in texts for digits in _DIGITS.findall(text))
    return frozenset(number_key(number) for digits in stretches for number in _NUMBER.findall(digits))
