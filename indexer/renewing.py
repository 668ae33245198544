"""How does an index come out of another one, without the files that it was made from?

That moves an archive from one machine to a cluster, or back, and renews an index that was analysed differently. What
the other index records of its sources goes with its articles, so that the next update goes on from there.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

from search import Location, locate, open_writer

from .building import verified
from .errors import SourceError
from .ledger import Ledger, dump
from .live import check_folder, open_live, read_live, write_withdrawn
from .progress import Progress, Silent
from .report import Outcome, Report
from .run import Context
from .settings import Options


def build_from(
    index: str | Location,
    other: str | Location,
    *,
    options: Options | None = None,
    progress: Progress | None = None,
    report: Report | None = None,
) -> Outcome:
    """Make a new generation of the index in ``index`` from the articles that the index in ``other`` holds, which may be
    the same one.

    What was withdrawn from either stays out. The live generation serves until the new one is verified. Raises
    :class:`~indexer.errors.SourceError` where there is nothing to take over,
    :class:`~indexer.errors.VerificationFailed`, :class:`search.IndexLocked`, and the errors of opening ``other``; then
    the live index is as it was.
    """
    context = Context("build", locate(index), options or Options(), progress or Silent(), report or Report())
    check_folder(context.index)
    origin = locate(other)
    with ExitStack() as stack:
        source, recorded = open_live(origin)
        stack.enter_context(source)
        writer = None
        if not context.options.dry_run:
            writer = stack.enter_context(open_writer(context.index, rebuild=True, workers=context.workers))
        after = _taken_over(recorded, _withdrawn_here(context))
        if not after.articles:
            raise SourceError(None, f"the index in {origin} holds no article that could be taken over")
        total = source.info().documents
        context.progress.phase(f"reading {total:,} articles of {origin}")
        for document in source.documents():
            if document.id not in after.articles:
                continue
            context.report.article("added", document.id, path=str(origin))
            if writer:
                writer.add(document)
        if writer:
            context.progress.phase("analysing the rest and writing")
            writer.commit(dump(context.signed(after)), merging=context.merging)
            verified(context, writer, after)
            writer.publish()
            write_withdrawn(context.index, after.withdrawn)
    return context.outcome(after, writer.generation if writer else None, ())


def _withdrawn_here(context: Context) -> Ledger:
    live = read_live(context.index)
    if live.index:
        live.index.close()
    return live.ledger


def _taken_over(recorded: Ledger, here: Ledger) -> Ledger:
    withdrawn = {**here.withdrawn, **recorded.withdrawn}
    articles = {id_: one for id_, one in recorded.articles.items() if id_ not in withdrawn}
    return replace(recorded, articles=articles, withdrawn=withdrawn)
