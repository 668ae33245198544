"""Can a query be made that takes far longer than others?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from search import open_index

from .articles import read_prepared
from .bench import Bench
from .clock import Spent, middle
from .figures import Figure, Section, Table, Target
from .own import Timtin
from .processes import run
from .queries import demanding

MOST = 50.0
"""Milliseconds that a query may take that is not cut."""

CUTS = frozenset({"partial", "shortened", "ignored"})
"""Notices that say that less was looked for than was asked, or not to the end."""

SOURCES = 50
"""Articles of whose words the long queries consist."""


@dataclass(frozen=True, slots=True)
class Demand:
    """A demanding query: what it is, milliseconds (medians, of the wall clock and of computing), matches, and what the
    page says about its reading.
    """

    name: str
    milliseconds: float
    computing: float
    total: int
    notices: tuple[str, ...]

    @property
    def cut(self) -> bool:
        """Whether the page says that the query was cut."""
        return not CUTS.isdisjoint(self.notices)


def budget_section(bench: Bench) -> Section:
    """Ask what could take long."""
    found = run(demand, folder=bench.index(Timtin), articles=bench.articles, rounds=bench.rounds)
    whole = [one.milliseconds for one in found if not one.cut]
    section = Section(f"Demanding queries: {bench.limit:,} articles")
    rows = [(one.name, one.milliseconds, one.computing, one.total, ", ".join(one.notices) or "none") for one in found]
    section.tables = [Table("Medians", ("query", "ms", "computing", "matches", "notices"), rows)]
    section.figures = [
        Figure("slowest that is not cut with a notice", max(whole, default=0.0), "ms", Target(MOST)),
        Figure("… of which computing", max((one.computing for one in found if not one.cut), default=0.0), "ms"),
        Figure("slowest of all, cut or not", max(one.milliseconds for one in found), "ms"),
    ]
    section.data = {"queries": [asdict(one) for one in found]}
    return section


def demand(folder: Path, articles: Path, rounds: int) -> list[Demand]:
    """Ask the demanding queries of the index in ``folder``; ``articles`` are prepared ones."""
    queries: Mapping[str, str] = demanding(read_prepared(articles, SOURCES))
    found = []
    with open_index(folder) as index:
        index.search("khởi động")
        for name, query in queries.items():
            times = []
            for _ in range(rounds):
                began = Spent.now()
                page = index.search(query)
                times.append(began.so_far())
            spent = middle(times)
            found.append(Demand(name, spent.wall * 1000, spent.computing * 1000, page.total, page.reading.notices))
    return found
