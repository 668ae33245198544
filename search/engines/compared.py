"""What of an article is compared with others, to tell whether they are the same text?"""

from __future__ import annotations

import re
from itertools import pairwise

from ..analysis.numbers import NUMBER, number_key
from ..analysis.sketch import SHORT, TEXT_ZONES
from .base import Stored
from .groups import Text

_DIGITS = re.compile(r"\d[\d.,]*")
_NUMBER = re.compile(NUMBER)


def text_of(id_: str, sketch: bytes, stored: Stored) -> Text:
    """Return what is compared of a document: its ``sketch`` and the numbers in the text that this is of."""
    names, bases = stored.offsets.names, stored.offsets.bases.tolist()
    sizes = (after - base - 1 for base, after in pairwise(bases))
    short = sum(size for (zone, _), size in zip(names, sizes, strict=True) if zone in TEXT_ZONES) < SHORT
    zones = ("title", *TEXT_ZONES) if short else TEXT_ZONES
    texts = (stored.text_of(zone, number) for zone, number in names if zone in zones)
    # Searching a whole text for numbers takes six times as long.
    stretches = (digits for text in texts for digits in _DIGITS.findall(text))
    numbers = frozenset(number_key(number) for digits in stretches for number in _NUMBER.findall(digits))
    return Text(id_, sketch, numbers)
