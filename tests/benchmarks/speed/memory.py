"""How much memory do processes take? Read from Linux's /proc; elsewhere every answer is None."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

EVERY = 0.05
"""Seconds between two looks at a running process."""

_PROC = Path("/proc")


def resident(pid: int | str = "self") -> int | None:
    """Return the bytes of memory that a process has at hand (RSS)."""
    return _field(pid, "status", "VmRSS")


def peak(pid: int | str = "self") -> int | None:
    """Return the most bytes that a process ever had at hand.

    Not getrusage's ``ru_maxrss``: that begins with what the process had that started it.
    """
    return _field(pid, "status", "VmHWM")


def proportional(pid: int | str = "self") -> int | None:
    """Return the bytes of a process, of shared pages its share only (PSS): those of several add up."""
    return _field(pid, "smaps_rollup", "Pss")


def children(pid: int) -> list[int]:
    """Return the processes below ``pid``, however deep."""
    found: list[int] = []
    for path in _PROC.glob(f"{pid}/task/*/children"):
        try:
            below = [int(word) for word in path.read_text(encoding="ascii").split()]
        except OSError:  # it ended meanwhile
            continue
        found += [*below, *(deeper for child in below for deeper in children(child))]
    return found


class Watch:
    """Looks at a process and all below it as long as the block lasts.

    ``total`` is the most bytes that all had at hand at one time; what they share counts once for each.
    """

    def __init__(self, pid: int) -> None:
        self.total: int | None = None
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            sizes = [resident(pid) for pid in (self._pid, *children(self._pid))]
            seen = sum(size for size in sizes if size)
            if seen:
                self.total = max(self.total or 0, seen)
            if self._over.wait(EVERY):
                return


def _field(pid: int | str, file: str, name: str) -> int | None:
    try:
        text = (_PROC / str(pid) / file).read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else None
