"""Generations, crashes, locks, damage: an index on disk keeps its promises."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search import (
    AnalyzerChanged,
    Document,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    IndexStale,
    backup,
    open_index,
    open_writer,
)
from search.engines.whoosh import writer as writing
from search.engines.whoosh.folder import LAYOUT

from ..articles import fill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    open_writer(tmp_path / "index").close()
    with open_index(tmp_path / "index") as index:
        fill(index)
    return tmp_path / "index"


def live(folder: Path) -> Path:
    return folder / "generations" / (folder / "CURRENT").read_text().strip()


def rebuild(folder: Path, title: str, *, publish: bool = True) -> int:
    with open_writer(folder, rebuild=True) as writer:
        writer.add(Document(id="1", title=title))
        writer.commit()
        if publish:
            writer.publish()
        return writer.generation


def test_no_index(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(IndexMissing, match="timtin-index build"):
            open_index(path)


def test_two_generations_are_kept_and_an_open_reader_goes_on(folder: Path) -> None:
    with open_index(folder) as index:
        reader = index._engine.reader()
        for number in range(3):
            rebuild(folder, f"Lần {number}")
        assert sorted(path.name for path in (folder / "generations").iterdir()) == ["3", "4"]
        held = reader.number("duong")
        assert held is not None
        assert reader.stored(held).document.id == "duong"
        assert index.search("lần 2").total == 1


def test_what_was_never_published_is_swept_away(folder: Path) -> None:
    number = rebuild(folder, "Dở dang", publish=False)
    with open_index(folder, generation=number) as index:
        assert list(index.ids()) == ["1"]
    open_writer(folder).close()
    assert not (folder / "generations" / str(number)).exists()
    with open_index(folder) as index:
        assert index.search("khe nhan").total == 1


def test_files_of_old_commits_go(folder: Path) -> None:
    with open_writer(folder) as writer:
        for number in range(30):
            writer.replace(Document(id="same", title=f"Lần {number}"))
            writer.commit(user_data=str(number).encode())
    names = sorted(path.name for path in live(folder).iterdir())
    assert len([name for name in names if name.endswith(".toc")]) == 1
    assert len([name for name in names if name.startswith("user_")]) == 1
    assert len([name for name in names if name.endswith(".tpo")]) <= 9


def test_a_purge_leaves_nothing_of_what_was_deleted(folder: Path) -> None:
    rebuild(folder, "Bản in lại")
    with open_index(folder) as index:
        fill(index)
    with open_writer(folder) as writer:
        writer.delete("duong")
        writer.commit(user_data=b"why", purge=True)
    assert [path.name for path in (folder / "generations").iterdir()] == ["2"]
    with open_index(folder) as index:
        assert (index.info().documents, index.info().deleted) == (5, 0)
        assert index.check() == []
        assert index.search("khe nhan").total == 1
        reader = index._engine.reader()
        assert all(b"duong" not in segment.fields["id"].terms for segment in reader.segments)  # type: ignore[attr-defined]


def change_settings(folder: Path, **changes: str) -> None:
    path = live(folder) / "timtin.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_another_layout_is_stale(folder: Path) -> None:
    change_settings(folder, layout="0")
    with pytest.raises(IndexStale) as caught:
        open_index(folder)
    assert (caught.value.found, caught.value.expected) == ("0", LAYOUT)
    with pytest.raises(IndexStale):
        open_writer(folder)
    rebuild(folder, "Mới")
    with open_index(folder) as index:
        assert index.search("mới").total == 1


def test_another_analyzer_is_searched_but_not_updated(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    change_settings(folder, analyzer="other", sources="other")
    with caplog.at_level(logging.WARNING), open_index(folder) as index:
        assert index.search("khe nhan").total == 1
        assert index.info().stale
    assert "analysed" in caplog.text
    with pytest.raises(AnalyzerChanged, match="timtin-index build"):
        open_writer(folder)


def test_an_analyzer_of_other_sources_that_gives_the_same_terms_is_no_other(folder: Path) -> None:
    change_settings(folder, sources="other")
    with open_index(folder) as index:
        assert not index.info().stale
    open_writer(folder).close()


def test_a_running_server_keeps_what_it_can_read(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with open_index(folder) as index:
        rebuild(folder, "Mới")
        change_settings(folder, layout="99")
        with caplog.at_level(logging.WARNING):
            assert index.search("khe nhan").total == 1
            assert index.search("khe nhan").total == 1
        assert "goes on serving" in caplog.text
        rebuild(folder, "Mới hơn")
        assert index.search("mới hơn").total == 1


@pytest.mark.parametrize("name", ["*.tpo", "*.tdo", "*.toc", "groups_*.bin"])
@pytest.mark.parametrize("damage", ["cut", "empty", "gone"])
def test_damage_is_named(folder: Path, name: str, damage: str) -> None:
    (path,) = live(folder).glob(name)
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"" if damage == "empty" else path.read_bytes()[:-30])
    with pytest.raises((IndexCorrupt, IndexMissing)):
        open_index(folder)


def test_a_flipped_bit_is_found_by_check(folder: Path) -> None:
    path = next(path for path in live(folder).iterdir() if path.suffix == ".tpo")
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(data)
    with open_index(folder) as index:
        assert any("damaged" in problem for problem in index.check())


def test_backup_is_a_whole_index(folder: Path, tmp_path: Path) -> None:
    with open_writer(folder) as writer:
        writer.commit(user_data=b"ledger")
    (folder / "equivalents.tsv").write_text("KN\tKhe Nhạn\n", encoding="utf-8")
    backup(folder, tmp_path / "copy")
    with open_index(tmp_path / "copy") as copy, open_index(folder) as index:
        assert set(copy.ids()) == set(index.ids())
        assert copy.check() == []
        assert copy.user_data == b"ledger"
        assert copy.search("hội nghị KN").reading.expansions == (("KN", ("Khe Nhạn",)),)
    with pytest.raises(FileExistsError):
        backup(folder, tmp_path / "copy")
    with pytest.raises(IndexMissing):
        backup(tmp_path / "nowhere", tmp_path / "other")


ENDLESS_WRITER = """
import sys
from search import Document, open_writer
with open_writer(sys.argv[1]) as writer:
    number = 0
    print("begun", flush=True)
    while True:
        number += 1
        for part in range(3):
            writer.replace(Document(id=f"doc {part}", title=f"Bài số {number}"))
        writer.commit(user_data=str(number).encode())
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_killed_at_any_instant_the_index_is_whole(folder: Path) -> None:
    for delay in (0.0, 0.02, 0.05, 0.11, 0.17, 0.23):
        command = [sys.executable, "-c", ENDLESS_WRITER, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            with pytest.raises(IndexLocked):
                open_writer(folder)
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
        with open_index(folder) as index:
            assert index.check() == []
            titles = {hit.title for hit in index.search('"bài số"').hits}
            # One commit is seen whole: all three documents, of the number that its user data names.
            assert titles <= {f"Bài số {(index.user_data or b'').decode()}"}
            assert index.search("khe nhan").total == 1


@pytest.mark.parametrize(
    ("shares", "groups"),
    [
        ([0.25], [[0]]),
        ([0.0625] * 9, [list(range(9))]),
        ([0.125] * 12, [list(range(8)), list(range(8, 12))]),
        ([1.0, 0.5, *[0.0625] * 8], [[0], list(range(1, 10))]),
        ([1.5, 2.0, *[0.0625] * 8], [[0], [1], list(range(2, 10))]),
        # What is large stays apart from what is small, until there is an eighth as much of that.
        ([0.9, 0.01, 0.01], [[0], [1, 2]]),
        ([0.5, 0.01, 0.02], [[0], [1, 2]]),
        ([0.5, 0.03125, 0.03125], [[0, 1, 2]]),
        ([0.75, 0.75, 0.01], [[0], [1], [2]]),
    ],
)
def test_small_segments_become_one_full_ones_stay(shares: list[float], groups: list[list[int]]) -> None:
    assert writing.plan_merge(shares) == groups


@pytest.mark.parametrize(("removed", "left"), [(2, 2), (3, 0)])
def test_a_segment_is_written_anew_where_much_of_it_is_deleted(tmp_path: Path, removed: int, left: int) -> None:
    with open_writer(tmp_path) as writer:
        for number in range(10):
            writer.add(Document(id=f"{number}", title=f"Bài {number}"))
        writer.commit()
        for number in range(removed):
            writer.delete(f"{number}")
        writer.commit()
    with open_index(tmp_path) as index:
        info = index.info()
        assert (info.documents, info.deleted, info.segments) == (10 - removed, left, 1)
        assert index.search("bài").total == 10 - removed


def test_a_long_merge_is_announced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []

    def add(id_: str) -> None:
        with open_writer(folder) as writer:
            writer.add(Document(id=id_, title="Mới"))
            writer.commit(merging=lambda segments, documents: told.append((segments, documents)))

    add("a")
    assert told == []
    monkeypatch.setattr(writing, "LONG_MERGE", 2)
    add("b")
    with open_index(folder) as index:
        assert index.info().segments == 1
        assert told == [(2, index.info().documents)]
