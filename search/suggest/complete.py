"""How may what is being typed go on?

The last word is completed by the words that the index has after the one before it, weighed by how often they follow the
last three in a sample of the articles, and continued as it is there: what is added was written so. All of it happens
on words with their accents, so that ``uy ban nhan d`` goes on as uỷ ban nhân dân and not as "nhận được".

With one or two letters of a word typed, the right word is the first of those offered in .774 of cases in titles, among
eight in .923; in other stretches of text in .712 and .861.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from heapq import heappop, heappush, nsmallest
from itertools import islice
from typing import NamedTuple

from ..analysis.fold import fold
from ..analysis.normalize import nfc
from ..analysis.tokens import tokenize
from ..engines.base import Reader
from .following import LONGEST, NO_CONTINUATIONS, NO_FOLLOWERS, Following
from .restore import Restorer
from .spelling import recase, spell
from .statistics import Statistics
from .typed import MOST_TYPED, Beginning

CANDIDATES = 24
"""Words that the one being typed may be, by the word before it."""

ENOUGH = 8
"""Words that follow the one before, from which on no others are looked for."""

CONTEXT = 2
"""Words before that one which are looked at too."""

WEIGHT = 5.0
"""What the likelihood of a word after fewer words counts for, in places where more stand before it."""

BRANCHES = 3
"""Words that each is gone on with."""

PLENTY = 30
"""Places of a word that tell enough of how it is gone on with."""

FEW = 2
"""Places that are added to those of a word, so that what was written once is not certain to be written again."""

EXTENDED = 2
"""The best of them, and of each further step, of which longer completions are made."""

GAIN = 2.0
"""What a word more is worth: a longer completion may be so many times less likely than a shorter one."""

LEAST_SHARE = 0.05
"""The probability from which on a reading of the word before is looked at."""

LEAST_OF_BEST = 0.01
"""How likely a word must be, compared with the likeliest, to be shown."""


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
        tokens = tokenize(text) if len(text) <= MOST_TYPED else []
        if not tokens or text[tokens[-1].end :].strip():
            return
        end = len(text) if text[-1].isspace() else tokens[-1].start
        typed = text[end:]
        # A letter that folds to several (Þ, ß) begins no word of the index as it stands.
        if typed and (not typed.isalpha() or len(fold(typed)) != len(typed)):
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
        heads = {} if last else {"": head}
        for path in self._paths(readings, earlier, typed):
            reading = path.keys[0]
            if reading not in heads:
                heads[reading] = self._restorer.write(head, restored, reading)
            before = heads[reading]
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
        next one, and how it was gone on with is asked only when it is its turn.
        """
        waiting = self._words(readings, earlier, typed)
        best = waiting[0].keys if waiting else ()
        extended = [EXTENDED] * (LONGEST - 1)
        while waiting:
            path = heappop(waiting)
            yield path
            added = len(path.keys) - 2
            if added < len(extended) and extended[added]:
                extended[added] -= 1
                for word, share in self._next(earlier, path.keys, likeliest=path.keys[:2] == best):
                    heappush(waiting, _Path(path.minus_score * min(1.0, GAIN * share), (*path.keys, word)))

    def _next(self, earlier: tuple[str, ...], keys: tuple[str, ...], *, likeliest: bool) -> list[tuple[str, float]]:
        """Return words that were written after the keys of a path, the most frequent first, each with its share.

        Where too little is known of the proposed words in their context, the ``likeliest`` one is asked for by itself.
        """
        context, proposed = tuple(key for key in (*earlier, keys[0]) if key), keys[1:]
        known = self._following.continuations(context) if context else NO_CONTINUATIONS
        if likeliest and known.count(proposed[:1]) < PLENTY:
            context, proposed = tuple(key for key in keys[:2] if key), keys[2:]
            known = self._following.continuations(context)
        places = known.count(proposed)
        words = nsmallest(BRANCHES, known.next(proposed).items(), key=lambda item: (-item[1], item[0]))
        return [(word, count / (places + FEW)) for word, count in words]

    def _words(self, readings: list[tuple[str, float]], earlier: tuple[str, ...], typed: str) -> list[_Path]:
        """Return the likeliest words that may be meant by what was typed so far, as paths in order."""
        beginning = Beginning(typed)
        paths: list[_Path] = []
        for before, share in readings:
            self._follow(paths, before, share, beginning)
        if earlier:
            self._following.expect(earlier[-1], [path.keys for path in paths])
            paths = [path for path in paths if not self._following.crosses(earlier[-1], *path.keys)]
            paths = sorted(one for reading in readings for one in self._in_context(earlier, reading, paths, beginning))
        return [path for path in paths if path.minus_score <= LEAST_OF_BEST * paths[0].minus_score]

    def _in_context(
        self, earlier: tuple[str, ...], reading: tuple[str, float], paths: list[_Path], beginning: Beginning
    ) -> Iterator[_Path]:
        """Yield the paths after one reading, and those that were written after ``earlier`` and it, with the scores that
        they have there.
        """
        before, share = reading
        known = self._following.continuations((*earlier, before))
        scores = {path.keys[1]: -path.minus_score for path in paths if path.keys[0] == before}
        counts = {word: count for word, count in known.next().items() if word in scores or beginning.of(word)}
        for word in scores | counts:
            score = (WEIGHT * scores.get(word, 0.0) + share * counts.get(word, 0)) / (known.places + WEIGHT)
            yield _Path(-score, (before, word))

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
        others = self._following.beginning(typed) if typed and len(paths) < ENOUGH else ()
        exact.expect((before, word) for word in others)
        for word in others:
            if word not in follow.words and beginning.begins(word):
                alone = spread * exact.probability(word)
                if not _is_full(paths, share * (alone + tie * follow.rest)):
                    count = exact.count_pair(before, word) if follow.rest else 0
                    _insert(paths, share * (alone + tie * count), before, word)


def _is_full(paths: list[_Path], score: float) -> bool:
    """Say whether ``score`` is below that of all the best paths."""
    return len(paths) == CANDIDATES and score < -paths[-1].minus_score


def _insert(paths: list[_Path], score: float, before: str, word: str) -> None:
    insort(paths, _Path(-score, (before, word)))
    del paths[CANDIDATES:]
