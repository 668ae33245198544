"""Which stretches of a document show best what it holds of a query, and where is its text cut?

A *window* is a run of hits of one paragraph that stand within :data:`PASSAGE` code points. It is worth what its targets
tell, each counted once, by its first hit.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .spans import Ints, Mask, Spans, Texts

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


@dataclass(frozen=True, slots=True)
class Windows:
    """The best window of each paragraph that has hits: paragraph ``block[i]``, hits ``first[i]`` to ``after[i]``
    (exclusive), what it is ``worth``, and which targets it ``shows`` (windows × targets).
    """

    block: Ints
    first: Ints
    after: Ints
    worth: Floats
    shows: Mask


def best_windows(spans: Spans, texts: Texts, worths: Floats) -> Windows:
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
    return Windows(spans.block[first], first, last + 1, total[first], inside[:, first].T)


def choose(windows: Windows, chosen_from: range, weights: Floats) -> list[int]:
    """Return which of the windows ``chosen_from`` of one document are shown, in the order of the text: the one that
    shows most by ``weights`` of the targets, then those that add most of what is not shown yet, while they are worth at
    least half as much as the first.
    """
    own = slice(chosen_from.start, chosen_from.stop)
    worth, shows = windows.worth[own], windows.shows[own]
    chosen: list[int] = []
    left = np.ones(len(worth), np.bool_)
    hidden = np.ones(len(weights), np.bool_)
    while len(chosen) < min(MOST_PASSAGES, len(worth)):
        gain = np.where(left, shows @ (weights * hidden), -1.0)
        best = _best(gain, worth)
        if chosen and gain[best] <= 0.0 and worth[best] < worth[chosen[0]] / 2:
            break
        chosen.append(best)
        left[best] = False
        hidden &= ~shows[best]
    return [chosen_from.start + one for one in sorted(chosen)]


def _best(gain: Floats, worth: Floats) -> int:
    """Return the index of the greatest gain, of equal ones of the greatest worth, of equal ones the first."""
    (most,) = (gain >= gain.max() - _EPSILON).nonzero()
    return int(most[(worth[most] >= worth[most].max() - _EPSILON).argmax()])


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
