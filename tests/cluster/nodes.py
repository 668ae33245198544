"""How is a node of OpenSearch configured, started and killed?"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .distribution import java
from .network import Place

USER = "nobody"
"""Whom nodes run as where the tests run as root: OpenSearch refuses root."""

JAVA_OPTIONS = "-Xms384m -Xmx384m -XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC"
"""A compiler that is soon done halves the time to start, a simple collector takes another tenth of it;
OPENSEARCH_JAVA_OPTS in the environment comes after it.
"""

CHECKED_WITHIN = {
    "cluster.fault_detection.leader_check.timeout": "3s",
    "cluster.fault_detection.leader_check.retry_count": "2",
    "cluster.fault_detection.follower_check.timeout": "3s",
    "cluster.fault_detection.follower_check.retry_count": "2",
    # A node that was cut off is back once the others have asked for it again.
    "cluster.follower_lag.timeout": "10s",
    "cluster.publish.timeout": "10s",
    "transport.connect_timeout": "3s",
}
"""A lost node is missed after some 8 s, not after the 32 s of the defaults; a busy machine still answers in time."""

SETTINGS = CHECKED_WITHIN | {
    "cluster.name": "tests",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    # Hundreds of small indices come and go: mapping their files takes a seventh of what that takes.
    "index.store.type": "niofs",
}


class Node:
    """Node ``number`` of those at ``places``; its files are in ``folder``, and OpenSearch in ``home``."""

    def __init__(self, number: int, places: Sequence[Place], home: Path, folder: Path) -> None:
        self.place = places[number]
        self.log = folder / "log"
        self._home = home
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._configure(number, places)

    def _configure(self, number: int, places: Sequence[Place]) -> None:
        for name in ("data", "logs", "tmp"):
            (self._folder / name).mkdir(parents=True)
        shutil.copytree(self._home / "config", self._folder / "config")
        own = {
            "node.name": _name(number),
            "path.data": str(self._folder / "data"),
            "path.logs": str(self._folder / "logs"),
            "network.host": self.place.address,
            "http.port": str(self.place.http),
            "transport.port": str(self.place.transport),
            "discovery.seed_hosts": ",".join(f"{place.address}:{place.transport}" for place in places),
            "cluster.initial_cluster_manager_nodes": ",".join(_name(other) for other in range(len(places))),
        }
        lines = [f"{name}: {value}\n" for name, value in (SETTINGS | own).items()]
        (self._folder / "config" / "opensearch.yml").write_text("".join(lines), encoding="utf-8")
        # Logs of the collector and dumps would go into the home.
        options = self._folder / "config" / "jvm.options"
        kept = [line for line in options.read_text(encoding="utf-8").splitlines() if "logs/" not in line]
        options.write_text("\n".join(line for line in kept if "HeapDump" not in line), encoding="utf-8")
        if os.geteuid() == 0:
            for path in (self._folder, *self._folder.rglob("*")):
                shutil.chown(path, USER)

    @property
    def pid(self) -> int | None:
        """The id of its process; None where it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start the node, unless it runs. It dies with the process that called this."""
        if self.pid:
            return
        root = os.geteuid() == 0
        user = ("--reuid", USER, "--regid", _group(), "--clear-groups") if root else ()
        command = [
            *self.place.enter, "setpriv", *user, "--pdeathsig", "KILL", "bash", self._home / "bin" / "opensearch",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self._environment(), cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """Kill the node as by kill -9; it may have ended before."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def _environment(self) -> Mapping[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._folder),
            "OPENSEARCH_JAVA_HOME": java() or "",
            "OPENSEARCH_JAVA_OPTS": f"{JAVA_OPTIONS} {os.environ.get('OPENSEARCH_JAVA_OPTS', '')}",
            "OPENSEARCH_PATH_CONF": str(self._folder / "config"),
            "OPENSEARCH_TMPDIR": str(self._folder / "tmp"),
        }


def _name(number: int) -> str:
    return f"node{number}"


def _group() -> str:
    import pwd

    return str(pwd.getpwnam(USER).pw_gid)
