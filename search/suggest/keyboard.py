"""What was meant by letters and digits that an input method should have turned into marks?

Telex and VNI as Unikey reads them: a key may stand right after its letter or anywhere later in the syllable
(``dduwowngf``, ``duongdwf``), and typed once more it takes its mark back (``xooong`` is ``xoong``).

====== ========================== =========================================
mark   Telex                      VNI
====== ========================== =========================================
tone   s f r x j (z takes it off) 1 2 3 4 5 (0 takes it off)
â ê ô  aa ee oo                   6
ơ ư    w (a w alone is ư)         7
ă      w                          8
đ      dd                         9
====== ========================== =========================================
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from ..analysis.fold import fold
from ..analysis.syllable import is_syllable
from .spelling import recase, spell

GRAVE, ACUTE, TILDE, HOOK, DOT = "\u0300\u0301\u0303\u0309\u0323"

TELEX_TONES = {"s": ACUTE, "f": GRAVE, "r": HOOK, "x": TILDE, "j": DOT}
VNI_TONES = {"1": ACUTE, "2": GRAVE, "3": HOOK, "4": TILDE, "5": DOT}

_CIRCUMFLEX = {"a": "â", "e": "ê", "o": "ô"}
_HORN = {"o": "ơ", "u": "ư"}
_BREVE = {"a": "ă"}
_PLAIN = {shaped: plain for table in (_CIRCUMFLEX, _HORN, _BREVE) for plain, shaped in table.items()}
_VOWELS = frozenset("aeiouyâêôơưă")

NEIGHBOURS = {
    key: frozenset(keys)
    for key, keys in {
        "q": "wa", "w": "qeas", "e": "wrsd", "r": "etdf", "t": "ryfg", "y": "tugh", "u": "yihj", "i": "uojk",
        "o": "ipkl", "p": "ol", "a": "qwsz", "s": "awedxz", "d": "serfcx", "f": "drtgvc", "g": "ftyhbv",
        "h": "gyujnb", "j": "huikmn", "k": "jiolm", "l": "kop", "z": "asx", "x": "zsdc", "c": "xdfv", "v": "cfgb",
        "b": "vghn", "n": "bhjm", "m": "njk",
    }.items()
}  # fmt: skip
"""The keys around each key of a QWERTY keyboard."""


class _Word:
    """The letters of a syllable with their shapes, and its tone."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.tone = ""

    def set_tone(self, tone: str) -> bool:
        """Put a tone on; False where there is no vowel or the very tone is there (which is then taken off)."""
        if not _VOWELS.intersection(self.letters):
            return False
        repeated, self.tone = self.tone == tone, "" if self.tone == tone else tone
        return not repeated

    def shape(self, table: dict[str, str], letters: str) -> bool:
        """Give the last of ``letters`` its shape; False where there is none, or it has it (it is then taken off)."""
        at = max((at for at, letter in enumerate(self.letters) if letter in letters), default=-1)
        shaped = max((at for at, letter in enumerate(self.letters) if letter in table.values()), default=-1)
        if at < 0:
            if shaped >= 0 and _PLAIN[self.letters[shaped]] in letters:
                self.letters[shaped] = _PLAIN[self.letters[shaped]]
            return False
        self.letters[at] = table[self.letters[at]]
        return True

    def horn(self, table: dict[str, str]) -> bool:
        """Give ơ, ư (and, where the table has it, ă) their shape: the first letter of ua and uu, the o of uo, else
        the last one.
        """
        pairs = [match.start() for match in re.finditer(r"(?<!q)u(?=[ua])|(?<=[uư])o", "".join(self.letters))]
        if not pairs:
            return self.shape(table, "".join(table))
        self.letters[pairs[-1]] = _HORN[self.letters[pairs[-1]]]
        return True

    def stroke(self) -> bool:
        """Turn the d at the start into đ; False where there is none, or it is one (the stroke is then taken off)."""
        if self.letters[:1] == ["đ"]:
            self.letters[0] = "d"
            return False
        if self.letters[:1] != ["d"]:
            return False
        self.letters[0] = "đ"
        return True

    def spelled(self) -> str | None:
        """Return the syllable, or None where it has not the form of one."""
        # One key is enough for both letters of ươ. At the end of a syllable, uơ is right: thuở.
        stem = re.sub(r"(?<!q)(?:uơ(?=.)|ưo)", "ươ", "".join(self.letters))
        return spell(stem + self.tone) if is_syllable(fold(stem)) else None


@lru_cache(maxsize=1 << 12)
def telex(word: str) -> str:
    """Return what ``word`` is when its letters are read as Telex: ``huyeejn`` gives ``huyện``.

    The case of the first letter, or of all, is kept. A word that Telex makes no Vietnamese syllable of is returned
    unchanged.
    """
    return _decode(word, _telex_key) if word.isascii() and word.isalpha() else word


@lru_cache(maxsize=1 << 12)
def vni(word: str) -> str:
    """Return what ``word`` is when its digits are read as VNI: ``d9ang`` gives ``đang``.

    A word that holds a digit with nothing to go on, or makes no Vietnamese syllable, is returned unchanged.
    """
    return _decode(word, _vni_key) if word.isascii() and word.isalnum() and word[0].isalpha() else word


def _decode(word: str, press: Callable[[_Word, str], bool]) -> str:
    state = _Word()
    for key in word.lower():
        if not press(state, key):
            return word
    spelled = state.spelled()
    return word if spelled is None or spelled == word.lower() else recase(word, spelled)


def _telex_key(word: _Word, key: str) -> bool:
    taken = False
    if key in TELEX_TONES:
        taken = word.set_tone(TELEX_TONES[key])
    elif key == "z":
        taken, word.tone = bool(word.tone), ""
    elif key == "d":
        taken = word.stroke()
    elif key in _CIRCUMFLEX and word.letters[-2:] != ["o", "e"]:  # khoeo
        taken = word.shape({key: _CIRCUMFLEX[key]}, key)
    elif key == "w":
        taken = word.horn(_HORN | _BREVE)
        if not taken and not _VOWELS.intersection(word.letters):
            key = "ư"
    if not taken:
        word.letters.append(key)
    return True


def _vni_key(word: _Word, key: str) -> bool:
    if key in VNI_TONES:
        return word.set_tone(VNI_TONES[key])
    match key:
        case "0":
            taken, word.tone = bool(word.tone), ""
            return taken
        case "6":
            return word.shape(_CIRCUMFLEX, "".join(_CIRCUMFLEX))
        case "7":
            return word.horn(_HORN)
        case "8":
            return word.shape(_BREVE, "a")
        case "9":
            return word.stroke()
    word.letters.append(key)
    return True
