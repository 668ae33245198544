"""Which tokens of a stored document are wanted, for marking them?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...analysis.tokens import Form
from ..base import Wanted
from .arrays import Array
from .forward import Forward

_REMEMBERED = 64
"""Sets of wanted words whose codes are remembered: the hits of one page share one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Codes:
    """Which codes are wanted, and what each of those is."""

    wanted: NDArray[np.bool_]
    forms: dict[int, Form]


class WordFinder:
    """Finds words in the documents of one segment."""

    def __init__(self, forward: Forward) -> None:
        self._forward = forward
        self._codes = lru_cache(_REMEMBERED)(self._look_up)

    def find(self, tokens: Array, wanted: Wanted) -> list[tuple[int, Form]]:
        """Return (position, form) of the wanted words of a document whose codes are ``tokens``, in order."""
        codes = self._codes(wanted)
        at = np.flatnonzero(codes.wanted[tokens])
        return [(position, codes.forms[code]) for position, code in zip(at.tolist(), tokens[at].tolist(), strict=True)]

    def _look_up(self, wanted: Wanted) -> _Codes:
        forward, lexicon = self._forward, self._forward.folded_terms
        # One more than there are ranks, for code 0, which is no word.
        ranked = np.zeros(len(lexicon) + 1, np.bool_)
        ranked[[rank for word in wanted.words if (rank := lexicon.find(word.encode("utf-8", "replace"))) >= 0]] = True
        numbers = ranked.copy()
        for prefix in wanted.prefixes:
            ranks = lexicon.prefixed(prefix.encode("utf-8", "replace"))
            ranked[ranks.start : ranks.stop] = True
        table = ranked[np.minimum(forward.folded, len(lexicon))]
        if wanted.numerals:
            # Numeral n stands as n + 1, and -1 is the rank that no word has.
            table |= numbers[forward.numeral.astype(np.int64) - 1]
        return _Codes(table, {code: self._form(code) for code in np.flatnonzero(table).tolist()})

    def _form(self, code: int) -> Form:
        forward = self._forward
        numeral = int(forward.numeral[code])
        return Form(
            forward.folded_terms[int(forward.folded[code])].decode(),
            forward.exact_terms[int(forward.exact[code])].decode(),
            forward.folded_terms[numeral - 1].decode() if numeral else "",
        )
