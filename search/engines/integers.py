"""What is done with arrays of integers in more than one place?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def distinct(keys: NDArray[Any]) -> NDArray[Any]:
    """Return the different values of ``keys``, ascending.

    A sort and one comparison: ``numpy.unique`` hashes integers instead, which takes many times as long where most of
    them differ.
    """
    ordered = np.sort(keys)
    if not len(ordered):
        return ordered
    first = np.empty(len(ordered), np.bool_)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def smallest(array: NDArray[Any]) -> NDArray[Any]:
    """Return ``array`` of integers ≥ 0 in the smallest unsigned type that holds its largest item."""
    top = int(array.max()) if array.size else 0
    return array.astype(np.min_scalar_type(top), copy=False)


def runs(firsts: Ints, counts: Ints) -> Ints:
    """Return ``firsts[i] … firsts[i] + counts[i] - 1`` for every i, one after another."""
    before = np.cumsum(counts) - counts
    at: Ints = np.arange(int(counts.sum())) + np.repeat(firsts - before, counts)
    return at


def stable_order(words: Ints) -> Ints:
    """Return the order that sorts ``words`` (≥ 0) and keeps equal ones as they stand.

    Each is packed with its index into one integer, which sorts several times as fast as a stable argsort; where that
    does not fit (pairs of a large lexicon), the words are numbered first.
    """
    bits = max(1, len(words)).bit_length()
    if words.size and int(words.max()).bit_length() + bits > 63:
        words = np.unique(words, return_inverse=True)[1]
    packed = (words << bits) | np.arange(len(words))
    packed.sort()
    return packed & ((1 << bits) - 1)
