"""How does a web server bear many readers at once?

A client of our own, with as many threads as there are readers: each sends a request as soon as it has its answer, over
a connection that it keeps. It runs beside the server and takes part of the same cores.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from urllib.parse import urlsplit

TIMEOUT = 30.0
"""Seconds until a request counts as an error."""


Check = Callable[[str, bytes], str]
"""Says what is wrong with the answer to a path, or nothing."""


@dataclass(slots=True)
class Load:
    """What the readers met: milliseconds of every request that was answered, what went wrong, and how long it all
    lasted, in seconds.
    """

    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    bytes: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answered requests per second."""
        return len(self.milliseconds) / self.seconds

    def add(self, other: Load) -> None:
        """Add what readers met after this."""
        self.milliseconds += other.milliseconds
        self.errors += other.errors
        self.bytes += other.bytes
        self.seconds += other.seconds


def put_under_load(
    address: str, paths: Sequence[str], clients: int, seconds: float, check: Check = lambda _path, _body: ""
) -> Load:
    """Let ``clients`` readers ask for ``paths`` below ``address`` for so many seconds, each at least once; no two begin
    with the same. What ``check`` says against an answer is an error.
    """
    load = Load()
    began = time.perf_counter()
    readers = []
    for number in range(clients):
        at = number * len(paths) // clients
        turn = [*paths[at:], *paths[:at]]
        readers.append(threading.Thread(target=_read, args=(address, turn, began + seconds, load, check)))
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    load.seconds = time.perf_counter() - began
    return load


def _read(address: str, paths: Sequence[str], until: float, load: Load, check: Check) -> None:
    host = urlsplit(address).netloc
    connection, used = HTTPConnection(host, timeout=TIMEOUT), False
    for number, path in enumerate(cycle(paths)):
        began = time.perf_counter()
        if number and began >= until:
            break
        try:
            try:
                body = _get(connection, path)
            except (HTTPException, ConnectionError):
                # A server may close a connection that was kept; browsers then ask again, once.
                if not used:
                    raise
                connection.close()
                body = _get(connection, path)
        except (HTTPException, OSError) as error:
            load.errors.append(f"{path}: {error!r}")
            connection.close()
            used = False
            continue
        used = True
        load.bytes += len(body)
        load.milliseconds.append((time.perf_counter() - began) * 1000)
        wrong = check(path, body)
        if wrong:
            load.errors.append(f"{path}: {wrong}")
    connection.close()


def _get(connection: HTTPConnection, path: str) -> bytes:
    """Return the page; raises :class:`HTTPException` for any status but 200."""
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise HTTPException(f"status {answer.status}")
    return body
