"""What does a test hold of the cluster?"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from ..commands import ROOT, fetch
from .distribution import NotAvailable, check
from .keeper import FAILED, SOCKET
from .turns import Turns

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

KEPT_WITHIN = 300
"""Seconds until the nodes have to run, not to answer: it may take Maven that long to fetch them."""
GREEN_WITHIN = 180
"""Seconds until a cluster whose nodes run has to be whole, on two cores that run other tests too."""
NOTICED_WITHIN = 60
"""Seconds until a node has to notice that others are gone; it asks them every second, and waits for two answers."""
GONE_WITHIN = 30
POLL = 0.2

Status = Literal["green", "yellow", "red"]
"""From best to worst."""


MEMORY = Path("/dev/shm")  # noqa: S108  # the name is a new one
ROOM = 4 << 30
"""Bytes that have to be free there for a cluster to be kept in memory."""


def unused_folder() -> Path:
    """A folder for a cluster, which is not there; every user may look into what it is in, as the nodes have to.

    In memory, if possible: nodes are killed, the machine is not, so nothing need wait for a disk.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    return (MEMORY if roomy else Path(tempfile.gettempdir())) / f"timtin-cluster-{uuid.uuid4().hex[:12]}"


@dataclass(frozen=True, slots=True)
class State:
    """One node: where it answers, its process (None: it does not run), whether it is cut off, and why it ended."""

    address: str
    pid: int | None
    cut: bool
    log: str

    @property
    def reachable(self) -> bool:
        """Whether the others should see it."""
        return self.pid is not None and not self.cut


class Cluster:
    """The three nodes of the run whose first process is ``run``; ``folder`` is theirs, and need not be there.

    Nodes go by their numbers: 0, 1, 2.
    """

    def __init__(self, folder: Path, run: int) -> None:
        self._folder = folder
        self._run = run
        self.turns = Turns(folder)

    def start(self) -> None:
        """Have the nodes started, unless somebody has; does not wait for them.

        Raises:
            NotAvailable: there is no Java, or no Maven to fetch OpenSearch with.
        """
        check()
        try:
            self._folder.mkdir()
        except FileExistsError:
            return
        # In a session of its own, and nobody's child: Ctrl-C is for the tests.
        keeper = ("tests.cluster.keeper", str(self._folder), str(self._run))
        with (self._folder / "keeper.log").open("wb") as log:
            subprocess.run(
                ["setsid", "--fork", sys.executable, "-m", *keeper],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True,
            )  # fmt: skip

    def stop(self) -> None:
        """Take the nodes down, by their process ids, and remove the folder; without nodes, nothing happens."""
        if not self._folder.exists():
            return
        try:
            self._ask("stop")
        except (NotAvailable, OSError):  # it did not start, or was killed, and its nodes with it
            shutil.rmtree(self._folder, ignore_errors=True)
        deadline = time.monotonic() + GONE_WITHIN
        while self._folder.exists():
            assert time.monotonic() < deadline, f"the nodes in {self._folder} do not stop"
            time.sleep(0.02)

    @property
    def nodes(self) -> Sequence[State]:
        """Every node as it is now."""
        return [State(**node) for node in self._ask("state")["nodes"]]

    @property
    def urls(self) -> Sequence[str]:
        """Where each node answers, also those that do not."""
        return [f"http://{node.address}" for node in self.nodes]

    @property
    def cuts(self) -> str:
        """What `cut` cuts: "link" (the node's cable) or "process" (it is stopped, for want of a cable)."""
        return str(self._ask("state")["cuts"])

    def kill(self, node: int) -> None:
        """Kill a node as by kill -9."""
        self._ask("kill", node)

    def restart(self, node: int) -> None:
        """Start a node again, with the data that it has; one that runs is killed before."""
        self._ask("restart", node)

    def cut(self, node: int) -> None:
        """Cut a node off from the others and from the tests: what is sent to it gets lost."""
        self._ask("cut", node)

    def heal(self, node: int) -> None:
        """Connect a node that was cut off."""
        self._ask("heal", node)

    def mend(self) -> None:
        """Connect and start whatever is not, and wait until all is well."""
        for number, node in enumerate(self.nodes):
            if node.cut:
                self.heal(number)
            if node.pid is None:
                self.restart(number)
        self.wait_for("green")

    def wait_for(self, status: Status, within: float = GREEN_WITHIN) -> str:
        """Wait until each node that runs and is connected sees just those nodes, and ``status`` or better.

        Returns:
            Its status.

        Raises:
            AssertionError: it takes more than ``within`` seconds, or no node runs.
        """
        accepted = get_args(Status)[: get_args(Status).index(status) + 1]
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            nodes = self.nodes
            asked = [node.address for node in nodes if node.reachable]
            assert asked, f"no node runs: {[node.log for node in nodes]}"
            found = [_health(address) for address in asked]
            if all(count == len(asked) and color in accepted for count, color in found):
                return found[0][1]
            time.sleep(POLL)
        raise AssertionError(f"the cluster is not {status} after {within} s: {found} {nodes}")

    def wait_until_alone(self, node: int, within: float = NOTICED_WITHIN) -> None:
        """Wait until a node, most of the others being gone, has noticed that nobody manages the cluster any more.

        Raises:
            AssertionError: it takes more than ``within`` seconds.
        """
        deadline = time.monotonic() + within
        while json.loads(fetch(f"{self.urls[node]}/_cluster/health?local=true"))["discovered_cluster_manager"]:
            assert time.monotonic() < deadline, f"node {node} has noticed nothing after {within} s: {self.nodes}"
            time.sleep(POLL)

    @contextmanager
    def client(self, seconds: float = 30) -> Iterator[OpenSearch]:
        """A client of the nodes that can be reached now; it waits ``seconds`` for an answer."""
        from opensearchpy import OpenSearch

        hosts = [f"http://{node.address}" for node in self.nodes if node.reachable]
        client = OpenSearch(hosts, timeout=seconds, max_retries=0)
        try:
            yield client
        finally:
            client.close()

    @contextmanager
    def index(self) -> Iterator[str]:
        """A URL with an index name of its own; all indices whose names begin with that are removed afterwards."""
        name = f"test-{uuid.uuid4().hex[:12]}-x"  # six digits at the end are those of a generation
        yield f"opensearch://{','.join(node.address for node in self.nodes)}/{name}"
        with self.client() as client:
            client.indices.delete(index=f"{name}*", expand_wildcards="all")

    def _ask(self, action: str, node: int | None = None) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self._kept()))
            with connection.makefile("rw", encoding="utf-8") as lines:
                lines.write(json.dumps({"action": action, "node": node}) + "\n")
                lines.flush()
                return dict(json.loads(lines.readline() or "{}"))

    def _kept(self) -> Path:
        """The socket of the keeper, once it is there."""
        deadline = time.monotonic() + KEPT_WITHIN
        while not (self._folder / SOCKET).exists():
            failed = self._folder / FAILED
            if failed.exists():
                raise NotAvailable(failed.read_text(encoding="utf-8"))
            log = self._folder / "keeper.log"
            assert time.monotonic() < deadline, f"the nodes do not start: {log.read_text(encoding='utf-8')}"
            time.sleep(0.02)
        return self._folder / SOCKET


def _health(address: str) -> tuple[int, str]:
    """How many nodes a node sees, itself included, and the status; (0, "") where it does not answer."""
    try:
        health = json.loads(fetch(f"http://{address}/_cluster/health?local=true"))
    except OSError:
        return 0, ""
    return health["number_of_nodes"], health["status"]
