"""Which exit code does a run end with? One table, printed by ``timtin-index --help``."""

from __future__ import annotations

import errno
from enum import IntEnum

import corpus
import search

from . import errors


class Exit(IntEnum):
    """How a command ended. The numbers are stable: scripts may rely on them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    SOURCE = 3
    REMOVALS_HELD = 4
    LOCKED = 5
    VERIFICATION = 6
    NO_INDEX = 7
    REBUILD = 8
    DAMAGED = 9
    SPACE = 10
    FOREIGN = 11
    UNKNOWN_ID = 12
    SYSTEM = 13
    CLUSTER = 14
    INTERRUPTED = 130
    TERMINATED = 143


MEANINGS: dict[Exit, str] = {
    Exit.DONE: "done; single refused articles do not change that",
    Exit.FAILED: "a fault of the program: report it with the message",
    Exit.USAGE: "the command line or the settings file is wrong; nothing was done",
    Exit.SOURCE: "a source is missing, empty or not wholly readable; update indexed what it could and removed nothing",
    Exit.REMOVALS_HELD: "too much is gone from the sources: update did the rest, build left the live index as it was",
    Exit.LOCKED: "another process is writing the index; nothing was done",
    Exit.VERIFICATION: "verification found problems; a build left the live index as it was",
    Exit.NO_INDEX: "no index in that place, or none to go back to, or the folder cannot be used",
    Exit.REBUILD: "this version can search the index, or not even that, but not update it: build it anew",
    Exit.DAMAGED: "the index or its record of articles is damaged: put back a backup or build it anew",
    Exit.SPACE: "not enough free space; the live index is as it was",
    Exit.FOREIGN: "a package named like one of timtin's stands before it",
    Exit.UNKNOWN_ID: "an ID to remove is not in the index, or one to restore is not withdrawn; the others were done",
    Exit.SYSTEM: "the system refused to read or write a file",
    Exit.CLUSTER: "the cluster cannot be used, or not now; the live index is as it was",
    Exit.INTERRUPTED: "stopped by Ctrl-C; the live index is as it was",
    Exit.TERMINATED: "stopped by a signal; the live index is as it was",
}

# The first entry that fits counts, so a subclass stands before its base.
_ERRORS: tuple[tuple[type[BaseException], Exit], ...] = (
    (errors.SettingsFileError, Exit.USAGE),
    (errors.SourcesOverlap, Exit.USAGE),
    (errors.NoCluster, Exit.USAGE),
    (errors.SourceError, Exit.SOURCE),
    (errors.UnusableFolder, Exit.NO_INDEX),
    (errors.RebuildNeeded, Exit.REBUILD),
    (errors.LedgerDamaged, Exit.DAMAGED),
    (errors.RemovalsHeld, Exit.REMOVALS_HELD),
    (errors.VerificationFailed, Exit.VERIFICATION),
    (errors.NotEnoughSpace, Exit.SPACE),
    (errors.Terminated, Exit.TERMINATED),
    (search.IndexLocked, Exit.LOCKED),
    (search.PartsDiffer, Exit.USAGE),
    (search.IndexMissing, Exit.NO_INDEX),
    (search.NoFormerGeneration, Exit.NO_INDEX),
    (search.IndexStale, Exit.REBUILD),
    (search.AnalyzerChanged, Exit.REBUILD),
    (search.IndexCorrupt, Exit.DAMAGED),
    (search.ClusterError, Exit.CLUSTER),
    (search.InvalidAddress, Exit.USAGE),
    (corpus.SettingsError, Exit.USAGE),
    (KeyboardInterrupt, Exit.INTERRUPTED),
)
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC})


def exit_of(error: BaseException) -> Exit:
    """Return the exit code that ``error`` ends a command with; :data:`Exit.FAILED` for what nobody expected."""
    if isinstance(error, OSError):
        return Exit.SPACE if error.errno in _DISK_FULL else Exit.SYSTEM
    return next((code for kind, code in _ERRORS if isinstance(error, kind)), Exit.FAILED)


def table() -> list[tuple[Exit, str]]:
    """Return the exit codes with what they mean, in order."""
    return list(MEANINGS.items())
