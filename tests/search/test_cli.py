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


def test_the_whole_result_goes_into_a_file(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "bài.csv"
    result = call(folder, "--sort", "newest", "--export", str(file))
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"{file}: 5 articles" in result.stderr
    assert file.read_text(encoding="utf-8-sig").count("\n") == 6
    again = call(folder, "--export", str(file))
    assert (again.exit_code, "--force" in again.stderr) == (2, True)
    limited = call(folder, "--export", str(file), "--force", "--limit", "2", "--sort", "oldest")
    assert limited.exit_code == 0
    assert "2 articles; left out: 3" in limited.stderr
    assert "Trong sạch" in file.read_text(encoding="utf-8-sig")


def test_a_result_of_nothing_is_a_file_too(folder: Path, tmp_path: Path) -> None:
    assert call(folder, "--export", str(tmp_path / "a.jsonl"), "qqq").exit_code == 1
    assert (tmp_path / "a.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--export", "a.docx"], 2, ".csv, .xlsx, .jsonl"),
        (["--export", "nowhere/a.csv"], 4, "No such file"),
        (["--export", "a.csv", "--json"], 2, "--json makes no sense with --export"),
        (["--export", "a.csv", "--page", "2"], 2, "--page makes no sense with --export"),
        (["--export", "a.csv", "--limit", "0"], 2, "--limit"),
        (["--export", "a.csv", "--filter", "colour=red"], 2, "category, year"),
        (["--force"], 2, "--force makes no sense without --export"),
    ],
)
def test_an_export_that_cannot_be_is_explained(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    result = call(folder, *arguments, "x")
    assert result.exit_code == code
    assert said in result.output
    assert list((tmp_path / "empty").iterdir()) == []
