"""What do plain words in a row stand for?

A run of words is analysed as the text of an article is, then cut into units: a date or document number is one unit,
so are letters and digits that were typed as one (``QL1A``), every other token is one of its own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from ..analysis.structured import find
from ..analysis.syllable import is_syllable
from ..analysis.tokens import Token, tokenize
from ..analysis.views import JOINER

LONGEST_GRAM = 4
"""Syllables of the longest compound that is looked for in a query."""

LONGEST_DOCUMENT_NUMBER = 5
FULLY_ACCENTED = 0.5
"""A text with all its accents has marks on at least this share of its words; .75 is usual, short queries have less.
.6 costs .02 where words differ by nothing but accents.
"""

LEAST_SHARE = 0.05
"""Readings that are less likely than this are not looked up."""

GLUED_LENGTHS = range(4, 21)
"""Lengths of words that may be several syllables written as one."""

Frequency = Callable[[str, str], int]


class Other(NamedTuple):
    """Tokens in a row that may stand for those that were typed; with ``marked``, only with the accents of ``exact``."""

    folded: tuple[str, ...]
    exact: tuple[str, ...]
    marked: bool = False

    def terms(self, view: str) -> Iterator[str]:
        """Yield the terms of the view: single words where it is one word, else pairs and compounds."""
        if len(self.folded) == 1 and view in ("S", "E"):
            yield from self.exact if view == "E" else self.folded
        elif view in ("B", "C", "EB"):
            yield from grams(self.exact if view == "EB" else self.folded, view)


class Unit(NamedTuple):
    """Tokens ``span`` of a run that are looked for together.

    ``keys`` are structured keys that mean the same, ``also`` other single terms (the number of a Roman numeral, this
    word glued to its neighbour), ``split`` the syllables that a glued word falls into, ``others`` what an equivalent
    form would have in their place (see :mod:`.expand`).
    """

    span: range
    keys: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    split: tuple[tuple[str, ...], ...] = ()
    others: tuple[Other, ...] = ()


@dataclass(frozen=True)
class Run:
    """An analysed run of words; ``as_typed`` says of each token how likely it is meant as it stands, where that was
    asked.
    """

    tokens: tuple[Token, ...]
    units: tuple[Unit, ...]
    keys: tuple[str, ...]
    as_typed: tuple[float, ...] = ()

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The folded keys of the tokens."""
        return tuple(token.folded for token in self.tokens)

    @cached_property
    def exact(self) -> tuple[str, ...]:
        """The tone-canonical keys of the tokens."""
        return tuple(token.exact for token in self.tokens)

    @property
    def accented(self) -> bool:
        """Whether at least half of the words that are letters carry marks."""
        marked, words = self._marked
        return marked > 0 and 2 * marked >= words

    @property
    def partly_accented(self) -> bool:
        """Whether some words carry marks, but fewer than in a text with all its accents."""
        marked, words = self._marked
        return 0 < marked < FULLY_ACCENTED * words

    @cached_property
    def _marked(self) -> tuple[int, int]:
        words = [token for token in self.tokens if not token.folded[0].isdigit()]
        return sum(token.folded != token.exact for token in words), len(words)

    def terms(self, view: str) -> Iterator[str]:
        """Yield the terms of a folded view, as often as they stand in the run."""
        folded = self.folded
        if view == "S":
            yield from folded
        elif view == "D":
            yield from self.keys
        elif view in ("B", "C"):
            yield from grams(folded, view)

    def shared_terms(self, view: str) -> Iterator[tuple[str, float]]:
        """Yield the terms of a folded view, each with the whole of its weight."""
        return ((term, 1.0) for term in self.terms(view))

    @property
    def meant(self) -> tuple[float, ...]:
        """How likely each token is meant with exactly the accents that it has.

        A word with marks is meant as it stands. So is a bare one among words that carry all theirs; among words of
        which some lack their marks it is as likely as ``as_typed`` says. Where no word has marks, none is.
        """
        if not self._marked[0]:
            return (0.0,) * len(self.tokens)
        known = self.as_typed or (float(not self.partly_accented),) * len(self.tokens)
        return tuple(
            1.0 if token.exact != token.folded else share for token, share in zip(self.tokens, known, strict=True)
        )

    def accented_terms(self, view: str) -> Iterator[tuple[str, float]]:
        """Yield the terms of an exact view and how likely they are meant so."""
        terms = [(token.exact, share) for token, share in zip(self.tokens, self.meant, strict=True)]
        if view == "EB":
            terms = [(first + JOINER + second, one * other) for (first, one), (second, other) in pairwise(terms)]
        return ((term, share) for term, share in terms if share >= LEAST_SHARE)


