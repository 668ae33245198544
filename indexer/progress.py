"""How far is the run? A bar on a terminal, a line every few seconds elsewhere, nothing where quiet is asked for."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import Never, Protocol, Self, TextIO

from tqdm import tqdm

LINE_EVERY = 5.0
"""Seconds between two lines where there is no terminal."""

UNKNOWN_WIDTH = 80
"""Columns of a terminal that does not say how wide it is, as in some containers; tqdm would show nothing there."""


class Progress(Protocol):
    """Told what happens; shows it or not."""

    def phase(self, name: str) -> None:
        """Say what begins now, in a few words."""

    def begin(self, total: int) -> None:
        """Say that ``total`` bytes of text are about to be read."""

    def advance(self, size: int, *, articles: int = 0) -> None:
        """Say that ``size`` more bytes, and ``articles`` more articles, were read."""

    def end(self) -> None:
        """Say that reading is over, whatever is left of the total."""


class Silent:
    """Shows nothing."""

    def phase(self, name: str) -> None:
        """Show nothing."""

    def begin(self, total: int) -> None:
        """Show nothing."""

    def advance(self, size: int, *, articles: int = 0) -> None:
        """Show nothing."""

    def end(self) -> None:
        """Show nothing."""


class Bar:
    """A bar with the share of the bytes, articles per second and the time left."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._bar: tqdm[Never] | None = None
        self._articles = self._total = 0
        self._began = 0.0

    def phase(self, name: str) -> None:
        """Write ``name`` on a line of its own."""
        tqdm.write(name, file=self._out)

    def begin(self, total: int) -> None:
        """Show an empty bar."""
        self._began = time.monotonic()
        self._articles, self._total = 0, total
        self._bar = tqdm(
            total=total,
            file=self._out,
            desc="0 articles",
            dynamic_ncols=_has_width(self._out),
            ncols=None if _has_width(self._out) else UNKNOWN_WIDTH,
            leave=False,
            bar_format="{percentage:3.0f}% |{bar}| {desc}, {remaining} left",
        )

    def advance(self, size: int, *, articles: int = 0) -> None:
        """Fill the bar further."""
        if self._bar is None:
            return
        self._articles += articles
        rate = self._articles / max(time.monotonic() - self._began, 1e-3)
        self._bar.set_description_str(f"{self._articles:,} articles, {rate:,.0f}/s", refresh=False)
        self._bar.update(min(size, max(0, self._total - self._bar.n)))

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.refresh()
            self._bar.close()
            self._bar = None


class Lines:
    """A plain line every few seconds, for logs."""

    def __init__(self, out: TextIO, every: float = LINE_EVERY) -> None:
        self._out = out
        self._every = every
        self._total = self._done = self._articles = 0
        self._began = self._last = 0.0

    def phase(self, name: str) -> None:
        """Write ``name``."""
        self._write(name)

    def begin(self, total: int) -> None:
        """Start the clock."""
        self._total, self._done, self._articles = total, 0, 0
        self._began = self._last = time.monotonic()

    def advance(self, size: int, *, articles: int = 0) -> None:
        """Write a line where the last one was some seconds ago."""
        self._done = min(self._done + size, self._total)
        self._articles += articles
        now = time.monotonic()
        if now - self._last >= self._every:
            self._last = now
            self._write(self._line(now - self._began))

    def end(self) -> None:
        """Write nothing: the report follows."""

    def _line(self, seconds: float) -> str:
        share = self._done / self._total if self._total else 1.0
        left = f", {clock(seconds / share - seconds)} left" if share > 0 else ""
        return f"{share:.0%}: {self._articles:,} articles, {self._articles / max(seconds, 1e-3):,.0f}/s{left}"

    def _write(self, line: str) -> None:
        self._out.write(f"{line}\n")
        self._out.flush()


class Shown:
    """Holds a progress for the time of a run, and takes the bar away however the run ends."""

    def __init__(self, *, quiet: bool, out: TextIO | None = None) -> None:
        out = out or sys.stderr
        self.progress: Progress = Silent() if quiet else Bar(out) if out.isatty() else Lines(out)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.end()


def _has_width(out: TextIO) -> bool:
    try:
        return os.get_terminal_size(out.fileno()).columns > 0
    except (OSError, ValueError):
        return False


def clock(seconds: float) -> str:
    """Write ``seconds`` as h:mm:ss or mm:ss."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
