"""``timtin-search`` as a person runs it, also wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from search import Document, open_index, open_writer
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


def test_reprints_stand_below_what_they_are_reprints_of(folder: Path) -> None:
    text = " ".join(f"âm{chr(97 + at)} tiết" for at in range(26))
    with open_index(folder) as index:
        fill(index, [Document(id=f"bản-{n}", title=f"Bản {n}", lead=text, source=f"Báo {n}") for n in (1, 2)])
    printed = call(folder, "âma tiết").output
    assert "\n1. Bản 1\n   Báo 1 · bản-1\n" in printed
    assert "\n   = 2. Bản 2 · Báo 2 · bản-2\n" in printed
    assert "\n2. " not in printed
    page = json.loads(call(folder, "--json", "âma tiết").output)
    assert [(hit["id"], hit["reprints"], hit["reprint_of"]) for hit in page["hits"]] == [
        ("bản-1", ["bản-2"], None),
        ("bản-2", [], "bản-1"),
    ]


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
