"""How does an index on a cluster, open for searching, keep up with commits and rebuilds?"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ...analysis.fingerprint import fingerprint
from ...errors import ClusterFailure, ClusterUnavailable, IndexCorrupt, IndexMissing, SearchError
from ...page import IndexInfo
from ..base import Commit, Writer
from ..groups import Groups
from . import layout
from .address import Address, Credentials
from .book import NOT_FOUND
from .builds import Builds
from .client import Client
from .control import Recorded, changes, own_analyzer
from .patience import QUICK, Patience
from .queries import visible
from .reader import OpenSearchReader
from .source import Source

FRESH = 1.0
"""Seconds after which a newer commit is looked for."""

OPENING_SECONDS = 4.0
"""How long opening an index may take: four requests."""

TRIES = 2
"""How often a commit is read anew when a writer removed meanwhile what belongs to it."""

LOOKING = Patience(0.9, (0.8, 0.5))
"""How long that may take where an older commit is open."""

SAMPLED = 200
"""Articles that a check reads."""

_log = logging.getLogger(__name__)


class OpenSearchEngine:
    """An index on a cluster; opens its newest commit at once."""

    def __init__(
        self, address: Address, *, generation: int | None = None, credentials: Credentials | None = None
    ) -> None:
        self._client = Client(address, credentials)
        self._control = Builds(self._client)
        self._fixed = generation
        self._lock = threading.Lock()
        self._recorded: Recorded | None = None
        self._reader: OpenSearchReader | None = None
        self._looked = 0.0
        self._heard = -1
        self._opening = QUICK.within(OPENING_SECONDS)
        self._client.learn_version(self._opening)
        self.reader()
        self._opening = QUICK

    def reader(self) -> OpenSearchReader:
        """Return a reader of the newest commit of the live generation, as it was at most :data:`FRESH` seconds ago.

        Where that cannot be found out and an older one is open, the older one goes on serving.
        """
        heard = changes(self._client)
        if self._reader is not None and heard == self._heard and time.monotonic() < self._looked + FRESH:
            return self._reader
        # Whoever comes while another looks takes the older one.
        if not self._lock.acquire(blocking=self._reader is None or heard != self._heard):
            assert self._reader is not None  # noqa: S101  # as was asked
            return self._reader
        try:
            if self._reader is None or heard != self._heard or time.monotonic() >= self._looked + FRESH:
                self._look(heard)
            assert self._reader is not None  # noqa: S101  # set or raised
            return self._reader
        finally:
            self._lock.release()

    def _look(self, heard: int) -> None:
        try:
            recorded, groups = self._newest_with_groups(self._opening if self._reader is None else LOOKING)
        except SearchError as error:
            if self._reader is None:
                raise
            _log.warning("cannot find out the newest commit, the one before goes on serving: %s", error)
        else:
            known = self._recorded and self._recorded.version
            if self._reader is None or recorded.version != known or self._reader.lacking:
                self._open(recorded, groups)
            self._recorded = recorded
        self._looked, self._heard = time.monotonic(), heard

    def _newest_with_groups(self, patience: Patience) -> tuple[Recorded, Groups]:
        for last in (*[False] * TRIES, True):
            recorded = self._newest(patience)
            if self._reader is not None and self._recorded and recorded.groups == self._recorded.groups:
                return recorded, self._reader.groups
            try:
                return recorded, self._control.groups(recorded, patience)
            except IndexCorrupt:
                if last:
                    raise
        raise AssertionError  # the last try returns or raises

    def _newest(self, patience: Patience) -> Recorded:
        if self._fixed is None:
            return self._control.newest(patience)
        found = self._control.read(self._fixed, patience)
        if found is None:
            raise IndexMissing(self._control.place)
        return found

    def _open(self, recorded: Recorded, groups: Groups) -> None:
        state = recorded.state
        if not own_analyzer(state):
            _log.warning("the index was analysed by %s, this version is %s", state.fingerprint, fingerprint())
        name = self._control.name
        articles, words = layout.articles(name, state.generation), layout.words(name, state.generation)
        self._reader = OpenSearchReader(self._client, articles, words, state, groups)

    def writer(self, *, rebuild: bool = False, workers: int = 1) -> Writer:
        """Return the write side."""
        from .opening import open_writer  # and worker processes, which no search needs

        return open_writer(self._client.address, rebuild=rebuild, workers=workers, credentials=self._client.credentials)

    @property
    def commit(self) -> Commit:
        """The commit that is open."""
        reader = self.reader()
        updated = datetime.fromtimestamp(reader.state.updated, UTC)
        return Commit(reader.state.generation, reader.state.commit, updated, reader.lacking)

    def info(self) -> IndexInfo:
        """Return the state of the index."""
        state = self.reader().state
        index = layout.articles(self._control.name, state.generation)
        patience = QUICK.within(OPENING_SECONDS)
        health = self._health(f"{index},{index}.words", patience)
        path = f"/{index},{index}.words/_stats/docs,store,segments"
        stats = self._client.request("GET", path, patience=patience)["indices"]
        own = [one["primaries"] for one in stats.values()]
        # What none of whose shards is there has no figures.
        articles = stats.get(index, {}).get("primaries", {})
        return IndexInfo(
            path=self._control.place,
            engine="opensearch",
            documents=state.documents,
            deleted=articles.get("docs", {}).get("deleted", 0),
            segments=articles.get("segments", {}).get("count", 0),
            generation=state.generation,
            commit=state.commit,
            bytes=sum(one.get("store", {}).get("size_in_bytes", 0) for one in own),
            analyzer=state.fingerprint,
            stale=not own_analyzer(state),
            updated=datetime.fromtimestamp(state.updated, UTC),
            partial=health["status"] == "red",
            details={
                "cluster": str(health["cluster_name"]),
                "version": self._client.version,
                "nodes": str(health["number_of_data_nodes"]),
                "health": str(health["status"]),
                "shards": f"{health['active_shards']} of {health['active_shards'] + health['unassigned_shards']}",
            }
            | self._building(),
        )

    def _building(self) -> dict[str, str]:
        build = self._control.going_on()
        if build is None:
            return {}
        done = len(self._control.reported(build))
        return {"building": f"generation {build.generation}, of whose {build.parts} parts {done} are done"}

    def check(self) -> list[str]:
        """Return what is wrong with the newest commit: shards, mapping, the number of articles, some articles."""
        state = self.reader().state
        index = layout.articles(self._control.name, state.generation)
        try:
            return [*self._wrong_shards(index), *self._wrong_mapping(index), *self._wrong_articles(index)]
        except ClusterFailure as failure:
            if failure.status == NOT_FOUND:
                return [f"the cluster has no index {index}"]
            raise

    @property
    def user_data(self) -> bytes | None:
        """What the newest commit stored beside the documents."""
        self.reader()
        assert self._recorded is not None  # noqa: S101  # the reader's
        return self._control.data(self._recorded)

    def close(self) -> None:
        """Close the connections."""
        self._reader = None
        self._client.close()

    def _health(self, index: str, patience: Patience = QUICK) -> dict[str, Any]:
        asked = {"cluster_manager_timeout": "1s", "timeout": "1s"}
        found: dict[str, Any] = self._client.request("GET", f"/_cluster/health/{index}", None, asked, patience=patience)
        return found

    def _wrong_shards(self, index: str) -> list[str]:
        health = self._health(index)
        if health["status"] != "red":
            return []
        missing = health["unassigned_shards"] + health["initializing_shards"]
        return [f"{missing} shards of {index} are on no node: some articles cannot be found"]

    def _wrong_mapping(self, index: str) -> list[str]:
        expected = layout.articles_body(1, 0)["mappings"]["properties"]
        found = self._client.request("GET", f"/{index}/_mapping")[index]["mappings"]["properties"]
        return [
            f"field {name} of {index} is laid out otherwise than timtin does"
            for name, field in expected.items()
            if any(str(found.get(name, {}).get(key)).lower() != str(field[key]).lower() for key in _KEPT & field.keys())
        ]

    def _wrong_articles(self, index: str) -> list[str]:
        state = self.reader().state
        body = {
            "query": {"function_score": {"query": visible(state.commit, state.replaced), "random_score": {}}},
            "size": SAMPLED,
            "track_total_hits": True,
            "_source": True,
        }
        try:
            hits = self._client.search(index, body, allow_partial_search_results="false")["hits"]
        except ClusterUnavailable as error:
            return [str(error)]
        there = hits["total"]["value"]
        wrong = [] if there == state.documents else [f"{there:,} articles are there instead of {state.documents:,}"]
        return wrong + [told for hit in hits["hits"] if (told := _unreadable(hit["_source"]))]


_KEPT = frozenset({"type", "analyzer", "index_options", "similarity", "enabled"})
"""What of the mapping of a field must be as it is made."""


def _unreadable(source: Mapping[str, Any]) -> str | None:
    """Return what is wrong with a stored article, or None."""
    id_ = source.get("id")
    try:
        stored = Source(dict(source))
        blocks = {(zone, number) for zone, number, _ in stored.document.blocks()}
        offsets, code = stored.offsets, stored.sketch
    except (ValueError, LookupError, TypeError) as error:
        return f"the article {id_!r} cannot be read: {error!r}"
    if not set(offsets.names) <= blocks or not code:
        return f"the article {id_!r} has offsets of other texts than its own"
    return None
