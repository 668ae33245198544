"""Which documents are shown, in which order?

Only the documents around the asked page are sorted. A bonus for a phrase that has not been verified yet is looked at
only where it can bring a document onto the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...query.plan import Phrase, Plan
from ..integers import Ints
from .documents import NO_INSTANT
from .snapshot import Scores, Snapshot

_ROUNDING = 2e-6
"""More than what scores that are equal by rounding can be apart."""

_FIRST_LOOK = 64
"""Documents whose bonuses are verified at first; twice as many each time after that."""


@dataclass(frozen=True, slots=True)
class OpenBonus:
    """A bonus of ``weight`` that those of the documents ``possible`` (ascending numbers) get that hold ``phrase``."""

    possible: Ints
    weight: float
    phrase: Phrase


def settle(
    numbers: Ints,
    scores: Scores,
    bonuses: Sequence[OpenBonus],
    asked: int,
    holding: Callable[[str, tuple[str, ...], Ints], Ints],
) -> tuple[OpenBonus, ...]:
    """Add ``bonuses`` to ``scores`` wherever they matter for the first ``asked`` of the documents ``numbers``, and
    return what of them is open still; ``holding`` returns those of some documents that hold a phrase, given its field
    and terms.
    """
    most = scores.copy()
    is_open = np.zeros(len(scores), np.bool_)
    for bonus in bonuses:
        most[bonus.possible] += bonus.weight
        is_open[bonus.possible] = True
    left = numbers[is_open[numbers]]
    look = _FIRST_LOOK
    while left.size:
        left = left[most[left] >= _bound(scores[numbers], asked) - _ROUNDING]
        best = left if len(left) <= look else np.sort(left[np.argpartition(-most[left], look)[:look]])
        for bonus in bonuses:
            possible = best[_among(best, bonus.possible)]
            scores[holding(bonus.phrase.field, bonus.phrase.terms, possible)] += bonus.weight
        is_open[best] = False
        left = left[is_open[left]]
        look *= 2
    rest = ((bonus, bonus.possible[is_open[bonus.possible]]) for bonus in bonuses)
    return tuple(OpenBonus(possible, bonus.weight, bonus.phrase) for bonus, possible in rest if possible.size)


def _among(numbers: Ints, others: Ints) -> NDArray[np.bool_]:
    """Say which of ``numbers`` are among ``others``; both ascend."""
    if not len(others):
        return np.zeros(len(numbers), np.bool_)
    found: NDArray[np.bool_] = others[np.minimum(others.searchsorted(numbers), len(others) - 1)] == numbers
    return found


def _bound(scores: Scores, asked: int) -> float:
    """Return the least of the ``asked`` highest scores."""
    if len(scores) <= asked:
        return -np.inf
    return float(np.partition(scores, len(scores) - asked)[len(scores) - asked])


def top(snapshot: Snapshot, numbers: Ints, scores: Scores, plan: Plan) -> tuple[tuple[int, float], ...]:
    """Return the asked part of the order: by score, then date, then id."""
    asked = plan.offset + plan.limit
    if not plan.limit or plan.offset >= len(numbers):
        return ()
    if plan.sort == "relevance":
        of_numbers = scores[numbers]
        numbers = numbers[of_numbers >= _bound(of_numbers, asked) - _ROUNDING]
    by_score = -np.rint(scores[numbers] * 1e6).astype(np.int64)
    instants = snapshot.instants[numbers]
    # Documents without a date come last either way.
    by_time = np.where(instants == NO_INSTANT, np.iinfo(np.int64).max, instants if plan.sort == "oldest" else -instants)
    chosen = _smallest(by_score, by_time, asked)
    numbers = numbers[chosen]
    keys: list[tuple[object, ...]] = list(zip(by_score[chosen].tolist(), by_time[chosen].tolist(), strict=True))
    if len(set(keys)) < len(keys):
        keys = [(*key, snapshot.id_bytes(number)) for key, number in zip(keys, numbers.tolist(), strict=True)]
    shown = numbers[sorted(range(len(keys)), key=keys.__getitem__)[plan.offset : asked]]
    return tuple(zip(shown.tolist(), scores[shown].tolist(), strict=True))


def _smallest(first: Ints, second: Ints, count: int) -> Ints:
    """Return indices among which are the ``count`` smallest by (first, second), with all that tie with the last of
    them.
    """
    if len(first) <= count:
        return np.arange(len(first))
    bound = np.partition(first, count - 1)[count - 1]
    below, tied = np.flatnonzero(first < bound), np.flatnonzero(first == bound)
    left = count - len(below)
    if len(tied) > left:
        times = second[tied]
        tied = tied[times <= np.partition(times, left - 1)[left - 1]]
    return np.concatenate((below, tied))
