"""Reading the file that staff edit, also when it is broken, and keeping up with it."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from search import open_index, open_writer
from search.equivalents.file import NAME, BrokenFile, EquivalentsFile, Read, read_file, shipped

from ..articles import fill

clock = iter(range(1_600_000_000, 1_700_000_000))


def write(folder: Path, text: str | bytes) -> Path:
    """Write the file with a time of its own, so that no two versions of it look alike."""
    path = folder / NAME
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    at = next(clock)
    os.utime(path, (at, at))
    return path


def read(folder: Path, text: str | bytes) -> Read:
    result = read_file(write(folder, text))
    assert isinstance(result, Read)
    return result


def test_groups_comments_and_empty_lines(tmp_path: Path) -> None:
    result = read(tmp_path, "# ghi chú\tvới tab\n\nHĐND\tHội đồng nhân dân\n  \n#TT\tx\nUBND \t Ủy ban nhân dân\t\t\n")
    assert (len(result.table), result.broken) == (2, ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_as_a_spreadsheet_writes_it(tmp_path: Path, encoding: str, end: str) -> None:
    text = end.join(['"# ghi chú, ""x"""\t\t', 'HĐND\t"Hội đồng nhân dân"\t', "\t\t", ""])
    result = read(tmp_path, text.encode(encoding))
    assert (len(result.table), result.broken) == (1, ())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("HĐND Hội đồng nhân dân", "one form only"),
        ("HĐND", "one form only"),
        ("HĐND\thđnd", "the same to a search"),
        ("HĐND\t!!!", "holds no letter"),
        ("12\tmười hai", "holds no letter"),
        ("HĐND\t" + "từ " * 16, "16 words"),
        ("\t".join(f"A{number}" for number in range(31)), "31 forms"),
    ],
)
def test_a_broken_line_is_named_and_skipped(tmp_path: Path, line: str, reason: str) -> None:
    result = read(tmp_path, f"UBND\tỦy ban nhân dân\n{line}\nMTTQ\tMặt trận Tổ quốc\n")
    assert len(result.table) == 2
    ((number, said),) = result.broken
    assert number == 2
    assert reason in said


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("HĐND\tHội đồng".encode("utf-16-le"), "not UTF-8"),
        (b"\xff\xfe\x00", "not UTF-8"),
        ("Hội đồng nhân dân\n".encode(), "line 1"),
        (b"#" * 4_000_001, "larger than"),
    ],
)
def test_a_broken_file(tmp_path: Path, data: bytes, reason: str) -> None:
    result = read_file(write(tmp_path, data))
    assert isinstance(result, BrokenFile)
    assert reason in result.reason


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    assert isinstance(read_file(tmp_path / NAME), BrokenFile)
    assert EquivalentsFile(tmp_path).current() is shipped()


def test_the_file_beside_the_index_comes_first(tmp_path: Path) -> None:
    held = EquivalentsFile(tmp_path)
    assert held.current() is shipped()
    path = write(tmp_path, "KN\tKhe Nhạn\n")
    first = held.current()
    assert len(first) == 1
    assert held.current() is first
    write(tmp_path, "KN\tKhe Nhạn\nXC\tXóm Củi\n")
    assert len(held.current()) == 2
    write(tmp_path, "# không mở rộng gì\n")
    assert len(held.current()) == 0
    path.unlink()
    assert held.current() is shipped()


def test_a_broken_file_keeps_the_table_of_before(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    held = EquivalentsFile(tmp_path)
    path = write(tmp_path, b"\xff\xff\xff")
    with caplog.at_level(logging.WARNING):
        assert held.current() is shipped()
        write(tmp_path, "KN\tKhe Nhạn\nhỏng\n")
        table = held.current()
        assert len(table) == 1
        write(tmp_path, "hỏng\n")
        assert held.current() is table
        assert held.current() is table
    assert [str(path) in record.getMessage() for record in caplog.records] == [True] * 3
    assert f"{path}:2: there is one form only" in caplog.text


def test_no_index_folder_at_all() -> None:
    assert EquivalentsFile().current() is shipped()
    assert EquivalentsFile(Path(os.devnull)).current() is shipped()


def test_an_open_index_keeps_up_with_the_file(tmp_path: Path) -> None:
    open_writer(tmp_path).close()
    with open_index(tmp_path) as index:
        fill(index)
        assert {hit.id for hit in index.search("XCXC").hits} == set()
        write(tmp_path, "XCXC\tXóm Củi\n")
        assert {hit.id for hit in index.search("XCXC").hits} == {"van-hoa"}
        assert index.info().stale is False
        write(tmp_path, "XCXC\tKhe Nhạn\n")
        assert {hit.id for hit in index.search("XCXC").hits} == {"khe-nhan"}
        (tmp_path / NAME).unlink()
        assert index.search("XCXC").total == 0
        assert index.search("HĐND").reading.expansions == (("HĐND", ("Hội đồng nhân dân",)),)
        assert index.check() == []
