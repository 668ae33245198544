"""How fast is an index built, with how much memory, and how large is it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from .bench import Bench
from .builds import Build
from .figures import Figure, Section, Table, Target
from .fts5 import Fts5
from .own import Timtin, TimtinWithWorkers
from .stock_whoosh import StockWhooshPyvi
from .tantivy_engines import Tantivy, TantivyPyvi

MEGABYTE = 1 << 20


def index_section(bench: Bench) -> Section:
    """Build with every engine; those that have pyvi in front get a sample of the articles."""
    own, workers, tantivy, fts5 = (bench.build(engine) for engine in (Timtin, TimtinWithWorkers, Tantivy, Fts5))
    obvious, with_pyvi = (bench.build(engine, bench.sample) for engine in (StockWhooshPyvi, TantivyPyvi))
    builds = (own, workers, obvious, with_pyvi, tantivy, fts5)
    section = Section(f"Indexing: {bench.limit:,} articles, {own.text / 1e6:,.1f} MB of text")
    section.tables = [_table(builds)]
    section.figures = [
        *_rates(own, (obvious, Target(5, at_least=True)), (with_pyvi, Target(3, at_least=True))),
        *_rates(own, (tantivy, None), (fts5, None)),
        Figure(
            *("… with 2 workers, reading included", workers.whole_rate, "1/s", Target(1.7, at_least=True)),
            *("1 process", own.whole_rate),
        ),
        *_peaks(own, workers),
        Figure("bytes on disk to bytes of text", own.bytes / own.text, "×", Target(2)),
        Figure("segments", own.segments, "", Target(12)),
    ]
    section.notes = [
        "Rates leave out the reading of the articles. Every build has one core, that with workers all of them.",
        "Start: the first article, with what it loads; it is not in the seconds.",
    ]
    section.data = {"builds": [asdict(build) for build in builds]}
    return section


def _table(builds: tuple[Build, ...]) -> Table:
    head = ("engine", "articles", "1/s", "s", "computing", "reading", "start", "peak MiB", "MB", "× text", "segments")
    rows = [
        (
            *(build.engine, build.articles, build.rate, build.seconds, build.computing, build.reading, build.start),
            build.peak and build.peak / MEGABYTE,
            *(build.bytes / 1e6, build.bytes / build.text, build.segments),
        )
        for build in builds
    ]
    return Table("Builds", head, rows)


def _rates(own: Build, *peers: tuple[Build, Target | None]) -> Iterator[Figure]:
    for peer, target in peers:
        yield Figure("articles a second", own.rate, "1/s", target, peer.engine, peer.rate)
        yield Figure(
            "articles a second of computing", own.computed_rate, "1/s", target, peer.engine, peer.computed_rate
        )


def _peaks(own: Build, workers: Build) -> list[Figure]:
    named = (("peak memory", own), ("peak memory with 2 workers, all processes", workers))
    return [Figure(name, build.peak / MEGABYTE, "MiB", Target(1024)) for name, build in named if build.peak]
