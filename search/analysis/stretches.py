"""Where are the structured stretches of many texts?

What :func:`.structured.find` finds in each of them; but the numbers at which one may begin are looked for in all texts
at once, as arrays of code points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .segment import batches
from .structured import Structured, number_starts, stretches_at

_ARABIC_DIGITS: Final = 0x660  # the first digits beyond ASCII
_LATIN_AND_SIGNS: Final = (0x1E00, 0x2C00)  # Vietnamese letters, punctuation and symbols: no digit among them
_BETWEEN: Final = "\0"  # no part of any stretch


def find_many(texts: Sequence[str]) -> Iterator[tuple[int, Structured]]:
    """Yield (number of the text, stretch) for the stretches of ``texts`` (NFC), in order."""
    before = 0
    for batch in batches(texts):
        starts = _number_starts(batch)
        for number in sorted(starts):
            for stretch in stretches_at(batch[number], starts[number]):
                yield before + number, stretch
        before += len(batch)


def _number_starts(texts: Sequence[str]) -> dict[int, list[int]]:
    """Return what :func:`.structured.number_starts` returns of each of ``texts`` that has any."""
    joined = _BETWEEN + _BETWEEN.join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    begins = np.cumsum([1, *(len(text) + 1 for text in texts[:-1])])
    first, after = _LATIN_AND_SIGNS
    odd = np.flatnonzero((codes >= _ARABIC_DIGITS) & ((codes < first) | (codes >= after)))
    digits = np.flatnonzero((codes - np.uint32(ord("0"))) < 10)
    joins = _joins_numbers()
    digits = digits[~joins[np.minimum(codes[digits - 1], len(joins) - 1)]]
    number = begins.searchsorted(digits, "right") - 1
    starts: dict[int, list[int]] = defaultdict(list)
    for text, start in zip(number.tolist(), (digits - begins[number]).tolist(), strict=True):
        starts[text].append(start)
    for text in set((begins.searchsorted(odd, "right") - 1).tolist()):
        starts[text] = number_starts(texts[text])
    return starts


@cache
def _joins_numbers() -> NDArray[Any]:
    """Return of each code point below the end of what is common whether a digit after it begins no stretch."""
    return np.asarray([(char := chr(code)).isalnum() or char in "_.,/-" for code in range(_LATIN_AND_SIGNS[1])])
