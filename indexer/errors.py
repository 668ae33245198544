"""What can go wrong while an index is made, as one tree.

::

    IndexerError
    ├── SettingsFileError     the settings file cannot be used
    ├── SourceError           a source is missing, empty or not wholly readable
    ├── SourcesOverlap        a source lies inside another one
    ├── NoCluster             parts are built of an index on a cluster only
    ├── UnusableFolder        the index or backup folder cannot be used
    ├── RebuildNeeded         the index can be searched but not updated
    ├── LedgerDamaged         the record of what was indexed cannot be read
    ├── RemovalsHeld          more articles are gone than may go unasked
    ├── VerificationFailed    the new generation does not hold what it should; the live one is as it was
    ├── NotEnoughSpace        the disk is too full
    └── Terminated            the system asked the process to end

Every message says what to do. :mod:`indexer.exits` gives each of them, and those of ``search`` and ``corpus``, its
exit code.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from search import Location


class IndexerError(Exception):
    """Base of everything this package raises on purpose."""


class SettingsFileError(IndexerError):
    """The settings file ``path`` cannot be used, for ``reason``."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class SourceError(IndexerError):
    """The source at ``path`` (None where no source is known) cannot be used, for ``reason``; ``partial`` says that
    part of it can."""

    def __init__(self, path: Path | None, reason: str, *, partial: bool = False) -> None:
        self.path = path
        self.reason = reason
        self.partial = partial
        super().__init__(f"{path}: {reason}" if path else reason)


class SourcesOverlap(IndexerError):
    """The source ``inner`` lies inside the source ``outer``, so its articles would be taken in twice."""

    def __init__(self, inner: Path, outer: Path) -> None:
        self.inner = inner
        self.outer = outer
        super().__init__(
            f"{inner} lies inside {outer}, and articles without an id or url would come in twice; "
            f"name only one of them, the one that the index was built with"
        )


class NoCluster(IndexerError):
    """The index in folder ``path`` cannot be built in parts."""

    def __init__(self, path: Location) -> None:
        self.path = path
        super().__init__(
            f"{path} is a folder, which one machine builds: leave --part out (--workers says how many processes "
            "analyse), or give an --index on a cluster, as opensearch://HOST:9200/NAME"
        )


class UnusableFolder(IndexerError):
    """The folder ``path`` cannot hold what it should, for ``reason``."""

    def __init__(self, path: Location, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class RebuildNeeded(IndexerError):
    """The index at ``path`` (None where it is not known) cannot be updated, for ``reason``."""

    def __init__(self, reason: str, path: Location | None = None) -> None:
        self.reason = reason
        self.path = path
        super().__init__(f"{reason}; build it anew with: timtin-index build --index {path or 'DIR'} SOURCE")


class LedgerDamaged(IndexerError):
    """The ledger of the index at ``path`` (None where it is not known) cannot be read, for ``reason``."""

    def __init__(self, reason: str, path: Location | None = None) -> None:
        self.reason = reason
        self.path = path
        super().__init__(
            f"{f'{path}: ' if path else ''}the record of what was indexed cannot be read: {reason}; "
            "put back a backup, or build anew with: timtin-index build"
            f"{f' --index {path}' if path else ''} SOURCE"
        )


class RemovalsHeld(IndexerError):
    """``gone`` of ``recorded`` articles would leave the index, more than ``allowed`` (a share from 0 to 1)."""

    def __init__(self, gone: int, recorded: int, allowed: float, result: str) -> None:
        self.gone = gone
        self.recorded = recorded
        self.allowed = allowed
        super().__init__(
            f"{gone} of {recorded} articles are gone from the sources, more than {allowed:.0%}; {result}. "
            "If they are meant to go, run again with --allow-removals"
        )


class VerificationFailed(IndexerError):
    """The index at ``path`` has ``problems``; ``result`` says what that means for the live one."""

    def __init__(self, path: Location, problems: Sequence[str], result: str) -> None:
        self.path = path
        self.problems = tuple(problems)
        count = f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''}"
        super().__init__(f"{path}: {count} found; {result}")


class NotEnoughSpace(IndexerError):
    """The disk of ``path`` has ``available`` bytes free; about ``needed`` are needed."""

    def __init__(self, path: Path, needed: int, available: int) -> None:
        self.path = path
        self.needed = needed
        self.available = available
        super().__init__(
            f"{path}: about {megabytes(needed)} are needed, {megabytes(available)} are free; make room or choose "
            "another disk (--force skips this estimate)"
        )


class Terminated(IndexerError):
    """The process got ``signal`` and ends; nothing of the run was kept."""

    def __init__(self, signal: int) -> None:
        self.signal = signal
        super().__init__("ended by a signal; the index is as it was before")


def megabytes(count: int) -> str:
    """Write ``count`` bytes as megabytes (10^6), or gigabytes from 10 GB on."""
    return f"{count / 1e9:,.1f} GB" if count >= 10**10 else f"{count / 1e6:,.1f} MB"
