"""The command line: what can be typed after ``timtin-index``."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from search import Location

from . import arguments, terminal
from .building import build as run_build
from .errors import IndexerError, VerificationFailed
from .exits import Exit, exit_of, table
from .inspection import backup as run_backup
from .inspection import info as run_info
from .inspection import rollback as run_rollback
from .inspection import verify as run_verify
from .parts import build_part as run_build_part
from .progress import Shown
from .renewing import build_from as run_build_from
from .report import Outcome, Report, ReportFile, ReportLog, as_event, happened, summary
from .settings import Limits, Options, Settings, load_settings
from .shares import Part
from .updating import update as run_update
from .watching import Stop
from .watching import watch as run_watch
from .withdrawal import Withdrawn
from .withdrawal import remove as run_remove
from .withdrawal import restore as run_restore

_HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


_CLUSTER = (
    ("TIMTIN_OPENSEARCH_USER", "with TIMTIN_OPENSEARCH_PASSWORD; or TIMTIN_OPENSEARCH_API_KEY"),
    ("TIMTIN_OPENSEARCH_CA", "file of the authority that signed its certificate"),
    ("TIMTIN_OPENSEARCH_CREDENTIALS", 'file that has these instead: user = "…", a line each'),
    ("TIMTIN_OPENSEARCH_SHARDS", "of the next build (1)"),
    ("TIMTIN_OPENSEARCH_REPLICAS", "of the next build (1)"),
)


class _WithTable(click.Group):
    """A group whose help ends with the exit codes."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        with formatter.section("For an index on a cluster"):
            formatter.write_dl(_CLUSTER)
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code.value), meaning) for code, meaning in table()])


@click.group(cls=_WithTable, context_settings=_HELP)
def cli() -> None:
    """Make, update and look after the index of timtin.

    Search goes on while any of these run. A SOURCE is a folder (read recursively) or a file of articles: text,
    JSON, JSON Lines, HTML, also compressed.
    """


@cli.command()
@arguments.run_options
@click.option("--force", is_flag=True, help="Build even where the estimate of free space says no.")
@click.option(
    "--from",
    "other",
    callback=arguments.place,
    metavar="PLACE",
    help="Take the articles of this index instead; none is read.",
)
@click.option(
    "--part",
    callback=arguments.part,
    metavar="K/M",
    help="On a cluster: build the K-th of M parts only, as M machines do; the last makes the index live.",
)
@click.option("--afresh", is_flag=True, help="With --part: drop the parts that are there, and begin anew.")
def build(
    index: Location,
    sources: tuple[Path, ...],
    quiet: bool,
    force: bool,
    other: Location | None,
    part: Part | None,
    afresh: bool,
    **given: Any,
) -> None:
    """Build a new generation of the index, verify it, and put it in the place of the live one.

    Without SOURCE: from the sources of the last run. Until the new generation is verified, and if anything goes
    wrong, the live one stays as it is. Withdrawn articles stay out. Articles of files that cannot be read this time
    are carried over. --from moves an archive to a cluster or back, and renews an index, without the files.

    With --part the parts may run at once or one after the other, each with the same SOURCE. One that died is run
    again by itself; a build without --part drops them all, as do three days without a part.
    """
    command: Callable[..., Outcome] = run_build
    if other is not None:
        if sources or part:
            what = "SOURCE" if sources else "--part"
            raise click.UsageError(f"--from takes the articles of another index: give no {what} with it")
        command = lambda place, _, **rest: run_build_from(place, other, **rest)  # noqa: E731
    elif part is not None:
        command = lambda place, roots, **rest: run_build_part(place, part, roots, afresh=afresh, **rest)  # noqa: E731
    elif afresh:
        raise click.UsageError("--afresh goes with --part; a build without parts always begins anew")
    _run(command, index, sources, quiet, force=force, **given)


