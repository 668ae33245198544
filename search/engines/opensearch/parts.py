"""How does one of many machines build its part of an index?

The first part begins the build: it makes the indices of a new generation, in which all parts put their articles, each
under a number of a commit of its own. These are less than that of the first commit, so all of them become visible
with it, and what a part sent before it died can be told from what others sent. No part waits for another: each has a
lease of its own, and writers of the live generation may go on meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Any, Self

from ...document import Document
from ...errors import ClusterFailure, IndexLocked, PartLocked, PartsDiffer
from . import ids, layout
from .address import Address, Credentials
from .batches import FIRST, cluster_id
from .builds import Build, Builds, Reported
from .client import Client
from .control import demand_usable
from .lease import Lease
from .patience import PATIENT
from .reprints import packed_sketches
from .sending import Sender
from .upkeep import shards
from .versions import Versions
from .writer import BATCH_CHARACTERS, BATCH_DOCUMENTS

BEGINNING_SECONDS = 60.0
"""For so long a part waits for another writer to end, where it has to begin a build."""

_AGAIN = 0.3
"""Seconds after which the lease is tried for again."""


def part_commit(number: int) -> int:
    """Return the number of the commit under which a part, counted from 1, sends its articles."""
    return FIRST - number


class PartWriter:
    """Writes one part of an index on a cluster; see :func:`search.open_part`."""

    def __init__(
        self, builds: Builds, lease: Lease, build: Build, number: int, workers: int, cleanup: ExitStack
    ) -> None:
        self.generation = build.generation
        self.decided = build.decided
        self._builds = builds
        self._build = build
        self._number = number
        self._lease = lease
        self._cleanup = cleanup
        self._commit = part_commit(number)
        index = layout.articles(builds.name, build.generation)
        self._versions = Versions(builds.client, index)
        self._sender = Sender(builds.client, index, workers, lease.require)
        self._waiting: list[Document] = []
        self._characters = 0
        self._sent: set[str] = set()

    @property
    def is_done(self) -> bool:
        """Whether this part has been reported before: there is nothing left to do for it."""
        return self._number in self._builds.reported(self._build)

    @property
    def missing(self) -> tuple[int, ...]:
        """The parts that are not done."""
        return tuple(sorted(set(range(1, self._build.parts + 1)) - set(self._builds.reported(self._build))))

    def add(self, document: Document) -> None:
        """Add ``document``, whose id this part had not yet."""
        normal = document.normalized()
        self._sent.add(normal.id)
        self._waiting.append(normal)
        self._characters += sum(len(text) for _, _, text in normal.blocks())
        if len(self._waiting) >= BATCH_DOCUMENTS or self._characters >= BATCH_CHARACTERS:
            self._sender.start()
            self._flush()

    def report(self, data: bytes) -> None:
        """Make this part done, with ``data`` for who puts the parts together."""
        self._flush()
        self._sender.drain()
        self._sender.rest()
        self._versions.refresh()
        self._sweep()
        self._lease.renew()
        self._require_build()
        tally, sketches = self._sender.tallies[self._commit], self._sender.sketches[self._commit]
        what = Reported(data, tally.packed(), packed_sketches(sketches))
        self._builds.report(self._build, self._number, what)
        self._builds.heard(self._build)

    def _flush(self) -> None:
        if self._waiting:
            self._sender.send(self._waiting, self._commit)
            self._waiting, self._characters = [], 0

    def _sweep(self) -> None:
        """Take away what an earlier try of this part sent and this one did not."""
        there = self._versions.number_of(self._commit)
        if there > len(self._sent):
            own = {cluster_id(id_, self._commit) for id_ in self._sent}
            self._versions.delete([id_ for id_ in self._versions.added_by(self._commit) if id_ not in own])
            self._versions.refresh()
            there = self._versions.number_of(self._commit)
        if there != len(self._sent):
            raise ClusterFailure(200, "incomplete", f"{len(self._sent):,} articles were sent, but {there:,} are there")

    def _require_build(self) -> None:
        require(self._builds, self._build)

    def close(self) -> None:
        """Stop the workers, let go of the lease of this part. What it sent stays, and is replaced by the next try."""
        try:
            self._sender.close()
        finally:
            self._cleanup.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_part(
    address: Address,
    number: int,
    of: int,
    *,
    terms: Mapping[str, Any],
    decided: Any,
    workers: int,
    afresh: bool,
    credentials: Credentials | None = None,
) -> PartWriter:
    """Open part ``number`` of ``of`` of the build that is going on, or begin one; see :func:`search.open_part`."""
    with ExitStack() as stack:
        client = Client(address, credentials)
        stack.callback(client.close)
        demand_usable(client)
        builds = Builds(client, PATIENT)
        builds.prepare()
        build = None if afresh else builds.going_on()
        if build is None:
            build = _begun(builds, of, terms, decided, afresh=afresh)
        _require_fit(builds, build, of, terms)
        name = ids.lease(build.generation, number)
        lease = stack.enter_context(Lease(client, name, lambda: PartLocked(str(address), f"{number}/{of}")))
        # It may have been dropped before the lease was there to see.
        require(builds, build)
        builds.create(build.generation, shards())
        builds.heard(build)
        return PartWriter(builds, lease, build, number, workers, stack.pop_all())


def require(builds: Builds, build: Build) -> None:
    """Raise :class:`~search.errors.PartsDiffer` where ``build`` is not going on any more."""
    there = builds.going_on()
    if there is None or there.id != build.id:
        raise PartsDiffer(builds.place, "the build that this part belongs to was dropped meanwhile")


def waited_for_lease(client: Client, seconds: float, needless: Callable[[], bool]) -> Lease | None:
    """Return the lease of the writer, for which others are waited for, or None as soon as it is ``needless``. Raises
    :class:`~search.errors.IndexLocked` after so many ``seconds``.
    """
    until = time.monotonic() + seconds
    while not needless():
        with suppress(IndexLocked):
            return Lease(client)
        if time.monotonic() >= until:
            raise IndexLocked(str(client.address))
        time.sleep(_AGAIN)
    return None


def _begun(builds: Builds, parts: int, terms: Mapping[str, Any], decided: Any, *, afresh: bool) -> Build:
    """Begin a build, unless another part does meanwhile."""
    lease = waited_for_lease(builds.client, BEGINNING_SECONDS, lambda: not afresh and builds.going_on() is not None)
    with lease or ExitStack():
        if afresh:
            builds.begin_afresh()
        build = builds.going_on()
        if build is None:
            if lease is None:
                raise PartsDiffer(builds.place, "the build that this part belongs to was dropped meanwhile")
            builds.keep_only(builds.live(), builds.former())
            build = Build.begun(max(builds.generations(), default=0) + 1, parts, terms, decided)
            builds.begin(build)
            builds.create(build.generation, shards())
        return build


def _require_fit(builds: Builds, build: Build, parts: int, terms: Mapping[str, Any]) -> None:
    if build.parts != parts:
        done = len(builds.reported(build))
        raise PartsDiffer(
            builds.place,
            f"a build in {build.parts} parts is going on, of which {done} are done, and this is one of {parts}",
        )
    if not build.is_analysed_alike:
        raise PartsDiffer(builds.place, "the build that is going on was begun by another version of timtin")
    for name, value in terms.items():
        if build.terms.get(name) != value:
            raise PartsDiffer(
                builds.place,
                f"the build that is going on has other {name} ({_shown(build.terms.get(name))}) than this part "
                f"({_shown(value)})",
            )


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
