"""What came out of a run? Counts and the first refusals in memory, everything in the report file."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from corpus import Notice, Refusal

from .errors import IndexerError

KEPT_REFUSALS = 1000
"""How many refusals an :class:`Outcome` lists; the report file has them all."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a build or an update.

    ``counts`` are articles by what was done: added, changed, moved (to another file), unchanged, removed, withheld
    (withdrawn), kept (their file could not be read), held (a guard kept them); and ``refused``, ``known-refused``
    (in files that were not read again), ``pending`` files. ``documents`` is the number in the index afterwards;
    ``generation`` the one written to, None where nothing was written. ``refusals`` are the first thousand;
    ``notices`` counts by code. ``problems`` are what a person has to see to although the run went through; the
    first decides the exit code. ``remarks`` are single lines worth reading. Of a ``part`` of a build (as ``3/16``),
    ``missing`` are the parts that are not done; as long as there are any, ``documents`` counts what this part sent.
    """

    command: str
    dry_run: bool
    documents: int
    generation: int | None
    seconds: float
    counts: Mapping[str, int]
    refusals: tuple[Refusal, ...] = ()
    notices: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[IndexerError, ...] = ()
    remarks: tuple[str, ...] = ()
    part: str | None = None
    missing: tuple[int, ...] = ()


@dataclass(slots=True)
class Report:
    """Collects what happens in a run; ``file`` also gets every event as a line."""

    file: ReportFile | None = None
    counts: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    notices: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    def article(self, what: str, id_: str, **more: str) -> None:
        """Count the article ``id_`` under ``what``; all but unchanged ones get a line, with ``more``."""
        self.counts[what] += 1
        if self.file and what != "unchanged":
            self.file.write({"kind": what, "id": id_, **more})

    def refusal(self, refusal: Refusal) -> None:
        """Take in a refusal."""
        self.counts["refused"] += 1
        if len(self.refusals) < KEPT_REFUSALS:
            self.refusals.append(refusal)
        if self.file:
            self.file.write(refusal.as_dict())

    def notice(self, notice: Notice) -> None:
        """Take in a notice."""
        self.notices[notice.code.value] += 1
        if self.file:
            self.file.write(notice.as_dict())

    def remark(self, line: str) -> None:
        """Take in a line that a person should read."""
        self.remarks.append(line)


class ReportFile:
    """JSON Lines, one event a line, the last one of kind ``summary``. It appears under its name only when it is whole.

    Use it in a with block; whatever ends the block, all that was written appears. Raises :class:`OSError` where the
    file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        self._stream: IO[str] | None = None

    def __enter__(self) -> Self:
        try:
            self._stream = self._temporary.open("w", encoding="utf-8")
        except OSError as error:
            error.filename = str(self.path)
            raise
        return self

    def write(self, event: Mapping[str, object]) -> None:
        """Append ``event``."""
        if self._stream is None:
            raise ValueError("the report file is not open")
        self._stream.write(
            json.dumps(event, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8") + "\n"
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stream, self._stream = self._stream, None
        if stream is None:
            return
        try:
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()
            self._temporary.replace(self.path)
        finally:
            self._temporary.unlink(missing_ok=True)


class ReportLog(ReportFile):
    """The same for runs that follow one another: each appends its events."""

    def __enter__(self) -> Self:
        self._stream = self.path.open("a", encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()


_LABELS = (
    ("added", "added"),
    ("changed", "changed"),
    ("moved", "moved to another file"),
    ("unchanged", "unchanged"),
    ("removed", "removed"),
    ("withheld", "withdrawn earlier and kept out"),
    ("kept", "kept, though not met this time"),
    ("held", "gone from the sources, but not removed"),
    ("refused", "refused"),
    ("known-refused", "refused earlier, in files that have not changed"),
    ("pending", "files still being written, left for the next run"),
)
_ALWAYS = frozenset({"added", "changed", "unchanged", "removed", "refused"})
_SHOWN_REFUSALS = 20


_EVENTS = ("added", "changed", "moved", "removed", "withheld", "refused")


def happened(outcome: Outcome) -> bool:
    """Say whether the run did anything to the index, or refused anything."""
    return any(outcome.counts.get(name) for name in _EVENTS)


def summary(outcome: Outcome) -> str:
    """Write ``outcome`` for a person, in several lines."""
    lines = [f"{outcome.command}: {_result(outcome)} ({outcome.seconds:.1f} s)"]
    lines += [
        f"{outcome.counts.get(name, 0):>9,}  {label}"
        for name, label in _LABELS
        if name in _ALWAYS or outcome.counts.get(name)
    ]
    lines += _refusal_lines(outcome)
    lines += [f"note: {count:,} × {code}" for code, count in sorted(outcome.notices.items())]
    lines += [f"note: {remark}" for remark in outcome.remarks]
    return "\n".join(lines)


def _result(outcome: Outcome) -> str:
    generation = f", generation {outcome.generation}" if outcome.generation is not None else ""
    count = f"{outcome.documents:,} articles{generation}"
    if outcome.part is None:
        return f"the index {'would hold' if outcome.dry_run else 'holds'} {count}"
    if outcome.dry_run:
        return f"part {outcome.part} would have {count}"
    if outcome.missing:
        some = "part" if len(outcome.missing) == 1 else "parts"
        return f"part {outcome.part} is done, {count}; still missing: {some} {ranges(outcome.missing)}"
    return f"part {outcome.part} was the last, the index is live and holds {count}"


def ranges(numbers: Sequence[int]) -> str:
    """Write ascending ``numbers`` with runs of them as ``4–9``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def as_event(outcome: Outcome, exit_code: int) -> dict[str, object]:
    """Return ``outcome`` as the last line of a report file."""
    return {
        "kind": "summary",
        "command": outcome.command,
        "dry_run": outcome.dry_run,
        "exit": exit_code,
        "documents": outcome.documents,
        "generation": outcome.generation,
        "seconds": round(outcome.seconds, 3),
        "counts": dict(outcome.counts),
        "notices": dict(outcome.notices),
        "problems": [str(problem) for problem in outcome.problems],
        "remarks": list(outcome.remarks),
        **({"part": outcome.part, "missing": list(outcome.missing)} if outcome.part else {}),
    }


def _refusal_lines(outcome: Outcome) -> list[str]:
    shown = [f"refused: {refusal.message}" for refusal in outcome.refusals[:_SHOWN_REFUSALS]]
    rest = outcome.counts.get("refused", 0) - len(shown)
    if rest > 0:
        by_code = Counter(refusal.code.value for refusal in outcome.refusals[_SHOWN_REFUSALS:])
        why = ", ".join(f"{count:,} × {code}" for code, count in by_code.most_common(3))
        shown.append(f"refused: {rest:,} more ({why}); --report FILE names them all")
    return shown
