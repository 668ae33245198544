"""How is a list read that is longer than a cluster gives at once?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any, Protocol

WINDOW = 10_000
"""Hits that a cluster gives at once."""

KEPT_FOR = "2m"
"""How long a point in time is kept after each request."""


class Client(Protocol):
    """What of a client is needed here."""

    def request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, params: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Send a request and return what is answered."""


def walk(
    client: Client, index: str, body: Mapping[str, Any], params: Mapping[str, str], skip: int, most: int
) -> Iterator[dict[str, Any]]:
    """Yield up to ``most`` hits of a search after the first ``skip`` ones, all of one point in time. ``body`` has a
    ``sort`` by which no two hits are equal.
    """
    with _point_in_time(client, index) as point:
        after: Mapping[str, Any] = {}
        for step in count():
            size = min(WINDOW, skip + most - step * WINDOW)
            if size <= 0:
                return
            asked = {**body, **after, "size": size, "pit": {"id": point, "keep_alive": KEPT_FOR}}
            hits = client.request("POST", "/_search", asked, params)["hits"]["hits"]
            yield from hits[max(0, skip - step * WINDOW) :]
            if len(hits) < size:
                return
            after = {"search_after": hits[-1]["sort"]}


@contextmanager
def _point_in_time(client: Client, index: str) -> Iterator[str]:
    opened = client.request("POST", f"/{index}/_search/point_in_time", params={"keep_alive": KEPT_FOR})
    try:
        yield str(opened["pit_id"])
    finally:
        client.request("DELETE", "/_search/point_in_time", {"pit_id": [opened["pit_id"]]})
