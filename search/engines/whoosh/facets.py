"""How are the values of a facet counted and selected, over all documents at once?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...facets import MISSING_KEY, commonest, facet_key
from ..integers import Ints, runs
from .documents import Documents

_FEW = 8
"""One document in so many is few: their values are then looked up one by one."""


@dataclass(frozen=True, slots=True, eq=False)
class FacetColumn:
    """One facet of a snapshot.

    The values of document d are ``codes[starts[d]] … codes[starts[d + 1]]``, whose keys are ``keys``, and d is the
    item of ``holders`` there; ``spelled`` has the commonest spelling of each key. Where no document has more than one
    value, ``single`` has the code of each, or ``len(keys)`` for none.
    """

    keys: list[str]
    codes: Ints
    holders: Ints
    starts: Ints
    spelled: dict[str, str]
    single: Ints | None

    def count(self, documents: Ints) -> dict[str, int]:
        """Return how many of ``documents`` have each value, by key; those without any under that of ``MISSING``."""
        if self.single is not None:
            counts = np.bincount(self.single[documents], minlength=len(self.keys) + 1)
            missing = int(counts[-1])
        else:
            firsts = self.starts[documents]
            sizes = self.starts[documents + 1] - firsts
            missing = len(documents) - int(np.count_nonzero(sizes))
            counts = np.bincount(self.codes[self._items(documents, firsts, sizes)], minlength=len(self.keys))
        found = np.flatnonzero(counts[: len(self.keys)])
        counted = dict(zip(map(self.keys.__getitem__, found.tolist()), counts[found].tolist(), strict=True))
        return counted | ({MISSING_KEY: missing} if missing else {})

    def _items(self, documents: Ints, firsts: Ints, sizes: Ints) -> Ints | NDArray[np.bool_]:
        if len(documents) * _FEW < len(self.starts):
            return runs(firsts, sizes)
        mask = np.zeros(len(self.starts) - 1, bool)
        mask[documents] = True
        return mask[self.holders]

    def having(self, keys: frozenset[str]) -> NDArray[np.bool_]:
        """Return which documents have one of the values with ``keys``; that of ``MISSING`` stands for having none."""
        sizes = np.diff(self.starts)
        chosen = np.asarray([key in keys for key in self.keys], bool)
        having = np.zeros(len(sizes), bool)
        having[self.holders[chosen[self.codes]]] = True
        return having | (sizes == 0) if MISSING_KEY in keys else having


def facet_column(facet: str, parts: Sequence[tuple[int, Documents]], live: NDArray[np.bool_]) -> FacetColumn:
    """Bring the values of a facet together that segments (base, documents) have as they were written."""
    numbers: dict[str, int] = {}
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    codes, docs = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for base, documents in parts:
        values, ranks, holders = documents.facet(facet)
        keys = [facet_key(value) for value in values]
        numbered = np.asarray([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
        numbers_of_docs = holders.astype(np.int64) + base
        kept = live[numbers_of_docs]
        codes.append(numbered[ranks[kept]])
        docs.append(numbers_of_docs[kept])
        for value, key, count in zip(
            values, keys, np.bincount(ranks[kept], minlength=len(values)).tolist(), strict=True
        ):
            if count:
                spellings[key][value] += count
    every, holders = np.concatenate(codes), np.concatenate(docs)
    sizes = np.bincount(holders, minlength=len(live))
    starts = np.concatenate(([0], np.cumsum(sizes)))
    single = None
    if sizes.max(initial=0) <= 1:
        single = np.full(len(live), len(numbers), np.int64)
        single[holders] = every
    spelled = {key: commonest(counts) for key, counts in spellings.items()}
    return FacetColumn(list(numbers), every, holders, starts, spelled, single)
