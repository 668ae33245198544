"""How are the counts of postings kept? Four bits each, two to a byte, the first in the lower half; 15 says that the
true count stands in a list of the large ones.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from ..integers import Ints, smallest
from .arrays import Array, ArrayWriter

_LARGE = 15
_HALVES = np.asarray([byte & 15 | byte >> 4 << 8 for byte in range(256)], "<u2")
"""Both counts of each byte, as the two bytes of one integer."""


def write_counts(file: ArrayWriter, name: str, large: str, counts: Array) -> None:
    """Write ``counts`` as array ``name``, those that do not fit as ``large`` and ``large_at``."""
    large_at = np.flatnonzero(counts >= _LARGE)
    halves = np.zeros(len(counts) + len(counts) % 2, np.uint8)
    np.minimum(counts, _LARGE, out=halves[: len(counts)], casting="unsafe")
    file.add(name, np.bitwise_or(halves[::2], halves[1::2] << 4))
    file.add(f"{large}_at", smallest(large_at))
    file.add(large, smallest(counts[large_at]))


class PackedCounts:
    """Reads counts of four bits, and those that do not fit."""

    def __init__(self, halves: Array, large_at: Array, large: Array) -> None:
        self._halves = halves
        self._large_at = large_at
        self._large = large
        self._large_places = large_at.data if large_at.size else memoryview(b"")

    def of(self, start: int, end: int) -> Array:
        """Return counts ``start`` to ``end``."""
        pairs = _HALVES.take(self._halves[start >> 1 : (end + 1) >> 1], mode="clip")
        counts = pairs.view(np.uint8)[start & 1 :][: end - start]
        large = self._large_places
        low = bisect_left(large, start)
        if low < len(large) and large[low] < end:
            high = bisect_left(large, end, low)
            counts = counts.astype(np.result_type(self._large, np.uint8), copy=False)
            counts[self._large_at[low:high].astype(np.int64) - start] = self._large[low:high]
        return counts

    def at(self, places: Ints) -> Array:
        """Return the counts at ``places``."""
        counts: Array = (self._halves[places >> 1] >> ((places & 1) << 2).astype(np.uint8)) & _LARGE
        (large,) = (counts == _LARGE).nonzero()
        if large.size:
            counts = counts.astype(np.result_type(self._large, np.uint8), copy=False)
            counts[large] = self._large[self._large_at.searchsorted(places[large].astype(self._large_at.dtype))]
        return counts
