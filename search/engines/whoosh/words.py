"""Which tokens of a stored document are wanted, for marking them?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...analysis.tokens import Form
from ..base import Wanted, Words
from ..integers import Ints
from .arrays import Array
from .forward import Forward

_REMEMBERED = 64
"""Sets of wanted words whose codes are remembered: the hits of one page share one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Codes:
    """Which codes are wanted, once as a mask and once listed in ascending order, and what each of these is."""

    wanted: NDArray[np.bool_]
    listed: Ints
    forms: list[Form]


class WordFinder:
    """Finds words in the documents of one segment."""

    def __init__(self, forward: Forward) -> None:
        self._forward = forward
        self._codes = lru_cache(_REMEMBERED)(self._look_up)

    def find(self, tokens: Array, wanted: Wanted) -> Words:
        """Return the wanted words of a document whose codes are ``tokens``."""
        codes = self._codes(wanted)
        at = np.flatnonzero(codes.wanted[tokens])
        return Words(at, codes.listed.searchsorted(tokens[at]), codes.forms)

    def _look_up(self, wanted: Wanted) -> _Codes:
        forward, lexicon = self._forward, self._forward.folded_terms
        ranks = [rank for word in wanted.words if (rank := lexicon.find(word.encode("utf-8", "replace"))) >= 0]
        table = np.zeros(len(forward.folded), np.bool_)
        for rank in ranks:
            table[forward.codes_of(range(rank, rank + 1))] = True
        for prefix in wanted.prefixes:
            table[forward.codes_of(lexicon.prefixed(prefix.encode("utf-8", "replace")))] = True
        if wanted.numerals:
            # Numeral n stands as n + 1.
            table |= np.isin(forward.numeral, np.asarray(ranks, np.int64) + 1)
        codes = np.flatnonzero(table)
        return _Codes(table, codes, self._forms(codes))

    def _forms(self, codes: Ints) -> list[Form]:
        forward = self._forward
        folded = forward.folded_terms.take(forward.folded[codes].tolist())
        exact = forward.exact_terms.take(forward.exact[codes].tolist())
        numerals = forward.numeral[codes].tolist()
        return [
            Form(word.decode(), accented.decode(), forward.folded_terms[numeral - 1].decode() if numeral else "")
            for word, accented, numeral in zip(folded, exact, numerals, strict=True)
        ]
