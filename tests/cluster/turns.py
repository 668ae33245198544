"""Who may use the cluster now: those who share it, or one who is about to break it?

Among all processes of a run. Whoever wants in stands at the door, so that one who waits to be alone is not overtaken.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Turns:
    """Locks in ``folder``, which have to be there."""

    def __init__(self, folder: Path) -> None:
        self._door = folder / "door"
        self._room = folder / "room"
        self._inside = 0

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Use the cluster together with others who do no more than use it; whoever does already goes on."""
        if self._inside == fcntl.LOCK_SH:
            yield
            return
        with self._enter(fcntl.LOCK_SH):
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Use the cluster alone."""
        with self._enter(fcntl.LOCK_EX):
            yield

    @contextmanager
    def _enter(self, mode: int) -> Iterator[None]:
        if self._inside:
            raise RuntimeError("this process uses the cluster already, and would wait for itself")
        with self._room.open("w") as room:
            with self._door.open("w") as door:
                fcntl.flock(door, fcntl.LOCK_EX)
                fcntl.flock(room, mode)
            self._inside = mode
            try:
                yield
            finally:
                self._inside = 0
