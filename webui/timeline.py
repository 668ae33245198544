"""When were the articles of a result published? Bars over time, each of which leads to its part of the result.

The bars are months, or as many months together as keeps them few: they have to be hit with a finger.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from .addresses import SearchAddress
from .format import month, month_span
from .messages import spoken
from .params import SearchRequest
from .urls import During

MOST_BARS = 18

STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 12000)
"""Months that a bar may stand for; the smallest that gives at most :data:`MOST_BARS` is taken."""

HEIGHT = 100
"""Units of the tallest bar; one that stands for anything is at least a fiftieth of it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The articles of the months from ``first`` to ``last`` (days, inclusive), ``count`` of them; ``height`` is 0 to
    :data:`HEIGHT`. ``chosen`` says whether the selected days touch it, or nothing is selected.
    """

    label: str
    count: int
    height: int
    chosen: bool
    address: str

    @property
    def top(self) -> int:
        """Units from the top of the drawing to that of the bar."""
        return HEIGHT - self.height


@dataclass(frozen=True, slots=True)
class Timeline:
    """The bars of a result in order, none left out between the first and the last; ``ranged`` says whether days are
    selected.
    """

    bars: tuple[Bar, ...]
    ranged: bool


def make_timeline(request: SearchRequest, months: Mapping[str, int], address: SearchAddress) -> Timeline | None:
    """Return the bars for ``months`` (``Page.months``), or None where there is nothing to choose between."""
    counts = {_index(text): count for text, count in months.items()}
    if len(counts) < 2:
        return None
    first, last = min(counts), max(counts)
    step = next(step for step in STEPS if last // step - first // step < MOST_BARS)
    binned: Counter[int] = Counter()
    for at, count in counts.items():
        binned[at // step] += count
    most = max(binned.values())
    during = address.during(request)
    return Timeline(
        bars=tuple(
            _bar(request, place * step, step, binned[place], most, during)
            for place in range(first // step, last // step + 1)
        ),
        ranged=bool(request.date_from or request.date_to),
    )


def _bar(request: SearchRequest, start: int, step: int, count: int, most: int, during: During) -> Bar:
    first, last = first_day(start), last_day(start + step - 1)
    return Bar(
        label=label(start, step),
        count=count,
        height=max(HEIGHT // 50, count * HEIGHT // most) if count else 0,
        chosen=(request.date_from or date.min) <= last and first <= (request.date_to or date.max),
        address=during(first, last),
    )


def label(start: int, step: int) -> str:
    """Return how ``step`` months from ``start`` on (months since year 0) are called."""
    return _label(start, step, spoken().name)


@lru_cache(maxsize=4096)
def _label(start: int, step: int, _language: str) -> str:
    if step == 1:
        return month(first_day(start))
    if step < 12:
        return month_span(first_day(start), last_day(start + step - 1))
    return f"{start // 12}" if step == 12 else f"{start // 12}–{(start + step - 1) // 12}"


def first_day(at: int) -> date:
    """Return the first day of a month, given as months since year 0."""
    return date(min(max(at // 12, 1), 9999), at % 12 + 1, 1)


def last_day(at: int) -> date:
    """Return the last day of a month, given as months since year 0."""
    first = first_day(at)
    return first.replace(day=monthrange(first.year, first.month)[1])


def _index(text: str) -> int:
    year, number = text.split("-")
    return int(year) * 12 + int(number) - 1
