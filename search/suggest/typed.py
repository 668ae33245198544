"""Where in a text does what is being typed stand?

Marks that were typed must stand there, others may; the last word need only begin as it was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

from ..analysis.fold import fold
from ..analysis.normalize import nfc, tone_key
from ..analysis.tokens import Token, tokenize
from ..page import Mark
from .spelling import is_marked, split_tone

MOST_TYPED = 200
"""Code points of the longest text that anything is suggested for."""


@lru_cache(maxsize=1 << 13)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the tokens of a short text that is likely to come again."""
    return tuple(tokenize(text))


class Beginning:
    """What was typed of a word: a mark that is there must stay, one that is not may follow, but for the stroke of a đ:
    it would be there before any other.
    """

    def __init__(self, typed: str) -> None:
        self.folded = fold(typed) if typed else ""
        self._marked = is_marked(typed)
        self._letters, self._tone = split_tone(tone_key(typed))

    def of(self, word: str) -> bool:
        """Say whether a word (tone-canonical) may be what was typed so far."""
        return fold(word).startswith(self.folded) and self.begins(word)

    def begins(self, word: str) -> bool:
        """Say whether a word (tone-canonical) may be what was typed so far, where its folded key begins so."""
        if not self._marked:
            return True
        letters, tone = split_tone(word)
        if self._tone not in {"", tone} or self._letters[0] != letters[0] == "đ":
            return False
        return all(wanted in {letter, fold(letter)} for wanted, letter in zip(self._letters, letters, strict=False))


class Typed:
    """A text that is being typed: its ``tokens``, and whether the last of them is ``finished``.

    There are no tokens where there is nothing to look for: no word, or more than :data:`MOST_TYPED` code points.
    """

    def __init__(self, text: str) -> None:
        self.text = nfc(text)
        self.tokens = tokenize(self.text) if len(self.text) <= MOST_TYPED else []
        self.finished = bool(self.tokens) and self.tokens[-1].end < len(self.text)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The folded keys of the tokens."""
        return tuple(token.folded for token in self.tokens)

    @cached_property
    def whole(self) -> tuple[Token, ...]:
        """The tokens that are finished words."""
        return tuple(self.tokens if self.finished else self.tokens[:-1])

    @property
    def span(self) -> tuple[int, int]:
        """Where the first token starts and the last one ends."""
        return self.tokens[0].start, self.tokens[-1].end

    @property
    def letters(self) -> int:
        """How many letters and digits were typed."""
        return sum(token.end - token.start for token in self.tokens)

    @cached_property
    def _last(self) -> Beginning:
        return Beginning(self.text[self.tokens[-1].start : self.tokens[-1].end])

    def mark(self, text: str) -> Mark | None:
        """Return where in ``text`` what was typed stands first; None where it does not."""
        tokens, size = tokens_of(text), len(self.tokens)
        for at in self._candidates(tokens[: len(tokens) - size + 1]):
            stretch = tokens[at : at + size]
            if self._stands(stretch):
                start, end = stretch[0].start, self._end(text, stretch[-1])
                return Mark(start, end, exact=text[start:end].lower() == self.text[slice(*self.span)].lower())
        return None

    def _candidates(self, tokens: Sequence[Token]) -> list[int]:
        """Return which of ``tokens`` may be the first."""
        first = self.folded[0]
        if self.whole:
            return [at for at, token in enumerate(tokens) if token.folded == first]
        return [at for at, token in enumerate(tokens) if token.folded.startswith(first)]

    def _stands(self, stretch: Sequence[Token]) -> bool:
        if any(
            one.folded != token.folded or (token.exact != token.folded and one.exact != token.exact)
            for one, token in zip(stretch, self.whole, strict=False)
        ):
            return False
        last = stretch[-1]
        return self.finished or (last.folded.startswith(self.folded[-1]) and self._last.begins(last.exact))

    def _end(self, text: str, last: Token) -> int:
        """Return where the typed part of the last token ends."""
        if not self.finished:
            typed = self.folded[-1]
            for end in range(last.start + len(typed), last.end):
                if fold(text[last.start : end]).startswith(typed):
                    return end
        return last.end
