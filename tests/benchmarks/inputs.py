"""Which articles and which queries is a benchmark run on?"""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO, TypeVar

import corpus
from indexer.mapping import document_of
from search import Document, Paragraph

Item = TypeVar("Item")

BLANK = "Tin"
"""The one word that takes the place of every title, so that a title that is looked for is not there to be found."""

BARE = "-bare"
"""How the kinds end whose queries are unaccented and have relevant articles of their own (any accents)."""

ACCENTED_ONLY = frozenset({"confusable"})
"""Kinds that mean nothing without accents."""

MODES = ("accented", "unaccented")


class InputError(Exception):
    """A file of articles or queries cannot be used; the message says which, where and why."""


@dataclass(frozen=True, slots=True)
class Query:
    """Something to look for, and the ids of the articles that answer it."""

    kind: str
    text: str
    relevant: frozenset[str]


def read_documents(path: Path, limit: int | None = None, *, blank: bool = True) -> Iterator[Document]:
    """Yield the articles of ``path``, at most ``limit``; with ``blank`` every title is :data:`BLANK`.

    A folder is read as the indexer reads it. A file is .jsonl, .jsonl.gz or .jsonl.xz with an object a line: id,
    title, lead, body (a paragraph a line), category, published, source, and lists of authors, places, captions; all
    but id may be missing. Raises
    :class:`InputError`.
    """
    if path.is_dir():
        found = (document_of(item) for item in corpus.read(path) if isinstance(item, corpus.Article))
    else:
        found = (_document(path, number, fields) for number, fields in read_lines(path))
    for document in islice(found, limit):
        yield replace(document, title=BLANK) if blank else document


def read_queries(paths: Iterable[Path]) -> list[Query]:
    """Return the queries of ``paths``: an object a line with kind, query and relevant (ids). Raises
    :class:`InputError`.
    """
    queries = []
    for path in paths:
        for number, fields in read_lines(path):
            kind, text, relevant = fields.get("kind"), fields.get("query"), fields.get("relevant")
            if not (isinstance(kind, str) and isinstance(text, str) and isinstance(relevant, list) and relevant):
                raise InputError(f"{path}:{number}: a query needs kind, query and at least one relevant id")
            queries.append(Query(kind, text, frozenset(map(str, relevant))))
    return queries


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, object) of a .jsonl file, compressed or not. Raises :class:`InputError`."""
    try:
        with _open(path) as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    fields = json.loads(line)
                    if not isinstance(fields, dict):
                        raise InputError(f"{path}:{number}: not an object")
                    yield number, fields
    except (OSError, EOFError, lzma.LZMAError, ValueError) as error:
        raise InputError(f"{path}: {error}") from error


def restrict(queries: Iterable[Query], ids: frozenset[str]) -> list[Query]:
    """Return ``queries`` with only those relevant articles that ``ids`` names, without those that have none left."""
    kept = (replace(query, relevant=query.relevant & ids) for query in queries)
    return [query for query in kept if query.relevant]


def spread(queries: Sequence[Query], per_kind: int | None) -> list[Query]:
    """Return at most ``per_kind`` queries of each kind, evenly spread over those there are."""
    kinds: dict[str, list[Query]] = {}
    for query in queries:
        kinds.setdefault(query.kind, []).append(query)
    return [query for every in kinds.values() for query in evenly(every, per_kind or len(every))]


def evenly(items: Sequence[Item], count: int) -> list[Item]:
    """Return ``count`` of ``items`` (all, where there are no more), evenly drawn, in their order."""
    taken = min(count, len(items))
    return [items[at * len(items) // taken] for at in range(taken)]


def modes_of(kinds: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return in which modes the queries of each kind are run.

    ``name`` and ``name-bare`` are the two modes of one kind: the one is run as written, the other without accents.
    """
    every = frozenset(kinds)
    modes: dict[str, tuple[str, ...]] = {}
    for kind in every:
        if kind.endswith(BARE):
            modes[kind] = MODES[1:]
        elif kind in ACCENTED_ONLY or kind + BARE in every:
            modes[kind] = MODES[:1]
        else:
            modes[kind] = MODES
    return modes


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _document(path: Path, number: int, fields: Mapping[str, Any]) -> Document:
    if not fields.get("id"):
        raise InputError(f"{path}:{number}: an article needs an id")
    return Document(
        id=str(fields["id"]),
        title=fields.get("title") or "",
        lead=fields.get("lead") or "",
        body=tuple(Paragraph(line) for line in (fields.get("body") or "").split("\n") if line.strip()),
        category=fields.get("category"),
        published=_day(fields.get("published")),
        source=fields.get("source"),
        authors=tuple(fields.get("authors") or ()),
        places=tuple(fields.get("places") or ()),
        captions=tuple(fields.get("captions") or ()),
    ).normalized()


def _day(text: str | None) -> date | None:
    try:
        return datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None
