"""Does the sample still rank as well as it was measured to, and does a query's spelling make no difference?

``python -m tests.benchmarks.relevance corpus/sample tests/benchmarks/sample.jsonl --expect
tests/benchmarks/sample.expected.json`` shows the figures; with ``--update`` it writes them anew.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from .benchmarks.expected import load, shortfalls
from .benchmarks.inputs import Query, read_documents, read_queries, spread
from .benchmarks.judging import judge_all, make_jobs, summarise
from .benchmarks.places import main as places
from .benchmarks.relevance import main as relevance
from .benchmarks.systems import Timtin, build
from .commands import ROOT

ARTICLES = ROOT / "corpus" / "sample"
QUERIES = ROOT / "tests" / "benchmarks" / "sample.jsonl"
EXPECTED = ROOT / "tests" / "benchmarks" / "sample.expected.json"
FORM_QUERIES = 5
"""Queries a kind whose other forms are searched for."""


@pytest.fixture(scope="module")
def queries() -> list[Query]:
    return read_queries([QUERIES])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the sample, its titles blank."""
    folder = tmp_path_factory.mktemp("relevance") / "index"
    build(folder, read_documents(ARTICLES), workers=1)
    return folder


def test_there_are_queries_of_every_kind(index: Path, queries: list[Query]) -> None:
    counts = Counter(query.kind for query in queries)
    assert counts.total() >= 120
    assert counts["topic"] >= 25
    assert {"title", "window", "confusable", "docno", "date", "name", "name-bare", "place", "place-bare"} <= set(counts)
    assert [query for query in queries if not query.relevant <= Timtin(index).ids()] == []


def test_the_ranking_is_as_good_as_it_was(index: Path, queries: list[Query]) -> None:
    system = Timtin(index)
    rows = summarise(judge_all(lambda: system, make_jobs(queries)))
    assert shortfalls(load(EXPECTED), rows) == []


def test_the_form_of_a_query_makes_no_difference(index: Path, queries: list[Query]) -> None:
    system = Timtin(index)
    results = judge_all(lambda: system, make_jobs(spread(queries, FORM_QUERIES), forms=True))
    compared = [(result.text, name, same) for result in results for name, _, same in result.forms]
    assert {name for _, name, _ in compared} == {"NFD", "old-style", "new-style", "upper case"}
    assert [(text, name) for text, name, same in compared if not same] == []


def test_the_command_compares_with_its_peers_and_with_what_is_expected(index: Path, tmp_path: Path) -> None:
    some = tmp_path / "some.jsonl"
    some.write_text("".join(QUERIES.read_text(encoding="utf-8").splitlines(keepends=True)[::12]), encoding="utf-8")
    expect, report = tmp_path / "expected.json", tmp_path / "report.json"
    shared = [str(ARTICLES), str(some), "--index", str(index), "--expect", str(expect)]
    run = CliRunner().invoke

    done = run(relevance, [*shared, "--update", "--peers", "--forms", "--json", str(report)])
    assert done.exit_code == 0, done.output
    assert "above Tantivy" in done.output
    figures = json.loads(report.read_text(encoding="utf-8"))
    assert set(figures) == {"timtin", "Tantivy", "Tantivy by field", "FTS5"}
    assert figures["timtin"]["rows"][0]["queries"] > 0

    assert run(relevance, shared).exit_code == 0
    raised = expect.read_text(encoding="utf-8").replace('"accented": ', '"accented": 1')
    expect.write_text(raised, encoding="utf-8")
    worse = run(relevance, shared)
    assert worse.exit_code == 1
    assert "not as expected" in worse.output


def test_an_index_that_shows_its_titles_is_refused(tmp_path: Path) -> None:
    build(tmp_path, read_documents(ARTICLES, 3, blank=False), workers=1)
    done = CliRunner().invoke(relevance, [str(ARTICLES), str(QUERIES), "--index", str(tmp_path)])
    assert done.exit_code == 2
    assert "not blank" in done.output


def test_the_command_makes_places_that_the_benchmark_reads(tmp_path: Path) -> None:
    done = CliRunner().invoke(places, [str(ARTICLES), "--count", "5"])
    assert done.exit_code == 0, done.output
    (tmp_path / "places.jsonl").write_text(done.stdout, encoding="utf-8")
    kinds = Counter(query.kind for query in read_queries([tmp_path / "places.jsonl"]))
    assert kinds == dict.fromkeys(("place", "place-bare", "office", "office-bare"), 5)
