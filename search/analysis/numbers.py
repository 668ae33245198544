"""Which numbers are the same?

In Vietnamese text a dot groups thousands and a comma starts the decimals: 3.654 is three thousand, 3,654 is three
and a bit. English order is understood where it cannot be anything else (1,000,000.5).
"""

from __future__ import annotations

import re
from functools import lru_cache

NUMBER = (
    r"(?<![\d.,])(?:"
    r"\d{1,3}(?:\.\d{3})+(?:,\d+)?"  # 1.000.000,5
    r"|\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3}(?:,\d{3})+\.\d+"  # 1,000,000 and 1,000.5
    r"|\d+[.,]\d+"
    r")(?![.,]?\d)|\d+"
)
"""A number as it stands in a text; what has more separators than a number can have is read as several numbers."""

_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
_GROUPED_ENGLISH = re.compile(r"[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?:\.\d+)?|(?:,\d{3})+\.\d+)")


@lru_cache(maxsize=1 << 14)
def number_key(text: str) -> str:
    """Return the key of one number: ``3.654`` gives ``3654``, ``87,03`` gives ``87.03``, ``02`` gives ``2``.

    One leading zero before a single digit is dropped; others carry meaning (``007``, telephone numbers) and stay. A
    decimal part keeps its zeros: ``4.0`` is neither 4 nor 40.
    """
    if text.isdigit():
        digits = text if text.isascii() else str(int(text)).zfill(len(text))
        return digits[1] if len(digits) == 2 and digits[0] == "0" else digits
    if _GROUPED.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _GROUPED_ENGLISH.fullmatch(text):
        return text.replace(",", "")
    return text.replace(",", ".")


ROMAN = re.compile(r"(?=[IVXLC])(?:C{0,2})(?:X[LC]|L?X{0,3})(?:I[XV]|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def roman_value(numeral: str) -> int:
    """Return the value of a Roman numeral in capitals that :data:`ROMAN` matches: ``XII`` gives 12."""
    values = [_ROMAN_VALUES[char] for char in numeral]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))
