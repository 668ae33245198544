"""How do the costs grow with the corpus?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from ..metrics import percentile
from .bench import Bench
from .builds import Build
from .engines import Engine
from .figures import Cell, Figure, Section, Table, Target
from .fts5 import Fts5
from .own import Timtin
from .tantivy_engines import Tantivy
from .timing import Times, time_warm

ENGINES: tuple[type[Engine], ...] = (Timtin, Tantivy, Fts5)

_NAMES = tuple(engine.name for engine in ENGINES)
_HEAD = (
    "engine",
    "articles",
    "ms to index one",
    "computing",
    "MB",
    "× text",
    "new query ms",
    "95 %",
    "matches",
    "ms per 1000 matches",
)

FLAT = 1.2
"""The most that an article of one size may cost against one of another size."""


@dataclass(frozen=True, slots=True)
class Size:
    """What ``articles`` cost: the build and the queries, by engine."""

    articles: int
    builds: dict[str, Build]
    times: dict[str, Times]

    def to_index(self, engine: str) -> float:
        """Milliseconds to index an article."""
        return 1000 / self.builds[engine].rate

    def to_index_computing(self, engine: str) -> float:
        """Milliseconds of computing to index an article."""
        return 1000 / self.builds[engine].computed_rate

    def matches(self, engine: str) -> int:
        """The matches of all queries."""
        return sum(self.times[engine].totals)

    def searching(self, engine: str) -> float:
        """Milliseconds of all queries, each when it was new: what is remembered of them does not grow."""
        return sum(self.times[engine].new)


def measure_sizes(bench: Bench) -> list[Size]:
    """Build and ask at every limit."""
    sizes: list[Size] = []
    for limit in bench.limits:
        folders: dict[type[Engine], Path] = {engine: bench.index(engine, limit) for engine in ENGINES}
        builds = {engine.name: bench.build(engine, limit) for engine in ENGINES}
        sizes.append(Size(limit, builds, time_warm(folders, bench.queries, bench.rounds)))
    return sizes


def growth_section(bench: Bench) -> Section:
    """Set the sizes side by side."""
    sizes = measure_sizes(bench)
    name = Timtin.name
    section = Section("Growth: " + ", ".join(f"{size.articles:,}" for size in sizes) + " articles")
    section.tables = [Table("By size", _HEAD, [_row(size, engine) for engine in _NAMES for size in sizes])]
    for what, cost in (("", Size.to_index), (", computing", Size.to_index_computing)):
        costs = [cost(size, name) for size in sizes]
        section.figures.append(
            Figure(f"to index an article{what}: dearest size", max(costs), "ms", Target(FLAT), "cheapest", min(costs))
        )
    for small, large in pairwise(sizes):
        section.figures.append(
            Figure(
                f"{small.articles:,} → {large.articles:,}: time of the queries grows",
                large.searching(name) / small.searching(name),
                *("×", Target(1), "their matches"),
                large.matches(name) / max(small.matches(name), 1),
            )
        )
    section.data = {
        "sizes": [
            {
                "articles": size.articles,
                "builds": {engine: asdict(build) for engine, build in size.builds.items()},
                "times": {engine: asdict(times) for engine, times in size.times.items()},
            }
            for size in sizes
        ]
    }
    return section


def _row(size: Size, engine: str) -> tuple[Cell, ...]:
    build, times = size.builds[engine], size.times[engine]
    matches = size.matches(engine)
    return (
        *(
            engine,
            size.articles,
            size.to_index(engine),
            size.to_index_computing(engine),
            build.bytes / 1e6,
            build.bytes / build.text,
        ),
        *(
            median(times.new),
            percentile(times.new, 0.95),
            matches / len(times.totals),
            size.searching(engine) * 1000 / max(matches, 1),
        ),
    )
