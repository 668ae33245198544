"""Which stretches of a document show best what it holds of a query, and where is its text cut?

A *window* is a run of hits of one paragraph that stand within :data:`PASSAGE` code points. It is worth what its targets
tell, each counted once, by its first hit.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .spans import Spans, Texts

PASSAGE = 230
"""Code points that a passage aims at."""

LEAD_IN = 90
"""Code points before the first hit that a passage goes back at the most to start with its sentence."""

MOST_PASSAGES = 3

Floats = NDArray[np.float64]

_EPSILON = 1e-9
_SENTENCE_END = re.compile(r"[.!?…][\"”’)]*\s+")
_LONGEST_END = 16
"""Code points that the end of a sentence with the space behind it is not expected to exceed."""


class Window(NamedTuple):
    """The best window of paragraph ``block``: hits ``first`` to ``after`` (exclusive), what it is ``worth``, and the
    targets that it ``shows``, a bit for each.
    """

    block: int
    first: int
    after: int
    worth: float
    shows: int


class Gain(dict[int, float]):
    """What targets tell together, by the integer that has a bit for each; ``weights`` are those of single targets."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._weights = weights

    def __missing__(self, shows: int) -> float:
        gain = sum(weight for target, weight in enumerate(self._weights) if shows >> target & 1)
        self[shows] = gain
        return gain


def best_windows(spans: Spans, texts: Texts, worths: Floats) -> list[Window]:
    """Return the best window of each paragraph with hits; ``worths`` (targets × 2) says what a hit of each target is
    worth, without and with the accents as typed.
    """
    count, targets = len(spans.first), len(worths)
    at = np.arange(count)
    starts, ends = texts.starts[spans.first], texts.ends[spans.after - 1]
    new_block = np.ones(count, np.bool_)
    new_block[1:] = spans.block[1:] != spans.block[:-1]
    (opens,) = new_block.nonzero()
    sizes = np.diff(opens, append=count)
    # Laid out so that no window reaches into the next paragraph.
    lane = np.repeat(np.arange(len(opens)), sizes) * (int(ends.max(initial=0)) + PASSAGE + 1)
    beyond = np.maximum.accumulate(ends + lane).searchsorted(starts + lane + PASSAGE, "right")
    beyond = np.maximum(beyond, at + 1)
    # The next hit of each target, from each hit on.
    nearest = np.where(spans.target == np.arange(targets)[:, None], at, count)
    nearest = np.minimum.accumulate(nearest[:, ::-1], axis=1)[:, ::-1]
    inside = nearest < beyond
    worth = np.append(worths[spans.target, spans.exact.astype(np.int64)], 0.0)
    total = (worth[nearest] * inside).sum(axis=0)
    best = np.maximum.reduceat(total, opens) if count else total
    (good,) = (total >= np.repeat(best, sizes) - _EPSILON).nonzero()
    first = good[np.concatenate(([True], spans.block[good[1:]] != spans.block[good[:-1]]))[: len(good)]]
    last = np.where(inside[:, first], nearest[:, first], -1).max(axis=0, initial=-1)
    shows = np.packbits(inside[:, first].T, axis=1, bitorder="little")
    packed, size = shows.tobytes(), shows.shape[1]
    bits = [int.from_bytes(packed[at : at + size], "little") for at in range(0, len(packed), size)] if size else []
    columns = (spans.block[first].tolist(), first.tolist(), (last + 1).tolist(), total[first].tolist(), bits)
    return list(map(Window._make, zip(*columns, strict=True)))


def choose(windows: Sequence[Window], gain: Gain) -> list[Window]:
    """Return which ``windows`` of one document are shown, in the order of the text: the one that shows most, then those
    that add most to what is shown already, while they are worth at least half as much as the first.
    """
    chosen: list[Window] = []
    shown = 0
    left = list(windows)
    while left and len(chosen) < MOST_PASSAGES:
        best, best_gain = left[0], gain[left[0].shows & ~shown]
        for one in left[1:]:
            more = gain[one.shows & ~shown] - best_gain
            if more > _EPSILON or (more > -_EPSILON and one.worth > best.worth + _EPSILON):
                best, best_gain = one, best_gain + more
        if chosen and not best.shows & ~shown and best.worth < chosen[0].worth / 2:
            break
        chosen.append(best)
        left.remove(best)
        shown |= best.shows
    return sorted(chosen)


def cut(text: str, starts: Sequence[int], ends: Sequence[int], first: int, last: int) -> tuple[int, int]:
    """Return where to cut ``text`` around tokens ``first`` to ``last`` of those that stand at ``starts`` to ``ends``:
    at sentence bounds where they are near, else at words.
    """
    hit_start, hit_end = starts[first], ends[last]
    nearest = max(0, hit_start - LEAD_IN - _LONGEST_END)
    start = max((match.end() for match in _SENTENCE_END.finditer(text, nearest, hit_start)), default=0)
    if hit_start - start > LEAD_IN:
        start = starts[bisect_left(starts, hit_start - LEAD_IN // 2)]
    limit = max(start + PASSAGE, hit_end)
    if len(text) <= limit + 20:
        end = len(text)
    elif found := [match.end() for match in _SENTENCE_END.finditer(text, hit_end, limit + 20)]:
        end = found[-1]
    else:
        fitting = bisect_right(ends, limit)
        end = ends[fitting - 1] if fitting else hit_end
    return start, max(len(text[:end].rstrip()), hit_end)
