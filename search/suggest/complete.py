"""How may what is being typed go on?

The last word is completed by the words that the index has after the one before it, and continued by words that belong
to it: neighbours that stand together more often than apart. All of it happens on words with their accents, so that
``uy ban nhan d`` goes on as uỷ ban nhân dân and not as "nhận được".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..analysis.fold import fold
from ..analysis.normalize import nfc, tone_key
from ..analysis.tokens import tokenize
from ..engines.base import Reader
from .restore import Restorer
from .spelling import is_marked, recase, spell, split_tone
from .statistics import Statistics

LONGEST = 200
"""Code points of the longest text that is completed."""

WORDS_TO_COME = 2
"""Words that are added after the one that is being typed."""

BRANCHES = 3
"""Words that each word is continued by."""

CANDIDATES = 12
"""Words that the one being typed may be."""

EXTENDED = 4
"""The best of them, and of each further step, of which longer completions are made."""

GAIN = 2.0
"""What a word more is worth: a longer completion may be so many times less likely than a shorter one."""

LEAST_SHARE = 0.05
"""The probability from which on a reading of the word before is looked at."""

LEAST_OF_BEST = 0.01
"""How likely a word must be, compared with the likeliest, to be shown."""

LEAST_SHARE_AFTER = 0.02
"""The share of the documents with two words in a row in which a third that is added follows them."""

BUDGET = 40_000
"""What a completion may cost, in documents that are looked at to see whether three words stand in a row. It is counted
whether or not the answer is remembered, so that the same text is always completed in the same way.
"""


@dataclass(frozen=True, slots=True)
class _Path:
    """What a text may go on with: tone-canonical keys, the first of which reads the finished word before."""

    score: float
    keys: tuple[str, ...]


class Completer:
    """Completes queries from the statistics of one reader."""

    def __init__(self, reader: Reader) -> None:
        self._statistics = Statistics(reader)
        self._restorer = Restorer(reader)

    def complete(self, prefix_text: str, limit: int = 8) -> list[str]:
        """Return at most ``limit`` texts that start with what was typed and go on with words of the index, the best
        first, with likely accents.

        Typed accents stay; a word at the very end is taken for the beginning of one. Nothing is returned for an empty
        text, or one that ends in something that is no word.
        """
        text = nfc(prefix_text)
        tokens = tokenize(text[-LONGEST:]) if len(text) <= LONGEST else []
        if not tokens or limit < 1 or text[tokens[-1].end :].strip():
            return []
        end = len(text) if text[-1].isspace() else tokens[-1].start
        typed = text[end:]
        if typed and not typed.isalpha():
            return []
        found: dict[str, None] = {}
        for one in self._written(text[:end], typed):
            found.setdefault(one)
            if len(found) >= limit:
                break
        return list(found)

    def _written(self, head: str, typed: str) -> Iterator[str]:
        """Yield the completed texts, the best first."""
        restored = self._restorer.restore(head)
        last = restored.syllables[-1] if restored.syllables else None
        shout = not any(map(str.islower, head + typed)) and sum(map(str.isalpha, head + typed)) > 1
        readings = [one for one in last.readings if one[1] >= LEAST_SHARE] if last else [("", 1.0)]
        earlier = restored.syllables[-2].best if len(restored.syllables) > 1 else ""
        for path in self._paths(readings, earlier, typed):
            before = self._restorer.write(head, restored, path.keys[0]) if last else head
            words = [spell(key) for key in path.keys[1:]]
            words[0] = recase(typed, words[0])
            after = " ".join(words)
            whole = before + (after.upper() if shout else after)
            if whole != head + typed:
                yield whole

    def _paths(self, readings: list[tuple[str, float]], earlier: str, typed: str) -> list[_Path]:
        """Return ways to go on after each reading of the word before (an empty string: there is none), best first;
        ``earlier`` is the word before that.
        """
        words = [
            _Path(share * self._statistics.exact.probability(word, before or None), (before, word))
            for before, share in readings
            for word in self._words(before, typed)
        ]
        words = sorted(words, key=_order)[:CANDIDATES]
        words = [path for path in words if not (earlier and self._statistics.crosses(earlier, *path.keys))]
        words = [path for path in words if path.score >= LEAST_OF_BEST * words[0].score]
        found, longer, budget = list(words), words, _Budget(BUDGET)
        for _ in range(WORDS_TO_COME):
            longer = [more for path in sorted(longer, key=_order)[:EXTENDED] for more in self._longer(path, budget)]
            found += longer
        return sorted(found, key=_order)

    def _words(self, before: str, typed: str) -> Iterator[str]:
        """Yield the words that may be meant by what was typed so far."""
        beginning, key = fold(typed) if typed else "", tone_key(typed)
        candidates = dict.fromkeys(self._statistics.followers(before) if before else ())
        if typed:
            for folded in self._statistics.commonest(beginning):
                candidates |= dict.fromkeys(self._statistics.readings(folded)[:BRANCHES] or (folded,))
        for word in candidates:
            if fold(word).startswith(beginning) and _goes_on(key, word):
                yield word

    def _longer(self, path: _Path, budget: _Budget) -> Iterator[_Path]:
        """Yield a path with each of the words that belong to its last one and have been written after its last two."""
        tail = tuple(key for key in path.keys[-2:] if key)
        for word, link in self._statistics.associates(path.keys[-1])[:BRANCHES]:
            if self._is_written((*tail, word), budget):
                yield _Path(path.score * min(1.0, GAIN * link), (*path.keys, word))

    def _is_written(self, keys: tuple[str, ...], budget: _Budget) -> bool:
        if len(keys) == 2:
            return True
        least = max(1.0, LEAST_SHARE_AFTER * self._statistics.phrase(keys[:-1]))
        count = self._statistics.exact.count
        return (
            not self._statistics.crosses(*keys)
            and self._statistics.phrase(keys[1:]) >= least
            and budget.spend(sum(map(count, keys)))
            and self._statistics.phrase(keys) >= least
        )


class _Budget:
    """Documents that may still be looked at."""

    def __init__(self, left: int) -> None:
        self._left = left

    def spend(self, cost: int) -> bool:
        """Take ``cost`` off; False where that is too much."""
        if cost > self._left:
            return False
        self._left -= cost
        return True


def _order(path: _Path) -> tuple[float, tuple[str, ...]]:
    return -path.score, path.keys


def _goes_on(typed: str, key: str) -> bool:
    """Say whether a syllable may be what was typed so far (both tone-canonical): a mark that is there must stay, one
    that is not may follow, but for the stroke of a đ: it would be there before any other.
    """
    letters, tone = split_tone(typed)
    whole, whole_tone = split_tone(key)
    if tone not in {"", whole_tone} or len(letters) > len(whole):
        return False
    if is_marked(typed) and letters[0] != whole[0] == "đ":
        return False
    return all(wanted in {letter, fold(letter)} for wanted, letter in zip(letters, whole, strict=False))
