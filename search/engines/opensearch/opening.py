"""How does one get hold of the write side of an index on a cluster?"""

from __future__ import annotations

from contextlib import ExitStack, closing

from ...analysis.fingerprint import fingerprint
from ...errors import AnalyzerChanged, NoFormerGeneration
from .address import Address, Credentials
from .builds import Builds
from .client import Client
from .control import demand_usable, own_analyzer
from .lease import Lease
from .patience import PATIENT
from .writer import OpenSearchWriter


def roll_back(address: Address) -> int:
    """Make the generation live that was so before; return its number. See :func:`search.rollback`."""
    client = Client(address)
    demand_usable(client)
    control = Builds(client, PATIENT)
    control.newest()
    with closing(client), Lease(client):
        former = control.former()
        if former is None or control.read(former) is None:
            raise NoFormerGeneration(str(address))
        control.publish(former)
        return former


def open_writer(
    address: Address, *, rebuild: bool, workers: int, credentials: Credentials | None = None
) -> OpenSearchWriter:
    """Open the write side of the index at ``address``; see :func:`search.open_writer`."""
    with ExitStack() as stack:
        client = Client(address, credentials)
        stack.callback(client.close)
        demand_usable(client)
        control = Builds(client, PATIENT)
        control.prepare()
        lease = stack.enter_context(Lease(client))
        live = control.live()
        there = control.generations()
        if live is not None and not rebuild:
            recorded = control.read(live)
            if recorded and not own_analyzer(recorded.state):
                raise AnalyzerChanged(recorded.state.fingerprint, fingerprint(), str(address))
            generation = live
        else:
            recorded = None
            if rebuild:
                control.begin_afresh()
            generation = max(there, default=0) + 1
        control.keep_only(live, control.former())
        writer = OpenSearchWriter(control, lease, generation, recorded, workers, stack.pop_all())
        try:
            if recorded:
                writer.recover()
            else:
                writer.create()
                if live is None and not rebuild:
                    writer.show_at_once()
        except BaseException:
            writer.close()
            raise
        return writer