@cli.command()
@arguments.run_options
@click.option("--checksum", is_flag=True, help="Compare the contents of every file, not only size and time.")
def update(index: Location, sources: tuple[Path, ...], quiet: bool, checksum: bool, **given: Any) -> None:
    """Bring the live index to what the sources hold now. Safe to run from cron.

    Without SOURCE: from the sources of the last run. Only files that changed are read. Articles are removed only
    where their source was seen whole, and not too many at once.
    """
    _run(run_update, index, sources, quiet, checksum=checksum, **given)


@cli.command()
@arguments.index_option
@arguments.quiet_option
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=arguments.PATH)
@arguments.SETTINGS
@arguments.MAX_REMOVALS
@click.option("--workers", type=click.IntRange(0, 64), default=0, help="Processes that analyse.  [default: this one]")
@click.option("--report", type=arguments.PATH, help="Append everything that happens to this file, as JSON Lines.")
@click.option("--poll", is_flag=True, help="Look at the sources every few seconds; for folders of other machines.")
def watch(
    index: Location,
    sources: tuple[Path, ...],
    quiet: bool,
    settings: Path | None,
    max_removals: float | None,
    workers: int,
    report: Path | None,
    poll: bool,
) -> None:
    """Keep the live index at what the sources hold: update it whenever a file is new, changed or gone.

    Without SOURCE: the sources of the last run. New files can be found within seconds. Runs until Ctrl-C or SIGTERM,
    which let the update under way end; a second one drops it.
    """
    with terminal.ending_cleanly(index):
        options = Options(settings=_settings(settings, max_removals), workers=workers)
        stop = Stop()
        log = _Log(index, quiet=quiet)
        if not quiet:
            click.echo(f"timtin-index: watching {', '.join(map(str, sources)) or 'the sources of the last run'}")

        def update_from(roots: Sequence[str]) -> Outcome:
            with ReportLog(report) if report else nullcontext() as file:
                outcome = run_update(index, roots, options=options, report=Report(file))
                if file and (happened(outcome) or outcome.problems):
                    file.write(as_event(outcome, _exit(outcome.problems).value))
                return outcome

        with terminal.stopping(stop):
            run_watch(
                index,
                sources,
                update=update_from,
                told=log.tell,
                stop=stop,
                settle=options.settings.reader.settle_seconds,
                polling=poll,
            )
        if not quiet:
            click.echo("timtin-index: stopped")


class _Log:
    """Writes what became of the updates of a watch; what is as it was before is not said again."""

    def __init__(self, index: Location, *, quiet: bool) -> None:
        self._index = index
        self._quiet = quiet
        self._complaints: tuple[str, ...] = ()

    def tell(self, result: Outcome | Exception) -> None:
        troubles = (result,) if isinstance(result, Exception) else result.problems
        if not isinstance(result, Exception) and happened(result) and not self._quiet:
            click.echo(summary(result))
        said = tuple(map(str, troubles))
        if said != self._complaints:
            for trouble in troubles:
                terminal.complain(trouble, self._index)
        self._complaints = said


@cli.command()
@arguments.index_option
@arguments.quiet_option
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def remove(index: Location, ids: tuple[str, ...], quiet: bool) -> None:
    """Withdraw articles for good: later updates and builds keep them out until they are restored."""
    _withdraw(run_remove, index, ids, quiet, ("removed", "withdrawn already", "not in the index"))


@cli.command()
@arguments.index_option
@arguments.quiet_option
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def restore(index: Location, ids: tuple[str, ...], quiet: bool) -> None:
    """Let withdrawn articles in again; the next update adds them."""
    _withdraw(run_restore, index, ids, quiet, ("will come back with the next update", "in the index", "not withdrawn"))


@cli.command()
@arguments.index_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def info(index: Location, as_json: bool) -> None:
    """Say what the index holds, from where, and when it was last changed."""
    with terminal.ending_cleanly(index):
        found = run_info(index)
        click.echo(json.dumps(asdict(found), default=str, ensure_ascii=True) if as_json else found.as_text())


