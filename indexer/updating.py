"""How is the live index brought to what the sources hold now?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from search import Document, IndexMissing, IndexWriter, Location, locate, open_index, open_writer

from .errors import RebuildNeeded
from .ledger import Ledger, dump
from .live import check_folder, load_of, open_live, write_withdrawn
from .plan import Action
from .progress import Progress, Silent
from .report import Outcome, Report
from .run import Context, require_roots
from .settings import Options
from .survey import Sources, check_roots


def update(
    index: str | Location,
    sources: Sequence[str | Path] = (),
    *,
    options: Options | None = None,
    progress: Progress | None = None,
    report: Report | None = None,
) -> Outcome:
    """Bring the live index in ``index`` to what ``sources`` hold now (those recorded at the last run, where none is
    given).

    Everything is committed in one step; an index that is not there is made. Removals that a guard held back, and
    sources that could not be read, are no exception: see ``Outcome.problems``. Raises
    :class:`~indexer.errors.SourceError` where no source is known, :class:`~indexer.errors.SourcesOverlap`,
    :class:`~indexer.errors.LedgerDamaged`, :class:`search.IndexLocked`, :class:`search.AnalyzerChanged`.
    """
    context = Context("update", locate(index), options or Options(), progress or Silent(), report or Report())
    check_folder(context.index)
    if not _exists(context.index):
        require_roots(sources, ())
    with nullcontext() if context.options.dry_run else open_writer(context.index, workers=context.workers) as writer:
        recorded = load_of(context.index, writer.user_data) if writer else _recorded(context.index)
        roots = check_roots(require_roots(sources, recorded.roots), recorded.roots)
        return _update(context, writer, recorded, roots)


def _update(context: Context, writer: IndexWriter | None, recorded: Ledger, roots: Sequence[str]) -> Outcome:
    found = context.survey(roots, recorded)
    planner = context.planner(found)

    def put(document: Document, action: Action) -> None:
        if writer and action in {Action.ADD, Action.CHANGE}:
            writer.replace(document)

    context.read(found, planner, put)
    removals = planner.removals()
    context.tell(removals, recorded)
    context.report.counts["unchanged"] += planner.untouched()
    after = planner.ledger(removals, fingerprint=context.fingerprint)
    after = replace(after, roots=_roots(recorded, roots, found, after))
    if writer and replace(after, run=recorded.run) != recorded:
        context.progress.phase("analysing the rest and writing")
        for id_ in removals.gone:
            writer.delete(id_)
        writer.commit(dump(context.signed(after)), merging=context.merging)
        write_withdrawn(context.index, after.withdrawn)
    problems = context.problems(found, removals, recorded, "none of them was removed, the rest was done")
    return context.outcome(after, writer.generation if writer else None, problems)


def _roots(recorded: Ledger, looked_at: Sequence[str], found: Sources, after: Ledger) -> tuple[str, ...]:
    """The sources to record: those from before and those of this run, without those of which nothing is there or
    recorded."""
    gone = found.missing - {origin.root for origin in after.files}
    return tuple(root for root in dict.fromkeys([*recorded.roots, *looked_at]) if root not in gone)


def _exists(index: Location) -> bool:
    try:
        open_index(index).close()
    except IndexMissing:
        return False
    return True


def _recorded(index: Location) -> Ledger:
    """The ledger of the live index, read without a lock, for a dry run."""
    if not _exists(index):
        return Ledger()
    live, ledger = open_live(index)
    with live:
        if live.info().stale:
            raise RebuildNeeded("the index was analysed differently from how this version analyses", index)
    return ledger
