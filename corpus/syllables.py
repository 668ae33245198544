"""Whether a word is a possible Vietnamese syllable: by its structure, not by a dictionary.

A syllable is an onset, a rhyme and a tone. The tables list the onsets and, for each nucleus, the codas that may
close it, as in the standard descriptions (Đoàn Thiện Thuật, *Ngữ âm tiếng Việt*, 1977); rhymes that end in c, ch, p
or t bear only the tones sắc and nặng. The place of the tone mark is free, so both "hoà" and "hòa" pass.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from .text import TONE_MARKS

ONSETS = frozenset(
    ["", *"b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q r s t th tr v x".split()],
)
# Before e, ê, i and y the sounds of c, g, ng are written k, gh, ngh; nowhere else.
_FRONT_ONLY = frozenset(("k", "gh", "ngh"))
_BACK_ONLY = frozenset(("c", "g", "ng"))
_FRONT = frozenset("eêiy")

# Nucleus (with its glide) → the codas it takes; "-" is no coda.
NUCLEI: dict[str, str] = {
    "a": "- c ch i m n ng nh o p t u y",
    "ă": "c m n ng p t",
    "â": "c m n ng p t u y",
    "e": "- c m n ng o p t",
    "ê": "- ch m n nh p t u ng c",
    "i": "- ch m n nh p t u a",
    "iê": "c m n ng p t u",
    "o": "- c i m n ng p t",
    "oo": "c n ng",
    "ô": "- c i m n ng p t",
    "ơ": "- i m n p t",
    "u": "- a c i m n ng p t",
    "uô": "c i m n ng p t",
    "ư": "- a c i m n ng t u",
    "ươ": "c i m n ng p t u",
    "y": "- t n nh ch",
    "yê": "m n ng t u",
    "oa": "- c ch i m n ng nh o p t y",
    "oă": "c m n ng t p",
    "oe": "- n o t m ng",
    "ua": "- c ch i m n ng nh o p t y u",
    "uă": "c m n ng t p",
    "uâ": "c n ng t y",
    "ue": "- n o t ng c m",
    "uê": "- ch n nh c",
    "uy": "- ch n nh p t u a",
    "uyê": "n t",
    "uơ": "- t n i",
    "uo": "- c t",
    "ui": "- t",
    "uyu": "-",
}
RHYMES = frozenset(
    nucleus + ("" if coda == "-" else coda) for nucleus, codas in NUCLEI.items() for coda in codas.split()
)
STOPPED = ("c", "ch", "p", "t")
_STOPPED_TONES = frozenset(("\u0301", "\u0323"))


@lru_cache(maxsize=1 << 16)
def is_syllable(word: str) -> bool:
    """Whether `word` (in any case, composed or not) could be one Vietnamese syllable."""
    decomposed = unicodedata.normalize("NFD", word.casefold().replace("ð", "đ"))
    tones = [c for c in decomposed if c in TONE_MARKS]
    base = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in TONE_MARKS))
    if len(tones) > 1:
        return False
    return any(_fits(base[:cut], base[cut:], tones) for cut in range(min(len(base), 4)))


def _fits(onset: str, rhyme: str, tones: list[str]) -> bool:
    if onset == "gi" and rhyme not in RHYMES:
        return False
    if onset not in ONSETS or rhyme not in RHYMES:
        return onset == "g" and rhyme == "i"
    front = rhyme[0] in _FRONT
    if (onset in _FRONT_ONLY and not front) or (onset in _BACK_ONLY and front and (onset, rhyme[0]) != ("g", "i")):
        return False
    if onset == "q" and not rhyme.startswith("u"):
        return False
    return not rhyme.endswith(STOPPED) or (len(tones) == 1 and tones[0] in _STOPPED_TONES)
