"""What did people search for, as far as the site wants to remember it?

It goes into a local SQLite file, written off the path of the requests.

A search is kept as its words, its day, what it found and how long it took; a click as the words and the place in the
result. Nothing tells who it was or at what time: no address, no cookie, no program, no id. What is older than the
retention is deleted, also from the file's free pages.
"""

from __future__ import annotations

import atexit
import logging
import os
import queue
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from .observing import Observed, Searched

VERSION = 1
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS searches (
    day TEXT NOT NULL,          -- YYYY-MM-DD, UTC
    query TEXT NOT NULL,        -- as it was typed
    narrowed INTEGER NOT NULL,  -- whether filters or days were chosen too
    found INTEGER NOT NULL,     -- articles
    whole INTEGER NOT NULL,     -- whether they hold all words, or most of a long query; else it is a fallback
    took_ms REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS clicks (
    day TEXT NOT NULL,
    query TEXT NOT NULL,
    place INTEGER NOT NULL      -- of the article in the result, from 1 on
);
CREATE INDEX IF NOT EXISTS searches_day ON searches (day);
CREATE INDEX IF NOT EXISTS clicks_day ON clicks (day);
PRAGMA user_version = {VERSION};
"""

ROUTES = ("/search", "/api/v1/search")
"""Where a search is a person's or program's own; pages around it repeat the search that led to them."""

MOST_WAITING = 10_000
"""Rows that wait to be written at the most; further ones are dropped."""

MOST_AT_ONCE = 500
LOCK_SECONDS = 10.0
CLOSE_SECONDS = 5.0

Row = tuple[str, tuple[object, ...]]
"""A statement and its values."""

ADD_SEARCH = "INSERT INTO searches VALUES (?, ?, ?, ?, ?, ?)"
ADD_CLICK = "INSERT INTO clicks VALUES (?, ?, ?)"

_log = logging.getLogger(__name__)


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the log at ``path``, which is made where it is missing, readable by its owner only; commits at the end.

    Raises :class:`sqlite3.Error` or :class:`OSError`.
    """
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(path, timeout=LOCK_SECONDS)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version not in {0, VERSION}:
            raise sqlite3.DatabaseError(f"version {version} of the query log; this timtin writes {VERSION}")
        if not version:
            connection.executescript(SCHEMA)
        with connection:
            yield connection


class QueryLog:
    """The log at ``path`` for one application, which keeps ``days`` days; safe to use from several threads.

    Rows are put into a queue, and a thread of each process writes them. Whatever goes wrong there is said once in the
    server's log, and the rows are lost: no request waits or fails.
    """

    def __init__(self, path: Path, days: int) -> None:
        self._path = path
        self._days = days
        self._waiting: queue.Queue[Row | None] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._writer: threading.Thread | None = None
        self._process = 0
        self._pruned = ""
        self._failing = False

    def observe(self, observed: Observed) -> None:
        """Remember what a request searched for, or which place of a result it opened."""
        if observed.status != 200 or observed.method != "GET":
            return
        day = _today().isoformat()
        rows: list[Row] = [(ADD_CLICK, (day, click.query, click.place)) for click in observed.clicks]
        if observed.route in ROUTES:
            rows += [(ADD_SEARCH, (day, *_values(one))) for one in observed.searches[:1] if _is_new(one)]
        for row in rows:
            self._start()
            try:
                self._waiting.put_nowait(row)
            except queue.Full:
                self._failed("too many rows wait to be written")

    def close(self) -> None:
        """Write what waits, and stop; for the end of the process."""
        if self._writer and self._process == os.getpid():
            self._waiting.put(None)
            self._writer.join(CLOSE_SECONDS)

    def _start(self) -> None:
        """Start the thread that writes; once for each process, since threads stay behind in a fork."""
        if self._process == os.getpid():
            return
        with self._lock:
            if self._process != os.getpid():
                self._writer = threading.Thread(target=self._write_all, name="timtin-querylog", daemon=True)
                self._writer.start()
                atexit.register(self.close)
                self._process = os.getpid()

    def _write_all(self) -> None:
        last = False
        while not last:
            rows = [self._waiting.get()]
            while len(rows) < MOST_AT_ONCE and not self._waiting.empty():
                rows.append(self._waiting.get())
            last = None in rows
            try:
                self._write([row for row in rows if row])
                self._failing = False
            except (sqlite3.Error, OSError) as error:
                self._failed(str(error))

    def _write(self, rows: list[Row]) -> None:
        today = _today()
        with connected(self._path) as connection:
            for statement, values in rows:
                connection.execute(statement, values)
            if self._pruned != today.isoformat():
                first = (today - timedelta(days=self._days - 1)).isoformat()
                connection.execute("DELETE FROM searches WHERE day < ?", (first,))
                connection.execute("DELETE FROM clicks WHERE day < ?", (first,))
                self._pruned = today.isoformat()

    def _failed(self, reason: str) -> None:
        if not self._failing:
            _log.warning("the query log %s cannot be written, what was asked is lost: %s", self._path, reason)
        self._failing = True


def _today() -> date:
    return datetime.now(UTC).date()


def _is_new(searched: Searched) -> bool:
    """Say whether a search is asked, and not only looked at once more: another page of it, its explanation."""
    asked = searched.asked
    return bool(asked.q) and asked.page == 1 and not asked.explain


def _values(searched: Searched) -> tuple[object, ...]:
    page = searched.page
    whole = page.total > 0 and "fallback" not in page.reading.notices
    return searched.asked.q, searched.asked.narrowed, page.total, whole, round(page.took_ms, 2)
