"""How are the postings of a field written? (What is written, see :mod:`.postings`.)"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ..integers import Ints, smallest
from .arrays import Array, ArrayWriter
from .counts import write_counts
from .terms import PAIRS, split_pairs


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
        file.add(f"{name}/starts", self.starts.astype(np.uint32))
        docs, held = smallest(self.docs), np.diff(self.starts)
        size = len(self.lengths)
        # Of a field that keeps positions, postings are numbered as they stand.
        is_dense = (held * (2 * docs.itemsize + 1) > size) & (self.positions is None)
        is_bitmapped = (held * docs.itemsize * 8 > size) & (self.positions is None) & ~is_dense
        is_listed = np.repeat(~is_dense, held)
        file.add(f"{name}/docs", docs[np.repeat(~(is_dense | is_bitmapped), held)])
        file.add(f"{name}/bitmapped", np.flatnonzero(is_bitmapped).astype(np.uint32))
        file.add(f"{name}/bitmaps", np.packbits(self._rows(is_bitmapped, np.bool_), axis=1).ravel())
        write_counts(file, f"{name}/counts", f"{name}/large", self.counts[is_listed])
        file.add(f"{name}/dense", np.flatnonzero(is_dense).astype(np.uint32))
        write_counts(file, f"{name}/rows", f"{name}/row_large", self._rows(is_dense, self.counts.dtype).ravel())
        file.add(f"{name}/lengths", smallest(self.lengths))
        if self.places is not None and self.positions is not None:
            file.add(f"{name}/places", self.places.astype(np.uint32))
            file.add(f"{name}/positions", smallest(self.positions))

    def _rows(self, chosen: NDArray[np.bool_], dtype: DTypeLike) -> Array:
        """Return the counts of all documents (an even number) in a row for each of the ``chosen`` terms."""
        held = np.diff(self.starts)
        own = np.repeat(chosen, held)
        rows = np.zeros((int(chosen.sum()), len(self.lengths) + len(self.lengths) % 2), dtype)
        rows[np.repeat(np.arange(len(rows)), held[chosen]), self.docs[own]] = self.counts[own]
        return rows
