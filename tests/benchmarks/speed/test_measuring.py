"""Do functions run in processes of their own, are builds kept, and is what they take noticed?"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from . import memory
from .articles import prepare
from .builds import ALL, NOTHING, PEERS, Builder
from .fts5 import Fts5
from .own import Timtin
from .processes import MeasurementFailed, measure, run
from .tantivy_engines import Tantivy
from .timing import Times, time_cold, time_warm

MEGABYTES = 1_000_000
ROOM = 80
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


def fill(megabytes: int) -> tuple[int, int, bool]:
    """Take memory; return how much, the process, and whether pytest is loaded in it."""
    print("this goes to stderr")  # noqa: T201
    return len(bytearray(megabytes * MEGABYTES)), os.getpid(), "pytest" in sys.modules


def fail() -> None:
    raise ValueError("as meant")


def cores() -> int:
    return len(os.sched_getaffinity(0))


def test_a_function_runs_in_a_fresh_process() -> None:
    size, pid, _ = run(fill, megabytes=1)
    assert size == MEGABYTES
    assert pid != os.getpid()


@LINUX
def test_its_memory_is_its_own() -> None:
    ballast = bytearray(2 * ROOM * MEGABYTES)
    little, much = (measure(fill, megabytes=megabytes) for megabytes in (0, ROOM))
    assert little.peak is not None
    assert much.peak is not None
    assert much.peak - little.peak > 0.9 * ROOM * MEGABYTES
    assert little.peak < len(ballast)
    assert (much.peak_of_all or 0) >= much.peak


@LINUX
def test_one_core_is_one_core() -> None:
    assert measure(cores, one_core=True).result == 1


def test_a_failure_is_reported() -> None:
    with pytest.raises(MeasurementFailed, match="fail ended with exit code 1"):
        run(fail)


@LINUX
def test_memory_of_this_process() -> None:
    sizes = (memory.proportional(), memory.resident(), memory.peak())
    assert None not in sizes
    assert sorted(size or 0 for size in sizes) == [*sizes]
    assert memory.resident(2**22 + 1) is None


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    source = tmp_path / "a.jsonl"
    lines = [f'{{"id": "{number}", "title": "Tin số {number}", "body": "Huyện họp."}}' for number in range(5)]
    source.write_text("\n".join(lines), encoding="utf-8")
    prepare(source, None, tmp_path / "articles")
    return tmp_path / "articles"


@pytest.mark.parametrize("engine", [Timtin, Tantivy, Fts5], ids=lambda engine: engine.name)
def test_a_build_is_measured_and_kept(articles: Path, tmp_path: Path, engine: type[Timtin | Tantivy | Fts5]) -> None:
    builder = Builder(articles, tmp_path / "indices", reuse=NOTHING)
    build = builder.built(engine, 3)
    assert (build.engine, build.articles, build.segments) == (engine.name, 3, 1)
    assert 0 < build.reading < build.seconds
    assert build.computing > build.reading
    assert 0 < build.text < build.bytes
    assert builder.built(engine, 3) is build
    (folder,) = tmp_path.glob("indices/*-3")
    assert builder.path(engine, 3) == folder
    for reuse, kept in ((ALL, True), (PEERS, engine is not Timtin), (NOTHING, False)):
        again = Builder(articles, tmp_path / "indices", reuse=reuse)
        assert (again.built(engine, 3).seconds == build.seconds) is kept
        build = again.built(engine, 3)


def test_queries_are_timed_in_turns_and_alone(articles: Path, tmp_path: Path) -> None:
    builder = Builder(articles, tmp_path / "indices", reuse=NOTHING)
    for engine in (Timtin, Fts5):
        builder.built(engine, 5)
    folders = {Timtin: builder.path(Timtin, 5), Fts5: builder.path(Fts5, 5)}
    times = time_warm(folders, ["huyen hop", "3", "không"], 2)
    assert {name: one.totals for name, one in times.items()} == {Timtin.name: (5, 1, 0), Fts5.name: (5, 1, 0)}
    assert all(took > 0 for one in times.values() for took in one.milliseconds)
    first, second = time_cold(Timtin, folders[Timtin], ["huyen hop", "3"])
    assert min(first.open, first.answer, second.open, second.answer) > 0


def test_the_middle_and_the_slow_end_of_times() -> None:
    times = Times(tuple(map(float, range(1, 101))), (0.5,) * 100, (9.0,) * 100, (0,) * 100)
    assert (times.median, times.p95) == (50.5, 95)
