"""How long does a query take: the first time in a fresh process, and when all is warm?

Warm, the engines take turns query by query, each time in another order, so that what else the machine does hits all
of them alike. A query's time is the median over the rounds. The round before the first is told apart: there a query is
new to a process that has answered others, and what an engine remembers of a query does not help it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from ..metrics import percentile
from .clock import Spent
from .engines import Answer, Engine
from .processes import run


@dataclass(frozen=True, slots=True)
class Times:
    """How one engine did: for each query its milliseconds, those of its best round, those when it was ``new``, and the
    number of its matches.
    """

    milliseconds: tuple[float, ...]
    best: tuple[float, ...]
    new: tuple[float, ...]
    totals: tuple[int, ...]

    @property
    def median(self) -> float:
        """The median over the queries."""
        return median(self.milliseconds)

    @property
    def p95(self) -> float:
        """The time that 95 % of the queries do not exceed."""
        return percentile(self.milliseconds, 0.95)


@dataclass(frozen=True, slots=True)
class First:
    """The first query in a fresh process: milliseconds to open the index, with what opening loads, and to
    answer; and how many of them all were spent computing.
    """

    open: float
    answer: float
    computing: float


def time_warm(folders: Mapping[type[Engine], Path], queries: Sequence[str], rounds: int) -> dict[str, Times]:
    """Return how the engines, each with its index, do on ``queries`` in one process, taking turns; by name."""
    return run(_take_turns, folders=dict(folders), queries=list(queries), rounds=rounds)


def time_cold(engine: type[Engine], folder: Path, queries: Sequence[str]) -> list[First]:
    """Return what the first query takes in a process that has just opened ``folder``, for each of ``queries``.

    Files are in the page cache or not, as they happen to be.
    """
    return [run(_ask_once, engine=engine, folder=folder, query=query) for query in queries]


def _take_turns(folders: Mapping[type[Engine], Path], queries: Sequence[str], rounds: int) -> dict[str, Times]:
    return take_turns({engine.name: engine(folder).search for engine, folder in folders.items()}, queries, rounds)


def take_turns(
    searches: Mapping[str, Callable[[str], Answer]], queries: Sequence[str], rounds: int
) -> dict[str, Times]:
    """Return how ``searches``, by name, do on ``queries`` in this process."""
    opened = list(searches.items())
    times: dict[str, list[list[float]]] = {name: [[] for _ in queries] for name, _ in opened}
    totals: dict[str, list[int]] = {name: [0 for _ in queries] for name, _ in opened}
    for turn in range(rounds + 1):
        for number, query in enumerate(queries):
            first = (turn + number) % len(opened)
            for name, search in (*opened[first:], *opened[:first]):
                began = time.perf_counter()
                answer = search(query)
                took = (time.perf_counter() - began) * 1000
                totals[name][number] = answer.total
                times[name][number].append(took)
    return {
        name: Times(
            milliseconds=tuple(median(own[1:]) for own in took),
            best=tuple(min(own[1:]) for own in took),
            new=tuple(own[0] for own in took),
            totals=tuple(totals[name]),
        )
        for name, took in times.items()
    }


def _ask_once(engine: type[Engine], folder: Path, query: str) -> First:
    began = Spent.now()
    opened = engine(folder)
    opening = began.so_far()
    opened.search(query)
    whole = began.so_far()
    return First(opening.wall * 1000, (whole.wall - opening.wall) * 1000, whole.computing * 1000)
