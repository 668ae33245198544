"""What is left of a word when every mark is off?

The lossy half of normalisation, one token at a time: a fold over a whole text would shift offsets
(``unidecode("…")`` is ``...``).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .normalize import bare

_KEPT = re.compile(r"[^a-z0-9]+")
_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")  # the combining marks of Latin letters


@lru_cache(maxsize=1 << 15)
def fold(token: str) -> str:
    """Return the folded key of one token: lower case, no marks, đ as d; ``Huyện`` gives ``huyen``.

    Compatibility forms are resolved (``m²`` gives ``m2``). What is not Latin after that goes through Unidecode (``ß``,
    Cyrillic). The result never holds a space and is empty only for an empty token: a token that nothing is known of (an
    emoji, a rare script) is its own key.
    """
    word = bare(token)
    if not word.isascii():
        letters = unicodedata.normalize("NFKD", word)
        word = _MARKS.sub("", letters).replace("đ", "d").lower()
        if not word.isascii():
            word = "".join(char for char in letters if not unicodedata.combining(char)).replace("đ", "d").lower()
            word = word if word.isascii() else _transliterate(word)
    return _KEPT.sub("", word) or unicodedata.normalize("NFC", bare(token)) or token


def fold_key(exact: str) -> str:
    """Return the folded key of the token whose tone-canonical key is ``exact``."""
    return exact if exact.isascii() else fold(exact)


def _transliterate(word: str) -> str:
    # Imported here: its tables cost start-up time, and Vietnamese text rarely needs them.
    from unidecode import unidecode

    return unidecode(word).lower()
