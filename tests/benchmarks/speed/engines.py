"""Which engines are measured, and what does each do for one query?

Each is built on disk from documents, opened anew, and asked for a page of results: ten hits with what a list shows of
them, the number of all matches, and counts by category. They differ in what a page has beside that:

- timtin: its whole call, so five facets, highlighted titles and passages, corrections;
- Tantivy: highlighted snippets of title and body;
- stock Whoosh and SQLite FTS5: nothing. (Highlights of stock Whoosh take seconds.)

Tantivy and FTS5 look for any of the words, as they do out of the box; "Tantivy, all words" demands every word.
"""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from search import Document

HITS = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of results: the ids of the best hits, the number of all matches, and how many have each category."""

    ids: tuple[str, ...]
    total: int
    categories: Mapping[str, int]


class Engine(ABC):
    """A search engine over the index in one folder."""

    name: ClassVar[str]
    """What tables call it."""

    index: ClassVar[str]
    """What its kind of index is called; engines that share one can be built once."""

    workers: ClassVar[int] = 0
    """How many processes help to build it."""

    @classmethod
    @abstractmethod
    def build(cls, folder: Path, documents: Iterable[Document]) -> None:
        """Write an index of ``documents`` to the new ``folder``."""

    @abstractmethod
    def __init__(self, folder: Path) -> None:
        """Open the index in ``folder``."""

    @abstractmethod
    def search(self, text: str) -> Answer:
        """Answer a query, whatever it looks like."""

    @abstractmethod
    def segments(self) -> int:
        """Return of how many parts the index consists."""


def texts_of(document: Document) -> tuple[str, str]:
    """Return the title and all the rest of a document, in NFC: the two fields that the peers index and store."""
    rest = "\n".join(text for zone, _, text in document.blocks() if zone != "title")
    return document.title, rest


def typed(text: str) -> str:
    """Return a query as the peers get it: in NFC, since in NFD they take syllables to pieces."""
    return unicodedata.normalize("NFC", text)
