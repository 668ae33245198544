"""How is a dead cluster left alone?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 3
"""So many requests in a row that got no answer open the breaker."""

PAUSE = 5.0
"""Seconds for which an open breaker lets nothing through; then one request tries."""


class Breaker:
    """Fails at once what would most likely fail after a long wait. Safe to use from several threads.

    After :data:`FAILURES` failures in a row nothing is let through for :data:`PAUSE` seconds; then one request is, and
    what becomes of it decides for all.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0

    def wait(self) -> float:
        """Return 0 where a request may go now, else the seconds after which to ask again."""
        with self._lock:
            now = self._clock()
            if self._failures < FAILURES:
                return 0.0
            if now >= self._until:
                # This one tries; the others wait for what becomes of it.
                self._until = now + PAUSE
                return 0.0
            return self._until - now

    def succeeded(self) -> None:
        """Note that an answer came, be it an error."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Note that no answer came."""
        with self._lock:
            self._failures += 1
            self._until = self._clock() + PAUSE
