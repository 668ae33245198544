"""How do the pages come to an open index? It is opened by the first request, or the first that can."""

from __future__ import annotations

import os
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, TypedDict

from flask import current_app, g

from search import IndexCorrupt, IndexStale, SearchError, open_index

from .observing import note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from search import Export, Index, IndexInfo, Page

    from .params import SearchRequest

WORTH_REOPENING = (IndexCorrupt, IndexStale)
"""Errors after which the next request tries a fresh open, since somebody may have mended the index meanwhile."""


class IndexAccess:
    """The index at ``location`` for one process; safe to use from several threads.

    An open index notices new commits and generations by itself, so it is kept for good. Where it cannot be opened
    nothing is remembered, and the next call tries again: a server may be started before its index is built.
    """

    def __init__(self, location: str) -> None:
        self.location = location
        self._lock = Lock()
        self._index: Index | None = None
        self._process = os.getpid()

    def get(self) -> Index:
        """Return the open index. Raises :class:`search.IndexMissing`, ``IndexStale`` or ``IndexCorrupt``."""
        with self._lock:
            if self._index is not None and self._process != os.getpid():
                self._index = None  # a fork's parent keeps its files and threads to itself
            if self._index is None:
                self._index = open_index(self.location)
                self._process = os.getpid()
            return self._index

    def failed(self, error: SearchError) -> None:
        """Take note that a request ended in ``error``."""
        if isinstance(error, WORTH_REOPENING):
            self.close()

    def close(self) -> None:
        """Close the index; the next :meth:`get` opens it again."""
        with self._lock:
            if self._index is not None and self._process == os.getpid():
                self._index.close()
            self._index = None


class Asked(TypedDict):
    """What of a request says which articles are meant, and in which order: arguments of ``Index.search`` and
    ``Index.export``.
    """

    filters: Mapping[str, Sequence[str]]
    exclude: Mapping[str, Sequence[str]]
    sort: str
    date_from: date | None
    date_to: date | None
    exact: bool
    dated: bool


def run(index: Index, request: SearchRequest) -> Page:
    """Return the answer of ``index`` to ``request`` under the settings. Raises :class:`search.SearchError`."""
    page = index.search(
        request.q,
        page=request.page,
        per_page=request.per_page,
        explain=request.explain,
        budget=current_app.config["TIME_BUDGET"],
        **_asked(request),
    )
    note(request, page)
    g.partial = page.partial
    return page


def export(index: Index, request: SearchRequest, limit: int) -> Export:
    """Return the first ``limit`` articles of the whole result of ``request``. Raises :class:`search.SearchError`."""
    found = index.export(request.q, limit=limit, **_asked(request))
    g.partial = found.partial
    return found


def _asked(request: SearchRequest) -> Asked:
    return {
        "filters": request.filters,
        "exclude": request.exclude,
        "sort": request.effective_sort,
        "date_from": request.date_from,
        "date_to": request.date_to,
        "exact": request.exact,
        "dated": current_app.config["RECENCY"],
    }


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether searches can be answered: ``info`` of the open index, or the ``error`` that prevents it."""

    info: IndexInfo | None = None
    error: SearchError | None = None


def readiness(access: IndexAccess) -> Readiness:
    """Return whether the index can be opened and read."""
    try:
        return Readiness(info=access.get().info())
    except SearchError as error:
        access.failed(error)
        return Readiness(error=error)
