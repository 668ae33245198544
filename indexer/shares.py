"""Which articles of the sources belong to one part of a build, and how are the parts put together again?

A file belongs to the part that a hash of its path below its source names: every machine computes the same, whatever
else it finds there, and reads its own files only. A file that is larger than a fair share of all would keep one machine
busy while the others have ended, so all parts go through such a file, and each takes every M-th record of it, passing
over the others. Which files these are is decided once, by the part that begins the build.

What a part has met is recorded in the order in which it stands in the sources. Putting the parts together, the planner
meets all of it in the order in which a single build would have, so it decides the same: also which of two articles with
one id counts.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus import SourceFile

from .ledger import Origin
from .plan import Action, Planner, Reading
from .space import plain_size
from .survey import Sources, origin_of

MOST_PARTS = 256


@dataclass(frozen=True, slots=True)
class Part:
    """Part ``number``, from 1, of ``of``."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Part:
        """Read ``3/16``; raises :class:`ValueError`, which says what is expected."""
        found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text.strip())
        if not found:
            raise ValueError(f"{text!r} is no part; write 3/16 for the third of 16 parts")
        number, of = int(found[1]), int(found[2])
        if not 1 <= of <= MOST_PARTS:
            raise ValueError(f"{text!r}: there can be 1 to {MOST_PARTS} parts, not {of}")
        if not 1 <= number <= of:
            raise ValueError(f"{text!r}: the parts are 1/{of} to {of}/{of}")
        return cls(number, of)

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


@dataclass(slots=True)
class Share:
    """What belongs to a ``part``, everything without one; files in ``split`` are shared out record by record.
    ``position`` is the number of the record at hand in its file.
    """

    part: Part | None = None
    split: frozenset[Origin] = frozenset()
    position: int = 0

    def files(self, files: Iterable[SourceFile]) -> tuple[SourceFile, ...]:
        """Return those of ``files`` that have to be read."""
        return tuple(file for file in files if self._reads(origin_of(file)))

    def takes(self, file: SourceFile) -> Callable[[int], bool]:
        """Return what says which records of a file are to be taken in, by their number in it."""
        part = self.part
        shared = part is not None and origin_of(file) in self.split

        def takes(number: int) -> bool:
            self.position = number
            return part is None or not shared or number % part.of == part.number - 1

        return takes

    def _reads(self, origin: Origin) -> bool:
        return self.part is None or origin in self.split or part_of(origin, self.part.of) == self.part.number


def part_of(origin: Origin, parts: int) -> int:
    """Return the part that a file belongs to."""
    path = origin.path or Path(origin.root).name
    digest = hashlib.blake2b(path.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % parts + 1


def larger_than_a_share(files: Sequence[SourceFile], parts: int) -> list[list[str]]:
    """Return (root, path) of the files that hold more than a fair share of the text of all."""
    sizes = [plain_size(file.path, file.size) for file in files]
    return [
        [str(file.root), file.name]
        for file, size in zip(files, sizes, strict=True)
        if parts > 1 and size * parts > sum(sizes)
    ]


class Recorder(Planner):
    """A planner of one part that keeps what it met, and how the files were read."""

    def __init__(self, sources: Sources, share: Share) -> None:
        super().__init__(sources.recorded, sources.survey)
        self._share = share
        self._sources = sources
        self._met: dict[Origin, list[tuple[int, str, str, bool]]] = {}

    def read(self, origin: Origin, reading: Reading) -> None:
        """Say that a file is being read."""
        super().read(origin, reading)
        self._met[origin] = []

    def meet(self, id_: str, origin: Origin, digest: str) -> Action:
        """Take in an article."""
        action = super().meet(id_, origin, digest)
        sent = action not in {Action.REFUSE, Action.WITHHOLD}
        self._met[origin].append((self._share.position, id_, digest, sent))
        return action

    @property
    def sent(self) -> int:
        """How many articles the part sends."""
        return sum(sent for met in self._met.values() for *_, sent in met)

    def packed(self) -> bytes:
        """Return what was met as bytes."""
        survey = self._sources.survey
        content = {
            "incomplete": sorted(survey.incomplete),
            "pending": [[origin.root, origin.path] for origin in survey.pending],
            "files": [
                {
                    "origin": [origin.root, origin.path],
                    "read": [reading.size, reading.mtime_ns, reading.digest],
                    "refused": sorted(reading.refused),
                    "counts": [reading.refusals, reading.unnamed],
                    "cut_short": reading.cut_short,
                    "met": self._met[origin],
                }
                for origin, reading in self._readings.items()
            ],
        }
        return zlib.compress(json.dumps(content, separators=(",", ":")).encode("ascii"), 6)


@dataclass(slots=True)
class Met:
    """An article that ``part`` met: its number in the file, whether the part sent it."""

    position: int
    part: int
    id: str
    digest: str
    sent: bool


@dataclass(slots=True)
class FileMet:
    """What all parts have met of one file."""

    reading: Reading
    articles: list[Met] = field(default_factory=list)


@dataclass(slots=True)
class Gathered:
    """What all parts have met: the files by origin; which roots were not seen whole, which files are pending."""

    files: dict[Origin, FileMet] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)
    pending: set[Origin] = field(default_factory=set)

    def add(self, part: int, data: bytes) -> None:
        """Take in what :meth:`Recorder.packed` gave of a part."""
        content: dict[str, Any] = json.loads(zlib.decompress(data))
        self.incomplete |= set(content["incomplete"])
        self.pending |= {Origin(*one) for one in content["pending"]}
        for one in content["files"]:
            origin = Origin(*one["origin"])
            file = self.files.setdefault(origin, FileMet(Reading(*one["read"])))
            reading = file.reading
            refusals, unnamed = one["counts"]
            reading.refusals += refusals
            reading.unnamed += unnamed
            reading.refused |= set(one["refused"])
            reading.cut_short = reading.cut_short or one["cut_short"]
            # Where it changed between two parts, neither has it as it is: the next update reads it again.
            reading.cut_short = reading.cut_short or one["read"][2] != reading.digest
            file.articles += (Met(position, part, id_, digest, sent) for position, id_, digest, sent in one["met"])

    def in_order(self, files: Sequence[SourceFile]) -> Iterator[tuple[Origin, FileMet]]:
        """Yield the files in the order of ``files``, those that are not among them last; in each, the articles in
        order.
        """
        places = {origin_of(file): place for place, file in enumerate(files)}
        for origin in sorted(self.files, key=lambda one: (places.get(one, len(places)), one.root, one.path)):
            self.files[origin].articles.sort(key=lambda met: met.position)
            yield origin, self.files[origin]
