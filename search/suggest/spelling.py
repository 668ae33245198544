"""How is a tone-canonical key written as a person would write it?

The rule is the new style of placing tone marks (Ministry of Education decision 240/QĐ, 1984, and the dictionaries of
the Institute of Linguistics): on the vowel that carries the syllable, hence hoà, khoẻ, thuỷ, but mía, của, toán.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ..analysis.normalize import TONES, nfc

_SHAPED = "ăâêôơư"
_VOWELS = "aeiouy" + _SHAPED
_ONSET = re.compile(rf"qu(?=[{_VOWELS}])|gi(?=[{_VOWELS}])|[^{_VOWELS}]*")
_NUCLEUS = re.compile(f"[{_VOWELS}]+")

LAST_CARRIES = frozenset({"oa", "oe", "uy"})
"""Open rhymes of two letters whose first is a glide: the tone stands on the second."""


@lru_cache(maxsize=1 << 14)
def spell(tone_key: str) -> str:
    """Return the syllable (lower case, NFC) whose tone-canonical key is ``tone_key``, with its tone mark placed by the
    new-style rule.

    What is no syllable is returned with its marks where the key has them, composed where Unicode can.
    """
    stem, tone = split_tone(tone_key)
    at = _carrier(stem) if tone else -1
    if at < 0:
        return nfc(tone_key)
    # A key is composed but for its tone, so that the tone is the last mark and the letter with it one code point.
    return nfc(stem[: at + 1] + tone + stem[at + 1 :])


def split_tone(tone_key: str) -> tuple[str, str]:
    """Return the letters and the tone mark (or an empty string) of a tone-canonical key of one syllable; several
    marks stay with the letters.
    """
    if tone_key[-1:] in TONES and tone_key[-2:-1] not in TONES:
        return tone_key[:-1], tone_key[-1:]
    return tone_key, ""


def _carrier(stem: str) -> int:
    """Return which letter of ``stem`` carries the tone, or -1."""
    shaped = max(map(stem.rfind, _SHAPED))
    if shaped >= 0:
        return shaped
    onset = _ONSET.match(stem)
    nucleus = _NUCLEUS.match(stem, onset.end() if onset else 0)
    if nucleus is None:
        return -1
    vowels, start = nucleus[0], nucleus.start()
    if len(vowels) == 2:
        return start + (nucleus.end() < len(stem) or vowels in LAST_CARRIES)
    return start + (len(vowels) > 1)


def dress(surface: str, spelled: str) -> str | None:
    """Return ``surface`` with the letters of ``spelled`` in its own case, other characters (apostrophes) untouched;
    None where the two have different numbers of letters.
    """
    if len(surface) == len(spelled) and surface.isalpha() and surface.islower():
        return spelled
    letters = [at for at, char in enumerate(surface) if char.isalpha()]
    if len(letters) != len(spelled):
        return None
    dressed = list(surface)
    for at, char in zip(letters, spelled, strict=True):
        dressed[at] = char.upper() if surface[at].isupper() else char
    return "".join(dressed)


def recase(surface: str, word: str) -> str:
    """Return ``word`` in the case of ``surface``: all capitals, a capital first, or as it is."""
    letters = [char for char in surface if char.isalpha()]
    if len(letters) > 1 and all(map(str.isupper, letters)):
        return word.upper()
    return word[:1].upper() + word[1:] if letters and letters[0].isupper() else word


def is_marked(text: str) -> bool:
    """Say whether ``text`` carries a Vietnamese mark or a đ."""
    if text.isascii():
        return False
    letters = unicodedata.normalize("NFD", text)
    return "đ" in letters.lower() or any(unicodedata.combining(char) for char in letters)
