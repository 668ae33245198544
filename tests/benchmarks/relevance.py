"""How well does timtin rank, by itself and beside Tantivy and SQLite FTS5?

    python -m tests.benchmarks.relevance ARTICLES QUERIES... [--peers] [--forms]

ARTICLES is a folder or a .jsonl[.gz|.xz]; every title is replaced by one same word, so that a query which is a title
has to find its article by the rest. QUERIES are .jsonl with kind, query, relevant (ids).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from search import Document, IndexMissing, open_index

from . import expected, tables
from .inputs import InputError, read_documents, read_queries, restrict, spread
from .judging import Job, Result, Row, judge_all, make_jobs, summarise
from .systems import PEERS, System, Timtin, build

_FILE = click.Path(path_type=Path)
_EXISTING = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("articles", type=_EXISTING)
@click.argument("queries", type=_EXISTING, nargs=-1, required=True)
@click.option("--peers", is_flag=True, help="Run Tantivy and SQLite FTS5 too.")
@click.option("--forms", is_flag=True, help="Check that NFD, other tone placement and capitals give the same lists.")
@click.option("--limit", type=click.IntRange(1), help="Take only so many articles, and the queries they answer.")
@click.option("--sample", type=click.IntRange(1), help="Take only so many queries of each kind.")
@click.option("--index", type=_FILE, help="Use the index in this folder; where there is none, build and keep it.")
@click.option("--index-url", help="The same, of an index on a cluster: opensearch://HOST:9200/NAME.")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes that build and ask.")
@click.option("--json", "report", type=_FILE, help="Write all figures to this file, query by query too.")
@click.option("--expect", type=_FILE, help="Fail where nDCG@10 is below what this file expects.")
@click.option("--update", is_flag=True, help="Write the figures to the file of --expect instead.")
def main(
    articles: Path,
    queries: tuple[Path, ...],
    peers: bool,
    forms: bool,
    limit: int | None,
    sample: int | None,
    index: Path | None,
    index_url: str | None,
    workers: int,
    report: Path | None,
    expect: Path | None,
    update: bool,
) -> None:
    """Measure how well the articles are ranked that answer the queries of QUERIES... (.jsonl: kind, query, relevant),
    in an index of ARTICLES (a folder or .jsonl[.gz|.xz]) with blank titles.
    """
    if index and index_url:
        raise click.UsageError("--index and --index-url name two indices.")
    if update and expect is None:
        raise click.UsageError("--update needs --expect FILE: the file to write.")
    with ExitStack() as stack:
        place = index_url or index or Path(stack.enter_context(TemporaryDirectory(prefix="timtin-relevance-")))
        try:
            documents = _documents(articles, limit) if peers or not _is_index(place) else []
            _prepare(place, documents, workers)
            jobs = _jobs(place, queries, limit, sample, forms=forms)
        except InputError as error:
            raise click.ClickException(str(error)) from None
        results = {Timtin.name: _run(partial(Timtin, place), jobs, workers, Timtin.name)}
        if peers:
            plain = [Job(job.kind, job.mode, job.text, job.relevant) for job in jobs]
            for peer in PEERS:
                results[peer.name] = _run(partial(peer, documents), plain, 1, peer.name)
    rows = {name: summarise(found) for name, found in results.items()}
    _print(rows, results[Timtin.name], forms=forms)
    if report:
        _write(report, rows, results)
    if expect:
        _compare(expect, rows[Timtin.name], update=update)


def _documents(articles: Path, limit: int | None) -> list[Document]:
    began = time.perf_counter()
    documents = list(read_documents(articles, limit))
    _tell(f"{len(documents)} articles read", began)
    return documents


def _is_index(place: Path | str) -> bool:
    try:
        open_index(place).close()
    except IndexMissing:
        return False
    return True


def _prepare(place: Path | str, documents: Sequence[Document], workers: int) -> None:
    """Build the index where there is none, and refuse one that shows its titles."""
    if not _is_index(place):
        began = time.perf_counter()
        build(place, documents, workers)
        _tell("index built", began)
    elif not Timtin(place).blank():
        raise click.UsageError(f"{place} holds an index whose titles are not blank; name another folder.")


def _jobs(place: Path | str, paths: Sequence[Path], limit: int | None, sample: int | None, *, forms: bool) -> list[Job]:
    ids = Timtin(place).ids()
    queries = read_queries(paths)
    if limit:
        queries = restrict(queries, ids)
    lost = sum(len(query.relevant - ids) for query in queries)
    if lost:
        click.echo(f"{lost} relevant articles are not in the index: they count as not found.", err=True)
    if not queries:
        raise click.ClickException("no query is left: the articles answer none of them.")
    return make_jobs(spread(queries, sample), forms=forms)


def _run(make: Callable[[], System], jobs: Sequence[Job], workers: int, name: str) -> list[Result]:
    began = time.perf_counter()
    results = judge_all(make, jobs, workers)
    _tell(f"{name}: {len(jobs)} queries", began)
    return results


def _print(rows: dict[str, list[Row]], own: Sequence[Result], *, forms: bool) -> None:
    for name, lines in rows.items():
        click.echo(f"\n{name}\n{tables.figures(lines)}")
    if len(rows) > 1:
        click.echo(f"\nnDCG@10 side by side\n{tables.side_by_side(rows)}")
    if forms:
        click.echo(f"\nOther forms of the same query\n{tables.forms(own)}")


def _write(path: Path, rows: dict[str, list[Row]], results: dict[str, list[Result]]) -> None:
    content = {
        name: {
            "rows": [asdict(row) for row in rows[name]],
            "queries": [asdict(result) for result in results[name]],
        }
        for name in rows
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _compare(path: Path, rows: Sequence[Row], *, update: bool) -> None:
    if update:
        expected.save(path, rows)
        click.echo(f"\nWritten to {path}.")
        return
    if not path.is_file():
        raise click.ClickException(f"{path} is not there; --update writes it.")
    wrong = expected.shortfalls(expected.load(path), rows)
    if wrong:
        raise click.ClickException("not as expected:\n" + "\n".join(wrong))
    click.echo("\nAs expected.")


def _tell(what: str, began: float) -> None:
    click.echo(f"{what} in {time.perf_counter() - began:.1f} s", err=True)


if __name__ == "__main__":
    main()
