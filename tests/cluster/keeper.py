"""What keeps the nodes of a run, and takes them down when it ends?

A process of its own, so that the cluster outlives the worker that first asked for it, and not the run, even one that
is killed: ``python -m tests.cluster.keeper FOLDER PID`` serves until it is told to stop, or the process PID is gone. It
is asked through the socket FOLDER/keeper, one JSON object a connection, and answers with the state of the cluster.
Where it cannot start, FOLDER/failed says why.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from select import select
from typing import Any

from .distribution import NotAvailable, unpack
from .network import network
from .nodes import Node

NODES = 3
SOCKET = "keeper"
FAILED = "failed"
SHOWN = 4_000
"""Characters of a log that are shown where its node has ended."""


class Keeper:
    """The nodes of a run, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        home = unpack(folder)
        self._network = network(NODES)
        places = self._network.places
        self._nodes = [Node(number, places, home, folder / str(number)) for number in range(NODES)]
        self._cut: set[int] = set()
        for node in self._nodes:
            node.start()

    def kill(self, number: int) -> None:
        self._nodes[number].kill()

    def restart(self, number: int) -> None:
        self._nodes[number].kill()
        self._nodes[number].start()

    def cut(self, number: int) -> None:
        pid = self._nodes[number].pid
        if pid and number not in self._cut:
            self._network.cut(number, pid)
            self._cut.add(number)

    def heal(self, number: int) -> None:
        if number in self._cut:
            self._network.heal(number, self._nodes[number].pid or 0)
            self._cut.remove(number)

    def state(self) -> Mapping[str, Any]:
        """What a test may want to know of the cluster."""
        return {
            "cuts": self._network.cuts,
            "nodes": [
                {
                    "address": f"{node.place.address}:{node.place.http}",
                    "pid": node.pid,
                    "cut": number in self._cut,
                    "log": "" if node.pid else node.log.read_text(encoding="utf-8", errors="replace")[-SHOWN:],
                }
                for number, node in enumerate(self._nodes)
            ],
        }

    def close(self) -> None:
        for node in self._nodes:
            node.kill()
        self._network.close()


def serve(keeper: Keeper, folder: Path, run: int) -> None:
    """Do what is asked, until that is to stop, or the process ``run`` has ended."""
    actions: Mapping[str, Callable[[int], None]] = {
        name: getattr(keeper, name) for name in ("kill", "restart", "cut", "heal")
    }
    ended = os.pidfd_open(run)
    with socket.socket(socket.AF_UNIX) as listening:
        # Bound under another name: whoever sees the socket can connect to it.
        listening.bind(str(folder / "binding"))
        listening.listen()
        (folder / "binding").rename(folder / SOCKET)
        while ended not in select([listening.fileno(), ended], [], [])[0]:
            connection, _ = listening.accept()
            with connection, connection.makefile("rw", encoding="utf-8") as lines:
                asked = json.loads(lines.readline())
                if asked["action"] == "stop":
                    return
                if asked["action"] in actions:
                    actions[asked["action"]](asked["node"])
                lines.write(json.dumps(keeper.state()) + "\n")


def main(folder: Path, run: int) -> None:
    """Keep a cluster in ``folder`` for the process ``run``; the folder is removed with it."""
    # Nodes are another user, who has to read what is unpacked.
    os.umask(0o022)
    folder.chmod(0o755)
    try:
        keeper = Keeper(folder)
    except (NotAvailable, OSError) as error:
        (folder / "failing").write_text(str(error), encoding="utf-8")
        (folder / "failing").rename(folder / FAILED)
        return
    try:
        serve(keeper, folder, run)
    except ProcessLookupError:  # it had ended already
        pass
    finally:
        keeper.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
