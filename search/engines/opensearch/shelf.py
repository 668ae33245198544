"""Which articles has a reader seen, and what is in them?

Numbers are given in the order in which articles are first heard of, so that those of one list follow one another.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any

from ...memo import Memo
from ..base import Stored
from .asking import Asker, lacks
from .queries import Clause, all_of
from .source import Source
from .walk import walk
from .words import batched

INLINE = 100
"""So many articles are asked for at once, or come with the hits of a search."""

KEPT = 2000
"""Articles that are remembered."""


class Shelf:
    """The articles that the clause ``visible`` shows."""

    def __init__(self, asker: Asker, visible: Clause) -> None:
        self._asker = asker
        self._visible = visible
        self._sources: Memo[int, Source] = Memo(KEPT)
        self._asked: Memo[str, int] = Memo(KEPT)
        self._ids: list[str] = []
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()

    def asked_by(self, asker: Asker) -> Shelf:
        """Return the same shelf, for which another asks."""
        other = copy(self)
        other._asker = asker  # noqa: SLF001  # of the same class
        return other

    def put(self, hit: Mapping[str, Any]) -> int:
        """Return the number of the article of a hit, and keep what comes with it."""
        number = self._number_of(hit["_id"])
        if "_source" in hit:
            self._sources.put(number, Source(hit["_source"]))
        return number

    def only(self, number: int) -> Clause:
        """Return what only the article with ``number`` satisfies."""
        return {"ids": {"values": [self._ids[number]]}}

    def stored_together(self, numbers: Sequence[int]) -> list[Stored]:
        """Return the documents with these ``numbers``."""
        kept = {number: self._sources.known(number) for number in numbers}
        missing = [number for number, source in kept.items() if source is None]
        found: dict[int, Source] = {number: source for number, source in kept.items() if source is not None}
        for some in batched(missing, INLINE):
            ids = [self._ids[number] for number in some]
            body = {"query": {"ids": {"values": ids}}, "size": len(ids), "_source": True}
            for hit in self._asker.search(body)["hits"]["hits"]:
                found[self._numbers[hit["_id"]]] = Source(hit["_source"])
        if len(found) < len(kept):
            raise self._asker.lost
        for number in missing:
            self._sources.put(number, found[number])
        return [found[number] for number in numbers]

    def source(self, number: int) -> Source:
        """Return the article with ``number``."""
        found = self._sources.known(number)
        if found is None:
            # Hits are numbered in their order: those after it are likely to be asked for next.
            end = min(number + INLINE, len(self._ids))
            self.stored_together([one for one in range(number, end) if self._sources.known(one) is None])
            found = self._sources.known(number)
        assert found is not None  # noqa: S101  # just put there
        return found

    def release(self) -> None:
        """Forget the articles."""
        self._sources = Memo(KEPT)

    def number(self, id_: str) -> int | None:
        """Return the number of the document with ``id_``."""
        known = self._asked.known(id_)
        return self._look_up(id_) if known is None else known

    def _look_up(self, id_: str) -> int | None:
        body = {
            "query": all_of([self._visible, {"term": {"id": id_}}]),
            "size": 1,
            "_source": True,
            "sort": [{"commit": "desc"}],
        }
        answer = self._asker.search(body)
        hits = answer["hits"]["hits"]
        if not hits:
            if lacks(answer):
                raise self._asker.lost  # it may be there
            return None
        number = self._number_of(hits[0]["_id"])
        self._sources.put(number, Source(hits[0]["_source"]))
        self._asked.put(id_, number)
        return number

    def ids(self) -> Iterator[str]:
        """Yield all ids."""
        body = {"query": self._visible, "sort": [{"id": "asc"}], "_source": False}
        return (hit["sort"][0] for hit in walk(self._asker.search_whole, body))

    def _number_of(self, id_: str) -> int:
        number = self._numbers.get(id_)
        if number is None:
            with self._lock:
                number = self._numbers.get(id_)
                if number is None:
                    number = len(self._ids)
                    self._ids.append(id_)
                    self._numbers[id_] = number
        return number
