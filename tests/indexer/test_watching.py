"""Does the index follow its sources while they change, whatever happens to them?

The command runs as a process, over a real folder.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from indexer import Outcome, Stop, update, watch
from search import IndexMissing, open_index, open_writer

from .conftest import Source, found

WITHIN = 60
"""Seconds that anything may take on a busy machine."""


class Watcher:
    """A running ``timtin-index watch`` and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []
        assert process.stdout
        self._reader = threading.Thread(target=self.said.extend, args=(process.stdout,), daemon=True)
        self._reader.start()

    def stop(self, by: signal.Signals) -> int:
        """Send a signal and return the exit code, once all that was said is read."""
        self.process.send_signal(by)
        code = self.process.wait(WITHIN)
        self._reader.join(WITHIN)
        return code


@contextmanager
def watching(index: Path, *words: str | Path) -> Iterator[Watcher]:
    settings = index.parent / "settings.toml"
    settings.write_text("[reader]\nsettle_seconds = 0.2\n[index]\nmax_removals = 1.0\n", encoding="utf-8")
    command = [sys.executable, "-u", "-m", "indexer", "watch", "--index", index, "--settings", settings, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        watcher = Watcher(process)
        try:
            yield watcher
        finally:
            watcher.stop(signal.SIGKILL)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def holds(index: Path, *ids: str) -> bool:
    try:
        return found(index) == set(ids)
    except IndexMissing:
        return False


@pytest.mark.parametrize("poll", [(), ("--poll",)], ids=["events", "polling"])
def test_new_changed_and_deleted_files_are_followed(index: Path, source: Source, poll: tuple[str, ...]) -> None:
    source.put("a.jsonl", ("1", "Xã Khe Nhạn họp dân"))
    report = index.parent / "report.jsonl"
    with watching(index, "--report", report, *poll, source.root) as watcher:
        until(lambda: holds(index, "1"))
        source.put("b/c.jsonl", ("2", "Bản Lũng đón khách"), now=True)
        until(lambda: holds(index, "1", "2"))
        source.put("a.jsonl", ("1", "Xã Khe Nhạn mở chợ phiên"), now=True)
        until(lambda: found(index, "chợ phiên") == {"1"})
        source.put("bad.jsonl", raw="{không phải JSON", now=True)
        until(lambda: any("bad.jsonl" in line for line in watcher.said))
        (source.root / "b/c.jsonl").unlink()
        until(lambda: holds(index, "1"))
        assert watcher.stop(signal.SIGTERM) == 0
    assert watcher.said[-1] == "timtin-index: stopped\n"
    events = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    articles = [(event["kind"], event["id"]) for event in events if event["kind"] in {"added", "changed", "removed"}]
    assert articles == [("added", "1"), ("added", "2"), ("changed", "1"), ("removed", "2")]


def test_a_source_that_goes_and_comes_back_loses_nothing(index: Path, source: Source, tmp_path: Path) -> None:
    source.put("a.jsonl", ("1", "Xã Khe Nhạn họp dân"))
    with watching(index, source.root) as watcher:
        until(lambda: holds(index, "1"))
        shutil.move(source.root, tmp_path / "away")
        until(lambda: any(str(source.root) in line for line in watcher.said[1:]))
        assert holds(index, "1")
        shutil.move(tmp_path / "away", source.root)
        source.put("b.jsonl", ("2", "Bản Lũng đón khách"), now=True)
        until(lambda: holds(index, "1", "2"))
        assert watcher.stop(signal.SIGINT) == 0


def test_another_writer_is_waited_for(index: Path, source: Source) -> None:
    source.put("a.jsonl", ("1", "Xã Khe Nhạn họp dân"))
    with open_writer(index) as writer, watching(index, source.root) as watcher:
        until(lambda: len(watcher.said) > 1)
        assert "another process" in watcher.said[1]
        writer.close()
        until(lambda: holds(index, "1"))


def test_without_a_source_there_is_nothing_to_watch(index: Path) -> None:
    with watching(index) as watcher:
        assert watcher.process.wait(WITHIN) == 3


def test_an_update_that_fails_is_tried_again(index: Path, source: Source) -> None:
    source.put("a.jsonl", ("1", "Xã Khe Nhạn họp dân"))
    stop = Stop()
    told: list[Outcome | Exception] = []
    failures = iter([OSError("the disk is away")])

    def update_once_more(roots: Sequence[str]) -> Outcome:
        for failure in failures:
            raise failure
        stop()
        return update(index, roots)

    watch(index, [source.root], update=update_once_more, told=told.append, stop=stop)
    assert [type(result) for result in told] == [OSError, Outcome]
    assert holds(index, "1")
    open_index(index).close()
