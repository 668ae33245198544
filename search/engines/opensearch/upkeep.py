"""How are the segments of an index, its copies, and what was deleted in it, looked after?"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from ...errors import InvalidRequest, SearchError
from .address import PREFIX
from .client import Client
from .patience import PATIENT, STEADY, Patience

SHARDS, REPLICAS = 1, 1
"""Of a new index, unless the environment says otherwise. Several shards are first asked for the statistics of the
words: three of them answer a search among 10,000 articles a quarter later than one does.
"""

MERGED_FROM = 2_000
"""Articles of a generation from which on its segments are merged."""

MERGING_SECONDS = 3600.0
"""How long is waited for that; the cluster goes on by itself."""

MUCH_DELETED = 0.1
"""Share of deleted documents from which on they are expunged after an update."""

PURGING_SECONDS = 60.0
"""A cluster keeps what was deleted for its replicas to catch up; every half a minute it sees what they need no more."""

PURGED_AGAIN = 3.0
"""Seconds after which a purge looks again."""

EXPUNGING_SECONDS = 60.0
REPLICAS_SECONDS = 60.0
"""How long is waited for these; the cluster goes on by itself."""

MOST_SHARDS = 1024


class Upkeep:
    """Looks after the indices of ``articles`` and ``words``; ``check`` is called now and then and raises where that
    must end.
    """

    def __init__(self, client: Client, articles: str, words: str, check: Callable[[], None]) -> None:
        self._client = client
        self._articles = articles
        self._words = words
        self._check = check

    def merge(self) -> None:
        """Make one segment of each shard, and wait for that a while: a search looks up each of its terms in each
        segment. Replicas that are made afterwards are copies of that one.
        """
        if self.deleted()["count"] < MERGED_FROM:
            return
        patience = replace(PATIENT, seconds=MERGING_SECONDS)
        with suppress(SearchError):
            self._rewrite(f"{self._articles},{self._words}", {"max_num_segments": "1"}, patience)

    def replicate(self) -> None:
        """Have replicas made, and wait for them a while."""
        copies = replicas()
        names = f"{self._articles},{self._words}"
        wanted = f"0-{copies}" if copies else "false"
        self._client.request(
            "PUT", f"/{names}/_settings", {"index": {"auto_expand_replicas": wanted}}, patience=PATIENT
        )
        until = time.monotonic() + REPLICAS_SECONDS
        while time.monotonic() < until:
            self._check()
            asked = {"wait_for_status": "green", "wait_for_no_relocating_shards": "false", "timeout": "1s"}
            try:
                self._client.request("GET", f"/_cluster/health/{names}", None, asked, patience=STEADY)
            except SearchError:
                continue
            return

    @property
    def much_is_deleted(self) -> bool:
        """Whether the share of deleted documents is large."""
        docs = self.deleted()
        return docs["deleted"] > MUCH_DELETED * (docs["count"] + docs["deleted"])

    def expunge_much(self) -> None:
        """Give back the room of deleted documents where there are many."""
        if self.much_is_deleted:
            with suppress(SearchError):
                self._expunge()

    def deleted(self) -> dict[str, int]:
        """Return the numbers of documents that are there (``count``) and ``deleted``."""
        found = self._client.request("GET", f"/{self._articles}/_stats/docs", patience=PATIENT)
        counted: dict[str, int] = found["_all"]["primaries"]["docs"]
        return counted

    def _expunge(self) -> None:
        patience = replace(PATIENT, seconds=EXPUNGING_SECONDS, tries=(EXPUNGING_SECONDS,))
        self._rewrite(self._articles, {"only_expunge_deletes": "true"}, patience)

    def _rewrite(self, names: str, params: Mapping[str, str], patience: Patience) -> None:
        """Have segments of the indices ``names`` written anew, and let searches see those."""
        self._client.request("POST", f"/{names}/_forcemerge", None, params, patience=patience)
        self._client.request("POST", f"/{names}/_refresh", patience=PATIENT)

    def purge(self) -> None:
        """Leave nothing of what was deleted."""
        self._allow_deleted(0)
        try:
            until = time.monotonic() + PURGING_SECONDS
            while self.deleted()["deleted"] and time.monotonic() < until:
                self._client.request("POST", f"/{self._articles}/_flush", patience=PATIENT)
                self._expunge()
                if self.deleted()["deleted"]:
                    time.sleep(PURGED_AGAIN)
        finally:
            self._allow_deleted(None)

    def _allow_deleted(self, percent: int | None) -> None:
        """Set up to which percentage of deleted documents a segment is left as it is; None for the usual."""
        setting = {"index.merge.policy.expunge_deletes_allowed": percent}
        self._client.request("PUT", f"/{self._articles}/_settings", setting, patience=PATIENT)


def shards() -> int:
    """Return how many shards the articles of a new index are divided among."""
    return _setting("SHARDS", SHARDS, 1)


def replicas() -> int:
    """Return how many copies a new index gets beside itself."""
    return _setting("REPLICAS", REPLICAS, 0)


def _setting(name: str, otherwise: int, least: int) -> int:
    """Return the number that the environment sets, from ``least`` on, or ``otherwise``."""
    text = os.environ.get(PREFIX + name)
    if text is None:
        return otherwise
    if not text.isdecimal() or not least <= int(text) <= MOST_SHARDS:
        raise InvalidRequest(PREFIX + name, text, f"a number from {least} to {MOST_SHARDS}")
    return int(text)
