"""``timtin-search`` as a person runs it, also wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from search import open_index, open_writer
from search.__main__ import run

from .articles import fill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    open_writer(tmp_path).close()
    with open_index(tmp_path) as index:
        fill(index)
    return tmp_path


def call(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(run, ["--index", str(folder), *arguments])


def test_a_person_reads_the_result(folder: Path) -> None:
    result = call(folder, "huyen", "uy", "khe", "nhan")
    assert result.exit_code == 0
    assert "1 found, page 1 of 1" in result.output
    assert "1. [Huyện uỷ Khe Nhạn] sơ kết" in result.output
    assert "Báo Lam Khê · Chính trị · 2023-11-28 · Thu Hoài, Minh Khuê · khe-nhan" in result.output
    assert "category: Chính trị 1" in result.output


def test_json(folder: Path) -> None:
    page = json.loads(call(folder, "--json", "duong").output)
    assert page["total"] == 1
    assert page["hits"][0]["id"] == "duong"
    assert page["hits"][0]["published"] == "2022-05-01T08:30:00+07:00"
    assert page["facets"]["category"][0] == {"value": "Giao thông", "count": 1, "state": "none"}


@pytest.mark.parametrize(
    ("arguments", "total"),
    [
        (["--filter", "category=Văn hóa"], 1),
        (["--filter", "category=Văn hóa", "--filter", "category=Giao thông"], 2),
        (["--exclude", "source=Báo Lam Khê"], 3),
        (["--from", "2022-01-01", "--to", "2022-12-31"], 1),
        (["--exact", "duong"], 0),
        (["--sort", "oldest", "--page", "9"], 5),
        (["--", "-huyen"], 4),
    ],
)
def test_options(folder: Path, arguments: list[str], total: int) -> None:
    result = call(folder, "--json", *arguments)
    assert json.loads(result.output)["total"] == total
    assert result.exit_code == (0 if total else 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--filter", "category"], "FACET=VALUE"),
        (["--filter", "colour=red"], "category, year"),
        (["--from", "yesterday"], "2021-06-30"),
        (["--page", "0"], "--page"),
        (["--sort", "best"], "relevance"),
    ],
)
def test_wrong_options_are_explained(folder: Path, arguments: list[str], said: str) -> None:
    result = call(folder, *arguments, "x")
    assert result.exit_code == 2
    assert said in result.output


def test_no_index(tmp_path: Path) -> None:
    result = call(tmp_path / "nowhere", "x")
    assert result.exit_code == 3
    assert "timtin-index build" in result.output
