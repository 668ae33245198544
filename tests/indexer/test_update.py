"""Does an update bring the index to what the sources hold, and lose nothing on the way?"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import indexer.survey
from corpus import ReaderSettings, Refusal, RefusalCode, Scan, scan
from indexer import info, update
from indexer.errors import SourcesOverlap

from .conftest import TWENTY, Run, Source, counts, events, found

ENCODED_BADLY = "Huyện".encode("utf-16-le") + b"\xff\xfe\x81" * 40


def test_it_adds_changes_and_removes(run: Run, source: Source, index: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    source.put("a.jsonl", *TWENTY)
    source.put("b.jsonl", ("cũ", "Đường về bản Lũng"))
    run("update", source.root, "--report", report)
    assert counts(report) == {"added": 21}

    source.put("a.jsonl", *TWENTY[1:], ("mới", "Cầu treo thôn Nà Lốc"))
    source.put("b.jsonl", ("cũ", "Đường về bản Lũng đã thông"))
    run("update", "--report", report)
    assert counts(report) == {"added": 1, "changed": 1, "unchanged": 19, "removed": 1}
    assert {event["kind"]: event["id"] for event in events(report)[:-1]} == {
        "added": "mới",
        "changed": "cũ",
        "removed": "bài-0",
    }
    assert found(index, "cau treo") == {"mới"}
    assert found(index, "da thong") == {"cũ"}
    assert found(index) == {id_ for id_, _ in TWENTY[1:]} | {"cũ", "mới"}


def test_a_second_run_reads_and_commits_nothing(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    run("update", source.root)
    before = info(index)
    result = run("update")
    assert info(index) == before
    assert "20  unchanged" in result.stdout
    assert "reading 0 files" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "noticed"), [((), False), (("--checksum",), True)], ids=["size and time", "checksum"]
)
def test_what_counts_as_unchanged(
    run: Run, source: Source, index: Path, arguments: tuple[str, ...], noticed: bool
) -> None:
    path = source.put("a.jsonl", *TWENTY, ("x", "Trường học mới ở Nà Lốc"))
    run("update", source.root)
    before = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("học mới", "học lớn"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    run("update", *arguments)
    assert (found(index, '"truong hoc lon"') == {"x"}) is noticed


def test_a_file_that_was_only_touched_is_not_read(run: Run, source: Source) -> None:
    path = source.put("a.jsonl", *TWENTY)
    run("update", source.root)
    os.utime(path, (1, 1))
    assert "reading 0 files" in run("update").stderr


def test_other_reader_settings_read_everything_again(run: Run, source: Source, index: Path, tmp_path: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    run("update", source.root)
    settings = tmp_path / "settings.toml"
    settings.write_text('[reader]\ndefault_source = "Báo Lâm Bình"\n', encoding="utf-8")
    result = run("update", "--settings", settings)
    assert "20  changed" in result.stdout
    assert "every file is read again" in result.stdout
    assert "20  unchanged" in run("update", "--settings", settings).stdout


def test_a_moved_article_is_no_removal(run: Run, source: Source, index: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    path = source.put("a.jsonl", *TWENTY)
    run("update", source.root)
    path.unlink()
    source.put("2021/a.jsonl", *TWENTY[:10])
    source.put("2022/a.jsonl", *TWENTY[10:19], ("bài-19", "Xã Khe Nhạn đổi tên"))
    run("update", "--report", report)
    assert counts(report) == {"moved": 19, "changed": 1}
    assert len(found(index)) == 20


def test_the_first_file_keeps_an_id_and_the_second_inherits_it(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    first = source.put("b.jsonl", ("x", "Cầu treo thứ nhất"))
    source.put("c.jsonl", ("x", "Cầu treo thứ hai"))
    assert "already" in run("update", source.root).stdout
    assert found(index, '"thứ nhất"') == {"x"}
    source.put("0.jsonl", ("x", "Cầu treo thứ ba"))
    assert "2  refused" in run("update").stdout, "the file that had the id first is not read, and keeps it"
    assert found(index, '"thứ nhất"') == {"x"}
    first.unlink()
    run("update")
    assert found(index, '"thứ ba"') == {"x"}


REMOVALS = [
    pytest.param(18, (), 0, 18, id="two of twenty"),
    pytest.param(17, (), 4, 20, id="three of twenty"),
    pytest.param(17, ("--max-removals", "15"), 0, 17, id="three of twenty, 15 % allowed"),
    pytest.param(19, ("--max-removals", "0"), 4, 20, id="one, none allowed"),
    pytest.param(1, ("--allow-removals",), 0, 1, id="nearly all, allowed"),
]


@pytest.mark.parametrize(("left", "arguments", "code", "held"), REMOVALS)
def test_too_many_removals_are_held(
    run: Run, source: Source, index: Path, left: int, arguments: tuple[str, ...], code: int, held: int
) -> None:
    source.put("a.jsonl", *TWENTY)
    run("update", source.root)
    source.put("a.jsonl", *TWENTY[:left])
    source.put("b.jsonl", ("mới", "Cầu treo thôn Nà Lốc"))
    run("update", *arguments, code=code)
    assert len(found(index)) == held + 1, "what is new comes in, whatever is held"
    if code:
        assert "--allow-removals" in run("update", *arguments, code=code).stderr, "the next run notices again"
        run("update", "--allow-removals")
        assert len(found(index)) == left + 1


def test_an_ordinary_file_of_removals_is_gone_at_once(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    path = source.put("b.jsonl", ("x", "Cầu treo thôn Nà Lốc"))
    run("update", source.root)
    path.unlink()
    assert "1  removed" in run("update").stdout
    assert "x" not in found(index)


class TestSourcesThatAreNotThere:
    """A source that is missing, empty or partly unreadable costs no article, of whatever source."""

    @pytest.fixture
    def other(self, tmp_path: Path) -> Source:
        root = tmp_path / "other"
        root.mkdir()
        return Source(root)

    @pytest.fixture(autouse=True)
    def indexed(self, run: Run, source: Source, other: Source) -> None:
        source.put("a.jsonl", *TWENTY)
        other.put("b.jsonl", ("x", "Cầu treo thôn Nà Lốc"))
        other.put("c.jsonl", ("y", "Trường học bản Lũng"))
        run("update", source.root, other.root)

    @pytest.mark.parametrize("what", ["missing", "empty"])
    def test_gone(self, run: Run, source: Source, other: Source, index: Path, what: str) -> None:
        for path in other.root.iterdir():
            path.unlink()
        if what == "missing":
            other.root.rmdir()
        source.put("a.jsonl", *TWENTY[1:], ("mới", "Bản Lũng có điện"))
        result = run("update", code=3)
        assert str(other.root) in result.stderr
        assert "mounted?" in result.stderr
        assert found(index) == {id_ for id_, _ in TWENTY} | {"x", "y", "mới"}
        run("update", "--allow-removals")
        assert found(index) == {id_ for id_, _ in TWENTY[1:]} | {"mới"}
        assert len(info(index).roots) == (1 if what == "missing" else 2)

    def test_partly_unreadable(
        self, run: Run, source: Source, other: Source, index: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (other.root / "c.jsonl").unlink()
        source.put("a.jsonl", *TWENTY[1:])

        def blind(root: str, settings: ReaderSettings) -> Scan:
            found = scan(root, settings)
            if root != str(other.root):
                return found
            problem = Refusal(other.root / "sub", RefusalCode.UNREADABLE, detail="Permission denied")
            return Scan(found.root, found.files, found.pending, (problem,), complete=False)

        monkeypatch.setattr(indexer.survey, "scan", blind)
        result = run("update", code=3)
        assert "Permission denied" in result.stderr
        assert found(index) == {id_ for id_, _ in TWENTY} | {"x", "y"}
        run("update", "--allow-removals", code=3)
        assert found(index) == {id_ for id_, _ in TWENTY[1:]} | {"x", "y"}, "what may still be there is never removed"
        monkeypatch.undo()
        run("update")
        assert found(index) == {id_ for id_, _ in TWENTY[1:]} | {"x"}

    def test_only_named_sources_are_looked_at(self, run: Run, source: Source, other: Source, index: Path) -> None:
        (other.root / "c.jsonl").unlink()
        source.put("a.jsonl", *TWENTY[1:])
        run("update", source.root)
        assert found(index) == {id_ for id_, _ in TWENTY[1:]} | {"x", "y"}
        assert info(index).roots == (str(source.root), str(other.root)), "and the others stay recorded"


@pytest.mark.parametrize(
    "unreadable",
    [
        pytest.param(ENCODED_BADLY, id="undecodable"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\xfd7zXZ\x00 cut off", id="damaged archive"),
        pytest.param(b'{"id": "x", "title": "B\n', id="bad JSON"),
        pytest.param(json.dumps({"id": "x", "title": "Bản Lũng", "published": "32/13/2021"}).encode(), id="bad date"),
    ],
)
def test_articles_of_a_refused_file_are_kept(run: Run, source: Source, index: Path, unreadable: bytes) -> None:
    source.put("a.jsonl", *TWENTY)
    path = source.put("b.jsonl", ("x", "Cầu treo thôn Nà Lốc"))
    run("update", source.root)
    path.write_bytes(unreadable)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    for _ in range(2):
        result = run("update")
        assert "1  refused" in result.stdout
        assert "1  kept" in result.stdout
        assert "x" in found(index)
    source.put("b.jsonl", ("z", "Cầu treo thôn Nà Lốc khánh thành"))
    run("update")
    assert found(index) == {id_ for id_, _ in TWENTY} | {"z"}


def test_a_lasting_refusal_does_not_stop_removals(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY, raw='{"id": "hỏng", \n')
    run("update", source.root)
    source.put("a.jsonl", *TWENTY[1:], raw='{"id": "hỏng", \n')
    run("update")
    assert found(index) == {id_ for id_, _ in TWENTY[1:]}


def test_what_is_refused_anew_stays_through_later_changes(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    run("update", source.root)
    source.put("a.jsonl", *TWENTY[1:], raw='{"id": "bài-0", \n')
    run("update")
    source.put("a.jsonl", *TWENTY[1:], ("mới", "Cầu treo thôn Nà Lốc"), raw='{"id": "bài-0", \n')
    run("update")
    assert found(index) == {id_ for id_, _ in TWENTY} | {"mới"}


def test_articles_of_a_file_being_written_are_kept(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    source.put("b.jsonl", ("x", "Cầu treo thôn Nà Lốc"))
    run("update", source.root)
    path = source.put("b.jsonl", ("y", "Trường học bản Lũng"), now=True)
    result = run("update")
    assert "1  files still being written" in result.stdout
    assert found(index) >= {"x"}
    os.utime(path, (1_700_000_000, 1_700_000_000))
    run("update")
    assert found(index) == {id_ for id_, _ in TWENTY} | {"y"}


def test_a_source_inside_another_is_refused(run: Run, source: Source, index: Path, tmp_path: Path) -> None:
    source.put("sub/a.jsonl", *TWENTY)
    run("update", source.root)
    link = tmp_path / "link"
    link.symlink_to(source.root)
    for other in (source.root / "sub", source.root.parent, link):
        assert "lies inside" in run("update", other, code=2).stderr
    with pytest.raises(SourcesOverlap):
        update(index, [source.root, source.root / "sub"])
    assert len(found(index)) == 20


def test_a_dry_run_writes_nothing(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    assert "would hold 20 articles" in run("update", source.root, "--dry-run").stdout
    assert not index.exists()
    run("update", source.root)
    source.put("a.jsonl", *TWENTY[1:], ("mới", "Cầu treo thôn Nà Lốc"))
    before = info(index)
    result = run("update", "--dry-run")
    assert "1  added" in result.stdout
    assert "1  removed" in result.stdout
    assert info(index) == before


def test_quiet_is_silent(run: Run, source: Source) -> None:
    source.put("a.jsonl", *TWENTY, raw="{\n")
    assert run("update", source.root, "--quiet").output == ""
    assert run("update", "--quiet").output == ""
    source.put("a.jsonl", *TWENTY[:5])
    assert len(run("update", "--quiet", code=4).output.splitlines()) == 1


def test_file_names_that_are_no_text(run: Run, source: Source, index: Path, tmp_path: Path) -> None:
    path = source.put("a.jsonl", *TWENTY)
    odd = os.fsdecode(os.fsencode(source.root) + b"/\xff\xfe.jsonl")
    path.rename(odd)
    report = tmp_path / "report.jsonl"
    run("update", source.root, "--report", report)
    assert "20  unchanged" in run("update").stdout
    assert str(events(report)[0]["path"]).endswith("\\udcff\\udcfe.jsonl")
    Path(odd).write_bytes(b"{")
    os.utime(odd, (1, 1))
    assert "\\udcff\\udcfe.jsonl" in run("update").stdout
