"""What does a result page cost beside its search, and how many readers can be served at once?"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from search import open_index

from ...commands import Commands
from ..metrics import percentile
from . import memory
from .articles import read_prepared
from .bench import Bench
from .clock import Spent, middle
from .figures import Figure, Section, Table, Target
from .load import Load, put_under_load
from .own import Timtin
from .processes import run
from .queries import windows

WORKERS = 2
CLIENTS = 32
DISTINCT = 5000
"""Different queries of the readers."""


def web_section(bench: Bench) -> Section:
    """Measure pages one at a time in this process, and many at a time from ``timtin-serve``."""
    costs = run(pages_and_calls, folder=bench.index(Timtin), queries=bench.queries, rounds=bench.rounds)
    texts = run(distinct_queries, articles=bench.articles, limit=bench.limit)
    load, sizes = _served(bench, texts)
    section = Section(f"Web: {bench.limit:,} articles")
    section.figures = [
        *_costs("a page of a new query", [(one.new_page.wall, one.new_call.wall) for one in costs], Target(2.5)),
        *_costs("… computing", [(one.new_page.computing, one.new_call.computing) for one in costs], Target(2.5)),
        *_costs("a page of a query asked before", [(one.page.wall, one.call.wall) for one in costs], None),
        Figure(f"requests a second, {CLIENTS} readers", load.rate, "1/s"),
        Figure("… median", percentile(load.milliseconds, 0.5), "ms"),
        Figure("… 99 %", percentile(load.milliseconds, 0.99), "ms"),
        Figure("… errors", len(load.errors), "", Target(0)),
    ]
    if sizes:
        names = ["master", *(f"worker {number}" for number in range(1, len(sizes)))]
        rows = [(name, size / 1e6) for name, size in zip(names, sizes, strict=True)]
        section.tables = [
            Table("Memory of the server after that, shared pages by their share (PSS)", ("process", "MB"), rows)
        ]
    section.notes = [
        f"{len(load.milliseconds):,} pages in {load.seconds:.1f} s, over {len(texts):,} distinct queries.",
        f"A page has {load.bytes / max(len(load.milliseconds), 1) / 1000:.1f} kB.",
        f"timtin-serve has {WORKERS} workers; the readers run on the same cores.",
        *load.errors[:5],
    ]
    section.data = {"costs": [asdict(cost) for cost in costs], "load": asdict(load), "pss": sizes}
    return section


@dataclass(frozen=True, slots=True)
class Cost:
    """What one query costs as a call of ``index.search`` and as a page: when it is new to either, and when it was asked
    before (medians over the rounds).
    """

    new_call: Spent
    new_page: Spent
    call: Spent
    page: Spent


def pages_and_calls(folder: Path, queries: Sequence[str], rounds: int) -> list[Cost]:
    """Return what each query costs. Call and page take turns; each has the index open for itself, so that neither finds
    what the other remembers.
    """
    from webui import create_app

    client = create_app({"TIMTIN_INDEX": str(folder)}).test_client()
    spent: list[list[tuple[Spent, Spent]]] = [[] for _ in queries]
    with open_index(folder) as index:
        for _ in range(rounds + 1):
            for query, times in zip(queries, spent, strict=True):
                began = Spent.now()
                index.search(query)
                call, began = began.so_far(), Spent.now()
                answer = client.get(path_of(query))
                page = began.so_far()
                if answer.status_code != 200:
                    raise ValueError(f"{query!r}: status {answer.status_code}")
                times.append((call, page))
    return [Cost(*first, *map(middle, zip(*again, strict=True))) for first, *again in spent]


def distinct_queries(articles: Path, limit: int) -> list[str]:
    """Return queries out of the titles of the prepared ``articles``."""
    return windows(read_prepared(articles, limit), DISTINCT)


def path_of(query: str) -> str:
    """Return the path of the result page."""
    return "/search?" + urlencode({"q": query})


def _costs(name: str, seconds: Sequence[tuple[float, float]], target: Target | None) -> Iterator[Figure]:
    """Yield what pages take beside the calls that they make: ``seconds`` are (page, call)."""
    pages, calls = zip(*seconds, strict=True)
    ratios = [page / call for page, call in seconds]
    yield Figure(f"{name}, median", median(pages) * 1000, "ms", target, "index.search", median(calls) * 1000)
    yield Figure("… median of the queries' ratios", median(ratios), "×", target, "index.search")


def _served(bench: Bench, texts: Sequence[str]) -> tuple[Load, list[int]]:
    """Return what readers of ``timtin-serve`` meet, and the memory (PSS) of its processes then, the master first."""
    commands = Commands(Path(sys.executable).parent)
    words = ("timtin-serve", "--index", bench.index(Timtin), "--port", "0", "--workers", str(WORKERS))
    with commands.serving(*words, log=bench.work / "serve.log") as address:
        paths = list(map(path_of, texts))
        run(put_under_load, address=address, paths=paths[::-1], clients=CLIENTS, seconds=min(bench.seconds, 2.0))
        load = run(put_under_load, address=address, paths=paths, clients=CLIENTS, seconds=bench.seconds)
        return load, [size for pid in memory.children(os.getpid()) if (size := memory.proportional(pid))]
