"""Which of many texts are near identical? Asked of their sketches (see :mod:`search.analysis.sketch`), as arrays.

A sketch is a row of :data:`~search.analysis.sketch.SKETCH_BYTES` bytes (uint8).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..analysis.sketch import BAND_BYTES, CODES, LEAST_BINS, RESEMBLANCE, SKETCH_BYTES
from .integers import runs

Sketches = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

PAIRS_AT_ONCE = 1 << 20
"""Pairs that are compared at once, about: this bounds memory."""

_WHOLE = np.dtype((np.void, SKETCH_BYTES))
_BAND = np.dtype(f"<u{BAND_BYTES}")
_EACH_LOWEST = np.uint64(0x1111_1111_1111_1111)


def as_sketches(data: bytes) -> Sketches:
    """Return the sketches that stand one after another in ``data``."""
    return np.frombuffer(data, np.uint8).reshape(-1, SKETCH_BYTES)


def pairs(sketches: Sketches, fresh: Mask) -> Iterator[tuple[Places, Places]]:
    """Yield the places of pairs of texts that are alike, of which at least one is ``fresh``: not every one, but so many
    that whatever is alike is linked by them.
    """
    whole = np.ascontiguousarray(sketches).view(_WHOLE).ravel()
    _, firsts, of = np.unique(whole, return_index=True, return_inverse=True)
    concerned = np.bincount(of, fresh, len(firsts)) > 0
    again = np.flatnonzero((firsts[of] != np.arange(len(of))) & concerned[of])
    again = again[_codes(_words(sketches[again])) >= LEAST_BINS]
    yield again, firsts[of[again]]
    for one, other in _distinct_pairs(sketches[firsts], concerned):
        yield firsts[one], firsts[other]


def alike(sketch: Sketches, others: Sketches) -> Mask:
    """Return which of ``others`` are alike to one text, as :func:`search.analysis.sketch.alike` says."""
    bands = sketch.view(_BAND)
    shared = ((bands == others.view(_BAND)) & (bands != 0)).any(axis=-1)
    resemble = np.zeros(len(others), np.bool_)
    resemble[shared] = _resemble(sketch, others[shared])
    return resemble


def _distinct_pairs(sketches: Sketches, fresh: Mask) -> Iterator[tuple[Places, Places]]:
    """Yield all pairs of sketches that are alike and of which at least one is ``fresh``, some of them again."""
    for column in sketches.view(_BAND).T:
        held = np.flatnonzero(column)
        held = held[column[held].argsort(kind="stable")]
        values = column[held]
        rows = np.flatnonzero(fresh & (column != 0))
        begins = values.searchsorted(column[rows])
        sizes = values.searchsorted(column[rows], "right") - begins
        for part in _parts(sizes):
            one, other = np.repeat(rows[part], sizes[part]), held[runs(begins[part], sizes[part])]
            met = one != other
            one, other = one[met], other[met]
            found = _resemble(sketches[one], sketches[other])
            yield one[found], other[found]


def _parts(sizes: Places) -> Iterator[slice]:
    """Yield stretches of ``sizes`` that add up to about :data:`PAIRS_AT_ONCE`."""
    before = np.cumsum(sizes) // PAIRS_AT_ONCE
    bounds = [0, *(np.flatnonzero(np.diff(before)) + 1).tolist(), len(sizes)]
    yield from (slice(first, after) for first, after in pairwise(bounds))


def _resemble(one: Sketches, other: Sketches) -> Mask:
    words, others = _words(one), _words(other)
    filled = _codes(words | others)
    equal = filled - _codes(words ^ others)
    resemble: Mask = equal * CODES - filled >= RESEMBLANCE * (CODES - 1) * filled
    return resemble & (filled >= LEAST_BINS)


def _words(sketches: Sketches) -> NDArray[np.uint64]:
    return np.ascontiguousarray(sketches).view("<u8")


def _codes(words: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return how many codes, four bits each, are not 0 in each row of ``words``."""
    halves = words | words >> np.uint64(1)
    ones = (halves | halves >> np.uint64(2)) & _EACH_LOWEST
    counts: NDArray[np.int64] = np.bitwise_count(ones).sum(axis=-1, dtype=np.int64)
    return counts
