"""What do a build and an update have in common? The state of a run, and reading the sources through the planner."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from corpus import Article, NoticeCode, Refusal, RefusalCode, SourceFile, read_file
from search import Document, Location

from .errors import IndexerError, RemovalsHeld, SourceError
from .ledger import Ledger, Run
from .mapping import MAPPING_VERSION, digest_of, document_of, size_of
from .plan import KEEP_REASONS, Action, Planner, Reading, Removals
from .progress import Progress, Silent
from .report import Outcome, Report
from .settings import Options
from .shares import Share
from .space import plain_size
from .survey import Sources, digest_of_file, look, origin_of

MOST_WORKERS = 8
"""More processes than this wait for the one that writes."""

Put = Callable[[Document, Action], None]
"""Called with every document that belongs into the index, and what was decided about it."""


def default_workers() -> int:
    """Return how many processes analyse unless told otherwise: one for each core this process may use, at most
    eight."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


@dataclass(slots=True)
class Context:
    """One run of ``command`` on the index in ``index``."""

    command: str
    index: Location
    options: Options = field(default_factory=Options)
    progress: Progress = field(default_factory=Silent)
    report: Report = field(default_factory=Report)
    began: float = field(default_factory=time.monotonic)
    share: Share = field(default_factory=Share)

    @property
    def fingerprint(self) -> str:
        """What decides how files become documents: where it changes, every file is read again."""
        return f"{MAPPING_VERSION}-{self.options.settings.reader.fingerprint()}"

    @property
    def workers(self) -> int:
        """How many processes analyse."""
        return default_workers() if self.options.workers is None else self.options.workers

    def survey(self, roots: Sequence[str], recorded: Ledger, *, everything: bool = False) -> Sources:
        """Look through ``roots`` and report what could not be looked into."""
        self.progress.phase("looking through the sources")
        if not everything and recorded.files and recorded.fingerprint != self.fingerprint:
            self.report.remark("the reader or its settings have changed since the last run: every file is read again")
        sources = look(
            roots,
            recorded,
            self.options.settings,
            fingerprint=self.fingerprint,
            checksum=self.options.checksum,
            everything=everything,
            allow_removals=self.options.allow_removals,
        )
        for problem in sources.problems:
            self.report.refusal(problem)
        self.report.counts["pending"] = sources.pending
        self.report.counts["known-refused"] = sum(
            sources.recorded.files[origin].refusals for origin in sources.survey.unchanged
        )
        return sources

    def planner(self, sources: Sources) -> Planner:
        """Return the planner of the run."""
        return Planner(
            sources.recorded,
            sources.survey,
            max_removals=self.options.settings.limits.max_removals,
            allow_removals=self.options.allow_removals,
        )

    def read(self, sources: Sources, planner: Planner, put: Put) -> None:
        """Read every file that has to be read, and ``put`` every document that belongs into the index."""
        self.progress.phase(f"reading {len(sources.files):,} files")
        self.progress.begin(sum(plain_size(file.path, file.size) for file in sources.files))
        for file in sources.files:
            reading = Reading(file.size, file.mtime_ns, digest_of_file(file.path) or "")
            planner.read(origin_of(file), reading)
            self._read_file(file, reading, planner, put)
        self.progress.end()

    def _read_file(self, file: SourceFile, reading: Reading, planner: Planner, put: Put) -> None:
        left = plain_size(file.path, file.size)
        for item in read_file(file, self.options.settings.reader, takes=self.share.takes(file)):
            if isinstance(item, Article):
                document = document_of(item)
                self._meet(document, file, planner, put)
                step = min(size_of(document), left)
                left -= step
                self.progress.advance(step, articles=1)
            elif isinstance(item, Refusal):
                self.report.refusal(item)
                reading.refusals += 1
                reading.cut_short = reading.cut_short or item.cuts_short
                if item.article_id is None:
                    reading.unnamed += 1
                else:
                    reading.refused.add(item.article_id)
            else:
                self.report.notice(item)
                if item.code is NoticeCode.CHANGED_WHILE_READ:
                    reading.cut_short = reading.again = True
        self.progress.advance(left)

    def _meet(self, document: Document, file: SourceFile, planner: Planner, put: Put) -> None:
        action = planner.meet(document.id, origin_of(file), digest_of(document))
        if action is Action.REFUSE:
            self.refuse_duplicate(document.id, file.path)
            return
        self.report.article(action.value, document.id, path=shown(file.path))
        if action is not Action.WITHHOLD:
            put(document, action)

    def refuse_duplicate(self, id_: str, path: Path) -> None:
        """Report that another article has the id of one in the file at ``path``."""
        self.report.refusal(Refusal(path, RefusalCode.DUPLICATE_ID, article_id=id_, value=id_))

    def tell(self, removals: Removals, recorded: Ledger) -> None:
        """Report what becomes of the articles that were not met."""
        for name, ids in (("removed", removals.gone), ("held", removals.held)):
            for id_ in ids:
                self.report.article(name, id_, path=shown(Path(str(recorded.articles[id_].origin))))
        for id_, reason in removals.kept.items():
            path = shown(Path(str(recorded.articles[id_].origin)))
            self.report.article("kept", id_, path=path, reason=KEEP_REASONS[reason])

    def merging(self, segments: int, documents: int) -> None:
        """Say that parts of the index are about to be merged."""
        self.progress.phase(f"merging {segments} segments of {documents:,} articles")

    def problems(self, sources: Sources, removals: Removals, recorded: Ledger, result: str) -> tuple[IndexerError, ...]:
        """What a person has to see to; ``result`` says what follows where too much is gone."""
        problems: list[IndexerError] = list(sources.faults)
        if removals.too_many and removals.held:
            allowed = self.options.settings.limits.max_removals
            problems.append(RemovalsHeld(len(removals.held), len(recorded.articles), allowed, result))
        return tuple(problems)

    def signed(self, ledger: Ledger) -> Ledger:
        """Return ``ledger`` with this run as its last one."""
        return replace(ledger, run=Run(self.command, now(), dict(self.report.counts)))

    def outcome(self, after: Ledger, generation: int | None, problems: tuple[IndexerError, ...]) -> Outcome:
        """Return the result of the run."""
        return Outcome(
            command=self.command,
            dry_run=self.options.dry_run,
            documents=len(after.articles),
            generation=generation,
            seconds=time.monotonic() - self.began,
            counts=dict(self.report.counts),
            refusals=tuple(self.report.refusals),
            notices=dict(self.report.notices),
            problems=problems,
            remarks=tuple(self.report.remarks),
        )


def require_roots(given: Sequence[str | Path], recorded: Sequence[str]) -> Sequence[str | Path]:
    """Return the sources of a run: those ``given``, else those recorded.

    Raises :class:`SourceError` where there are none, or where none of them exists and there is no record of any.
    """
    if not given and not recorded:
        raise SourceError(None, "no SOURCE was given, and the index records none; name the folder or file to index")
    if given and not recorded and not any(os.path.lexists(root) for root in given):
        raise SourceError(Path(given[0]), "there is no such file or folder; check the path")
    return given or recorded


def shown(path: Path) -> str:
    """Return ``path`` as text that can be printed, whatever bytes its name has."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")


def now() -> str:
    """Return the time, in ISO 8601 with the zone of this machine, to the second."""
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")
