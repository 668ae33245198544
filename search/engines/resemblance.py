"""Which of many texts are near identical? Asked of their sketches (see :mod:`search.analysis.sketch`), as arrays.

A sketch is a row of :data:`~search.analysis.sketch.SKETCH_BYTES` bytes (uint8). Sketches with a band in common are
compared. Thousands may have one in common, as bulletins that a paper prints every day have: they are one family soon,
and of a family nobody need be compared with anybody again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..analysis.sketch import BAND_BYTES, CODES, LEAST_BINS, RESEMBLANCE, SKETCH_BYTES
from .integers import Ints, runs

Sketches = NDArray[np.uint8]
Mask = NDArray[np.bool_]

PAIRS_AT_ONCE = 1 << 20
"""Pairs that are compared at once, about: this bounds memory."""

_WHOLE = np.dtype((np.void, SKETCH_BYTES))
_BAND = np.dtype(f"<u{BAND_BYTES}")
_EACH_LOWEST = np.uint64(0x1111_1111_1111_1111)


def as_sketches(data: bytes) -> Sketches:
    """Return the sketches that stand one after another in ``data``."""
    return np.frombuffer(data, np.uint8).reshape(-1, SKETCH_BYTES)


def families(sketches: Sketches) -> Ints:
    """Return for each text the place of the first one of its family: those that are alike, directly or by way of
    others.
    """
    places, firsts, of = _distinct(sketches)
    distinct = sketches[places[firsts]]
    heads = np.arange(len(firsts))
    for band in distinct.view(_BAND).T:
        rest = np.flatnonzero(band)
        while len(rest):
            order = rest[np.lexsort((heads[rest], band[rest]))]
            count, one, other = _first_pairs(order, order, *_others(band[order], heads[order]))
            met = _resemble(distinct[one], distinct[other])
            _unite(heads, one[met], other[met])
            rest = order[count:]
    least = np.full(len(firsts), len(sketches))
    np.minimum.at(least, heads[of], places)
    found = np.arange(len(sketches))
    found[places] = least[heads[of]]
    return found


def alike_to(sketches: Sketches, fresh: Mask) -> Ints:
    """Return the places of the texts that are alike to others, where one of the two is ``fresh``; ascending."""
    if fresh.all():
        heads = families(sketches)
        return np.flatnonzero(np.bincount(heads, minlength=len(heads))[heads] > 1)
    places, firsts, of = _distinct(sketches)
    distinct = sketches[places[firsts]]
    concerned = np.bincount(of, fresh[places], len(firsts)) > 0
    found = concerned & (np.bincount(of, minlength=len(firsts)) > 1)
    for band in distinct.view(_BAND).T:
        order = np.flatnonzero(band)
        order = order[band[order].argsort(kind="stable")]
        rows = np.flatnonzero(concerned & (band != 0))
        begins = band[order].searchsorted(band[rows])
        sizes = band[order].searchsorted(band[rows], "right") - begins
        while len(rows):
            count, one, other = _first_pairs(rows, order, begins, sizes)
            unknown = (one != other) & ~(found[one] & found[other])
            one, other = one[unknown], other[unknown]
            met = _resemble(distinct[one], distinct[other])
            found[one[met]] = found[other[met]] = True
            rows, begins, sizes = rows[count:], begins[count:], sizes[count:]
    return places[found[of]]


def alike(sketch: Sketches, others: Sketches) -> Mask:
    """Return which of ``others`` are alike to one text, as :func:`search.analysis.sketch.alike` says."""
    bands = sketch.view(_BAND)
    found: Mask = ((bands == others.view(_BAND)) & (bands != 0)).any(axis=-1)
    near = others[found]
    found[found] = _resemble(sketch, near) & _is_long(near) & _is_long(sketch)
    return found


def _distinct(sketches: Sketches) -> tuple[Ints, Ints, Ints]:
    """Return the places of the texts that are long enough to be compared; which of these are the first ones with their
    sketch; and for each, at which place among the first ones is that with its sketch.
    """
    places = np.flatnonzero(_is_long(sketches))
    whole = np.ascontiguousarray(sketches[places]).view(_WHOLE).ravel()
    _, firsts, of = np.unique(whole, return_index=True, return_inverse=True)
    return places, firsts, of


def _others(bands: NDArray[np.uint16], heads: Ints) -> tuple[Ints, Ints]:
    """Return for each of some texts, sorted by band and head, where those that have the same band and another head
    begin after it, and how many there are.
    """
    changes = np.flatnonzero((np.diff(bands) != 0) | (np.diff(heads) != 0)) + 1
    ends = np.append(changes, len(bands))
    begins = np.repeat(ends, np.diff(ends, prepend=0))
    return begins, bands.searchsorted(bands, "right") - begins


def _first_pairs(rows: Ints, among: Ints, begins: Ints, sizes: Ints) -> tuple[int, Ints, Ints]:
    """Return how many of ``rows`` come first, one or more, and the pairs of each of these with as many ``among`` others
    as its ``sizes`` says, from its ``begins`` on.
    """
    count = max(1, int(np.cumsum(sizes).searchsorted(PAIRS_AT_ONCE, "right")))
    return count, np.repeat(rows[:count], sizes[:count]), among[runs(begins[:count], sizes[:count])]


def _unite(heads: Ints, one: Ints, other: Ints) -> None:
    """Give the families of each two texts the same head, the least one; ``heads`` are those of all."""
    while True:
        apart = heads[one] != heads[other]
        one, other = one[apart], other[apart]
        if not len(one):
            return
        np.minimum.at(heads, np.maximum(heads[one], heads[other]), np.minimum(heads[one], heads[other]))
        while not np.array_equal(above := heads[heads], heads):
            heads[:] = above


def _is_long(sketches: Sketches) -> Mask:
    long: Mask = _codes(_words(sketches)) >= LEAST_BINS
    return long


def _resemble(one: Sketches, other: Sketches) -> Mask:
    words, others = _words(one), _words(other)
    filled = _codes(words | others)
    equal = filled - _codes(words ^ others)
    resemble: Mask = equal * CODES - filled >= RESEMBLANCE * (CODES - 1) * filled
    return resemble


def _words(sketches: Sketches) -> NDArray[np.uint64]:
    return np.ascontiguousarray(sketches).view("<u8")


def _codes(words: NDArray[np.uint64]) -> Ints:
    """Return how many codes, four bits each, are not 0 in each row of ``words``."""
    halves = words | words >> np.uint64(1)
    ones = (halves | halves >> np.uint64(2)) & _EACH_LOWEST
    counts: Ints = np.bitwise_count(ones).sum(axis=-1, dtype=np.int64)
    return counts
