"""On which hosts do the nodes live, and how is one cut off?

Where it may (root, with iproute2), every node gets a network namespace of its own, which stands for a host: a cable (a
pair of virtual devices) leads to a switch (a bridge in one more namespace), and another from there to this machine. To
cut a node off is to pull its cable. All addresses begin with 127: nothing leaves the machine, and OpenSearch does not
demand of it what it would of a server. Each namespace is held open by a process that dies with the keeper, and the
kernel then removes what was in it: nothing is left behind, however a run ends.

Elsewhere all nodes share 127.0.0.1, and one that is cut off is stopped instead (SIGSTOP): its connections stand, but
nothing answers on them.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import islice
from pathlib import Path
from typing import Protocol

NETWORKS = IPv4Network("127.128.0.0/9")
PREFIX = 28
"""The length of a subnet's prefix; every cluster has a subnet of NETWORKS."""
ALONE_WITHIN = 10
"""Seconds until a process has to be in its own namespace."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node listens, and the words that start a program there."""

    address: str
    http: int
    transport: int
    enter: tuple[str, ...] = ()


class Network(Protocol):
    """The hosts of a cluster."""

    cuts: str
    """What is cut: "link" or "process"."""

    @property
    def places(self) -> Sequence[Place]:
        """Where each node listens."""

    def cut(self, number: int, pid: int) -> None:
        """Cut off the node ``number``, which runs as ``pid``."""

    def heal(self, number: int, pid: int) -> None:
        """Undo `cut`."""

    def close(self) -> None:
        """Remove the hosts."""


def network(count: int) -> Network:
    """Hosts for ``count`` nodes: the best kind that can be had here."""
    if os.geteuid() == 0 and shutil.which("ip"):
        try:
            return Hosts(count)
        except subprocess.CalledProcessError:
            pass  # containers often may not
    return Loopback(count)


class Loopback:
    """All nodes on 127.0.0.1, at ports that were free a moment ago."""

    cuts = "process"

    def __init__(self, count: int) -> None:
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2 * count)]
        ports = [one.getsockname()[1] for one in sockets]
        for one in sockets:
            one.close()
        self.places = [Place("127.0.0.1", *ports[2 * number : 2 * number + 2]) for number in range(count)]

    def cut(self, number: int, pid: int) -> None:  # noqa: ARG002
        os.kill(pid, signal.SIGSTOP)

    def heal(self, number: int, pid: int) -> None:  # noqa: ARG002
        os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        pass


class Hosts:
    """A namespace for each node, and a switch between them."""

    cuts = "link"

    def __init__(self, count: int) -> None:
        self._held: list[subprocess.Popen[bytes]] = []
        try:
            self._connect(count)
        except subprocess.CalledProcessError:
            self.close()
            raise

    def _connect(self, count: int) -> None:
        subnet = _free_subnet()
        ours, *addresses = map(str, islice(subnet.hosts(), count + 1))
        device = f"tests{os.getpid()}"
        switch = self._namespace()
        _ip((), f"link add {device} type veth peer name cable netns {switch}")
        _live_at((), device, ours, subnet)
        self._switch = _inside(switch)
        _ip(self._switch, "link add switch type bridge", "link set switch up", "link set cable master switch up")
        self.places = []
        for number, address in enumerate(addresses):
            host = _inside(self._namespace())
            _ip(self._switch, f"link add node{number} type veth peer name cable{number} netns {self._held[-1].pid}",
                f"link set node{number} master switch up")  # fmt: skip
            _ip(host, "link set lo up")
            _live_at(host, f"cable{number}", address, subnet)
            self.places.append(Place(address, 9200, 9300, host))

    def cut(self, number: int, pid: int) -> None:  # noqa: ARG002
        _ip(self._switch, f"link set node{number} down")

    def heal(self, number: int, pid: int) -> None:  # noqa: ARG002
        _ip(self._switch, f"link set node{number} up")

    def close(self) -> None:
        for process in self._held:
            process.kill()
            process.wait()

    def _namespace(self) -> int:
        """The id of a process that does nothing but hold a new namespace."""
        command = ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "sleep", "infinity"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        self._held.append(process)
        here, there = Path("/proc/self/ns/net"), Path(f"/proc/{process.pid}/ns/net")
        deadline = time.monotonic() + ALONE_WITHIN
        while there.readlink() == here.readlink():
            if process.poll() is not None or time.monotonic() > deadline:
                raise subprocess.CalledProcessError(process.poll() or 1, command)
            time.sleep(0.005)
        return process.pid


def _free_subnet() -> IPv4Network:
    """A subnet that no device of this machine is in: runs beside each other take different ones."""
    listed = _run(("ip", "-o", "-4", "address"))
    subnets = 1 << (PREFIX - NETWORKS.prefixlen)
    number = os.getpid()
    while True:
        first = int(NETWORKS.network_address) + ((number % subnets) << (32 - PREFIX))
        subnet = IPv4Network((first, PREFIX))
        if f" {next(subnet.hosts())}/" not in listed:
            return subnet
        number += 1


def _live_at(enter: tuple[str, ...], device: str, address: str, subnet: IPv4Network) -> None:
    """Give a device its address, and let it carry such addresses (which are else kept from every device but lo)."""
    _run((*enter, "sh", "-c", f"echo 1 >/proc/sys/net/ipv4/conf/{device}/route_localnet"))
    _ip(enter, f"address add {address}/{PREFIX} dev {device}", f"link set {device} up",
        f"route add {subnet} dev {device} src {address} table local")  # fmt: skip


def _inside(pid: int) -> tuple[str, ...]:
    return ("nsenter", f"--net=/proc/{pid}/ns/net")


def _ip(enter: tuple[str, ...], *lines: str) -> None:
    _run((*enter, "ip", "-batch", "-"), "\n".join(lines))


def _run(command: tuple[str, ...], given: str = "") -> str:
    return subprocess.run(command, input=given, text=True, capture_output=True, check=True).stdout
