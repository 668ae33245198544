"""How is a cluster asked, and what if part of it does not answer?

Where shards are lost the rest answers. Who has heard anything of the kind is ``lacking``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import copy
from typing import Any, NamedTuple, Protocol, TypeVar

from ...errors import ClusterUnavailable, SearchError
from .breaker import PAUSE
from .faults import NO_COPY
from .patience import QUICK, STEADY, Patience
from .sendable import Search
from .walk import Client as Walked
from .walk import Point

_T = TypeVar("_T")

AT_ONCE = 1000
"""Counts that are asked for in one search; a cluster refuses more than 65,535 buckets."""

NOTHING: Mapping[str, Any] = {"hits": {"hits": []}}
"""The answer of an index that is not there."""


class Client(Walked, Protocol):
    """What of a client is needed here."""

    @property
    def place(self) -> str:
        """The address, as errors name it."""

    def excused(self, deadline: float) -> float:
        """Return until when a search may go on whose time ends at ``deadline``."""

    def search(self, index: str, body: Mapping[str, Any], patience: Patience = QUICK, **params: str) -> dict[str, Any]:
        """Search in an index."""

    def msearch(self, requests: Sequence[Search]) -> list[dict[str, Any] | None]:
        """Carry out several searches in one request; None stands for the answer of one that found no shard."""

    @property
    def legacy_bm25(self) -> bool:
        """Whether the cluster multiplies BM25 by k1 + 1, as those before version 3 do."""


class Question(NamedTuple):
    """A search with what becomes of its answer, which is None where no shard gave one."""

    search: Search
    learn: Callable[[Mapping[str, Any] | None], None]


class Asker:
    """Asks about the articles in ``index`` and the words in ``words_index``."""

    def __init__(self, client: Client, index: str, words_index: str) -> None:
        self.client = client
        self.index = index
        self.words_index = words_index
        self.point: Point | None = None
        self._lacking = threading.Event()

    @property
    def lacking(self) -> bool:
        """Whether it was told anything that not all shards had a part in."""
        return self._lacking.is_set()

    @property
    def lost(self) -> ClusterUnavailable:
        """What to raise where an answer must be whole and is not."""
        return ClusterUnavailable(self.client.place, NO_COPY, PAUSE)

    def pinned(self) -> Asker:
        """Return one that searches the articles in a point in time, for lists that are read for long, so it is in no
        hurry; what one of both hears is lacking, both know.
        """
        pinned = copy(self)
        pinned.point = Point(self.client, self.index, STEADY)
        self.note(pinned.point.shards)
        return pinned

    def close(self) -> None:
        """Give up the point in time; where that fails it ends by itself."""
        if self.point:
            with suppress(SearchError):
                self.point.close()

    def search(self, body: Mapping[str, Any], **params: str) -> dict[str, Any]:
        """Search the articles."""
        return self._search(body, QUICK, **params)

    def search_whole(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Search the articles where nothing may be missing, in no hurry; raises
        :class:`~search.errors.ClusterUnavailable`.
        """
        answer = self._search(body, STEADY)
        if lacks(answer):
            raise self.lost
        return answer

    def _search(self, body: Mapping[str, Any], patience: Patience, **params: str) -> dict[str, Any]:
        """Search in the point in time, which has a patience of its own, or in what is there now."""

        def ask() -> dict[str, Any]:
            if self.point:
                return self.point.search(body, **params)
            return self.client.search(self.index, body, patience, **params)

        return self.note(self._whole(ask, lacks))

    def _whole(self, ask: Callable[[], _T], is_lacking: Callable[[_T], bool]) -> _T:
        """Return what ``ask`` gives, asked once more where shards did not answer: a node that is lost between two
        phases of a search takes its shards with it, though others have copies of them.
        """
        answer = ask()
        return ask() if is_lacking(answer) and not self.lacking else answer

    def search_words(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Search the words; without their index none are known."""
        found: list[Mapping[str, Any] | None] = []
        self.send([Question(self.of_words(body), found.append)])
        return dict(found[0] or NOTHING)

    def send(self, questions: Sequence[Question]) -> None:
        """Ask several questions in one request."""
        searches = [one.search for one in questions]
        answers = self._whole(
            lambda: self.client.msearch(searches),
            lambda found: any(answer is None or lacks(answer) for answer in found),
        )
        for one, answer in zip(questions, answers, strict=True):
            if answer is None:
                self._lacking.set()
            one.learn(answer and self.note(answer))

    def of_articles(self, body: Mapping[str, Any], search_type: str = "") -> Search:
        """Return a search of the articles as part of a question."""
        return Search(self.index, body, search_type)

    def of_words(self, body: Mapping[str, Any]) -> Search:
        """Return a search of the words as part of a question."""
        return Search(self.words_index, body)

    def note(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Take note of shards that did not answer."""
        if lacks(answer):
            self._lacking.set()
        return answer


def lacks(answer: Mapping[str, Any]) -> bool:
    """Say whether a shard gave no answer. One that is on no node is not even counted as failed."""
    shards = answer["_shards"]
    return bool(shards["successful"] < shards["total"])