def grams(tokens: tuple[str, ...], view: str) -> Iterator[str]:
    """Yield the neighbouring tokens that a view of pairs or compounds is looked up by."""
    for size in range(2, LONGEST_GRAM + 1 if view == "C" else 3):
        for at in range(len(tokens) - size + 1):
            yield JOINER.join(tokens[at : at + size])


def read_run(text: str, frequency: Frequency | None) -> Run:
    """Analyse ``text``; without ``frequency`` no glued or split forms are looked for."""
    tokens = tuple(tokenize(text))
    starts = [token.start for token in tokens]
    units: list[Unit] = []
    keys: list[str] = []
    at = 0
    for stretch in find(text):
        first, after = bisect_left(starts, stretch.start), bisect_left(starts, stretch.end)
        keys.append(stretch.key)
        if stretch.key[0] != "u" and after > first >= at:
            units += _plain_units(tokens, range(at, first), frequency)
            units.append(Unit(range(first, after), keys=(stretch.key,)))
            at = after
    units += _plain_units(tokens, range(at, len(tokens)), frequency)
    keys += [key for key in _document_numbers(tokens) if key not in keys]
    return Run(tokens, tuple(units), tuple(keys))


def _plain_units(tokens: tuple[Token, ...], span: range, frequency: Frequency | None) -> Iterator[Unit]:
    at = span.start
    while at < span.stop:
        end = at + 1
        while end < span.stop and _typed_as_one(tokens[end - 1], tokens[end]):
            end += 1
        yield Unit(range(at, end)) if end - at > 1 else _word(tokens, at, span, frequency)
        at = end


def _typed_as_one(before: Token, after: Token) -> bool:
    return before.end == after.start and before.folded[0].isdigit() != after.folded[0].isdigit()


def _word(tokens: tuple[Token, ...], at: int, span: range, frequency: Frequency | None) -> Unit:
    token = tokens[at]
    also = [token.also] if token.also else []
    if frequency is None:
        return Unit(range(at, at + 1), also=tuple(also))
    for first in (at - 1, at):
        if first >= span.start and first + 1 < span.stop:
            glued = _glued(tokens[first], tokens[first + 1])
            if glued and frequency("text", glued):
                also.append(glued)
    split = _split(token.folded, frequency)
    return Unit(range(at, at + 1), also=tuple(also), split=(split,) if split else ())


def _split(word: str, frequency: Frequency) -> tuple[str, ...]:
    """Return the two or three syllables that ``word`` is most often written as, or nothing."""
    best = 0
    found: tuple[str, ...] = ()
    for parts in _splits(word):
        count = min(frequency("pair", JOINER.join(pair)) for pair in pairwise(parts))
        if count > best:
            best, found = count, parts
    return found


def _splits(word: str) -> Iterator[tuple[str, ...]]:
    """Yield the ways in which ``word`` may be two or three syllables written as one."""
    if len(word) not in GLUED_LENGTHS or not (word.isascii() and word.isalpha()) or is_syllable(word):
        return
    for cut in range(1, len(word)):
        left, right = word[:cut], word[cut:]
        yield left, right
        for second in range(cut + 1, len(word)) if is_syllable(left) else ():
            middle, last = word[cut:second], word[second:]
            if is_syllable(middle) and is_syllable(last):
                yield left, middle, last


def asked_about(text: str, tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Yield the terms, each with its field, whose frequencies may be asked for where ``text``, which has these
    ``tokens``, is read, weighed and marked.
    """
    for token in tokens:
        yield "text", token.folded
        yield "exact", token.exact
        yield from (("pair", JOINER.join(pair)) for parts in _splits(token.folded) for pair in pairwise(parts))
    for before, after in pairwise(tokens):
        yield "pair", before.folded + JOINER + after.folded
        yield "exact_pair", before.exact + JOINER + after.exact
        if glued := _glued(before, after):
            yield "text", glued
    yield from (("key", stretch.key) for stretch in find(text))
    yield from (("key", key) for key in _document_numbers(tuple(tokens)))


def _glued(before: Token, after: Token) -> str:
    """Return two words written as one, where they may stand so; else nothing."""
    glued = before.folded + after.folded
    return glued if glued.isalpha() and len(glued) in GLUED_LENGTHS and not is_syllable(glued) else ""


def _document_numbers(tokens: tuple[Token, ...]) -> Iterator[str]:
    """Yield the keys of document numbers that may have been typed with spaces only: ``03 ĐA TU``."""
    folded = [token.folded for token in tokens]
    for at, word in enumerate(folded):
        if word.isdigit():
            for size in range(2, LONGEST_DOCUMENT_NUMBER + 1):
                gram = folded[at : at + size]
                if len(gram) == size and not gram[-1][0].isdigit():
                    yield "n" + "-".join(gram)
