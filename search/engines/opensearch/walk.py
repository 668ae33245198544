"""How is a list read that is longer than a cluster gives at once?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from .patience import QUICK, Patience

WINDOW = 10_000
"""Hits that a cluster gives at once."""

KEPT_FOR = "2m"
"""How long a point in time is kept after each request."""


class Client(Protocol):
    """What of a client is needed here."""

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
        *,
        patience: Patience = QUICK,
    ) -> dict[str, Any]:
        """Send a request and return what is answered."""


def walk(
    search: Callable[[dict[str, Any]], Mapping[str, Any]],
    body: Mapping[str, Any],
    most: int | None = None,
    window: int = WINDOW,
) -> Iterator[dict[str, Any]]:
    """Yield the hits of the search ``body``, the first ``most`` or all, ``window`` of them at a time by ``search``.
    ``body`` has a ``sort`` by which no two hits are equal.
    """
    left = most
    after: Mapping[str, Any] = {}
    while left is None or left > 0:
        size = window if left is None else min(window, left)
        hits = search({**body, **after, "size": size})["hits"]["hits"]
        yield from hits
        if len(hits) < size:
            return
        left = None if left is None else left - size
        after = {"search_after": hits[-1]["sort"]}


class Point:
    """A point in time of an index: what is searched in it does not change. It ends some minutes after it was last used.
    ``shards`` says, as an answer does, how many of the index's it has. Each search is given ``patience``.
    """

    def __init__(self, client: Client, index: str, patience: Patience = QUICK) -> None:
        self._client = client
        self._patience = patience
        opened = client.request("POST", f"/{index}/_search/point_in_time", params={"keep_alive": KEPT_FOR})
        self._id = str(opened["pit_id"])
        self.shards = {"_shards": opened["_shards"]}

    def search(self, body: Mapping[str, Any], **params: str) -> dict[str, Any]:
        """Search in it."""
        pinned = {**body, "pit": {"id": self._id, "keep_alive": KEPT_FOR}}
        return self._client.request("POST", "/_search", pinned, params, patience=self._patience)

    def close(self) -> None:
        """Give it up."""
        self._client.request("DELETE", "/_search/point_in_time", {"pit_id": [self._id]})
