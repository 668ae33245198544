"""Does a withdrawn article stay out, whatever comes, until it is restored?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer import Withdrawn, info, remove, restore

from .conftest import TWENTY, Run, Source, found


@pytest.fixture(autouse=True)
def indexed(run: Run, source: Source) -> None:
    source.put("a.jsonl", *TWENTY)
    source.put("b.jsonl", ("x", "Cầu treo thôn Nà Lốc"))
    run("update", source.root)


@pytest.mark.parametrize(
    "meanwhile",
    [
        pytest.param([("update", ())], id="update"),
        pytest.param([("update", ("--checksum",))], id="checksum"),
        pytest.param([("build", ()), ("update", ())], id="build, update"),
        pytest.param([("update", ()), ("build", ()), ("build", ())], id="two builds"),
    ],
)
@pytest.mark.parametrize("changed", [False, True], ids=["same file", "changed file"])
def test_it_stays_out_until_it_is_restored(
    run: Run, source: Source, index: Path, meanwhile: list[tuple[str, tuple[str, ...]]], changed: bool
) -> None:
    run("remove", "x")
    assert "x" not in found(index)
    if changed:
        source.put("b.jsonl", ("x", "Cầu treo thôn Nà Lốc, tin sửa"), ("y", "Trường học bản Lũng"))
    for command, arguments in meanwhile:
        run(command, *arguments)
        assert "x" not in found(index)
    assert info(index).withdrawn == ("x",)
    run("restore", "x")
    assert "x" not in found(index)
    run("update")
    assert found(index, "na loc") == {"x"}
    assert info(index).withdrawn == ()
    assert len(found(index)) == 21 + changed


def test_it_stays_out_when_it_comes_from_another_file(run: Run, source: Source, index: Path) -> None:
    run("remove", "x")
    (source.root / "b.jsonl").unlink()
    source.put("c.jsonl", ("x", "Cầu treo thôn Nà Lốc"))
    assert "withdrawn earlier" in run("update").stdout
    assert "x" not in found(index)
    run("restore", "x")
    run("update")
    assert "x" in found(index)


def test_what_was_withdrawn_is_no_removal(run: Run, source: Source, index: Path) -> None:
    run("remove", *(id_ for id_, _ in TWENTY[:10]))
    assert "0  removed" in run("update").stdout
    run("build")
    assert len(found(index)) == 11


@pytest.mark.parametrize(
    ("command", "ids", "code", "told"),
    [
        ("remove", ("x", "không-có"), 12, ["x: removed", "không-có: not in the index; check the id"]),
        ("remove", ("bài-0",), 0, ["bài-0: withdrawn already"]),
        ("restore", ("bài-0",), 0, ["bài-0: will come back with the next update"]),
        ("restore", ("x",), 0, ["x: in the index"]),
        ("restore", ("không-có",), 12, ["không-có: not withdrawn; check the id"]),
    ],
)
def test_every_id_is_answered(run: Run, command: str, ids: tuple[str, ...], code: int, told: list[str]) -> None:
    run("remove", "bài-0")
    result = run(command, *ids, code=code)
    for line in told:
        assert line in result.output


def test_from_python(index: Path) -> None:
    assert remove(index, ["x", "x", "z"]) == Withdrawn(done=("x",), unknown=("z",))
    assert remove(str(index), ["x"]) == Withdrawn(done=(), already=("x",))
    assert restore(index, ["x", "bài-1", "z"]) == Withdrawn(done=("x",), already=("bài-1",), unknown=("z",))


def test_the_list_beside_the_index_follows(run: Run, index: Path) -> None:
    run("remove", "x", "bài-1")
    lines = (index / "withdrawn.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["id"] for line in lines} == {"x", "bài-1"}
    run("restore", "x")
    lines = (index / "withdrawn.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["bài-1"]


def test_a_missing_index_is_not_made(run: Run, tmp_path: Path) -> None:
    for command in ("remove", "restore"):
        assert "no index" in run(command, "x", at=tmp_path / "none", code=7).stderr
    assert not (tmp_path / "none").exists()
