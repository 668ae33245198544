"""How may what is being typed go on?

The last word is completed by the words that the index has after the one before it, and continued by words that belong
to it: neighbours that stand together more often than apart. All of it happens on words with their accents, so that
``uy ban nhan d`` goes on as uỷ ban nhân dân and not as "nhận được".
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import islice, pairwise
from typing import NamedTuple

from ..analysis.normalize import nfc
from ..analysis.tokens import tokenize
from ..engines.base import Reader
from .following import NO_FOLLOWERS, Following
from .restore import Restorer
from .spelling import recase, spell
from .statistics import Statistics
from .typed import LONGEST, Beginning

WORDS_TO_COME = 2
"""Words that are added after the one that is being typed."""

CANDIDATES = 24
"""Words that the one being typed may be, by the word before it."""

CONTEXT = 2
"""Words before that one which tell what is written about."""

WEIGHT_OF_PAIR = 30.0
"""What the likelihood of a word after the one before it counts for, in documents that hold the context. Of titles with
two letters of a word typed, the likeliest word is right in .762 (.563 without context, .727 with 100 documents); of
other stretches of text, in .703 (.581, .664).
"""

EXTENDED = 2
"""The best of them, and of each further step, of which longer completions are made."""

GAIN = 2.0
"""What a word more is worth: a longer completion may be so many times less likely than a shorter one."""

LEAST_SHARE = 0.05
"""The probability from which on a reading of the word before is looked at."""

LEAST_OF_BEST = 0.01
"""How likely a word must be, compared with the likeliest, to be shown."""

LEAST_SHARE_AFTER = 0.02
"""The share of the documents with two words in a row in which a third that is added follows them."""

LOOK_UP = 500
BUDGET = 4_000
"""What completions of a text may cost, in documents that may be looked at to see whether three words stand in a row.
It is counted whether or not the answer is remembered, so that the same text is always completed in the same way.
"""


class _Path(NamedTuple):
    """What a text may go on with: tone-canonical keys, the first of which reads the finished word before. The better
    ones sort first.
    """

    minus_score: float
    keys: tuple[str, ...]


class Completer:
    """Completes queries from the statistics of one reader."""

    def __init__(self, reader: Reader) -> None:
        self._exact = Statistics(reader).exact
        self._following = Following(reader)
        self._restorer = Restorer(reader)

    def complete(self, prefix_text: str, limit: int = 8) -> list[str]:
        """Return at most ``limit`` texts that start with what was typed and go on with words of the index, the best
        first, with likely accents.

        Typed accents stay; a word at the very end is taken for the beginning of one. Nothing is returned for an empty
        text, or one that ends in something that is no word.
        """
        return list(islice(self.completions(prefix_text), max(0, limit)))

    def completions(self, prefix_text: str) -> Iterator[str]:
        """Yield the texts of :meth:`complete`, each once, the best first."""
        text = nfc(prefix_text)
        tokens = tokenize(text) if len(text) <= LONGEST else []
        if not tokens or text[tokens[-1].end :].strip():
            return
        end = len(text) if text[-1].isspace() else tokens[-1].start
        typed = text[end:]
        if typed and not typed.isalpha():
            return
        found = set()
        for one in self._written(text[:end], typed):
            if one not in found:
                found.add(one)
                yield one

    def _written(self, head: str, typed: str) -> Iterator[str]:
        """Yield the completed texts, the best first."""
        restored = self._restorer.restore(head)
        last = restored.syllables[-1] if restored.syllables else None
        shout = not any(map(str.islower, head + typed)) and sum(map(str.isalpha, head + typed)) > 1
        readings = [one for one in last.readings if one[1] >= LEAST_SHARE] if last else [("", 1.0)]
        earlier = tuple(syllable.best for syllable in restored.syllables[-1 - CONTEXT : -1])
        for path in self._paths(readings, earlier, typed):
            before = self._restorer.write(head, restored, path.keys[0]) if last else head
            words = [spell(key) for key in path.keys[1:]]
            words[0] = recase(typed, words[0])
            after = " ".join(words)
            whole = before + (after.upper() if shout else after)
            if whole != head + typed:
                yield whole

    def _paths(self, readings: list[tuple[str, float]], earlier: tuple[str, ...], typed: str) -> Iterator[_Path]:
        """Yield ways to go on after each reading of the word before (an empty string: there is none), best first;
        ``earlier`` are the words before that.

        A longer way is never better than the one that it goes on from, so the best of those that wait is always the
        next one, and whether its words were ever written is asked only when it is its turn.
        """
        waiting = self._words(readings, earlier, typed)
        extended = [EXTENDED] * WORDS_TO_COME
        budget = _Budget(BUDGET)
        while waiting:
            path = heappop(waiting)
            added = len(path.keys) - 2
            if added and not self._is_written(tuple(key for key in path.keys[-3:] if key), budget):
                continue
            yield path
            if added < WORDS_TO_COME and extended[added]:
                extended[added] -= 1
                for word, share in self._following.next(tuple(key for key in path.keys[-2:] if key)):
                    heappush(waiting, _Path(path.minus_score * min(1.0, GAIN * share), (*path.keys, word)))

    def _words(self, readings: list[tuple[str, float]], earlier: tuple[str, ...], typed: str) -> list[_Path]:
        """Return the likeliest words that may be meant by what was typed so far, as paths in order."""
        beginning = Beginning(typed)
        paths: list[_Path] = []
        for before, share in readings:
            self._follow(paths, before, share, beginning)
        if earlier:
            paths = [path for path in paths if not self._following.crosses(earlier[-1], *path.keys)]
            paths = sorted(one for reading in readings for one in self._in_context(earlier, reading, paths))
        return [path for path in paths if path.minus_score <= LEAST_OF_BEST * paths[0].minus_score]

    def _in_context(self, earlier: tuple[str, ...], reading: tuple[str, float], paths: list[_Path]) -> Iterator[_Path]:
        """Yield the paths after one reading with their scores in the documents that hold it after ``earlier``."""
        before, share = reading
        own = [path for path in paths if path.keys[0] == before]
        documents, counts = self._following.in_context((*earlier, before), [path.keys[1] for path in own])
        for path, count in zip(own, counts, strict=True):
            yield _Path((WEIGHT_OF_PAIR * path.minus_score - share * count) / (documents + WEIGHT_OF_PAIR), path.keys)

    def _follow(self, paths: list[_Path], before: str, share: float, beginning: Beginning) -> None:
        """Put the words that may come after ``before``, a reading of probability ``share``, among the best ``paths``.

        What is known to be worse than those is not looked up.
        """
        exact, typed, follow = self._exact, beginning.folded, NO_FOLLOWERS
        spread, tie = 1.0, 0.0
        if before:
            known, follow = exact.words((before,)), self._following.followers(before)
            spread, tie = known.spread[0], known.tie[0]
        highest = spread * exact.ceiling
        for word, (folded, count) in follow.words.items():
            if folded.startswith(typed):
                if _is_full(paths, share * (highest + tie * count)):
                    break
                if beginning.begins(word):
                    _insert(paths, share * (spread * exact.probability(word) + tie * count), before, word)
        for word in self._following.beginning(typed) if typed else ():
            if word not in follow.words and beginning.begins(word):
                alone = spread * exact.probability(word)
                if not _is_full(paths, share * (alone + tie * follow.rest)):
                    count = exact.count_pair(before, word) if follow.rest else 0
                    _insert(paths, share * (alone + tie * count), before, word)

    def _is_written(self, keys: tuple[str, ...], budget: _Budget) -> bool:
        if len(keys) == 2:
            return True
        least = max(1.0, LEAST_SHARE_AFTER * self._following.phrase(keys[:-1]))
        return (
            not self._following.crosses(*keys)
            and self._following.phrase(keys[1:]) >= least
            and budget.spend(LOOK_UP + min(map(self._following.phrase, pairwise(keys))))
            and self._following.phrase(keys) >= least
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


def _is_full(paths: list[_Path], score: float) -> bool:
    """Say whether ``score`` is below that of all the best paths."""
    return len(paths) == CANDIDATES and score < -paths[-1].minus_score


def _insert(paths: list[_Path], score: float, before: str, word: str) -> None:
    insort(paths, _Path(-score, (before, word)))
    del paths[CANDIDATES:]
