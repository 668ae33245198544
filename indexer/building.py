"""How does a new generation of the index come to be?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from search import Document, DocumentNotFound, IndexWriter, Location, locate, open_index, open_writer

from .errors import RemovalsHeld, SourceError, VerificationFailed
from .ledger import Ledger, dump
from .live import Live, check_folder, read_live, write_withdrawn
from .plan import Action, Planner, Removals
from .progress import Progress, Silent
from .report import Outcome, Report
from .run import Context, require_roots
from .settings import Options
from .space import check_space, needed_for, plain_size
from .survey import Sources, check_roots
from .verification import verify_index


def build(
    index: str | Location,
    sources: Sequence[str | Path] = (),
    *,
    options: Options | None = None,
    progress: Progress | None = None,
    report: Report | None = None,
) -> Outcome:
    """Make a new generation of the index in ``index`` from ``sources`` (those recorded at the last run, where none
    is given).

    The live generation serves until the new one is verified and takes its place. Withdrawn articles stay out.
    Articles whose file cannot be read this time are carried over from the live generation, as far as that can be
    read. Raises :class:`~indexer.errors.SourceError`, :class:`~indexer.errors.RemovalsHeld`,
    :class:`~indexer.errors.VerificationFailed`, :class:`~indexer.errors.NotEnoughSpace`,
    :class:`search.IndexLocked`; then the live index is as it was.
    """
    context = Context("build", locate(index), options or Options(), progress or Silent(), report or Report())
    check_folder(context.index)
    require_roots(sources, () if sources else _close(read_live(context.index)).roots)
    with ExitStack() as stack:
        writer = None
        if not context.options.dry_run:
            writer = stack.enter_context(open_writer(context.index, rebuild=True, workers=context.workers))
        live = read_live(context.index)
        if live.index:
            stack.enter_context(live.index)
        if live.trouble:
            context.report.remark(
                f"the live index cannot be read, so nothing is compared with it or carried over: {live.trouble}"
            )
        roots = check_roots(require_roots(sources, live.ledger.roots))
        return _build(context, writer, live, roots)


def _build(context: Context, writer: IndexWriter | None, live: Live, roots: Sequence[str]) -> Outcome:
    found = context.survey(roots, live.ledger, everything=True)
    require_files(found)
    if not context.options.force:
        _check_space(context, live, found)
    planner = context.planner(found)

    def put(document: Document, _action: Action) -> None:
        if writer:
            writer.add(document)

    context.read(found, planner, put)
    return conclude(context, writer, live, roots, found, planner)


def conclude(
    context: Context,
    writer: IndexWriter | None,
    live: Live,
    roots: Sequence[str],
    found: Sources,
    planner: Planner,
) -> Outcome:
    """Decide about what was not met, write the first commit, verify it and make it the live one."""
    removals = _guarded(context, planner.removals(), found, live)
    context.tell(removals, live.ledger)
    after = replace(planner.ledger(removals, fingerprint=context.fingerprint), roots=tuple(roots))
    if not after.articles:
        raise SourceError(None, _nothing_read(context, found))
    if writer:
        _carry_over(writer, live, removals)
        context.progress.phase("analysing the rest and writing")
        writer.commit(dump(context.signed(after)), merging=context.merging)
        verified(context, writer, after)
        writer.publish()
        write_withdrawn(context.index, after.withdrawn)
    problems = context.problems(found, removals, live.ledger, "they were carried over from the live index")
    return context.outcome(after, writer.generation if writer else None, problems)


def _close(live: Live) -> Ledger:
    if live.index:
        live.index.close()
    return live.ledger


def require_files(found: Sources) -> None:
    """Raise the first fault that leaves nothing of its source to build from."""
    for fault in found.faults:
        if not fault.partial:
            raise fault


def _check_space(context: Context, live: Live, found: Sources) -> None:
    if not isinstance(context.index, Path):
        return
    text = sum(plain_size(file.path, file.size) for file in found.files)
    check_space(context.index, needed_for(text, live.index.info().bytes if live.index else 0))


def _guarded(context: Context, removals: Removals, found: Sources, live: Live) -> Removals:
    """``removals``, without ids that the live index cannot give. Raises :class:`RemovalsHeld` where too much would
    go."""
    if removals.too_many and not found.faults:
        limits = context.options.settings.limits
        raise RemovalsHeld(
            len(removals.held), len(live.ledger.articles), limits.max_removals, "the live index is as it was"
        )
    lost = {id_ for id_ in (*removals.held, *removals.kept) if not _holds(live, id_)}
    return Removals(
        gone=(*removals.gone, *sorted(lost)),
        held=tuple(id_ for id_ in removals.held if id_ not in lost),
        kept={id_: reason for id_, reason in removals.kept.items() if id_ not in lost},
        too_many=removals.too_many,
    )


def _holds(live: Live, id_: str) -> bool:
    try:
        return live.index is not None and bool(live.index.article(id_))
    except DocumentNotFound:
        return False


def _carry_over(writer: IndexWriter, live: Live, removals: Removals) -> None:
    if live.index:
        for id_ in (*removals.held, *removals.kept):
            writer.add(live.index.article(id_))


def _nothing_read(context: Context, found: Sources) -> str:
    if found.pending and not found.files:
        seconds = context.options.settings.reader.settle_seconds
        return f"every file of the sources changed within the last {seconds:g} seconds; run again in a moment"
    first = context.report.refusals[0].message if context.report.refusals else "every article is withdrawn"
    return f"no article could be read from the sources; the live index is as it was. The first reason: {first}"


def verified(context: Context, writer: IndexWriter, after: Ledger) -> None:
    """Look whether the generation that was written holds what ``after`` says. Raises :class:`VerificationFailed`."""
    context.progress.phase("verifying")
    with open_index(context.index, generation=writer.generation) as fresh:
        result = verify_index(fresh, after, sample=context.options.settings.limits.sample, progress=context.progress)
    if result.problems:
        raise VerificationFailed(context.index, result.problems, "the live index is as it was")
