"""Which words may have been meant by a mistyped one?

One edit away in the sense of Damerau (a letter wrong, missing, too many, or two exchanged), or one of the spellings
that Vietnamese speakers confuse because they sound alike somewhere. Each has the share of all mistypings that make it
out of what was meant: slips to a neighbouring key, doubled letters and exchanges are common, others are not (Kernighan,
Church and Gale, "A spelling correction program based on a noisy channel model", COLING 1990; the shares here are
rounded guesses of that order, and only their proportions matter).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from string import ascii_lowercase

from .keyboard import NEIGHBOURS

LIKELY_SLIP = 0.2
SLIP = 0.02
TWO_SLIPS = 0.0004

LONG_ENOUGH_FOR_TWO = 5
"""Letters of the shortest word in which two slips are looked for."""

SOUND_ALIKE = (
    ("^(?:s(?=[aeiouy]))", "x"), ("^x", "s"),
    ("^ch", "tr"), ("^tr", "ch"),
    ("^d", "gi"), ("^gi(?=[aeouy])", "d"), ("^d", "r"), ("^r", "d"), ("^r", "gi"), ("^gi(?=[aeouy])", "r"),
    ("^l", "n"), ("^n(?=[aeiouy])", "l"), ("^v", "d"),
    ("^ngh", "ng"), ("^ng(?=[eiy])", "ngh"), ("^gh", "g"), ("^g(?=[ei])", "gh"), ("^c(?=[eiy])", "k"), ("^k", "c"),
    ("n$", "ng"), ("ng$", "n"), ("n$", "nh"), ("nh$", "n"), ("t$", "c"), ("c$", "t"),
    ("y$", "i"), ("i$", "y"), ("ieu$", "iu"), ("iu$", "ieu"), ("uou$", "uu"), ("uu$", "uou"),
)  # fmt: skip
"""Parts of a folded syllable, and what may have been meant instead."""

_SOUND_ALIKE = tuple((re.compile(pattern), meant) for pattern, meant in SOUND_ALIKE)


def one_edit_away(word: str, held: Callable[[Collection[str]], Container[str]]) -> dict[str, float]:
    """Return the words that ``word`` (folded) may stand for, with the share of each kind of mistyping; ``held`` says
    which of some words are known.
    """
    found: dict[str, float] = {}
    for meant, share in _edits(word):
        found[meant] = max(share, found.get(meant, 0.0))
    found.pop(word, None)
    known = held(found)
    return {meant: share for meant, share in found.items() if meant in known}


def two_edits_away(word: str, known: Iterable[str]) -> dict[str, float]:
    """Return the words of ``known`` that lie two edits from ``word``; nothing for a short word."""
    if len(word) < LONG_ENOUGH_FOR_TWO:
        return {}
    near = (other for other in known if abs(len(other) - len(word)) <= 2 and len(set(word) ^ set(other)) <= 4)
    return {other: TWO_SLIPS for other in near if _distance_is_two(word, other)}


def _edits(word: str) -> Iterator[tuple[str, float]]:
    for pattern, meant in _SOUND_ALIKE:
        yield pattern.sub(meant, word, count=1), LIKELY_SLIP
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:], LIKELY_SLIP
        if tail:
            yield head + tail[1:], _share_of_extra(word, at)
        for letter in ascii_lowercase:
            if tail:
                yield head + letter + tail[1:], LIKELY_SLIP if letter in NEIGHBOURS.get(tail[0], ()) else SLIP
            # A letter that was typed once instead of twice, or not at all.
            yield head + letter + tail, LIKELY_SLIP / 2


def _share_of_extra(word: str, at: int) -> float:
    """Return how common it is to type the letter ``at`` besides those around it."""
    letter, around = word[at], word[max(0, at - 1) : at] + word[at + 1 : at + 2]
    slipped = letter in around or any(letter in NEIGHBOURS.get(other, ()) for other in around)
    return LIKELY_SLIP if slipped else SLIP


def _distance_is_two(one: str, other: str) -> bool:
    """Say whether two edits (exchanges among them) make ``other`` of ``one``."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        older, before, row = before, row, [at]
        for to, wanted in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 < to and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, older[to - 2] + 1)
            row.append(cost)
    return row[-1] == 2
