"""Where are the words of a text?

A token is a syllable, a number, or a run of other letters, with its offsets in code points of the NFC text. Letters
and digits are always apart (``100ha`` and ``100 ha`` give the same tokens), and so are the parts of ``TP.HCM`` or
``Covid-19``; a name with an apostrophe is one (``H'Mông``, ``H ' Mông``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from .fold import fold
from .normalize import APOSTROPHES, INVISIBLE, tone_key
from .numbers import NUMBER, ROMAN, number_key, roman_value

_MARKS = r"\u0300-\u036f"
_LETTER = rf"[^\W\d_](?:[{_MARKS}{INVISIBLE}]*[^\W\d_])*[{_MARKS}]*"
_APOSTROPHE = f"[{APOSTROPHES}]"
_SPACED_NAME = rf"(?<!\w)[^\W\d_] {_APOSTROPHE} ?[^\W\d_]{{2,}}"  # H ' Mông: no other token holds a space
_UNIT = r"[kcdKCD]?[mM][23²³](?!\w)"
TOKEN = re.compile(
    rf"[^\W\d_]{{2,}}+(?![{_MARKS}{INVISIBLE}{APOSTROPHES}23²³])"  # a plain word: nearly all of a text, so first
    rf"|(?<![^\W\d_]){_UNIT}"  # of area or volume
    rf"|{_SPACED_NAME}"
    rf"|{_LETTER}(?:{_APOSTROPHE}{_LETTER})*"
    rf"|{NUMBER}"
    rf"|[^\W_]"
)

_SPACED = re.compile(_SPACED_NAME)
_MAYBE_SPACED = re.compile(f" {_APOSTROPHE}")  # found in a fraction of the time, nearly always in vain

NUMERAL_CONTEXT = frozenset("khoa ky ki hoi lan thu chuong phan muc quy hang cap".split())
"""Folded words after which I, V, X, L, C are a number: khóa XII, Đại hội XIII, kỳ họp thứ IV, quý II."""


def pieces_of(text: str) -> list[str]:
    """Return ``text`` split at its spaces, but not at those inside a token.

    No token, and nothing that a token depends on, reaches beyond its piece.
    """
    if not (_MAYBE_SPACED.search(text) and _SPACED.search(text)):
        return text.split(" ")
    held = {at for token in TOKEN.finditer(text) for at, char in enumerate(token[0], token.start()) if char == " "}
    cuts = [-1, *(at for at, char in enumerate(text) if char == " " and at not in held), len(text)]
    return [text[before + 1 : at] for before, at in pairwise(cuts)]


class Form(NamedTuple):
    """What a token is indexed as: its ``folded`` key, its tone-canonical ``exact`` key, and whether it is a Roman
    numeral by its looks.
    """

    folded: str
    exact: str
    roman: str = ""


@lru_cache(maxsize=1 << 15)
def form(surface: str) -> Form:
    """Return the keys of one token as it stands in a text. Numbers have one key, the same in both forms."""
    if surface[0].isdecimal():
        key = number_key(surface)
        return Form(key, key)
    return Form(fold(surface), tone_key(surface), _roman(surface))


def _roman(surface: str) -> str:
    if len(surface) <= 7 and surface.isascii() and ROMAN.fullmatch(surface.upper()):
        return str(roman_value(surface.upper()))
    return ""


class Token(NamedTuple):
    """One token at code points ``start`` to ``end``; ``also`` is the number that a Roman numeral stands for where
    the word before says so.
    """

    start: int
    end: int
    folded: str
    exact: str
    also: str = ""


def tokenize(text: str) -> list[Token]:
    """Return the tokens of ``text`` (NFC) in order; ``text[token.start:token.end]`` is the token as it stands there."""
    tokens: list[Token] = []
    before = ""
    for match in TOKEN.finditer(text):
        keys = form(match[0])
        also = keys.roman if before in NUMERAL_CONTEXT else ""
        tokens.append(Token(match.start(), match.end(), keys.folded, keys.exact, also))
        before = keys.folded
    return tokens
