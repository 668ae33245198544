"""Which forms mean the same, and which of them does a query hold?

Forms are compared by their folded tokens; where a token was typed with accents, they must be those of the form. An
*acronym* is a form written in capitals throughout. One of two letters, or one that reads as Vietnamese syllables
(TU, CA, THA), is taken for an acronym only where it was typed in capitals, and in a query that is in capitals as a
whole (a pasted headline) only where it reads as no syllable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from ..analysis.normalize import nfc
from ..analysis.syllable import is_syllable
from ..analysis.tokens import Token, tokenize

SHORT = 2
"""Letters of an acronym that is too short to be told from a word by itself."""


class Form(NamedTuple):
    """One way of writing something: ``text`` as it stands in the file, with the keys of its tokens.

    ``acronym``: it is in capitals throughout; ``short``: and has two letters at the most; ``syllables``: it is an
    acronym that reads as syllables (in a text, most of what reads so is a word).
    """

    text: str
    folded: tuple[str, ...]
    exact: tuple[str, ...]
    acronym: bool
    short: bool
    syllables: bool


@lru_cache(maxsize=1 << 12)
def form_of(text: str) -> Form:
    """Return ``text``, analysed as the text of an article is."""
    normal = nfc(text)
    tokens = tokenize(normal)
    acronym = normal.isupper()
    return Form(
        normal,
        tuple(token.folded for token in tokens),
        tuple(token.exact for token in tokens),
        acronym,
        short=acronym and sum(map(str.isalnum, normal)) <= SHORT,
        syllables=acronym and all(is_syllable(token.folded) for token in tokens),
    )


class Way(NamedTuple):
    """A form to look for; ``beside``: only beside a word that was typed next to it, since it has other meanings."""

    form: Form
    beside: bool


class Match(NamedTuple):
    """Tokens ``first`` to ``after`` (exclusive) of a query, ``typed`` as they stand there, and how else they are
    written.
    """

    first: int
    after: int
    typed: str
    ways: tuple[Way, ...]
    acronym: bool


class _Entry(NamedTuple):
    form: Form
    ways: tuple[Way, ...]


@dataclass(slots=True)
class _Node:
    """A node of the tree of all forms, by token."""

    following: dict[str, _Node] = field(default_factory=dict)
    entries: list[_Entry] = field(default_factory=list)


class _Typed(NamedTuple):
    """A query that is looked through. ``bare``: a token without accents is meant without; ``demanded``: each token is
    meant as it was typed, whatever the others are; ``shouted``: it is in capitals as a whole.
    """

    tokens: Sequence[Token]
    text: str
    bare: bool
    demanded: bool
    shouted: bool


class Equivalents:
    """Groups of forms that mean the same. Immutable; a form may stand in several groups (its readings)."""

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        made = [tuple(map(form_of, group)) for group in groups]
        readings = Counter(key for group in made for key in {form.folded for form in group})
        self._root = _Node()
        self._size = len(made)
        for group in made:
            ways = tuple(
                Way(form, beside=form.short and readings[form.folded] > 1) for form in group if not form.syllables
            )
            for form in group:
                self._add(_Entry(form, tuple(way for way in ways if way.form.folded != form.folded)))

    def __len__(self) -> int:
        return self._size

    def _add(self, entry: _Entry) -> None:
        node = self._root
        for token in entry.form.folded:
            following = node.following.get(token)
            if following is None:
                following = node.following[token] = _Node()
            node = following
        node.entries.append(entry)

    def find(self, tokens: Sequence[Token], text: str, *, accented: bool, exact: bool = False) -> list[Match]:
        """Return the forms that stand in ``text``, whose tokens are ``tokens``.

        From left to right the longest form wins; inside one that is no acronym, shorter ones are returned too (``Mặt
        trận Tổ quốc`` inside ``Ủy ban Mặt trận Tổ quốc``), since that is what they mean there. ``accented`` says that
        the text is written with accents: then a word without any is that of a form without any, if there is one.
        With ``exact`` it is in any case.
        """
        shouted = text.isupper() and sum(token.folded[0].isalpha() for token in tokens) > 1
        typed = _Typed(tokens, text, accented, exact, shouted)
        return list(self._walk(typed, 0, len(tokens), len(tokens)))

    def _walk(self, typed: _Typed, first: int, stop: int, longest: int) -> Iterator[Match]:
        at = first
        while at < stop:
            match = self._longest(typed, at, min(stop, at + longest))
            if match is None:
                at += 1
                continue
            yield match
            if not match.acronym:
                yield from self._walk(typed, match.first, match.after, match.after - match.first - 1)
            at = match.after

    def _longest(self, typed: _Typed, first: int, stop: int) -> Match | None:
        node: _Node | None = self._root
        found = None
        for after in range(first + 1, stop + 1):
            node = node.following.get(typed.tokens[after - 1].folded) if node is not None else None
            if node is None:
                break
            found = (node.entries and _match(typed, first, after, node.entries)) or found
        return found


def _match(typed: _Typed, first: int, after: int, entries: list[_Entry]) -> Match | None:
    """Return what the tokens mean by those of ``entries`` that they can be."""
    tokens = typed.tokens[first:after]
    surface = typed.text[tokens[0].start : tokens[-1].end]
    usable = [entry for entry in entries if _is_form(tokens, surface, entry.form, typed)]
    as_typed = [entry for entry in usable if entry.form.exact == tuple(token.exact for token in tokens)]
    if typed.demanded or (typed.bare and as_typed):
        usable = as_typed
    ways = tuple({way.form.exact: way for entry in usable for way in entry.ways}.values())
    return Match(first, after, surface, ways, all(entry.form.acronym for entry in usable)) if ways else None


def _is_form(tokens: Sequence[Token], surface: str, form: Form, typed: _Typed) -> bool:
    if (form.short or form.syllables) and (not surface.isupper() or (typed.shouted and form.syllables)):
        return False
    return all(token.exact in (token.folded, exact) for token, exact in zip(tokens, form.exact, strict=True))