@cli.command()
@arguments.index_option
@arguments.quiet_option
@click.option(
    "--sample",
    type=click.IntRange(0),
    default=Limits().sample,
    show_default=True,
    help="How many articles to look for by title.",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def verify(index: Location, quiet: bool, sample: int, as_json: bool) -> None:
    """Read every file of the live index and look for a sample of its articles; exit with 6 where something is
    wrong."""
    with terminal.ending_cleanly(index), Shown(quiet=quiet or as_json) as shown:
        result = run_verify(index, sample=sample, progress=shown.progress)
        if as_json:
            click.echo(json.dumps(asdict(result), ensure_ascii=True))
        elif not quiet and not result.problems:
            skipped = f" ({result.skipped} could not be judged)" if result.skipped else ""
            click.echo(f"sound: {result.documents:,} articles, {result.asked:,} looked for by title{skipped}")
        if result.problems:
            raise VerificationFailed(
                index, result.problems, "put back a backup, or build anew with: timtin-index build"
            )


@cli.command()
@arguments.index_option
@arguments.quiet_option
@click.argument("target", metavar="DIR", type=arguments.PATH)
def backup(index: Location, target: Path, quiet: bool) -> None:
    """Copy the live index to DIR, a new or empty folder, consistently, while others search or write.

    To put it back, copy DIR to where the index was.
    """
    with terminal.ending_cleanly(index):
        copy = run_backup(index, target)
        if not quiet:
            click.echo(f"{target}: {copy.documents:,} articles copied")


@cli.command()
@arguments.index_option
@arguments.quiet_option
def rollback(index: Location, quiet: bool) -> None:
    """Make the generation live again that was so before the last build.

    It is as it was then: update it afterwards. What was removed by hand since is in no former generation.
    """
    with terminal.ending_cleanly(index):
        state = run_rollback(index)
        if not quiet:
            click.echo(f"generation {state.generation} is live again: {state.documents:,} articles")


def _run(
    command: Callable[..., Outcome],
    index: Location,
    sources: tuple[Path, ...],
    quiet: bool,
    settings: Path | None,
    report: Path | None,
    max_removals: float | None,
    **given: Any,
) -> None:
    """Carry out a build or an update and end with its exit code."""
    with terminal.ending_cleanly(index), Shown(quiet=quiet) as shown:
        options = Options(settings=_settings(settings, max_removals), **given)
        with ReportFile(report) if report else nullcontext() as file:
            try:
                outcome = command(index, sources, options=options, progress=shown.progress, report=Report(file))
            except terminal.EXPECTED as error:
                if file:
                    file.write(
                        {"kind": "error", "exit": exit_of(error).value, "message": terminal.explain(error, index)}
                    )
                raise
            code = _exit(outcome.problems)
            if file:
                file.write(as_event(outcome, code.value))
        shown.progress.end()
        if not quiet:
            click.echo(summary(outcome))
        for problem in outcome.problems:
            terminal.complain(problem, index)
        terminal.leave(code)


def _settings(path: Path | None, max_removals: float | None) -> Settings:
    settings = load_settings(path) if path else Settings()
    if max_removals is None:
        return settings
    return replace(settings, limits=replace(settings.limits, max_removals=max_removals / 100))


def _exit(problems: tuple[IndexerError, ...]) -> Exit:
    return exit_of(problems[0]) if problems else Exit.DONE


def _withdraw(
    command: Callable[..., Withdrawn], index: Location, ids: tuple[str, ...], quiet: bool, labels: tuple[str, str, str]
) -> None:
    done, already, unknown = labels
    with terminal.ending_cleanly(index):
        result = command(index, ids)
        if not quiet:
            for label, group in ((done, result.done), (already, result.already)):
                for id_ in group:
                    click.echo(f"{id_}: {label}")
        for id_ in result.unknown:
            click.echo(f"timtin-index: {id_}: {unknown}; check the id", err=True)
        terminal.leave(Exit.UNKNOWN_ID if result.unknown else Exit.DONE)
