"""How are the terms of a field kept, and how are they looked up?

All terms stand in one array of UTF-8 bytes, sorted, each ending where ``ends`` says; a term is found by bisection
and named by its rank.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from .arrays import Array


class TermList(Sequence[bytes]):
    """Sorted terms as a sequence of bytes."""

    def __init__(self, blob: Array, ends: Array) -> None:
        self._bytes = blob
        self._blob = blob.data if blob.size else memoryview(b"")
        self._ends = ends
        self._last = ends.data if ends.size else memoryview(b"")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, rank: int) -> bytes:  # type: ignore[override]  # no slices
        start = self._last[rank - 1] if rank else 0
        return bytes(self._blob[start : self._last[rank]])

    def __iter__(self) -> Iterator[bytes]:
        data = bytes(self._blob)
        start = 0
        for end in self._ends.tolist():
            yield data[start:end]
            start = end

    def find(self, term: bytes) -> int:
        """Return the rank of ``term``, or -1."""
        rank = bisect_left(self, term)
        return rank if rank < len(self) and self[rank] == term else -1

    def prefixed(self, prefix: bytes) -> range:
        """Return the ranks of the terms that start with ``prefix``."""
        first = bisect_left(self, prefix)
        # 0xff stands in no UTF-8 text, so this sorts after everything that starts with the prefix.
        return range(first, bisect_left(self, prefix + b"\xff", lo=first))

    def marked(self) -> list[bytes]:
        """Return the terms that are not ASCII."""
        ranks = np.unique(
            np.searchsorted(self._ends, np.flatnonzero(self._bytes > 0x7F).astype(self._ends.dtype), "right")
        )
        return [self[rank] for rank in ranks.tolist()]


def pack_terms(terms: Iterable[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Return the two arrays of a term list; ``terms`` must be sorted."""
    listed = list(terms)
    ends = np.cumsum(np.fromiter(map(len, listed), dtype=np.int64, count=len(listed))).astype(np.uint32)
    return np.frombuffer(b"".join(listed), dtype=np.uint8), ends
