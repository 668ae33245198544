"""What does timtin cost before it has done anything, and what does one more process cost that has the index open?"""

from __future__ import annotations

import mmap
import multiprocessing
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median

from . import memory
from .bench import Bench
from .figures import Figure, Section, Table, Target
from .own import Timtin
from .processes import ROOT, environment, run

MEGABYTE = 1e6
PATIENCE = 600
"""Seconds that processes wait for each other."""

# Nothing but what it measures: a module that is loaded before would not be counted.
_IMPORT = """
import time
def pages():
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1])
    except OSError:
        return 0
before = pages()
began, computed = time.perf_counter(), time.process_time()
import {module}
print(time.perf_counter() - began, time.process_time() - computed, before, pages())
"""


@dataclass(frozen=True, slots=True)
class Import:
    """What an import takes: seconds of the wall clock and of computing, and bytes of memory (0 where not known)."""

    seconds: float
    computing: float
    bytes: float


def cold_section(bench: Bench) -> Section:
    """Measure the import, and the memory of two processes that have answered the queries."""
    own, numpy = (import_cost(module, 2 * bench.rounds + 1) for module in ("search", "numpy"))
    one, two = run(memory_of_two, folder=bench.index(Timtin), queries=bench.queries)
    section = Section(f"Starting: {bench.limit:,} articles")
    section.figures = [
        Figure("import search", own.seconds, "s", Target(0.15)),
        Figure("… of which computing", own.computing, "s"),
        Figure("… memory above bare Python", own.bytes / MEGABYTE, "MB", Target(40)),
        Figure("import numpy, to compare", numpy.seconds, "s"),
        Figure("… memory above bare Python", numpy.bytes / MEGABYTE, "MB"),
    ]
    if one is not None and two is not None:
        section.tables = [
            Table(
                "Memory after the queries, shared pages by their share (PSS)",
                ("processes", "MB", "MB each"),
                [("1", one / MEGABYTE, one / MEGABYTE), ("2", two / MEGABYTE, two / MEGABYTE / 2)],
            )
        ]
        section.figures.append(Figure("two processes", two / MEGABYTE, "MB", None, "one process", one / MEGABYTE))
    section.notes = ["What opening and the first query take stands in the section on search."]
    section.data = {"search": asdict(own), "numpy": asdict(numpy), "pss_of_one": one, "pss_of_two": two}
    return section


def import_cost(module: str, starts: int) -> Import:
    """Return what importing ``module`` takes: medians of ``starts`` fresh processes."""
    found = []
    for _ in range(starts):
        command = [sys.executable, "-c", _IMPORT.format(module=module)]
        done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
        seconds, computing, before, after = map(float, done.stdout.split())
        found.append((seconds, computing, (after - before) * mmap.PAGESIZE))
    return Import(*map(median, zip(*found, strict=True)))


def memory_of_two(folder: Path, queries: Sequence[str]) -> tuple[int | None, int | None]:
    """Return the bytes (PSS) of a process that has answered ``queries``, and those of two such processes together."""
    context = multiprocessing.get_context("spawn")
    alone, both = context.Barrier(2), context.Barrier(3)
    first = context.Process(target=_hold, args=(folder, queries, [alone, both, both]))
    second = context.Process(target=_hold, args=(folder, queries, [both, both]))
    first.start()
    alone.wait(PATIENCE)
    one = memory.proportional(first.pid or 0)
    second.start()
    both.wait(PATIENCE)
    sizes = [memory.proportional(process.pid or 0) for process in (first, second)]
    both.wait(PATIENCE)
    for process in (first, second):
        process.join()
    return one, None if None in sizes else sum(size or 0 for size in sizes)


def _hold(folder: Path, queries: Sequence[str], barriers: Sequence[Barrier]) -> None:
    """Answer ``queries``, then stand at each of ``barriers`` in turn."""
    engine = Timtin(folder)
    for query in queries:
        engine.search(query)
    for barrier in barriers:
        barrier.wait(PATIENCE)
