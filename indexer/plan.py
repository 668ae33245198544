"""What is to be added, changed and removed? Decided from the ledger and from what was met; nothing here reads or
writes.

An article belongs to the file that the ledger names, as long as that file was not read again; among files that are
read, to the first that holds it. An article that was not met is gone only where that is certain: its source was
seen whole, its file was read whole or is no longer there, and nothing refused in that file can be it.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .ledger import ArticleRecord, FileRecord, Ledger, Origin, Withdrawal


class Action(StrEnum):
    """What to do about an article that was met."""

    ADD = "added"
    CHANGE = "changed"
    MOVE = "moved"
    NOTHING = "unchanged"
    WITHHOLD = "withheld"
    REFUSE = "duplicate"


class Keep(StrEnum):
    """Why an article that was not met stays in the index."""

    NOT_SEEN = "not-seen"
    PENDING = "pending"
    CUT_SHORT = "cut-short"
    REFUSED = "refused"


KEEP_REASONS: dict[Keep, str] = {
    Keep.NOT_SEEN: "its place in the source could not be looked into",
    Keep.PENDING: "its file is still being written",
    Keep.CUT_SHORT: "its file could not be read, or not to the end",
    Keep.REFUSED: "something in its file was refused that may be it",
}


@dataclass(frozen=True, slots=True)
class Survey:
    """What the sources hold, before a file is read.

    ``roots`` were looked at; those in ``incomplete`` not wholly. ``listed`` are the files found and ready, those in
    ``unchanged`` are as the ledger has them and are not read; ``pending`` are still being written. With
    ``everything`` the run makes a whole new index, and articles recorded under other roots are gone too.
    """

    roots: Set[str]
    listed: Set[Origin]
    unchanged: Set[Origin] = frozenset()
    pending: Set[Origin] = frozenset()
    incomplete: Set[str] = frozenset()
    everything: bool = False


@dataclass(slots=True)
class Reading:
    """What came out of reading one file; filled while it is read.

    ``refused`` are the ids of refused articles, ``refusals`` counts all refusals, ``unnamed`` those whose id is not
    known; ``cut_short`` says that the file was not read to its end; ``again`` that the next update is to read it
    even where it has not changed.
    """

    size: int
    mtime_ns: int
    digest: str
    articles: int = 0
    refused: set[str] = field(default_factory=set)
    refusals: int = 0
    unnamed: int = 0
    cut_short: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Removals:
    """What becomes of the articles that were not met.

    ``gone`` leave the index; ``held`` are gone from the sources but stay, as a guard said; ``kept`` stay, by reason.
    """

    gone: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    kept: Mapping[str, Keep] = field(default_factory=dict)
    too_many: bool = False


class Planner:
    """Takes in what the sources hold, article by article, and says what follows.

    First :meth:`meet` for every article of every file of ``survey.listed`` that is not unchanged, then
    :meth:`removals`, once, then :meth:`ledger`. ``max_removals`` is the share (0 to 1) of the recorded articles
    that may go unasked; ``allow_removals`` lifts that guard.
    """

    def __init__(
        self, recorded: Ledger, survey: Survey, *, max_removals: float = 0.1, allow_removals: bool = False
    ) -> None:
        self._recorded = recorded
        self._survey = survey
        self._max_removals = max_removals
        self._allow_removals = allow_removals
        self._articles: dict[str, ArticleRecord] = {}
        self._withheld: dict[str, Origin] = {}
        self._readings: dict[Origin, Reading] = {}

    def read(self, origin: Origin, reading: Reading) -> None:
        """Say that the file at ``origin`` is being read; what is added to ``reading`` later counts."""
        self._readings[origin] = reading

    def meet(self, id_: str, origin: Origin, digest: str) -> Action:
        """Take in the article ``id_`` that stands in ``origin`` and whose document has ``digest``; return what to
        do."""
        if id_ in self._recorded.withdrawn:
            self._withheld[id_] = origin
            return Action.WITHHOLD
        known = self._recorded.articles.get(id_)
        if id_ in self._articles or (known and known.origin in self._survey.unchanged):
            self._readings[origin].again = True
            return Action.REFUSE
        self._articles[id_] = ArticleRecord(origin, digest)
        self._readings[origin].articles += 1
        if known is None:
            return Action.ADD
        if known.digest != digest:
            return Action.CHANGE
        return Action.NOTHING if known.origin == origin else Action.MOVE

    def removals(self) -> Removals:
        """Decide about every recorded article that was not met."""
        gone: list[str] = []
        kept: dict[str, Keep] = {}
        refused = {id_ for reading in self._readings.values() for id_ in reading.refused}
        for id_, article in self._recorded.articles.items():
            if id_ in self._articles or id_ in self._recorded.withdrawn or self._stays(article.origin):
                continue
            if reason := self._reason_to_keep(id_, article.origin, refused):
                kept[id_] = reason
            else:
                gone.append(id_)
        too_many = len(gone) > self._max_removals * len(self._recorded.articles)
        if not self._allow_removals and (too_many or self._survey.incomplete):
            return Removals(held=tuple(gone), kept=kept, too_many=too_many)
        return Removals(gone=tuple(gone), kept=kept)

    def untouched(self) -> int:
        """Return the number of recorded articles in files that are not read again, as they are unchanged."""
        return sum(
            article.origin in self._survey.unchanged and id_ not in self._recorded.withdrawn
            for id_, article in self._recorded.articles.items()
        )

    def ledger(self, removals: Removals, *, fingerprint: str) -> Ledger:
        """Return the ledger as it is after ``removals`` and everything that was met; with the recorded roots, and
        without a run."""
        old = self._recorded
        staying = {*removals.held, *removals.kept}
        articles = {
            id_: article
            for id_, article in old.articles.items()
            if id_ not in old.withdrawn and (id_ in staying or self._stays(article.origin))
        }
        waiting = {old.articles[id_].origin for id_ in staying}
        return Ledger(
            fingerprint=fingerprint,
            roots=old.roots,
            files=self._files(waiting),
            articles={**articles, **self._articles},
            withdrawn={
                id_: Withdrawal(gone.when, self._withheld.get(id_, gone.origin)) for id_, gone in old.withdrawn.items()
            },
        )

    def _stays(self, origin: Origin) -> bool:
        """Whether this run has nothing to say about the articles of ``origin``."""
        outside = origin.root not in self._survey.roots and not self._survey.everything
        return outside or origin in self._survey.unchanged

    def _reason_to_keep(self, id_: str, origin: Origin, refused: Set[str]) -> Keep | None:
        if id_ in refused:
            return Keep.REFUSED
        if origin in self._survey.pending:
            return Keep.PENDING
        reading = self._readings.get(origin)
        if reading is None:
            return Keep.NOT_SEEN if origin.root in self._survey.incomplete else None
        if reading.cut_short:
            return Keep.CUT_SHORT
        return Keep.REFUSED if reading.unnamed > self._unnamed_before(origin) else None

    def _unnamed_before(self, origin: Origin) -> int:
        before = self._recorded.files.get(origin)
        return before.unnamed if before else 0

    def _files(self, waiting: Set[Origin]) -> dict[Origin, FileRecord]:
        """The records of the files; those that articles are ``waiting`` in are to be read again."""
        files: dict[Origin, FileRecord] = {}
        for origin, record in self._recorded.files.items():
            if self._stays(origin):
                files[origin] = record
            elif origin in waiting:
                files[origin] = _again(record)
        for origin, reading in self._readings.items():
            unsettled = reading.again or reading.cut_short or origin in waiting
            files[origin] = FileRecord(
                size=reading.size,
                mtime_ns=reading.mtime_ns,
                digest=reading.digest,
                articles=reading.articles,
                refusals=reading.refusals,
                unnamed=self._unnamed_before(origin) if origin in waiting else reading.unnamed,
                again=unsettled,
            )
        return files


def _again(record: FileRecord) -> FileRecord:
    return replace(record, again=True)
