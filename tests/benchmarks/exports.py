"""How soon does a whole result begin to arrive, how long does it take, and how much memory does the server need for it?

    python -m tests.benchmarks.exports INDEX [QUERY …]

Serves INDEX on this machine, asks for every export of each QUERY (all articles where there is none), twice, plain and
compressed, and sets beside them what the pages of the JSON API take for the same articles. Linux only: memory is read
from /proc.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import click

from search import EXPORT_FORMATS

from ..commands import Commands
from .speed.memory import children, peak, resident
from .tables import table

PIECE = 1 << 16
MOST_PER_PAGE = 100
PACKED = "gzip"


@click.command()
@click.argument("index", type=click.Path(exists=True, path_type=Path))
@click.argument("queries", nargs=-1)
def main(index: Path, queries: tuple[str, ...]) -> None:
    """Measure the exports of an index."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        serving = ("timtin-serve", "--index", index.resolve(), "--port", "0", "--workers", "1")
        with Commands(Path(sys.executable).parent).serving(*serving, log=Path(folder) / "log") as address:
            for query in queries or ("",):
                _fetch(f"{address}/search?{urlencode({'q': query})}")
                asked = [f"export.{suffix}" for suffix in EXPORT_FORMATS]
                asked += [f"{one} {PACKED}" for one in asked if not one.endswith("xlsx")]
                rows += [_measured(address, query, what) for what in (*asked, *asked, "api/v1/search")]
    click.echo(table(("query", "address", "first byte, ms", "all, s", "MB", "resident, + MB"), rows))


def _measured(address: str, query: str, what: str) -> tuple[str, ...]:
    workers = children(os.getpid())
    before = {worker: resident(worker) or 0 for worker in workers}
    for worker in workers:
        # From here on the peak is measured.
        Path(f"/proc/{worker}/clear_refs").write_text("5", encoding="ascii")
    began = time.perf_counter()
    if what.startswith("export"):
        name, _, encoding = what.partition(" ")
        first, size = _fetch(f"{address}/{name}?{urlencode({'q': query})}", encoding or "identity")
    else:
        first, size = _pages(f"{address}/{what}", query)
    seconds = time.perf_counter() - began
    growth = max((peak(worker) or 0) - before[worker] for worker in workers)
    return query or "*", what, f"{first * 1000:.0f}", f"{seconds:.1f}", f"{size / 1e6:.1f}", f"{growth / 1e6:.0f}"


def _fetch(address: str, encoding: str = "identity") -> tuple[float, int]:
    """Return the seconds until the first byte, and the bytes."""
    began = time.perf_counter()
    with urlopen(Request(address, headers={"Accept-Encoding": encoding})) as answer:
        size = len(answer.read(1))
        first = time.perf_counter() - began
        while piece := answer.read(PIECE):
            size += len(piece)
    return first, size


def _pages(address: str, query: str) -> tuple[float, int]:
    """Fetch every page of a result, as one had to without exports."""
    first, size, page = 0.0, 0, 0
    while True:
        page += 1
        asked = urlencode({"q": query, "page": page, "per_page": MOST_PER_PAGE})
        seconds, got = _fetch(f"{address}?{asked}")
        first, size = first or seconds, size + got
        if got < PIECE // 2:
            return first, size


if __name__ == "__main__":
    main()
