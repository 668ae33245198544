"""Which accents did the person leave out?

Every bare syllable is given the readings that the index knows of it; what was typed with an accent stays. The
probability of a reading follows from the syllables around it (bigrams, forward-backward).
"""

from __future__ import annotations

from operator import itemgetter
from typing import NamedTuple

from ..analysis.normalize import nfc
from ..analysis.tokens import Token, tokenize
from ..engines.base import Reader
from ..memo import Memo, PerReader
from .lattice import Lattice
from .spelling import dress, is_marked, spell
from .statistics import Statistics
from .stretches import NoWords

MAX_TOKENS = 200
"""Tokens of a text that are looked at; what follows stays as typed."""

LIKELY = 0.7
"""What a restoration is offered from: the mean probability of the syllables that it changes. Of what is offered, .954
of syllables are right in titles, .921 in stretches of text, .976 in topics and .897 in names (without it .954, .915,
.943 and .859).
"""

_REMEMBERED = 256
"""Texts whose restoration is remembered: a search needs that of its query more than once."""

_ROUNDS = 3
"""Rounds of estimating how many accents were left out; the estimate moves by less than .01 after them."""


class Syllable(NamedTuple):
    """One token of a text, at code points ``start`` to ``end`` of its NFC form.

    ``readings`` are tone-canonical keys with their probabilities, the likeliest first; there is only one, of
    probability 1, for what stays as typed (accents, numbers, acronyms, words without a known reading).
    """

    start: int
    end: int
    typed: str
    readings: tuple[tuple[str, float], ...]

    @property
    def best(self) -> str:
        """The likeliest reading."""
        return self.readings[0][0]

    @property
    def probability(self) -> float:
        """How likely the likeliest reading is."""
        return self.readings[0][1]

    @property
    def as_typed(self) -> float:
        """How likely it is that exactly what was typed is meant: for a bare syllable, that it is meant bare."""
        return dict(self.readings).get(self.typed, 0.0)


class Restored(NamedTuple):
    """A text with its likely accents: ``text`` as the person would have typed it with them, and its ``syllables``,
    which are the tokens of the typed text one by one (:func:`search.analysis.tokens.tokenize`).
    """

    text: str
    syllables: tuple[Syllable, ...]

    @property
    def confidence(self) -> float:
        """The mean probability of the syllables that were changed; 1 where none was."""
        changed = [syllable.probability for syllable in self.syllables if syllable.best != syllable.typed]
        return sum(changed) / len(changed) if changed else 1.0


_restored: PerReader[Memo[str, Restored]] = PerReader(lambda: Memo(_REMEMBERED))


class Restorer:
    """Restores accents from the statistics of one reader."""

    def __init__(self, reader: Reader) -> None:
        self._statistics = Statistics(reader)
        self._remembered = _restored.of(reader)

    def offer(self, text: str) -> str | None:
        """Return ``text`` with its likely accents, or None where that is what was typed or is not likely enough."""
        restored = self.restore(text)
        return restored.text if restored.text != nfc(text) and restored.confidence >= LIKELY else None

    def restore(self, text: str) -> Restored:
        """Return ``text`` with the likely accents of its bare syllables; its case, punctuation and spacing stay."""
        return self._remembered.get(nfc(text), self._restore)

    def _restore(self, text: str) -> Restored:
        tokens = tokenize(text)
        looked_at = tokens[:MAX_TOKENS]
        kept = _as_typed(text, looked_at)
        choices = [
            (token.exact,) if at in kept else self._statistics.readings(token.folded) or (token.exact,)
            for at, token in enumerate(looked_at)
        ]
        accents = sum(is_marked(text[token.start : token.end]) for token in looked_at)
        shares = self._shares(looked_at, choices, accents)
        syllables = [
            _syllable(token, words, probabilities)
            for token, words, probabilities in zip(looked_at, choices, shares, strict=True)
        ]
        syllables += [_syllable(token, (token.exact,), [1.0]) for token in tokens[MAX_TOKENS:]]
        return Restored(_written(text, syllables), tuple(syllables))

    def write(self, text: str, restored: Restored, last: str) -> str:
        """Return ``text``, which was ``restored``, with another reading (tone-canonical) of its last syllable."""
        *before, syllable = restored.syllables
        read = Syllable(syllable.start, syllable.end, syllable.typed, ((last, 1.0),))
        return _written(nfc(text), [*before, read])

    def _shares(self, tokens: list[Token], choices: list[tuple[str, ...]], accents: int) -> list[list[float]]:
        """Return the probability of every choice.

        Where some accents were typed, a person who leaves out the share d of them types an accented syllable bare with
        probability d. It is estimated from the text itself (expectation maximisation from .5 on, with one syllable of
        each kind beforehand), so that in a text of many accents a bare syllable is likely meant bare.
        """
        lattice = Lattice(choices, self._statistics.exact)
        if not accents:
            return lattice.posteriors(_weights(tokens, choices, 1.0))
        omission = 0.5
        for _ in range(_ROUNDS):
            shares = lattice.posteriors(_weights(tokens, choices, omission))
            omitted = sum(
                share
                for token, words, column in zip(tokens, choices, shares, strict=True)
                for word, share in zip(words, column, strict=True)
                if word != token.exact
            )
            omission = (omitted + 1) / (omitted + accents + 2)
        return lattice.posteriors(_weights(tokens, choices, omission))


def _weights(tokens: list[Token], choices: list[tuple[str, ...]], omission: float) -> list[list[float]]:
    return [
        [1.0 if word == token.exact else omission for word in words]
        for token, words in zip(tokens, choices, strict=True)
    ]


def _syllable(token: Token, words: tuple[str, ...], shares: list[float]) -> Syllable:
    readings = sorted(zip(words, shares, strict=True), key=itemgetter(1), reverse=True)
    return Syllable(token.start, token.end, token.exact, tuple(readings))


def _written(text: str, syllables: list[Syllable]) -> str:
    parts: list[str] = []
    at = 0
    for syllable in syllables:
        if syllable.best != syllable.typed:
            surface = text[syllable.start : syllable.end]
            parts += text[at : syllable.start], dress(surface, spell(syllable.best)) or surface
            at = syllable.end
    return "".join((*parts, text[at:]))


def _as_typed(text: str, tokens: list[Token]) -> set[int]:
    """Return which tokens are no syllables whose accents may be missing."""
    no_words = NoWords(text)
    shouted = not any(map(str.islower, text))
    return {
        at
        for at, token in enumerate(tokens)
        if (token.start, token.end) in no_words
        or not _is_bare_word(text[token.start : token.end], shouted=shouted)
        or text[max(0, token.start - 1) : token.start].isdigit()
        or text[token.end : token.end + 1].isdigit()
    }


def _is_bare_word(surface: str, *, shouted: bool) -> bool:
    """Say whether a token may lack accents; capitals among small letters are an acronym."""
    return surface.isascii() and (shouted or len(surface) == 1 or not surface.isupper())
