"""How is timtin built and asked?"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from search import Document, open_index

from ..systems import build
from .engines import Answer, Engine

WORKERS = 2


class Timtin(Engine):
    """An index of timtin, asked as the result page asks it."""

    name = "timtin"
    index = "timtin"

    def __init__(self, folder: Path) -> None:
        self.opened = open_index(folder)

    @classmethod
    def build(cls, folder: Path, documents: Iterable[Document]) -> None:
        """Write an index of ``documents`` to the new ``folder``."""
        build(folder, documents, max(cls.workers, 1))

    def search(self, text: str) -> Answer:
        """Answer a query."""
        page = self.opened.search(text)
        categories = {value.value: value.count for value in page.facets["category"]}
        return Answer(tuple(hit.id for hit in page.hits), page.total, categories)

    def segments(self) -> int:
        """Return of how many parts the index consists."""
        return self.opened.info().segments


class TimtinWithWorkers(Timtin):
    """The same, built by two processes more."""

    name = f"timtin, {WORKERS} workers"
    index = "timtin-workers"
    workers = WORKERS
