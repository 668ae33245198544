"""How fast is a search, and how fast a suggestion?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from search import FACETS, open_index

from ..metrics import percentile
from .bench import Bench
from .clock import Spent, middle
from .engines import Engine
from .figures import Cell, Figure, Section, Table, Target
from .fts5 import Fts5
from .own import Timtin
from .processes import run
from .queries import FIXED, keystrokes
from .stock_whoosh import StockWhoosh, StockWhooshPyvi
from .tantivy_engines import Tantivy, TantivyAllWords
from .timing import First, Times, time_cold, time_warm

PEERS: tuple[type[Engine], ...] = (Timtin, Tantivy, TantivyAllWords, Fts5)
"""They take turns; stock Whoosh, a hundred times slower, is asked after them."""

KEYSTROKES = 600

SLOW_ROUNDS = 1


def search_section(bench: Bench) -> Section:
    """Time the queries on the articles of ``bench``, warm and cold."""
    stock = StockWhooshPyvi if bench.limit <= bench.sample else StockWhoosh
    folders: dict[type[Engine], Path] = {engine: bench.index(engine) for engine in PEERS}
    warm = time_warm(folders, bench.queries, bench.rounds)
    folders[stock] = bench.index(stock)
    warm |= time_warm({stock: folders[stock]}, bench.queries, SLOW_ROUNDS)
    cold = {one.name: time_cold(one, folder, bench.queries[: bench.cold]) for one, folder in folders.items()}
    section = Section(f"Search: {bench.limit:,} articles, {len(bench.queries)} queries, {bench.rounds} rounds")
    section.tables = [_by_engine(warm, cold), _by_query(warm, bench.queries)]
    section.figures = _figures(warm, cold, stock.name)
    section.figures.append(
        Figure("facet counts that are wrong", run(miscounted, folder=bench.index(Timtin)), "", Target(0))
    )
    if stock is StockWhoosh:
        section.notes.append(f"{stock.name} is asked without pyvi: that would take long to build.")
    section.data = {
        "queries": bench.queries,
        "warm": {name: asdict(times) for name, times in warm.items()},
        "cold": {name: [asdict(first) for first in firsts] for name, firsts in cold.items()},
    }
    return section


def suggest_section(bench: Bench) -> Section:
    """Time suggestions after every keystroke of the queries."""
    typed = keystrokes(bench.queries, KEYSTROKES)
    name, first, spent = run(_suggest, folder=bench.index(Timtin), typed=typed, rounds=bench.rounds)
    new = [one.wall * 1000 for one in first]
    times, computing = [one.wall * 1000 for one in spent], [one.computing * 1000 for one in spent]
    section = Section(f"Suggestions (Index.{name}): {bench.limit:,} articles, {len(typed)} keystrokes")
    section.figures = [
        Figure("one keystroke, median", median(times), "ms", Target(2)),
        Figure("one keystroke, 95 %", percentile(times, 0.95), "ms", Target(2)),
        Figure("one keystroke, slowest", max(times), "ms"),
        Figure("one keystroke that was never typed before, median", median(new), "ms", Target(2)),
        Figure("one keystroke that was never typed before, 95 %", percentile(new, 0.95), "ms"),
        Figure("… of which computing, median", median(computing), "ms"),
        Figure("… of which computing, 95 %", percentile(computing, 0.95), "ms"),
    ]
    slowest = sorted(zip(new, typed, strict=True), reverse=True)[:5]
    section.tables = [
        Table("The slowest of those never typed before", ("typed", "ms"), [(text, ms) for ms, text in slowest])
    ]
    section.data = {"typed": typed, "milliseconds": times, "new": new, "computing": computing}
    return section


def miscounted(folder: Path) -> int:
    """Return how many of the facet values shown for :data:`~.queries.FIXED` have another count than a search that is
    narrowed to them.
    """
    wrong = 0
    with open_index(folder) as index:
        for query in FIXED:
            page = index.search(query, budget=60)
            for facet in FACETS:
                for value in page.facets[facet][:5]:
                    narrowed = index.search(query, filters={facet: [value.value]}, budget=60)
                    wrong += narrowed.total != value.count
    return wrong


def _by_engine(warm: dict[str, Times], cold: dict[str, list[First]]) -> Table:
    head = ("engine", "warm ms", "95 %", "slowest", "new ms", "95 %", "cold: open ms", "first query", "95 %", "matches")
    rows: list[tuple[Cell, ...]] = []
    for name, times in warm.items():
        opening, answers = [first.open for first in cold[name]], [first.answer for first in cold[name]]
        new = median(times.new), percentile(times.new, 0.95)
        own = (name, times.median, times.p95, max(times.milliseconds), *new)
        rows.append((*own, median(opening), median(answers), percentile(answers, 0.95), median(times.totals)))
    return Table("Milliseconds a query: medians over the queries", head, rows)


def _by_query(warm: dict[str, Times], queries: Sequence[str]) -> Table:
    head = ("query", "ms: " + next(iter(warm)), *list(warm)[1:], "matches: " + next(iter(warm)), *list(warm)[1:])
    rows: list[tuple[Cell, ...]] = [
        (
            query[:48],
            *(times.milliseconds[at] for times in warm.values()),
            *(times.totals[at] for times in warm.values()),
        )
        for at, query in enumerate(queries)
    ]
    return Table("Query by query, warm", head, rows)


def _figures(warm: dict[str, Times], cold: dict[str, list[First]], stock: str) -> list[Figure]:
    own, tantivy = warm[Timtin.name], warm[Tantivy.name]
    pairs = zip(own.milliseconds, tantivy.milliseconds, strict=True)
    first = [one.open + one.answer for one in cold[Timtin.name]]
    return [
        Figure("warm, median", own.median, "ms", Target(1), Tantivy.name, tantivy.median),
        Figure("warm, 95 %", own.p95, "ms", Target(2), Tantivy.name, tantivy.p95),
        Figure(
            "warm, median of the best rounds", median(own.best), "ms", Target(1), Tantivy.name, median(tantivy.best)
        ),
        Figure("new to a warm process, median", median(own.new), "ms", Target(1), Tantivy.name, median(tantivy.new)),
        Figure(
            "new to a warm process, 95 %",
            percentile(own.new, 0.95),
            "ms",
            Target(2),
            Tantivy.name,
            percentile(tantivy.new, 0.95),
        ),
        Figure("warm, median of the queries' ratios", median(a / b for a, b in pairs), "×", None, Tantivy.name),
        *(
            Figure("warm, median", own.median, "ms", None, name, warm[name].median)
            for name in (TantivyAllWords.name, Fts5.name)
        ),
        Figure("warm, median", own.median, "ms", Target(0.01), stock, warm[stock].median),
        Figure("open + first query, median", median(first), "ms", Target(250)),
        Figure("open + first query, slowest", max(first), "ms", Target(250)),
        Figure("… of which computing, median", median(one.computing for one in cold[Timtin.name]), "ms"),
    ]


def _suggest(folder: Path, typed: Sequence[str], rounds: int) -> tuple[str, list[Spent], list[Spent]]:
    """Return the name of the call, and what each of ``typed`` takes: the first time, and after that."""
    with open_index(folder) as index:
        name = "suggest" if hasattr(index, "suggest") else "complete"
        call = getattr(index, name)
        times: list[list[Spent]] = [[] for _ in typed]
        for _ in range(rounds + 1):
            for text, found in zip(typed, times, strict=True):
                began = Spent.now()
                call(text)
                found.append(began.so_far())
    return name, [found[0] for found in times], [middle(found[1:]) for found in times]
