"""Does the command run, on few articles, and tell every figure? How high they are is not tested."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ...commands import ROOT
from .__main__ import SECTIONS, main

QUERIES = ROOT / "tests" / "benchmarks" / "sample.jsonl"
SAMPLE = ROOT / "corpus" / "sample"
SMALL = "--limit 20 --limit 40 --at 40 --draw 1 --sample 10 --segment 10 --rounds 1 --cold 1 --seconds 0.5".split()


def test_every_section_is_measured_and_told(tmp_path: Path) -> None:
    report, plot = tmp_path / "r.json", tmp_path / "p.svg"
    files = ["--json", str(report), "--plot", str(plot), "--work", str(tmp_path / "work")]
    done = CliRunner().invoke(main, [str(SAMPLE), "--queries", str(QUERIES), *SMALL, *files])
    assert done.exit_code == 0, done.output
    sections = json.loads(report.read_text(encoding="utf-8"))["sections"]
    assert list(sections) == list(SECTIONS)
    for section in sections.values():
        assert section["figures"], section["title"]
        assert section["title"] in done.stdout
        for figure in section["figures"]:
            assert figure["name"] in done.stdout
    exact = {figure["name"]: figure for section in sections.values() for figure in section["figures"]}
    for name in ("facet counts that are wrong", "articles segmented otherwise than by pyvi", "… errors"):
        assert exact[name]["value"] == 0
    assert exact["articles changed"]["value"] == 40
    assert "Growth: 20, 40 articles" in done.stdout
    assert "<svg" in plot.read_text(encoding="utf-8")

    again = CliRunner().invoke(main, [str(SAMPLE), *SMALL, *files[-2:], "--reuse", "all", "--only", "index"])
    assert again.exit_code == 0, again.output
    assert "Indexing: 40 articles" in again.stdout


def test_the_engine_on_a_cluster_is_measured_beside_bare_requests(cluster_url: str) -> None:
    options = ["--engine", "opensearch", "--index-url", cluster_url, "--limit", "20", "--draw", "1", "--rounds", "1"]
    done = CliRunner().invoke(main, [str(SAMPLE), "--queries", str(QUERIES), *options])
    assert done.exit_code == 0, done.output
    assert "On a cluster: 20 articles" in done.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only", "search,nothing"], "no section nothing"),
        (["--reuse", "peers"], "--reuse needs --work"),
        (["--limit", "5", "--at", "6"], "none of the limits"),
        (["--only", "index", "--plot", "p.svg"], "--plot needs the section growth"),
        (["--plot", "p.txt"], "ends with .svg or .png"),
    ],
)
def test_wrong_options_are_explained(options: list[str], message: str) -> None:
    done = CliRunner().invoke(main, [str(SAMPLE), *options])
    assert done.exit_code == 2
    assert message in done.output


def test_unusable_articles_are_explained(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{", encoding="utf-8")
    done = CliRunner().invoke(main, [str(tmp_path / "a.jsonl")])
    assert done.exit_code == 1
    assert "a.jsonl" in done.output
