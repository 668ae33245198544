"""Do info, verify and backup tell and keep the truth about a live index?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer import backup, info, verify
from indexer.errors import UnusableFolder
from search import Document, open_index, open_writer

from .conftest import TWENTY, Run, Source, found


@pytest.fixture(autouse=True)
def indexed(run: Run, source: Source) -> None:
    source.put("a.jsonl", *TWENTY)
    source.put("b.jsonl", ("x", "Cầu treo thôn Nà Lốc"), raw="{\n")
    run("build", source.root)


def test_info(run: Run, source: Source, index: Path) -> None:
    run("remove", "x")
    told = run("info").stdout
    for part in (
        "20 (",
        "0 deleted",  # nothing of a withdrawn article is left
        "generation 1",
        "1: x",
        f"{source.root}: 20 articles in 2 files",
        "refused    1",
        "remove, ",
    ):
        assert part in told
    as_json = json.loads(run("info", "--json").stdout)
    assert as_json["index"]["documents"] == 20
    assert as_json["roots"] == [str(source.root)]
    assert as_json["run"]["command"] == "remove"


def test_verify_finds_nothing_in_a_sound_index(run: Run, index: Path) -> None:
    assert "sound: 21 articles, 5 looked for by title" in run("verify", "--sample", 5).stdout
    assert run("verify", "--quiet").output == ""
    assert json.loads(run("verify", "--json").stdout) == {"problems": [], "documents": 21, "asked": 21, "skipped": 0}


def test_verify_finds_damage(run: Run, index: Path) -> None:
    largest = max(
        (path for path in (index / "generations").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size
    )
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 0xFF
    largest.write_bytes(content)
    assert "problem" in run("verify", code=6).stderr
    assert json.loads(run("verify", "--json", code=6).stdout)["problems"]


def test_verify_compares_the_index_with_the_ledger(run: Run, index: Path) -> None:
    with open_writer(index, workers=0) as writer:
        writer.delete("bài-0")
        writer.add(Document(id="lạ", title="Bản Lũng đón khách"))
        writer.commit()
    problems = verify(index).problems
    assert any("not in the index: bài-0" in problem for problem in problems)
    assert any("not recorded: lạ" in problem for problem in problems)


@pytest.mark.parametrize(
    "title",
    [
        'Xã Khe Nhạn: "Tiến độ" -5 việc, +2 việc (đợt 1)',
        "Chính trị - xã hội",
        "Ca nhạc OR thơ HOẶC kịch",
        "title: tác giả:An",
        "Đề án 03-ĐA/TU, 12/6/2021",
        "Khe*",
        "…",
        "!!!",
    ],
)
def test_verify_reads_titles_as_words(run: Run, source: Source, index: Path, title: str) -> None:
    source.put("c.jsonl", ("z", title))
    run("update")
    assert found(index) >= {"z"}
    result = verify(index, sample=1000)
    assert result.problems == ()
    assert result.asked == 22
    assert result.skipped == (title in {"…", "!!!"})


def test_an_item_among_many_alike_is_found(run: Run, source: Source, index: Path) -> None:
    source.put("c.jsonl", *[(f"tin-{number}", "Tin vắn") for number in range(60)])
    run("update")
    assert verify(index, sample=1000).problems == ()


def test_backup(run: Run, index: Path, tmp_path: Path) -> None:
    run("remove", "x")
    run("backup", tmp_path / "copy")
    assert found(tmp_path / "copy") == found(index)
    assert info(tmp_path / "copy").withdrawn == ("x",)
    assert (tmp_path / "copy" / "withdrawn.jsonl").read_bytes() == (index / "withdrawn.jsonl").read_bytes()
    run("update", at=tmp_path / "copy")
    assert "x" not in found(tmp_path / "copy")
    run("verify", at=tmp_path / "copy")


def test_going_back(run: Run, source: Source, index: Path) -> None:
    assert "no former generation" in run("rollback", code=7).stderr
    before = found(index)
    source.put("new.jsonl", ("moi", "Tin mới"))
    run("build")
    assert "moi" in found(index)
    assert "generation 1 is live again" in run("rollback").stdout
    assert found(index) == before
    run("verify")
    run("update")
    assert "moi" in found(index)


def test_what_was_withdrawn_is_in_no_generation_to_go_back_to(run: Run, index: Path) -> None:
    run("build")
    run("remove", "x")
    assert "no former generation" in run("rollback", code=7).stderr
    assert "x" not in found(index)


def test_backup_into_an_empty_folder(index: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    assert backup(index, tmp_path / "copy").documents == 21


def test_backup_leaves_other_things_alone(run: Run, index: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("Kính gửi")
    (tmp_path / "file").write_text("Kính gửi")
    for target, why in (("full", "not empty"), ("file", "is a file"), ("index/copy", "inside the index")):
        assert why in run("backup", tmp_path / target, code=7).stderr
        with pytest.raises(UnusableFolder):
            backup(index, tmp_path / target)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


def test_a_backup_serves_while_the_index_is_written(run: Run, source: Source, index: Path, tmp_path: Path) -> None:
    with open_writer(index, workers=0) as writer:
        writer.delete("x")
        backup(index, tmp_path / "copy")
    with open_index(tmp_path / "copy") as copy:
        assert copy.search("nà lốc").total == 1
        assert copy.check() == []
