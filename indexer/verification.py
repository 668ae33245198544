"""Does an index hold what it should, and is it found?

Counts and ids are compared with the ledger, every file is read and checked by ``search``, and a sample of articles
spread over the whole index is looked for by their titles: a known-item query, whose answer must be among the
results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from search import Document, DocumentNotFound, Index

from .ledger import Ledger
from .progress import Progress

BUDGET = 30.0
"""Seconds that one query of the sample may take: on a busy machine it still has to come to an end."""

FIRST_RESULTS = 10
PER_PAGE = 1000
_NAMED = 3
_OPERATORS = re.compile(r"[\"“”„«»()+:*]|(?<!\w)-|-(?!\w)|(?<=\s)[-–—](?=\w)")
_CAPITAL_OPERATORS = re.compile(r"\b(OR|HOẶC)\b")


@dataclass(frozen=True, slots=True)
class Verification:
    """``problems`` in plain words, none where the index is sound; ``documents`` in the index; ``asked`` known-item
    queries, of which ``skipped`` could not be judged (a title without a word, or a search that ran out of time).
    """

    problems: tuple[str, ...]
    documents: int
    asked: int
    skipped: int = 0


class _Answer(Enum):
    FOUND = "found"
    MISSED = "missed"
    OPEN = "open"


def verify_index(index: Index, ledger: Ledger, *, sample: int, progress: Progress) -> Verification:
    """Check the files of ``index``, compare it with ``ledger``, and look for ``sample`` articles by title. Nothing more
    is asked of damaged files.
    """
    documents = index.info().documents
    damage = index.check()
    if damage:
        return Verification(tuple(damage), documents, 0, 0)
    held = set(index.ids())
    problems = _compare(held, ledger)
    if documents != len(held):
        problems.append(f"the index counts {documents:,} articles, but lists {len(held):,}")
    chosen = spread(sorted(held), sample)
    progress.begin(len(chosen))
    skipped = 0
    for id_ in chosen:
        answer = _ask(index, id_, problems)
        skipped += answer is _Answer.OPEN
        progress.advance(1, articles=1)
    progress.end()
    return Verification(tuple(problems), documents, len(chosen), skipped)


def spread(ids: Sequence[str], count: int) -> list[str]:
    """Return ``count`` of ``ids`` (all, where there are fewer), evenly spread from the first to the last."""
    if count >= len(ids):
        return list(ids)
    if count <= 1:
        return list(ids[:count])
    return [ids[number * (len(ids) - 1) // (count - 1)] for number in range(count)]


def _compare(held: set[str], ledger: Ledger) -> list[str]:
    recorded = ledger.articles.keys()
    pairs = (
        ("recorded as indexed but not in the index", recorded - held),
        ("in the index but not recorded", held - recorded),
        ("withdrawn but in the index", held & ledger.withdrawn.keys()),
    )
    return [f"{len(ids):,} articles are {what}: {_some(ids)}" for what, ids in pairs if ids]


def _some(ids: set[str]) -> str:
    return ", ".join(sorted(ids)[:_NAMED]) + (", …" if len(ids) > _NAMED else "")


def _ask(index: Index, id_: str, problems: list[str]) -> _Answer:
    try:
        document = index.article(id_)
    except DocumentNotFound:
        problems.append(f"the article {id_!r} is listed, but cannot be fetched")
        return _Answer.MISSED
    answer = _find(index, document)
    if answer is _Answer.MISSED:
        problems.append(f"the article {id_!r} is not found by its title {document.title!r}")
    return answer


def _find(index: Index, document: Document) -> _Answer:
    """Look for ``document`` by its title: among the first results, else among all of its day, page by page."""
    query = plain_words(document.title)
    first = index.search(query, per_page=FIRST_RESULTS, budget=BUDGET)
    if "ignored" in first.reading.notices or not query:
        return _Answer.OPEN
    if any(hit.id == document.id for hit in first.hits):
        return _Answer.FOUND
    partial = first.partial
    if first.total > FIRST_RESULTS:
        for ids, cut in _pages(index, query, document):
            if document.id in ids:
                return _Answer.FOUND
            partial = partial or cut
    return _Answer.OPEN if partial else _Answer.MISSED


def _pages(index: Index, query: str, document: Document) -> Iterator[tuple[set[str], bool]]:
    number = 1
    while True:
        page = index.search(
            query, date_from=document.day, date_to=document.day, page=number, per_page=PER_PAGE, budget=BUDGET
        )
        yield {hit.id for hit in page.hits}, page.partial
        if number >= page.pages:
            return
        number += 1


def plain_words(title: str) -> str:
    """Return ``title`` with nothing in it that the query language would read as an operator."""
    words = _OPERATORS.sub(" ", title)
    return _CAPITAL_OPERATORS.sub(lambda found: found[0].lower(), words).strip()
