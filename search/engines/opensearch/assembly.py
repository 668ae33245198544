"""How do the parts of a build become the live index?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack

from ..base import Merging
from .address import Address, Credentials
from .batches import FIRST, cluster_id
from .builds import Build, Builds
from .client import Client
from .encoding import Encoded
from .lease import Lease
from .parts import part_commit, waited_for_lease
from .patience import PATIENT
from .reprints import unpacked_sketches
from .tally import Tally
from .versions import READ
from .words import batched
from .writer import OpenSearchWriter

WAITING_SECONDS = 600.0
"""For so long the writer of the live index is waited for, or another one that puts the parts together."""


class Assembly(OpenSearchWriter):
    """Writes the first commit of a generation whose articles its parts have sent; see :func:`search.open_assembly`.

    Where it breaks off, the parts stay, and it can be begun again.
    """

    def __init__(self, builds: Builds, lease: Lease, build: Build, workers: int, cleanup: ExitStack) -> None:
        super().__init__(builds, lease, build.generation, None, workers, cleanup)
        self._builds = builds
        self._build = build
        self._purges = False
        self._tally = Tally()

    def prepare(self) -> None:
        """Take away what one that broke off wrote."""
        self._builds.forget_state(self.generation)
        self._versions.refresh()
        self._versions.delete(list(self._versions.added_by(FIRST)))

    def reports(self) -> Iterator[tuple[int, bytes]]:
        """Yield what each part reported, by its number; once."""
        for number in range(1, self._build.parts + 1):
            self._lease.require()
            reported = self._builds.report_of(self._build, number)
            self._tally.merge(Tally.unpacked(reported.tally))
            self._sender.sketches[part_commit(number)] = unpacked_sketches(reported.sketches)
            yield number, reported.data

    def keep(self, number: int, ids: Collection[str]) -> None:
        """Take over the articles ``ids`` from a part."""
        self._changes.sent |= dict.fromkeys(ids, part_commit(number))

    def leave_out(self, number: int, ids: Iterable[str], *, for_good: bool = False) -> None:
        """Take away the articles ``ids`` that a part sent; ``for_good`` leaves nothing of them on disk."""
        for some in batched(ids, READ):
            there = [cluster_id(id_, part_commit(number)) for id_ in some]
            documents = list(self._versions.read(there))
            self._tally.take_away(Encoded(documents))
            # Those that are gone were taken away before it broke off: what they held can only be found by counting.
            self._tally_is_whole = self._tally_is_whole and len(documents) == len(some)
            self._versions.delete(there)
            self._purges = self._purges or for_good

    def commit(self, user_data: bytes | None = None, *, purge: bool = False, merging: Merging | None = None) -> None:
        """Write the first commit."""
        self._sender.tallies[FIRST].merge(self._tally)
        super().commit(user_data, purge=purge, merging=merging)
        # What is on disk counts in the statistics that scores are made of, also what a part that died had sent.
        if self._purges or self._upkeep.much_is_deleted:
            self._upkeep.purge()

    def publish(self) -> None:
        """Make the generation the live one; the build has ended."""
        super().publish()
        self._builds.end(self.generation)

    def _drop(self) -> None:
        """Leave the parts where they are."""


def open_assembly(address: Address, *, workers: int, credentials: Credentials | None = None) -> Assembly | None:
    """Open the write side of the build in parts that is going on; see :func:`search.open_assembly`."""
    with ExitStack() as stack:
        client = Client(address, credentials)
        stack.callback(client.close)
        builds = Builds(client, PATIENT)
        lease = waited_for_lease(client, WAITING_SECONDS, lambda: builds.going_on() is None)
        if lease is None:
            return None
        stack.enter_context(lease)
        build = builds.going_on()
        if build is None:
            return None
        assembly = Assembly(builds, lease, build, workers, stack.pop_all())
        try:
            assembly.prepare()
        except BaseException:
            assembly.close()
            raise
        return assembly
