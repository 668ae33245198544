"""How long does something take, on the wall clock and in computing?

On a machine that does other things too, the second says what the first would be without them, but for waiting.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Self


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the wall clock, and seconds that this process computed, all threads together."""

    wall: float
    computing: float

    @classmethod
    def now(cls) -> Self:
        """Return where both clocks stand."""
        return cls(time.perf_counter(), time.process_time())

    def so_far(self) -> Spent:
        """Return what was spent since both clocks stood here."""
        return Spent(time.perf_counter() - self.wall, time.process_time() - self.computing)


def middle(times: Iterable[Spent]) -> Spent:
    """Return the median of both."""
    walls, computing = zip(*((spent.wall, spent.computing) for spent in times), strict=True)
    return Spent(median(walls), median(computing))


def computed_by_all() -> float:
    """Return the seconds that this process computed, and those that it started and that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
