"""What was meant where nothing, or hardly anything, is found?

A noisy channel: for every doubtful word the candidates are what it is under Telex or VNI and the words of the index
that lie an edit or two away; the path through all words that is likeliest under the index's bigrams wins, where it
beats what was typed. The shares below are assumed, not counted from queries; they were tried on titles and topics of
which one word was mistyped.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

from ..analysis.fold import fold
from ..analysis.normalize import nfc, tone_key
from ..analysis.syllable import is_syllable
from ..analysis.tokens import tokenize
from ..engines.base import Reader
from ..query.run import read_run
from .edits import one_edit_away, two_edits_away
from .keyboard import telex, vni
from .restore import MAX_TOKENS, Restorer
from .spelling import is_marked, recase, split_tone
from .statistics import Statistics
from .stretches import NoWords

MISTYPED = 0.05
"""The share of words that are mistyped, in a query that finds nothing."""

UNDECODED = 0.5
"""The share of those that an input method left undecoded, where the word can be decoded to one with a tone."""

UNDECODED_TONELESS = 0.15
"""The same where the word has no tone: ``hooi`` is rather ``hoi`` with a key that bounced."""

REAL_WORD = 0.1
"""How much less often a mistyped word is a word of its own."""

RARE = 1e-4
"""A word that no more than this share of the documents hold is doubtful, whatever stands beside it."""

COMMONER = 10
"""How many times as many documents must hold what a rare word is corrected to: it may be a rare name."""

UNKNOWN = 1e-3
"""The share of words that no document holds which are meant as they are typed."""

MOST_CANDIDATES = 12

SHORTEST, LONGEST = 3, 24
"""Letters of the shortest and the longest word that is taken for mistyped: nearly every shorter one is near to every
other, and what is longer is no word. For each letter 53 words are looked up.
"""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A way to read a word: its folded tokens, the log of its probability by itself, and what to write for it (an
    empty string for what was typed).
    """

    tokens: tuple[str, ...]
    weight: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    surface: str
    tokens: tuple[str, ...]


