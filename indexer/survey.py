"""What do the sources hold, and which files have to be read? Names, sizes and times are looked at, contents only to
compare digests."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path

from corpus import Refusal, RefusalCode, Scan, SourceFile, scan

from .errors import SourceError, SourcesOverlap
from .ledger import FileRecord, Ledger, Origin
from .mapping import hash_text, new_hash
from .plan import Survey
from .settings import Settings

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources before they are read.

    ``files`` are to be read, in this order; ``survey`` is what the planner needs to know; ``recorded`` the ledger,
    with the new sizes and times of files whose contents are as before; ``problems`` could not be looked into;
    ``faults`` are the sources because of which nothing may be removed, ``missing`` the roots that are not there;
    ``pending`` counts the files that are still being written.
    """

    files: tuple[SourceFile, ...]
    survey: Survey
    recorded: Ledger
    problems: tuple[Refusal, ...]
    faults: tuple[SourceError, ...]
    missing: frozenset[str]
    pending: int


def check_roots(given: Sequence[str | Path], recorded: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the absolute paths of the sources ``given``, each once.

    Raises :class:`SourcesOverlap` where one lies inside another one, or inside or around one that the index records.
    """
    # Not Path.resolve(): a link such as "current" is the name that the source keeps.
    roots = tuple(dict.fromkeys(os.path.abspath(root) for root in given))  # noqa: PTH100
    real = [(root, Path(os.path.realpath(root))) for root in dict.fromkeys([*roots, *recorded])]
    for (inner, inside), (outer, outside) in permutations(real, 2):
        if (inner in roots or outer in roots) and inside.is_relative_to(outside):
            raise SourcesOverlap(Path(inner), Path(outer))
    return roots


def look(
    roots: Sequence[str],
    recorded: Ledger,
    settings: Settings,
    *,
    fingerprint: str,
    checksum: bool = False,
    everything: bool = False,
    allow_removals: bool = False,
) -> Sources:
    """Look through ``roots``.

    A file is unchanged where its size and time are those recorded, or else its digest is; with ``checksum`` the
    digest of every file decides. Where ``fingerprint`` is not the recorded one, or with ``everything``, no file
    counts as unchanged. With ``allow_removals`` a recorded root that is missing or empty counts as seen.
    """
    scans = {root: scan(root, settings.reader) for root in roots}
    faults = {root: fault for root in roots if (fault := _fault(scans[root], recorded, allowed=allow_removals))}
    listed = {_origin(root, file): file for root in roots for file in scans[root].files}
    pending = {_origin(root, file): file for root in roots for file in scans[root].pending}
    touched: dict[Origin, FileRecord] = {}
    unchanged: set[Origin] = set()
    if not everything and fingerprint == recorded.fingerprint:
        for origin, file in (listed | pending).items():
            record = recorded.files.get(origin)
            same = _still(file, record, checksum=checksum) if record else None
            if same:
                unchanged.add(origin)
                touched[origin] = same
    incomplete = {root for root in roots if not scans[root].complete and not _retired(scans[root], faults)}
    return Sources(
        files=tuple(file for origin, file in listed.items() if origin not in unchanged),
        survey=Survey(
            roots=frozenset(roots),
            listed=listed.keys() | pending.keys(),
            unchanged=unchanged,
            pending=pending.keys() - unchanged,
            incomplete=incomplete | faults.keys(),
            everything=everything,
        ),
        recorded=replace(recorded, files={**recorded.files, **touched}),
        problems=tuple(problem for root in roots for problem in scans[root].problems),
        faults=tuple(faults.values()),
        missing=frozenset(root for root in roots if _is_missing(scans[root])),
        pending=len(pending.keys() - unchanged),
    )


def digest_of_file(path: Path) -> str | None:
    """Return the digest of the file's bytes, or None where it cannot be read."""
    state = new_hash()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                state.update(chunk)
    except OSError:
        return None
    return hash_text(state)


def origin_of(file: SourceFile) -> Origin:
    """Return how the ledger names ``file``."""
    return Origin(str(file.root), file.name)


def _origin(root: str, file: SourceFile) -> Origin:
    return Origin(root, file.name)


def _still(file: SourceFile, record: FileRecord, *, checksum: bool) -> FileRecord | None:
    """The record of the file as it is now, where its contents are those of ``record``; None where it has to be
    read."""
    if record.again:
        return None
    if not checksum and (file.size, file.mtime_ns) == (record.size, record.mtime_ns):
        return record
    if file.size != record.size or digest_of_file(file.path) != record.digest:
        return None
    return replace(record, mtime_ns=file.mtime_ns)


def _retired(found: Scan, faults: dict[str, SourceError]) -> bool:
    """Whether the root is missing and may be: then it counts as seen, with nothing in it."""
    return _is_missing(found) and str(found.root) not in faults


def _is_missing(found: Scan) -> bool:
    return any(problem.code is RefusalCode.MISSING and problem.path == found.root for problem in found.problems)


def _fault(found: Scan, recorded: Ledger, *, allowed: bool) -> SourceError | None:
    """Why nothing may be removed because of this root, if so. ``allowed`` says that a recorded root may be missing
    or empty."""
    known = any(origin.root == str(found.root) for origin in recorded.files)
    if _is_missing(found):
        return None if allowed and known else _nothing_there(found, "there is no such file or folder", known=known)
    if not found.complete:
        blind = [problem for problem in found.problems if problem.cuts_short]
        more = f" (and {len(blind) - 1} more)" if len(blind) > 1 else ""
        partial = bool(found.files or found.pending)
        return SourceError(
            found.root, f"not wholly readable, so nothing was removed: {blind[0].message}{more}", partial=partial
        )
    if not found.files and not found.pending:
        return None if allowed and known else _nothing_there(found, "holds no file to index", known=known)
    return None


def _nothing_there(found: Scan, what: str, *, known: bool) -> SourceError:
    if not known:
        return SourceError(found.root, f"{what}; check the path")
    return SourceError(
        found.root,
        f"{what} (is it mounted?); its articles stay in the index. "
        "If they are meant to go, run again with --allow-removals",
    )
