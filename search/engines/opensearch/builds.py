"""Which build in parts is going on, and what have its parts reported?

One document names the build: whoever writes it begins the build. Each part that is done has a document too, and what it
brings stands beside that in pieces. A build of which nothing is heard for long is given up; the next writer sweeps it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from ...analysis.fingerprint import Analyzer
from ...errors import IndexCorrupt, PartLocked
from . import ids
from .book import Kept
from .control import Control
from .layout import LAYOUT
from .lease import is_held

ABANDONED = 3 * 24 * 3600.0
"""Seconds after which a build of which no part began or ended is given up."""

_BUILD = "build"
_BROUGHT = ("data", "tally", "sketches")


@dataclass(frozen=True, slots=True)
class Build:
    """A build of ``generation`` in ``parts``. Of its ``terms`` every part has the same, ``decided`` is what the first
    one decided for all; ``id`` tells it from others, ``heard`` is when a part last began or ended, in seconds since
    1970.
    """

    id: str
    generation: int
    parts: int
    terms: Mapping[str, Any]
    decided: Any
    layout: str
    fingerprint: str
    sources: str
    heard: float

    @classmethod
    def begun(cls, generation: int, parts: int, terms: Mapping[str, Any], decided: Any) -> Build:
        """Return a build that begins now."""
        own = Analyzer.own()
        return cls(
            secrets.token_hex(8), generation, parts, terms, decided, LAYOUT, own.fingerprint, own.sources, time.time()
        )

    @property
    def is_analysed_alike(self) -> bool:
        """Whether this version analyses and lays out as the build does."""
        return self.layout == LAYOUT and Analyzer(self.fingerprint, self.sources).is_own


@dataclass(frozen=True, slots=True)
class Reported:
    """What a part brought: the caller's ``data``, the ``tally`` of its terms, the ``sketches`` of its articles."""

    data: bytes
    tally: bytes
    sketches: bytes


class Builds(Control):
    """The book of an index, with the build in parts that is going on, which sweeping spares."""

    def going_on(self) -> Build | None:
        """Return the build that is going on, if there is one."""
        found = self._get(_BUILD)
        if found is None:
            return None
        build = Build(**found["_source"]["value"])
        if time.time() > build.heard + ABANDONED or build.generation == self.live():
            return None
        return build

    def begin(self, build: Build) -> None:
        """Record a build; under the lease of the writer only."""
        self._put(_BUILD, "build", asdict(build), {})

    def heard(self, build: Build) -> None:
        """Record that a part of a build began or ended."""
        found = self._get(_BUILD)
        if found and found["_source"]["value"]["id"] == build.id:
            self._put(_BUILD, "build", asdict(replace(build, heard=time.time())), {})

    def begin_afresh(self) -> None:
        """Drop the build that is going on; raises :class:`~search.errors.PartLocked` where a part is being built."""
        build = self.going_on()
        if build is None:
            return
        for number in self._parts(build, "lease"):
            found = self._get(ids.lease(build.generation, number))
            if found and is_held(found["_source"]["value"]):
                raise PartLocked(self.place, f"{number}/{build.parts}")
        self.drop(build.generation)

    def report(self, build: Build, number: int, what: Reported) -> None:
        """Record what a part brought, from when on it is done."""
        value = {
            name: self._keep(ids.brought_by(build.generation, number, name), 0, getattr(what, name))._asdict()
            for name in _BROUGHT
        }
        self._put(ids.part(build.generation, number), "part", value, {})

    def reported(self, build: Build) -> Sequence[int]:
        """Return the numbers of the parts that are done."""
        return self._parts(build, "part")

    def _parts(self, build: Build, kind: str) -> list[int]:
        """Return the numbers of the parts of which there is a document of a kind."""
        listed = (id_ for id_ in self._ids(kind) if ids.generation_of(id_) == build.generation)
        return sorted(int(id_.rpartition("-")[2]) for id_ in listed)

    def report_of(self, build: Build, number: int) -> Reported:
        """Return what a part brought."""
        found = self._get(ids.part(build.generation, number))
        value = found["_source"]["value"] if found else {}
        return Reported(
            *(self._pieces(ids.brought_by(build.generation, number, name), value.get(name)) for name in _BROUGHT)
        )

    def forget_state(self, generation: int) -> None:
        """Remove the state of a generation that is not the live one, so that it can be written anew."""
        self._remove([ids.state(generation)])

    def end(self, generation: int) -> None:
        """Remove what was recorded of a build in parts."""
        self._forget_build(generation)
        listed = [id_ for id_ in self._ids("part", "lease", "data") if ids.generation_of(id_) == generation]
        own = ids.brought(generation)
        self._remove(id_ for id_ in listed if not id_.startswith("data-") or id_.startswith(own))

    def keep_only(self, *generations: int | None) -> None:
        """Remove everything of all other generations but that of the build that is going on."""
        build = self.going_on()
        super().keep_only(*generations, build.generation if build else None)

    def _drop(self, generation: int, listed: Iterable[str]) -> None:
        self._forget_build(generation)
        super()._drop(generation, listed)

    def _forget_build(self, generation: int) -> None:
        found = self._get(_BUILD)
        if found and found["_source"]["value"]["generation"] == generation:
            self._remove([_BUILD])

    def _pieces(self, start: str, kept: Mapping[str, Any] | None) -> bytes:
        read = None if kept is None else self._read_pieces(start, Kept(**kept))
        if read is None:
            raise IndexCorrupt(self.place, "what a part of the build reported is damaged or missing")
        return read
