"""Does a run that is interrupted at any point leave the live index as it was, and the next run work?

Real processes are started, and stopped as soon as they say what they are doing.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from indexer import Exit, verify
from search import open_index

from .conftest import Run, Source, found

OLD = [(f"cũ-{number}", f"Bản Lũng đón khách số {number}") for number in range(20)]
NEW = [(f"mới-{number}", f"Xã Khe Nhạn số {number} họp dân") for number in range(600)]

CODES = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED, signal.SIGKILL: -signal.SIGKILL}


@pytest.fixture(autouse=True)
def indexed(run: Run, source: Source) -> None:
    source.put("a.jsonl", *OLD)
    run("build", source.root)
    source.put("b.jsonl", *NEW)


def stop(command: str, index: Path, source: Source, *, at: str, by: signal.Signals, workers: int) -> tuple[int, str]:
    """Start ``command``, send the signal ``by`` once it says ``at``; return how it ended and what it said."""
    words = [
        sys.executable,
        "-m",
        "indexer",
        command,
        "--index",
        str(index),
        "--workers",
        str(workers),
        str(source.root),
    ]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        for line in process.stderr:
            if line.startswith(at):
                process.send_signal(by)
                break
        rest = process.stderr.read()
    return process.returncode, rest


STOPS = [
    ("build", "reading", signal.SIGINT),
    ("build", "reading", signal.SIGTERM),
    ("build", "reading", signal.SIGKILL),
    ("build", "analysing", signal.SIGINT),
    ("build", "analysing", signal.SIGKILL),
    ("build", "verifying", signal.SIGINT),
    ("build", "verifying", signal.SIGKILL),
    ("update", "reading", signal.SIGINT),
    ("update", "reading", signal.SIGKILL),
    ("update", "analysing", signal.SIGTERM),
    ("update", "analysing", signal.SIGKILL),
]


@pytest.mark.parametrize(("command", "at", "by"), STOPS)
def test_the_live_index_is_as_it_was(
    run: Run, source: Source, index: Path, command: str, at: str, by: signal.Signals
) -> None:
    code, said = stop(command, index, source, at=at, by=by, workers=0)
    assert code == CODES[by]
    assert "Traceback" not in said
    with open_index(index) as live:
        assert live.check() == []
        assert {hit.id for hit in live.search("", per_page=1000).hits} == {id_ for id_, _ in OLD}
        assert live.search("bản lũng").total == 20
    run(command, source.root)
    assert verify(index, sample=20).problems == ()
    assert len(found(index, "họp dân")) == 600
    with open_index(index) as live:
        assert live.info().documents == 620


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
def test_with_workers(run: Run, source: Source, index: Path, by: signal.Signals) -> None:
    code, said = stop("build", index, source, at="analysing", by=by, workers=2)
    assert code == CODES[by]
    assert "Traceback" not in said
    assert len(found(index)) == 20
    run("build", source.root)
    with open_index(index) as live:
        assert live.info().documents == 620
