"""``python -m tests.benchmarks.speed ARTICLES``: measure timtin beside its peers, on the same articles in one run."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from ...cluster.cluster import Cluster, unused_folder
from ...cluster.distribution import NotAvailable
from ..inputs import InputError
from .articles import prepare, version_of
from .bench import Bench
from .budget import budget_section
from .builds import ALL, NOTHING, PEERS, Builder
from .figures import Section, as_json, told
from .growth import growth_section
from .indexing import index_section
from .on_cluster import cluster_section
from .plot import plot_growth
from .processes import MeasurementFailed
from .queries import choose
from .searching import search_section, suggest_section
from .segmenting import segment_section
from .starting import cold_section
from .updating import update_section
from .web import web_section

SECTIONS: Mapping[str, Callable[[Bench], Section]] = {
    "index": index_section,
    "update": update_section,
    "segment": segment_section,
    "search": search_section,
    "suggest": suggest_section,
    "budget": budget_section,
    "cold": cold_section,
    "web": web_section,
    "growth": growth_section,
}
PLOTS = {".svg", ".png"}

_FILE = click.Path(path_type=Path)
_EXISTING = click.Path(exists=True, path_type=Path)
_COUNT = click.IntRange(1)


def _names(_context: click.Context, _parameter: click.Parameter, value: str | None) -> list[str]:
    names = list(dict.fromkeys(value.split(","))) if value else list(SECTIONS)
    if unknown := [name for name in names if name not in SECTIONS]:
        raise click.BadParameter(f"there is no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}.")
    return names


@click.command(context_settings={"show_default": True})
@click.argument("articles", type=_EXISTING)
@click.option("--limit", "limits", type=_COUNT, multiple=True, help="Measure so many articles; again for growth.")
@click.option("--at", type=_COUNT, help="Of several limits, the one at which all else is measured.  [default: largest]")
@click.option("--queries", type=_EXISTING, help="Take queries of this file (.jsonl: kind, query, relevant) too.")
@click.option("--draw", type=click.IntRange(0), default=100, help="So many of them, evenly drawn.")
@click.option("--only", callback=_names, help="Only these sections, with commas: " + ", ".join(SECTIONS) + ".")
@click.option("--engine", type=click.Choice(["whoosh", "opensearch"]), default="whoosh", help="What is measured.")
@click.option("--index-url", help="With opensearch: where to write an index.  [default: on three nodes started for it]")
@click.option("--work", type=_FILE, help="Keep articles and indices in this folder.  [default: a temporary one]")
@click.option("--reuse", type=click.Choice([NOTHING, PEERS, ALL]), default=NOTHING, help="Indices of --work to keep.")
@click.option("--sample", type=_COUNT, default=2000, help="Articles of the peers that have pyvi in front.")
@click.option("--segment", type=_COUNT, default=5000, help="Articles whose segmentation is compared with pyvi's.")
@click.option("--rounds", type=_COUNT, default=5, help="How often each query is asked.")
@click.option("--cold", type=_COUNT, help="Queries that are asked in fresh processes too.  [default: all]")
@click.option("--seconds", type=click.FloatRange(0.5), default=10, help="How long the web server is loaded.")
@click.option("--json", "report", type=_FILE, help="Write all figures to this file.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw cost against size to this file (.svg or .png).")
def main(
    articles: Path,
    limits: tuple[int, ...],
    at: int | None,
    queries: Path | None,
    draw: int,
    only: list[str],
    engine: str,
    index_url: str | None,
    work: Path | None,
    reuse: str,
    sample: int,
    segment: int,
    rounds: int,
    cold: int | None,
    seconds: float,
    report: Path | None,
    plot: Path | None,
) -> None:
    """Measure the speed of timtin and of its peers on ARTICLES (a folder or .jsonl[.gz|.xz]).

    Where a limit is beyond the articles there are, mixtures of their sentences follow. Each build and each cold query
    has a process of its own. Indices that are kept are shown with the figures of the run that built them.
    """
    _check_options(limits, at, only, work, reuse, plot)
    for file in (report, plot):
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        scratch = work or Path(stack.enter_context(TemporaryDirectory(prefix="timtin-speed-")))
        folder = scratch.resolve() / version_of(articles)
        try:
            there = prepare(articles, max(limits, default=None), folder / "articles")
            asked = choose(queries, draw)
        except InputError as error:
            raise click.ClickException(str(error)) from None
        sizes = tuple(sorted(set(limits))) or (there,)
        bench = Bench(
            articles=folder / "articles",
            work=folder,
            builder=Builder(folder / "articles", folder / "indices", reuse=reuse),
            limits=sizes,
            limit=at or sizes[-1],
            queries=asked,
            sample=min(sample, at or sizes[-1]),
            segmented=min(segment, there),
            rounds=rounds,
            cold=cold or len(asked),
            seconds=seconds,
        )
        measured = {name: SECTIONS[name] for name in only}
        if engine == "opensearch":
            measured = {"cluster": partial(cluster_section, url=stack.enter_context(_index_on_cluster(index_url)))}
        try:
            sections = {name: _measured(name, section, bench) for name, section in measured.items()}
        except MeasurementFailed as error:
            raise click.ClickException(str(error)) from None
    if report:
        _write(report, sections)
    if plot:
        plot_growth(plot, sections["growth"].data)


def _check_options(
    limits: Sequence[int], at: int | None, only: Sequence[str], work: Path | None, reuse: str, plot: Path | None
) -> None:
    """Raise :class:`click.UsageError` for options that do not go together."""
    if reuse != NOTHING and work is None:
        raise click.UsageError("--reuse needs --work DIR: the folder of an earlier run.")
    if at is not None and at not in limits:
        raise click.UsageError(f"--at {at} is none of the limits.")
    if plot and plot.suffix not in PLOTS:
        raise click.UsageError(f"--plot FILE ends with {' or '.join(sorted(PLOTS, reverse=True))}.")
    if plot and "growth" not in only:
        raise click.UsageError("--plot needs the section growth; add it to --only.")


@contextmanager
def _index_on_cluster(url: str | None) -> Iterator[str]:
    """Where to write an index: at ``url``, or on a cluster that is started for it."""
    if url:
        yield url
        return
    # With the small heap of the tests a node refuses some of what is sent to it at once.
    os.environ.setdefault("OPENSEARCH_JAVA_OPTS", "-Xms1g -Xmx1g")
    cluster = Cluster(unused_folder(), os.getpid())
    try:
        cluster.start()
        cluster.wait_for("green")
        with cluster.index() as own:
            yield own
    except NotAvailable as missing:
        raise click.ClickException(str(missing)) from None
    finally:
        cluster.stop()


def _measured(name: str, measure: Callable[[Bench], Section], bench: Bench) -> Section:
    began = time.perf_counter()
    section = measure(bench)
    click.echo(f"\n{told(section)}")
    click.echo(f"{name}: {time.perf_counter() - began:.1f} s", err=True)
    return section


def _write(path: Path, sections: Mapping[str, Section]) -> None:
    content = {
        "machine": {"python": sys.version.split()[0], "system": platform.platform(), "cores": os.cpu_count()},
        "sections": {name: as_json(section) for name, section in sections.items()},
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
