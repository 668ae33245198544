"""Which documents of the cluster are what a commit shows, and which are outdated?"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ...analysis.fingerprint import fingerprint, sources
from ...document import Document
from ...query.plan import Term
from .batches import deletions
from .client import Client
from .encoding import Encoded
from .layout import LAYOUT
from .patience import PATIENT
from .queries import visible
from .source import Source
from .state import State
from .tally import Tally
from .walk import walk
from .words import batched

ASKED = 1000
"""Ids that one request asks about."""

READ = 200
"""Articles that one request reads."""

COUNTED = 1000
"""Terms that one request counts."""


class Versions:
    """The documents of an ``index`` of articles, by commit."""

    def __init__(self, client: Client, index: str) -> None:
        self._client = client
        self._index = index

    def refresh(self) -> None:
        """Make everything that was sent visible to searches."""
        self._client.request("POST", f"/{self._index}/_refresh", patience=PATIENT)

    def state(self, generation: int, commit: int, replaced: Sequence[str]) -> State:
        """Return the state that a commit would have, of what is visible to searches."""
        body = {
            "query": visible(commit, replaced),
            "size": 0,
            "track_total_hits": True,
            "aggs": {"length": {"sum": {"field": "length"}}, "newest": {"max": {"field": "instant"}}},
        }
        found = self._search(body)
        newest = found["aggregations"]["newest"]["value"]
        return State(
            generation=generation,
            commit=commit,
            documents=found["hits"]["total"]["value"],
            length=int(found["aggregations"]["length"]["value"]),
            newest=None if newest is None else int(newest),
            updated=time.time(),
            layout=LAYOUT,
            fingerprint=fingerprint(),
            sources=sources(),
            replaced=tuple(replaced),
        )

    def of(self, ids: Iterable[str], commit: int, replaced: Sequence[str]) -> list[str]:
        """Return the documents of the cluster that a commit shows for articles ``ids``."""
        found: list[str] = []
        shown = visible(commit, replaced)
        for some in batched(ids, ASKED):
            query = {"bool": {"filter": [shown, {"terms": {"id": some}}]}}
            # A run that broke off may have left several versions of one; all are told.
            hits = self._search({"query": query, "size": 10 * ASKED, "_source": False})["hits"]["hits"]
            found += [hit["_id"] for hit in hits]
        return found

    def after(self, commit: int) -> list[str]:
        """Return the documents that a later commit would have shown, which broke off."""
        return list(self._walk({"range": {"commit": {"gt": commit}}}))

    def between(self, counted: int, commit: int) -> Iterator[str]:
        """Yield the documents that the commits after ``counted`` up to ``commit`` added."""
        return self._walk({"range": {"commit": {"gt": counted, "lte": commit}}})

    def added_by(self, commit: int) -> Iterator[str]:
        """Yield the documents that a commit added."""
        return self._walk({"term": {"commit": commit}})

    def number_of(self, commit: int) -> int:
        """Return how many documents a commit added."""
        body = {"query": {"term": {"commit": commit}}, "size": 0, "track_total_hits": True}
        found: int = self._search(body)["hits"]["total"]["value"]
        return found

    def read(self, ids: Iterable[str]) -> Iterator[Document]:
        """Yield the articles that documents of the cluster hold; nothing for those that are not there."""
        for some in batched(ids, READ):
            body = {"query": {"ids": {"values": some}}, "size": READ, "_source": ["article"]}
            yield from (Source(hit["_source"]).document for hit in self._search(body)["hits"]["hits"])

    def tally(self, ids: Iterable[str], tally: Tally) -> None:
        """Count the terms of documents of the cluster."""
        for some in batched(self.read(ids), READ):
            tally.add(Encoded(some))

    def counts(self, terms: Sequence[Term], commit: int, replaced: Sequence[str]) -> list[int]:
        """Return how many articles that a commit shows hold each of ``terms``."""
        found: list[int] = []
        for some in batched(terms, COUNTED):
            filters = [{"term": {one.field: {"value": one.text}}} for one in some]
            body = {
                "query": visible(commit, replaced),
                "size": 0,
                "aggs": {"terms": {"filters": {"filters": filters}}},
            }
            found += [bucket["doc_count"] for bucket in self._search(body)["aggregations"]["terms"]["buckets"]]
        return found

    def delete(self, ids: Iterable[str]) -> None:
        """Delete documents of the cluster."""
        for some in batched(ids, ASKED):
            self._client.bulk(deletions(self._index, some))

    def all(self) -> Iterator[str]:
        """Yield the documents of the cluster, those that nobody sees too."""
        return self._walk({"match_all": {}})

    def _walk(self, query: dict[str, Any]) -> Iterator[str]:
        # Of one commit there is one version of an article, so the order is whole.
        body = {"query": query, "_source": False, "sort": [{"id": "asc"}, {"commit": "asc"}]}
        return (hit["_id"] for hit in walk(self._search, body))

    def _search(self, body: dict[str, Any]) -> dict[str, Any]:
        path = f"/{self._index}/_search"
        params = {"allow_partial_search_results": "false"}
        found: dict[str, Any] = self._client.request("POST", path, body, params, patience=PATIENT)
        return found
