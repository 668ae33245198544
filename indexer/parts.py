"""How do many machines build one index?

Each builds a part of it: it reads and analyses its share of the sources, and reports what it met. The part that
completes the build puts all of them together: it meets every article once more, as a single build would have, without
reading any. So the index, its record of sources and its words are those of a single build.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from search import Address, Document, Location, locate, open_assembly, open_index, open_part

from .building import conclude, require_files
from .errors import NoCluster
from .ledger import Ledger, Origin
from .live import read_live
from .plan import Action, Planner
from .progress import Progress, Silent
from .report import Outcome, Report
from .run import Context, require_roots
from .settings import Options
from .shares import FileMet, Gathered, Part, Recorder, Share, larger_than_a_share
from .survey import Sources, check_roots

if TYPE_CHECKING:  # only a build in parts needs what they are imported with
    from search import Assembly, PartWriter


def build_part(
    index: str | Location,
    part: Part,
    sources: Sequence[str | Path] = (),
    *,
    afresh: bool = False,
    options: Options | None = None,
    progress: Progress | None = None,
    report: Report | None = None,
) -> Outcome:
    """Build one part of the index in ``index``, an address on a cluster, from its share of ``sources``; where it is the
    last one that is missing, put the parts together and make the index the live one.

    The first part begins the build, and with ``afresh`` drops one that is going on. A part that is done is not built
    again. Raises what :func:`~indexer.building.build` raises, and :class:`~indexer.errors.NoCluster`,
    :class:`search.PartLocked`, :class:`search.PartsDiffer`; then the live index is as it was.
    """
    place = locate(index)
    if not isinstance(place, Address):
        raise NoCluster(place)
    context = Context("build", place, options or Options(), progress or Silent(), report or Report())
    live = read_live(place)
    if live.index:
        live.index.close()
    roots = check_roots(require_roots(sources, live.ledger.roots))
    found = context.survey(roots, live.ledger, everything=True)
    require_files(found)
    decided = larger_than_a_share(found.files, part.of)
    if context.options.dry_run:
        recorder = _met(context, found, Share(part, _origins(decided)), None)
        return _outcome(context, part, None, recorder.sent, ())
    with ExitStack() as stack:
        writer = stack.enter_context(
            open_part(
                place,
                part.number,
                part.of,
                terms={"sources": list(roots), "settings of the reader": context.fingerprint},
                decided=decided,
                workers=context.workers,
                afresh=afresh,
            )
        )
        if writer.is_done:
            context.report.remark(f"part {part} was done before: nothing was read")
            sent = 0
        else:
            recorder = _met(context, found, Share(part, _origins(writer.decided)), writer)
            context.progress.phase("analysing the rest and sending")
            writer.report(recorder.packed())
            sent = recorder.sent
        missing, generation = writer.missing, writer.generation
    if missing:
        return _outcome(context, part, generation, sent, missing)
    return _put_together(context, part, roots, found)


def _origins(decided: Sequence[Sequence[str]]) -> frozenset[Origin]:
    return frozenset(Origin(root, path) for root, path in decided)


def _met(context: Context, found: Sources, share: Share, writer: PartWriter | None) -> Recorder:
    """Read the share of the sources and send it."""
    context.share = share
    own = replace(found, files=share.files(found.files))
    recorder = Recorder(own, share)

    def put(document: Document, _action: Action) -> None:
        if writer:
            writer.add(document)

    context.read(own, recorder, put)
    return recorder


def _put_together(context: Context, part: Part, roots: Sequence[str], found: Sources) -> Outcome:
    """Make the parts the live index."""
    context.progress.phase("putting the parts together")
    whole = _about_all(context, found)
    with ExitStack() as stack:
        assert isinstance(context.index, Address)  # noqa: S101  # as was asked
        assembly = open_assembly(context.index, workers=context.workers)
        if assembly is None:
            with open_index(context.index) as opened:
                state = opened.info()
            return _outcome(context, part, state.generation, state.documents, ())
        stack.enter_context(assembly)
        live = read_live(context.index)
        if live.index:
            stack.enter_context(live.index)
        gathered = Gathered()
        for number, data in assembly.reports():
            gathered.add(number, data)
        every = replace(
            found,
            recorded=live.ledger,
            survey=replace(
                found.survey,
                listed=found.survey.listed | gathered.files.keys(),
                pending=gathered.pending - gathered.files.keys(),
                incomplete=found.survey.incomplete | gathered.incomplete,
            ),
        )
        planner = whole.planner(every)
        _meet_again(whole, part, planner, gathered.in_order(found.files), assembly)
        whole.report.counts["pending"] = len(every.survey.pending)
        unread = len(found.survey.listed - gathered.files.keys() - gathered.pending)
        if unread:
            whole.report.remark(
                f"{unread:,} files were read by no part, as they came later or are not on every machine: "
                "the next update takes them in"
            )
        return replace(conclude(whole, assembly, live, roots, every, planner), part=str(part))


def _about_all(context: Context, found: Sources) -> Context:
    """Return the run that puts the parts together: what it tells is about all of them."""
    report = Report(context.report.file)
    report.refusals += context.report.refusals
    report.notices.update(context.report.notices)
    report.remarks += context.report.remarks
    report.counts.update({name: context.report.counts[name] for name in ("pending", "known-refused")})
    report.counts["refused"] += len(found.problems)
    return replace(context, report=report)


def _meet_again(
    context: Context,
    own: Part,
    planner: Planner,
    files: Iterator[tuple[Origin, FileMet]],
    assembly: Assembly,
) -> None:
    """Let the planner meet everything, and keep of each part what counts."""
    kept: defaultdict[int, list[str]] = defaultdict(list)
    outdone: defaultdict[int, list[str]] = defaultdict(list)
    withdrawn: defaultdict[int, list[str]] = defaultdict(list)
    lists = {Action.REFUSE: outdone, Action.WITHHOLD: withdrawn}
    counts = context.report.counts
    for origin, file in files:
        planner.read(origin, file.reading)
        counts["refused"] += file.reading.refusals
        for met in file.articles:
            action = planner.meet(met.id, origin, met.digest)
            if met.sent:
                lists.get(action, kept)[met.part].append(met.id)
            if action is not Action.REFUSE:
                counts[action.value] += 1
            elif met.sent or met.part != own.number:
                context.refuse_duplicate(met.id, Path(str(origin)))
            else:  # which this part has told
                counts["refused"] += 1
    for number, ids in kept.items():
        assembly.keep(number, ids)
    for number, ids in outdone.items():
        assembly.leave_out(number, ids)
    for number, ids in withdrawn.items():
        assembly.leave_out(number, ids, for_good=True)


def _outcome(context: Context, part: Part, generation: int | None, documents: int, missing: tuple[int, ...]) -> Outcome:
    outcome = context.outcome(Ledger(), generation, ())
    return replace(outcome, documents=documents, part=str(part), missing=missing)