class DidYouMean:
    """Corrects queries by the vocabulary of one reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._statistics = Statistics(reader)
        self._restorer = Restorer(reader)

    def suggest(self, text: str) -> str | None:
        """Return ``text`` with its mistyped words put right and the rest as typed, or None where nothing better is
        known.

        Meant for a query that finds nothing or little: a word that is common in the index and goes with its
        neighbours is never touched, but a name that the index does not know may be taken for one that it does.
        Corrected words carry accents where the query has some, or where the input method meant them.
        """
        text = nfc(text)
        words = _words(text)
        columns = [self._candidates(words, at) for at in range(len(words))]
        if all(len(column) == 1 for column in columns):
            return None
        chosen = self._likeliest(columns)
        return self._written(text, words, chosen) if any(one.text for one in chosen) else None

    def _candidates(self, words: list[_Word], at: int) -> list[_Candidate]:
        word = words[at]
        unknown = any(not self._statistics.folded.count(token) for token in word.tokens)
        typed = _Candidate(word.tokens, math.log(UNKNOWN) if unknown else 0.0)
        if not self._is_doubtful(words, at):
            return [typed]
        found = list(self._decoded(word))
        if len(word.tokens) == 1 and len(word.tokens[0]) >= SHORTEST and not self._is_glued(word):
            found += self._edited(word.tokens[0], far=not found)
        return [typed, *found]

    def _is_doubtful(self, words: list[_Word], at: int) -> bool:
        """Say whether a word is hardly known, or never stands where it stands here."""
        word, folded = words[at], self._statistics.folded
        if len(word.surface) > LONGEST:
            return False
        if len(word.tokens) > 1 or not word.tokens[0].isalpha():
            # U23 and A1 are names of things; what has more letters than that is weighed against its digits.
            return sum(map(str.isalpha, word.surface)) > 1
        if self._is_rare(word.tokens[0]):
            return True
        beside = [pair for pair in ((at - 1, at), (at, at + 1)) if pair[0] >= 0 and pair[1] < len(words)]
        return bool(beside) and not any(
            folded.count_pair(words[first].tokens[-1], words[second].tokens[0]) for first, second in beside
        )

    def _decoded(self, word: _Word) -> Iterator[_Candidate]:
        for decode in (telex, vni):
            meant = decode(word.surface)
            if meant != word.surface and self._statistics.is_reading(tone_key(meant), fold(meant)):
                share = UNDECODED if split_tone(tone_key(meant))[1] else UNDECODED_TONELESS
                yield _Candidate((fold(meant),), math.log(MISTYPED * share), meant)

    def _edited(self, word: str, *, far: bool) -> list[_Candidate]:
        """Return what ``word`` may be misspelled for; two edits are looked for only where ``far`` and one gives
        nothing.
        """
        known = self._statistics.folded
        typed = known.count(word)
        shares = one_edit_away(word, known.held)
        if far and not typed and not shares:
            shares = two_edits_away(word, self._statistics.syllables)
        rare = self._is_rare(word)
        least = COMMONER * typed if rare else 0
        believed = {meant: share for meant, share in shares.items() if known.count(meant) > least}
        ranked = sorted(believed, key=lambda meant: (-believed[meant] * known.count(meant), meant))[:MOST_CANDIDATES]
        mistyped = MISTYPED if rare else MISTYPED * REAL_WORD
        return [_Candidate((meant,), math.log(mistyped * believed[meant]), meant) for meant in ranked]

    def _is_rare(self, word: str) -> bool:
        return self._statistics.folded.count(word) <= RARE * self._reader.documents

    def _is_glued(self, word: _Word) -> bool:
        """Say whether a word is several syllables in one, which a search takes apart by itself."""
        units = read_run(word.surface, self._reader.frequency).units
        ways = (way for unit in units for way in unit.split)
        return any(all(len(part) > 1 and is_syllable(part) for part in way) for way in ways)

    def _likeliest(self, columns: list[list[_Candidate]]) -> list[_Candidate]:
        """Return the best path (Viterbi); of equal ones the one that changes less."""
        beside = (product(*two) for two in pairwise(columns))
        self._statistics.folded.expect((one.tokens[-1], other.tokens[0]) for two in beside for one, other in two)
        paths: list[tuple[float, list[_Candidate]]] = [(0.0, [])]
        for column in columns:
            paths = [
                max(
                    (
                        (score + one.weight + self._chance(one.tokens, path[-1].tokens if path else ()), [*path, one])
                        for score, path in paths
                    ),
                    key=lambda item: item[0],
                )
                for one in column
            ]
        return max(paths, key=lambda item: item[0])[1]

    def _chance(self, tokens: tuple[str, ...], before: tuple[str, ...]) -> float:
        """Return the log of the probability of ``tokens`` after ``before``."""
        folded = self._statistics.folded
        chain = [*before[-1:], *tokens]
        first = 0.0 if before else math.log(folded.probability(tokens[0]))
        return first + sum(math.log(folded.probability(word, last)) for last, word in pairwise(chain))

    def _written(self, text: str, words: list[_Word], chosen: list[_Candidate]) -> str:
        parts: list[str] = []
        at = 0
        bare: list[tuple[int, int]] = []
        for word, one in zip(words, chosen, strict=True):
            if one.text:
                parts += text[at : word.start], recase(word.surface, one.text)
                at = word.end
                start = sum(map(len, parts)) - len(one.text)
                bare += [] if is_marked(one.text) else [(start, start + len(one.text))]
        corrected = "".join((*parts, text[at:]))
        return self._accented(corrected, bare) if is_marked(corrected) else corrected

    def _accented(self, text: str, spans: list[tuple[int, int]]) -> str:
        """Return ``text`` with accents in ``spans``, as the words around have them."""
        restored = self._restorer.restore(text).text
        for start, end in spans:
            text = text[:start] + restored[start:end] + text[end:]
        return text


def _words(text: str) -> list[_Word]:
    """Return the words of ``text`` that are looked at, letters and digits that were typed as one in one."""
    no_words = NoWords(text)
    words = []
    for match in _WORD.finditer(text):
        if match.span() not in no_words:
            tokens = tuple(token.folded for token in tokenize(match[0]))
            words += [_Word(match.start(), match.end(), match[0], tokens)] if tokens else []
    return words[:MAX_TOKENS]
