from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path

import pytest

from corpus import ReaderSettings, scan
from corpus.scanning import Scan

from .conftest import read_all, settled

NOW = 1_700_000_000.0


def put(root: Path, name: str, age: float = 3600) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Tin {name}\n\nMột đoạn.", encoding="utf-8")
    os.utime(path, (NOW - age, NOW - age))
    return path


def names(found: Scan) -> list[str]:
    return [file.relative for file in found.files]


def test_files_are_found_with_size_and_time_before_they_are_read(tmp_path: Path) -> None:
    path = put(tmp_path, "b/2.txt")
    put(tmp_path, "a.txt")
    found = scan(tmp_path, now=NOW)
    assert names(found) == ["a.txt", "b/2.txt"]
    assert found.complete
    assert not found.problems
    file = found.files[1]
    assert (file.path, file.size, file.mtime_ns) == (path, path.stat().st_size, path.stat().st_mtime_ns)


def test_a_root_may_be_one_file(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt")
    found = scan(path, now=NOW)
    assert names(found) == ["a.txt"]
    assert found.files[0].path == path


@pytest.mark.parametrize(
    "name", [".hidden.txt", ".git/a.txt", "a.txt~", "a.txt.tmp", "A.PART", ".a.txt.swp", "~$a.docx", "#a.txt#"]
)
def test_hidden_and_temporary_files_are_passed_over(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    found = scan(tmp_path, now=NOW)
    assert (found.files, found.problems, found.complete) == ((), (), True)


@pytest.mark.parametrize(
    ("age", "settle", "pending"),
    [(1, 5, True), (6, 5, False), (0, 0, False), (-2, 5, True), (-3600, 5, False)],
)
def test_a_file_still_being_written_is_left_for_the_next_run(
    tmp_path: Path, age: float, settle: float, pending: bool
) -> None:
    put(tmp_path, "a.txt", age)
    found = scan(tmp_path, ReaderSettings(settle_seconds=settle), now=NOW)
    assert bool(found.pending) == pending
    assert bool(found.files) != pending
    assert found.complete


def test_a_missing_root_is_incomplete_and_named(tmp_path: Path) -> None:
    found = scan(tmp_path / "none", now=NOW)
    assert not found.complete
    assert [problem.code for problem in found.problems] == ["missing"]
    assert "none" in found.problems[0].message


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads anything")
def test_an_unreadable_folder_makes_the_scan_incomplete(tmp_path: Path) -> None:
    put(tmp_path, "closed/a.txt")
    (tmp_path / "closed").chmod(0)
    try:
        found = scan(tmp_path, now=NOW)
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert not found.complete
    assert [problem.code for problem in found.problems] == ["unreadable"]


def test_a_folder_that_cannot_be_listed_makes_the_scan_incomplete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "closed/a.txt")
    put(tmp_path, "open/a.txt")
    listing = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = scan(tmp_path, now=NOW)
    assert names(found) == ["open/a.txt"]
    assert not found.complete
    assert [(problem.code, problem.path.name) for problem in found.problems] == [("unreadable", "closed")]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights on Windows")
class TestLinks:
    def test_loops_end(self, tmp_path: Path) -> None:
        put(tmp_path, "a/1.txt")
        (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
        (tmp_path / "self").symlink_to(tmp_path / "self")
        found = scan(tmp_path, now=NOW)
        assert names(found) == ["a/1.txt"]
        assert found.complete

    def test_linked_folders_are_read_once(self, tmp_path: Path) -> None:
        put(tmp_path, "a/1.txt")
        (tmp_path / "b").symlink_to(tmp_path / "a", target_is_directory=True)
        assert names(scan(tmp_path, now=NOW)) == ["a/1.txt"]

    def test_a_dangling_link_may_be_a_missing_mount(self, tmp_path: Path) -> None:
        (tmp_path / "mount").symlink_to(tmp_path / "gone")
        found = scan(tmp_path, now=NOW)
        assert not found.complete
        assert [problem.code for problem in found.problems] == ["unreadable"]

    def test_a_pipe_is_named_and_not_opened(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        found = scan(tmp_path, now=NOW)
        assert [problem.code for problem in found.problems] == ["not-a-file"]
        assert found.complete


def test_paths_are_composed_in_ids(tmp_path: Path) -> None:
    put(tmp_path, unicodedata.normalize("NFD", "Chính trị/huyện uỷ.txt"))
    assert names(scan(tmp_path, now=NOW)) == ["Chính trị/huyện uỷ.txt"]


def test_a_file_that_vanishes_after_the_scan_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt")
    found = scan(tmp_path, settled())
    path.unlink()
    from corpus import read_file

    (refusal,) = read_file(found.files[0])
    assert refusal.code == "unreadable"  # type: ignore[union-attr]


def test_a_file_that_changes_while_it_is_read_is_noted(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt")
    found = scan(tmp_path, settled())
    path.write_text("Tin mới\n\nMột đoạn dài hơn trước.", encoding="utf-8")
    from corpus import read_file

    assert [getattr(item, "code", None) for item in read_file(found.files[0])] == [None, "changed-while-read"]


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Chính trị/a.txt", "Chính trị"),
        ("chinh-tri/2023/11/a.txt", "Chính trị"),
        ("Xã_hội/a.txt", "Xã hội"),
        ("bao-dien-tu/a.txt", "Báo điện tử"),
        ("a.txt", None),
        ("2023/a.txt", None),
    ],
)
def test_the_folder_gives_the_category(tmp_path: Path, name: str, category: str | None) -> None:
    put(tmp_path, name)
    outcome = read_all(tmp_path, settled(categories={"Bao dien tu": "Báo điện tử"}))
    assert outcome.article.category == category
