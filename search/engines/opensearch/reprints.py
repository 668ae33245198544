"""How do groups of reprints follow what a commit changes on a cluster (see :mod:`search.engines.groups`)?"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...errors import ClusterUnavailable
from ..compared import text_of
from ..groups import Groups, Text
from ..resemblance import alike, alike_to, as_sketches
from . import layout
from .asking import lacks
from .breaker import PAUSE
from .client import Client
from .faults import NO_COPY
from .patience import PATIENT, pauses
from .queries import Clause, any_of, visible
from .sendable import Search
from .source import Source
from .state import State
from .words import batched

READ = 100
"""Articles that one request reads, or looks for others for."""

MOST_ALIKE = 100
"""Articles with a band in common that are looked at for each: those that have most of them."""


class Reprints:
    """Asks the ``index`` of articles who is alike to whom."""

    def __init__(self, client: Client, index: str) -> None:
        self._client = client
        self._index = index

    def first(self, sketches: Mapping[str, bytes], state: State) -> Groups:
        """Return the groups of a generation whose first commit is ``state``, of the articles with these ``sketches``
        by id.
        """
        ids = list(sketches)
        rows = as_sketches(b"".join(sketches.values()))
        found = {ids[at] for at in alike_to(rows, np.ones(len(ids), np.bool_)).tolist()}
        return Groups().changed((), found, lambda some: self._texts(some, state))

    def next(self, before: Groups, ids: Collection[str], sketches: Mapping[str, bytes], state: State) -> Groups:
        """Return the groups after commit ``state``, which added, replaced or removed the articles ``ids``; those that
        are there have these ``sketches``.
        """
        found = {one for some in batched(sketches.items(), READ) for one in self._alike_to(dict(some), state)}
        return before.changed(ids, found, lambda some: self._texts(some, state))

    def _alike_to(self, sketches: Mapping[str, bytes], state: State) -> Iterator[str]:
        """Yield the ids of articles that are alike to others, where one of the two has one of these ``sketches``."""
        shown = visible(state.commit, state.replaced)
        answers = self._search([_sharing(shown, sketch) for sketch in sketches.values()])
        for (id_, sketch), hits in zip(sketches.items(), answers, strict=True):
            others = [hit for hit in hits if hit["id"] != id_]
            found = alike(as_sketches(sketch), as_sketches(b"".join(Source(hit).sketch for hit in others)))
            yield from (others[at]["id"] for at in np.flatnonzero(found).tolist())
            if found.any():
                yield id_

    def _texts(self, ids: Sequence[str], state: State) -> Iterator[Text]:
        """Yield what is compared of the articles among ``ids`` that a commit shows."""
        shown = visible(state.commit, state.replaced)
        for some in batched(ids, READ):
            query: Clause = {"bool": {"filter": [shown, {"terms": {"id": some}}]}}
            (hits,) = self._search([{"query": query, "size": 10 * READ, "_source": True}])
            # An update that broke off may have left several versions of one.
            for source in {str(hit["id"]): Source(hit) for hit in hits}.values():
                yield text_of(source.document.id, source.sketch, source)

    def _search(self, bodies: Sequence[Clause]) -> list[list[dict[str, Any]]]:
        """Return what is stored of the hits of each search. Nothing may be missing: where a node was lost, that is
        waited for.
        """
        searches = [Search(self._index, body) for body in bodies]
        until = time.monotonic() + PATIENT.seconds
        for pause in pauses():
            lost = ClusterUnavailable(self._client.place, NO_COPY, PAUSE)
            try:
                answers = self._client.msearch(searches, PATIENT)
            except ClusterUnavailable as error:
                answers, lost = [None], error
            whole = [answer for answer in answers if answer is not None and not lacks(answer)]
            if len(whole) == len(searches):
                return [[hit["_source"] for hit in answer["hits"]["hits"]] for answer in whole]
            if time.monotonic() + pause >= until or self._client.hurried.wait(pause):
                raise lost
        raise AssertionError  # pauses never end


def _sharing(shown: Clause, sketch: bytes) -> Clause:
    """Return the search for what has bands in common with a sketch."""
    shared = [{"term": {"bands": band}} for band in layout.band_terms(sketch)]
    return {
        "query": {"bool": {"filter": [shown], "must": [any_of(shared)]}},
        "size": MOST_ALIKE,
        "_source": ["id", "sketch"],
        "track_total_hits": False,
    }


def packed_sketches(sketches: Mapping[str, bytes]) -> bytes:
    """Return sketches by id as bytes."""
    ids = json.dumps(list(sketches), ensure_ascii=False).encode()
    return zlib.compress(ids + b"\n" + b"".join(sketches.values()), 1)


def unpacked_sketches(data: bytes) -> dict[str, bytes]:
    """Read what :func:`packed_sketches` gave."""
    ids, _, rows = zlib.decompress(data).partition(b"\n")
    return dict(zip(json.loads(ids), map(bytes, as_sketches(rows)), strict=True))
