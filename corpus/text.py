"""Text on the way in: NFC, one line, no control characters; and the keys by which lines and names are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# \x1c-\x1e are not line ends here, unlike in str.splitlines: exports hold them as stray bytes inside words.
# Put so that the search skips from line end to line end: "\r\n" is one.
_LINE_END = re.compile("[\n\r\v\f\x85\u2028\u2029](?:(?<=\r)\n)?")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Soft hyphen, zero-width space, word joiner, BOM and the bidi controls. Zero-width joiners stay: emoji need them.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")

TONE_MARKS = frozenset("\u0300\u0301\u0303\u0309\u0323")


def clean(text: str) -> str:
    """Return `text` as one line: NFC, without control and invisible characters, white space squeezed and stripped.

    Lone surrogates, which JSON escapes can bring in, become U+FFFD.
    """
    # Nearly all texts are printable: then they hold none of these characters, and no white space but spaces.
    printable = text.isprintable()
    if not printable:
        text = _CONTROL.sub("", _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text)))
    spaced = text.strip()
    if not printable or "  " in spaced:
        spaced = " ".join(spaced.split())
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
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


@lru_cache(maxsize=1 << 15)
def _tone_last(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    tone = _TONE.search(letters)
    return letters[: tone.start()] + letters[tone.end() :] + tone[0] if tone else letters


def line_key(line: str) -> str:
    """The key by which whole lines are compared: blind to case, to tone placement and to punctuation around the line.

    The tone mark of every syllable moves to its end, so that "Thuỷ" and "Thủy" are one; "Thuỳ" stays another.
    """
    return " ".join(map(_tone_last, line.casefold().strip(_AROUND).split()))
