"""What can be done with a live index without changing it? Say what it holds, verify it, copy it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import search
from search import IndexInfo, Location, locate

from .errors import UnusableFolder
from .ledger import Run
from .live import check_folder, load_of, open_live, write_withdrawn
from .progress import Progress, Silent
from .settings import Limits
from .space import check_space, folder_size
from .verification import Verification, verify_index


@dataclass(frozen=True, slots=True)
class Summary:
    """What ``timtin-index info`` tells: the state of the index, its sources, and the last run that changed it.

    ``files`` and ``articles`` are those recorded by root; ``refused`` counts the refusals in recorded files.
    """

    index: IndexInfo
    roots: tuple[str, ...]
    files: Mapping[str, int]
    articles: Mapping[str, int]
    refused: int
    withdrawn: tuple[str, ...]
    run: Run | None

    def as_text(self) -> str:
        """Return it for a person, a line for each matter."""
        state = self.index
        lines = [
            f"index      {state.path} ({state.engine}, {state.bytes / 1e6:,.1f} MB)",
            f"articles   {state.documents:,} ({state.deleted:,} deleted ones still on disk), {state.segments} segments",
            f"generation {state.generation}, commit {state.commit}, {state.updated or 'never committed'}",
            f"analyzer   {state.analyzer}"
            + (" (differs from this version's: build anew to update)" if state.stale else ""),
        ]
        building = state.details.get("building")
        lines += [f"building   {building}"] if building else []
        if state.partial:
            lines.append("missing    a part of it is on no node that runs; start the nodes that are down")
        lines += [
            f"source     {root}: {self.articles[root]:,} articles in {self.files[root]:,} files" for root in self.roots
        ]
        lines += [f"refused    {self.refused:,} in the files of the sources"] if self.refused else []
        lines += [f"withdrawn  {len(self.withdrawn):,}: {', '.join(self.withdrawn[:10])}"] if self.withdrawn else []
        if self.run:
            counts = ", ".join(f"{count:,} {name}" for name, count in self.run.counts.items() if count)
            lines.append(f"last run   {self.run.command}, {self.run.finished}: {counts or 'nothing to do'}")
        return "\n".join(lines)


def info(index: str | Location) -> Summary:
    """Say what the live index in ``index`` holds. Raises :class:`search.IndexMissing` and the other errors of
    opening it."""
    opened, ledger = open_live(locate(index))
    with opened:
        state = opened.info()
    roots = tuple(dict.fromkeys([*ledger.roots, *(origin.root for origin in ledger.files)]))
    return Summary(
        index=state,
        roots=roots,
        files=_by_root(roots, [origin.root for origin in ledger.files]),
        articles=_by_root(roots, [article.origin.root for article in ledger.articles.values()]),
        refused=sum(file.refusals for file in ledger.files.values()),
        withdrawn=tuple(ledger.withdrawn),
        run=ledger.run,
    )


def verify(index: str | Location, *, sample: int | None = None, progress: Progress | None = None) -> Verification:
    """Verify the live index in ``index``; ``sample`` is the number of known-item queries (that of :class:`Limits`,
    unless given).

    Problems are returned, not raised. Raises the errors of opening the index.
    """
    opened, ledger = open_live(locate(index))
    with opened:
        return verify_index(
            opened, ledger, sample=Limits().sample if sample is None else sample, progress=progress or Silent()
        )


def rollback(index: str | Location) -> IndexInfo:
    """Make the generation of the index in ``index`` live again that was so before the last build; return its state.

    Raises what :func:`search.rollback` raises.
    """
    place = locate(index)
    check_folder(place)
    search.rollback(place)
    with search.open_index(place) as opened:
        return opened.info()


def backup(index: str | Location, target: str | Path) -> IndexInfo:
    """Copy the live index in ``index`` to the new or empty folder ``target``, consistently, while others search or
    write.

    Returns the state of the copy. Raises :class:`~indexer.errors.UnusableFolder` where ``target`` cannot be used,
    :class:`~indexer.errors.NotEnoughSpace`, and the errors of opening an index.
    """
    if not isinstance(source := locate(index), Path):
        raise UnusableFolder(source, "is on a cluster, which has snapshots of its own; copy that way")
    target = Path(target)
    check_folder(source)
    search.open_index(source).close()
    _check_target(source, target)
    check_space(target, folder_size(source))
    try:
        search.backup(source, target)
    except FileExistsError as error:
        raise UnusableFolder(target, "is not empty; give a new folder") from error
    with search.open_index(target) as copy:
        write_withdrawn(target, load_of(target, copy.user_data).withdrawn)
        return copy.info()


def _check_target(source: Path, target: Path) -> None:
    if target.resolve().is_relative_to(source.resolve()):
        raise UnusableFolder(target, "lies inside the index itself; give a folder elsewhere")
    check_folder(target)
    if target.exists() and any(target.iterdir()):
        raise UnusableFolder(target, "is not empty; give a new folder")


def _by_root(roots: tuple[str, ...], each: list[str]) -> dict[str, int]:
    counts = dict.fromkeys(roots, 0)
    for root in each:
        counts[root] = counts.get(root, 0) + 1
    return counts
