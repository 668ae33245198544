"""In which ways may one and the same query be typed?

Written apart from ``search.analysis`` on purpose: what is checked here is whether that treats them alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

_PAIRS = tuple(
    (old + last, first + new)
    for first, last, olds, news in (
        ("o", "a", "òóỏõọ", "àáảãạ"),
        ("o", "e", "òóỏõọ", "èéẻẽẹ"),
        ("u", "y", "ùúủũụ", "ỳýỷỹỵ"),
    )
    for old, new in zip(olds, news, strict=True)
)
_CASES: tuple[Callable[[str], str], ...] = (str.lower, str.upper, str.title)
_TO_NEW = {case(old): case(new) for old, new in _PAIRS for case in _CASES}
_TO_OLD = {new: old for old, new in _TO_NEW.items()}
# After q the u belongs to the consonant: quý has one form only. The syllable ends with the pair: hoàn has one, too.
_OPEN_END = r"(?<![qQ])(?:{})(?![^\W\d_])"
_OLD = re.compile(_OPEN_END.format("|".join(_TO_NEW)))
_NEW = re.compile(_OPEN_END.format("|".join(_TO_OLD)))


def unaccented(text: str) -> str:
    """Return ``text`` as someone types it who types no accents: ``Đường`` gives ``Duong``."""
    letters = unicodedata.normalize("NFD", text)
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    return plain.replace("đ", "d").replace("Đ", "D")


def decomposed(text: str) -> str:
    """Return ``text`` in NFD, as files and clipboards of macOS hold it."""
    return unicodedata.normalize("NFD", text)


def old_style(text: str) -> str:
    """Return ``text`` (NFC) with its tone marks where the old style puts them: ``uỷ hoà`` gives ``ủy hòa``."""
    return _NEW.sub(lambda match: _TO_OLD[match[0]], text)


def new_style(text: str) -> str:
    """Return ``text`` (NFC) with its tone marks where the new style puts them: ``ủy hòa`` gives ``uỷ hoà``."""
    return _OLD.sub(lambda match: _TO_NEW[match[0]], text)


FORMS: Mapping[str, Callable[[str], str]] = {
    "NFD": decomposed,
    "old-style": old_style,
    "new-style": new_style,
    "upper case": str.upper,
}
"""Forms that mean the same as the query they are made from. Capitals do not always: OR has its meaning only in
capitals, and a two-letter acronym is expanded only then.
"""
