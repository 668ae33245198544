"""Text on the way in: NFC, one line, no control characters; and the keys by which lines and names are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# \x1c-\x1e are not line ends here, unlike in str.splitlines: exports hold them as stray bytes inside words.
_LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Soft hyphen, zero-width space, word joiner, BOM and the bidi controls. Zero-width joiners stay: emoji need them.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")

TONE_MARKS = frozenset("\u0300\u0301\u0303\u0309\u0323")


def clean(text: str) -> str:
    """Return `text` as one line: NFC, without control and invisible characters, white space squeezed and stripped.

    Lone surrogates, which JSON escapes can bring in, become U+FFFD.
    """
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text))
    spaced = " ".join(_CONTROL.sub("", text).split())
    return spaced if spaced.isascii() else unicodedata.normalize("NFC", spaced)


def lines_of(text: str) -> list[str]:
    """Split `text` at its line ends (\\n, \\r\\n, \\r, vertical tab, form feed, NEL, U+2028, U+2029)."""
    return _LINE_END.split(text)


def strip_marks(text: str) -> str:
    """Return `text` casefolded without any diacritic; đ becomes d."""
    return _MARK.sub("", unicodedata.normalize("NFD", text.casefold())).translate(_BARE_D)


_MARK = re.compile("[\u0300-\u036f]+")
_BARE_D = str.maketrans("đð", "dd")


@lru_cache(maxsize=4096)
def field_key(name: str) -> str:
    """The key by which field names are compared: "Tiêu đề", "tieu_de" and "TieuDe" are one."""
    return "".join(c for c in strip_marks(name) if c.isalnum())


_AROUND = " .:;,>»›|*-–—•…"
# Anchored at the start of a word, or a long word without a tone mark would be searched from each of its letters.
_TONED = re.compile("(?<!\\S)(\\S*?)([\u0300\u0301\u0303\u0309\u0323])(\\S*)")


def _tone_last(match: re.Match[str]) -> str:
    return match[1] + match[3] + match[2]


def line_key(line: str) -> str:
    """The key by which whole lines are compared: blind to case, to tone placement and to punctuation around the line.

    The tone mark of every syllable moves to its end, so that "Thuỷ" and "Thủy" are one; "Thuỳ" stays another.
    """
    bare = line.casefold().strip(_AROUND)
    return " ".join(_TONED.sub(_tone_last, unicodedata.normalize("NFD", bare)).split())
