"""How is a node passed by that has fallen silent?

A cluster misses a node whose cable is cut only after half a minute. Until then whatever needs a part of the index hangs
where it asks that node for it, though other nodes have the same part. So after a try without an answer the nodes are
asked which of them answer one another, and for a while those are preferred.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

SECONDS = 30.0
"""For so long the nodes that answered are preferred."""

PATH = "/_nodes/http"
ASKED: Mapping[str, str] = {"timeout": "400ms", "filter_path": "_nodes,nodes.*.name"}
"""The request by which a node asks all others whether they are there."""

ASKED_SECONDS = 1.0
"""In which that request must be answered."""

_READING = frozenset({"_search", "_doc"})
"""What stands second in the paths that read from an index. What a point in time reads from is settled."""


class Detour:
    """Knows which nodes to prefer. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._found: tuple[float, str] = (0.0, "")

    @property
    def preference(self) -> str:
        """The nodes to prefer, as a cluster is told them; empty where there is nothing to pass by."""
        until, nodes = self._found
        return f"_prefer_nodes:{nodes}" if nodes and self._clock() < until else ""

    def take(self, answer: Mapping[str, Any]) -> None:
        """Prefer the nodes of an ``answer`` to :data:`PATH`, unless all are there."""
        silent = answer.get("_nodes", {}).get("failed", 0)
        self._found = (self._clock() + SECONDS, ",".join(answer.get("nodes", {})) if silent else "")

    def params(self, path: str) -> dict[str, str]:
        """Return the parameters by which a request that reads is sent past what is silent."""
        wanted = self.preference
        return {"preference": wanted} if wanted and not _READING.isdisjoint(path.split("/")[2:3]) else {}
