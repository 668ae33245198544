"""How are two spellings of the same word brought together without losing an accent?

The lossless half of normalisation: after it, two keys are equal exactly when a Vietnamese reader would call the
words the same. The lossy half (all marks off) is :mod:`.fold`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TONES = "\u0300\u0301\u0303\u0309\u0323"
"""The five tone marks: huyền, sắc, ngã, hỏi, nặng."""

LOOKALIKES = str.maketrans({"Ð": "Đ", "Ɖ": "Đ", "ð": "đ", "ɖ": "đ"})
"""Letters that look like Đ and are typed for it (Icelandic eth, African D)."""

INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Characters inside words that nobody sees: soft hyphen, zero-width spaces and joiners, byte order mark."""

APOSTROPHES = "'’‘ʼ`´"

_DROPPED = str.maketrans(dict.fromkeys(INVISIBLE + APOSTROPHES + " "))
_TONE_MARK = re.compile(f"[{TONES}]")
_ODD = re.compile(f"[{INVISIBLE}{APOSTROPHES} {''.join(map(chr, LOOKALIKES))}]")  # what hardly any token holds

_OLD_STYLE = {
    old + last: last_less + toned
    for olds, last_less, last, toneds in (
        ("òóỏõọ", "o", "a", "àáảãạ"),
        ("òóỏõọ", "o", "e", "èéẻẽẹ"),
        ("ùúủũụ", "u", "y", "ỳýỷỹỵ"),
    )
    for old, toned in zip(olds, toneds, strict=True)
}
_OLD_STYLE |= {old.title(): new.title() for old, new in _OLD_STYLE.items()} | {
    old.upper(): new.upper() for old, new in _OLD_STYLE.items()
}
_OLD_STYLE_END = re.compile(f"(?:{'|'.join(_OLD_STYLE)})(?![^\\W\\d_])")


def nfc(text: str) -> str:
    """Return ``text`` in Unicode normalisation form C, the form of every stored text."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def bare(token: str) -> str:
    """Return ``token`` in lower case, without apostrophes, inner spaces and invisible characters, with a real đ."""
    return token.translate(_DROPPED).lower().translate(LOOKALIKES) if _ODD.search(token) else token.lower()


@lru_cache(maxsize=1 << 15)
def tone_key(token: str) -> str:
    """Return the tone-canonical key of one token: ``hoà`` and ``hòa`` give the same key, ``hoá`` and ``hoa`` others.

    The tone mark is taken out of the decomposed token and appended at its end, while ă â ê ô ơ ư đ stay. Over the
    7,168 syllables of pyvi's lexicon this joins old and new tone placement without a collision, and needs no
    exception for qu- and gi-.
    """
    word = bare(token)
    if word.isascii():
        return word
    letters = unicodedata.normalize("NFD", word)
    tones = _TONE_MARK.findall(letters)
    if not tones:
        return unicodedata.normalize("NFC", letters)
    return unicodedata.normalize("NFC", _TONE_MARK.sub("", letters)) + "".join(sorted(tones))


def new_style(text: str) -> str:
    """Return ``text`` with old-style tone marks moved to where the new style puts them: ``Ủy`` gives ``Uỷ``, ``hòa``
    gives ``hoà``.

    The length stays the same. pyvi's lexicon knows only the new style.
    """
    return _OLD_STYLE_END.sub(lambda match: _OLD_STYLE[match[0]], text)
