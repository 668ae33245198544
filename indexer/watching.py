"""How does the index follow the sources while they change?

The system says that something changed below a source, and an update does the rest: it knows which files are new or
different by size and time, leaves those that are still being written for later, and says what it did. What events miss
(network folders, a source that comes back) is found by looking again from time to time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread

from search import IndexLocked, IndexMissing, Location, locate

from .live import open_live
from .report import Outcome
from .run import require_roots
from .survey import check_roots

try:
    import watchfiles
except ImportError:  # an extra: without it the sources are looked through every few seconds
    watchfiles = None  # type: ignore[assignment]

QUIET = 0.3
"""Seconds without a change after which those so far are taken together."""

LONGEST_BATCH = 2.0
"""Seconds after which changes are taken in although more keep coming."""

LOOK_AGAIN = 60.0
"""Seconds after which the sources are looked through although nothing was said to have changed."""

POLL = 5.0
"""The same where the system does not say what changes, and how often it is seen whether a missing source is back."""

AFTER_TROUBLE = (1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds to wait after the first, second … update in a row that could not be carried out."""

Update = Callable[[Sequence[str]], Outcome]
"""Updates the index from sources, as :func:`indexer.update` does."""


class Stop:
    """Ends a watch from another thread or a signal handler; what is under way ends first."""

    def __init__(self) -> None:
        self.asked = Event()
        self._changed = Event()

    def __call__(self) -> None:
        """Ask for the end."""
        self.asked.set()
        self._changed.set()

    def notice(self) -> None:
        """Say that something has changed."""
        self._changed.set()

    def begin(self) -> None:
        """Forget what changed so far: it is about to be looked at."""
        if not self.asked.is_set():
            self._changed.clear()

    def wait(self, seconds: float) -> None:
        """Wait for a change or the end, at most so long."""
        self._changed.wait(seconds)


def watch(
    index: str | Location,
    sources: Sequence[str | Path] = (),
    *,
    update: Update,
    told: Callable[[Outcome | Exception], None],
    stop: Stop,
    settle: float = 3.0,
    polling: bool = False,
) -> None:
    """Keep the index in ``index`` at what ``sources`` hold (those recorded at the last run, where none is given) until
    ``stop`` is called.

    ``update`` is called at once with the sources, and then whenever something has changed. ``told`` gets every outcome,
    and every :class:`OSError` or :class:`search.IndexLocked` that kept an update from being carried out: it is tried
    again. A file that changed less than ``settle`` seconds before is left by the update, and taken in when they are
    over. With ``polling``, or without the extra ``watch``, the system is not asked for events. Raises what else
    ``update`` raises, and :class:`~indexer.errors.SourceError` where no source is known.
    """
    roots = _roots(locate(index), sources)
    watcher = Thread(target=_notice, args=(roots, locate(index), stop, polling or watchfiles is None), daemon=True)
    watcher.start()
    try:
        _follow(roots, update, told, stop, settle)
    finally:
        stop()
        watcher.join(POLL)


def _follow(
    roots: Sequence[str], update: Update, told: Callable[[Outcome | Exception], None], stop: Stop, settle: float
) -> None:
    failures = 0
    while not stop.asked.is_set():
        stop.begin()
        try:
            outcome = update(roots)
        except (IndexLocked, OSError) as error:
            told(error)
            stop.asked.wait(AFTER_TROUBLE[min(failures, len(AFTER_TROUBLE) - 1)])
            failures += 1
            continue
        failures = 0
        told(outcome)
        stop.wait(settle if outcome.counts.get("pending") else LOOK_AGAIN)


def _roots(index: Location, sources: Sequence[str | Path]) -> tuple[str, ...]:
    recorded: tuple[str, ...] = ()
    try:
        live, ledger = open_live(index)
    except IndexMissing:
        pass
    else:
        live.close()
        recorded = ledger.roots
    return check_roots(require_roots(sources, recorded), recorded)


def _notice(roots: Sequence[str], index: Location, stop: Stop, polling: bool) -> None:
    """Say when something changes below ``roots``; what changes in ``index`` is our own doing."""
    while not stop.asked.is_set():
        there = [root for root in roots if os.path.lexists(root)]
        if polling or not there:
            stop.asked.wait(POLL)
            stop.notice()
            continue
        try:
            _listen(there, roots, index, stop)
        except (OSError, RuntimeError):  # too many folders for the system, or one that has just gone
            polling = all(map(os.path.lexists, there))


def _listen(there: Sequence[str], roots: Sequence[str], index: Location, stop: Stop) -> None:
    """Say when something changes below the roots that are ``there``, until others are."""
    own = os.path.realpath(index) + os.sep if isinstance(index, Path) else None
    changes = watchfiles.watch(
        *there,
        watch_filter=lambda _change, path: own is None or not os.path.realpath(path).startswith(own),
        debounce=int(LONGEST_BATCH * 1000),
        step=int(QUIET * 1000),
        stop_event=stop.asked,
        rust_timeout=int(POLL * 1000),
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    for changed in changes:
        if changed:
            stop.notice()
        if [root for root in roots if os.path.lexists(root)] != there:
            stop.notice()
            return
