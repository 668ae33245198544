"""Does the progress tell rate and time left, on a terminal and in a log?"""

from __future__ import annotations

import io
import re

import pytest

from indexer.progress import Bar, Lines, Progress, Shown, Silent, clock


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("quiet", "out", "kind"),
    [(True, Terminal(), Silent), (False, Terminal(), Bar), (False, io.StringIO(), Lines)],
    ids=["quiet", "terminal", "log"],
)
def test_the_kind_fits_the_place(quiet: bool, out: io.StringIO, kind: type[Progress]) -> None:
    with Shown(quiet=quiet, out=out) as shown:
        assert type(shown.progress) is kind


def drive(progress: Progress) -> None:
    progress.phase("reading 1 files")
    progress.begin(1000)
    for _ in range(30):
        progress.advance(100, articles=7)
    progress.end()


def test_quiet_writes_nothing() -> None:
    out = Terminal()
    with Shown(quiet=True, out=out) as shown:
        drive(shown.progress)
    assert out.getvalue() == ""


def test_a_log_gets_plain_lines() -> None:
    out = io.StringIO()
    drive(Lines(out, every=0))
    first, *lines = out.getvalue().splitlines()
    assert first == "reading 1 files"
    assert len(lines) == 30
    assert all(re.fullmatch(r"\d+%: [\d,]+ articles, [\d,]+/s, \d\d:\d\d left", line) for line in lines)
    assert lines[0].startswith("10%: 7 articles")
    assert lines[-1].startswith("100%: 210 articles"), "an estimate that was too small never shows more than all"


def test_a_log_is_not_flooded() -> None:
    out = io.StringIO()
    drive(Lines(out, every=3600))
    assert out.getvalue() == "reading 1 files\n"


def test_a_terminal_gets_a_bar() -> None:
    out = Terminal()
    with Shown(quiet=False, out=out) as shown:
        drive(shown.progress)
    assert re.search(r"100% \|[█#]+\| 210 articles, [\d,]+/s, 00:00 left", out.getvalue())


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "00:00"), (61.9, "01:01"), (3600, "1:00:00"), (36_605, "10:10:05")],
)
def test_clock(seconds: float, written: str) -> None:
    assert clock(seconds) == written
