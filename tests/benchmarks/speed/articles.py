"""Which articles is speed measured on?

They are written once, as JSON Lines of :data:`PIECE` articles a file, so that every measured process can stream them
instead of holding them, and so that ``timtin-index`` can read the same files::

    FOLDER/articles.json        what the pieces are made from, and how many articles they hold
    FOLDER/pieces/00000.jsonl   the first PIECE articles, and so on
"""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from indexer.mapping import size_of
from search import Document

from ..inputs import InputError, read_documents
from .invent import dressed, mixed

PIECE = 100
"""Articles a file, about as many as a paper publishes in a few days."""

FORMAT = 1
"""Raised when the same file would give other articles than before."""


def prepare(source: Path, limit: int | None, folder: Path) -> int:
    """Write the first ``limit`` articles of ``source`` (all of them, where it is None) to ``folder``, with titles and
    invented fields; where there are too few, mixtures of them follow. Return how many articles are there.

    Pieces that were made from the same file, and are enough, stay: the first articles are the same whatever the
    limit. Raises :class:`~tests.benchmarks.inputs.InputError`.
    """
    made_from = {"source": str(source.resolve()), "changed": source.stat().st_mtime_ns, "format": FORMAT}
    record = folder / "articles.json"
    if record.is_file():
        held = json.loads(record.read_text(encoding="utf-8"))
        if held["made_from"] == made_from and (held["limit"] == limit or (limit or math.inf) <= held["count"]):
            return int(min(held["count"], limit or held["count"]))
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "pieces").mkdir(parents=True)
    documents = islice(_endless(source, limit), limit)
    total = 0
    while piece := list(islice(documents, PIECE)):
        lines = (json.dumps(_fields(document), ensure_ascii=False) for document in piece)
        (folder / "pieces" / f"{total // PIECE:05}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        total += len(piece)
    record.write_text(json.dumps({"made_from": made_from, "limit": limit, "count": total}), encoding="utf-8")
    return total


def pieces(folder: Path) -> list[Path]:
    """Return the files of a prepared ``folder``, in order."""
    return sorted((folder / "pieces").glob("*.jsonl"))


def read_prepared(folder: Path, limit: int | None = None) -> Iterator[Document]:
    """Yield the first ``limit`` articles of a prepared ``folder``."""
    every = (document for piece in pieces(folder) for document in read_documents(piece, blank=False))
    return islice(every, limit)


@dataclass(slots=True)
class Metered:
    """Documents on their way to an index: how many they were, their text's bytes as UTF-8, and the seconds of
    computing that it took to read them. (On the wall clock, other threads would count, which may be at work meanwhile.)
    """

    count: int = 0
    bytes: int = 0
    seconds: float = 0.0

    def pass_on(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield ``documents``, and count them."""
        began = time.thread_time()
        for document in documents:
            self.count += 1
            self.bytes += size_of(document)
            self.seconds += time.thread_time() - began
            yield document
            began = time.thread_time()
        self.seconds += time.thread_time() - began


def _endless(source: Path, limit: int | None) -> Iterator[Document]:
    """Yield the articles of ``source``, and then, where there is a limit, mixtures of them without end."""
    pool = []
    for document in read_documents(source, limit, blank=False):
        pool.append(document)
        yield dressed(document)
    if not pool:
        raise InputError(f"{source}: there is no article in it")
    if limit is not None:
        yield from (dressed(mixed(pool, number)) for number in count())


def _fields(document: Document) -> dict[str, object]:
    fields = {
        "id": document.id,
        "title": document.title,
        "lead": document.lead,
        "body": "\n".join(block.text for block in document.body),
        "category": document.category,
        "published": document.published.isoformat() if document.published else None,
        "source": document.source,
        "authors": document.authors,
        "places": document.places,
        "captions": document.captions,
    }
    return {name: value for name, value in fields.items() if value}
