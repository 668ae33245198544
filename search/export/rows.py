"""What is told of each article of a result that leaves as a whole, and how does it come without being held?"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import count, islice
from types import TracebackType
from typing import Self

from ..document import Document
from ..engines.base import Found, Reader, Stored
from ..highlight import opening
from ..page import Highlights, Passage, Reading

FIRST = 100
"""Articles that are put in order before the first of them is given; each time after that ten times as many, so that
the whole takes little longer than one ordering, and a beginning no longer than a page.
"""

BATCH = 20
RELEASE = 2
"""Articles whose passages are looked for at once, and batches after which the memory that they were read through is let
go of.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One article of an exported result; its fields are the columns, in their order.

    ``snippet`` are the passages that show the query best, a plain text; without a query, or where they hold none of its
    words, the opening.
    """

    id: str
    title: str
    published: date | datetime | None
    source: str | None
    category: str | None
    authors: tuple[str, ...]
    places: tuple[str, ...]
    url: str | None
    lead: str
    snippet: str


EXPORT_COLUMNS = tuple(field.name for field in fields(Row))
"""The names of the columns of an export."""


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """The whole result of a search. Iterating gives its rows, in order; each time from the beginning, always of the
    commit that was the newest when it was asked for, and never more than some hundred of them in memory.

    ``total`` counts the result, as in :class:`~search.Page`; ``count`` is the number of rows, which a limit may make
    smaller. With ``partial`` the time budget ended the search, or a part of the index gave no answer: there may be
    more. Use it in a ``with`` block, or close it, once its rows are read.
    """

    query: str
    reading: Reading
    total: int
    count: int
    partial: bool
    rows: Callable[[], Iterator[Row]]
    close: Callable[[], None] = lambda: None
    """Give up what the index keeps for it; without that, it does so some minutes after the last row was read."""

    @property
    def capped(self) -> bool:
        """Whether a limit leaves articles out."""
        return self.count < self.total

    def __iter__(self) -> Iterator[Row]:
        return self.rows()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


Order = Callable[[int, int], Found]
"""Carries a search out once more, for the hits from an offset (from 0) on, at most so many."""


def rows(
    reader: Reader, numbers: Iterator[int], highlights: Callable[[Sequence[Stored]], list[Highlights]] | None
) -> Iterator[Row]:
    """Yield the rows of documents ``numbers``; without ``highlights`` each shows its opening."""
    if highlights is None:
        yield from (_row(document, opening(document)) for document in documents(reader, numbers))
        return
    for following in _batches(reader, numbers):
        batch = reader.stored_together(following)
        shown = highlights(batch)
        yield from (_row(one.document, found.passages) for one, found in zip(batch, shown, strict=True))


def documents(reader: Reader, numbers: Iterator[int]) -> Iterator[Document]:
    """Yield the documents ``numbers``."""
    for following in _batches(reader, numbers):
        yield from (reader.stored(number).document for number in following)


def _batches(reader: Reader, numbers: Iterator[int]) -> Iterator[list[int]]:
    """Yield ``numbers`` in batches; now and then ``reader`` lets go of what was read."""
    for at in count(1):
        following = list(islice(numbers, BATCH))
        if not following:
            return
        yield following
        if at % RELEASE == 0:
            reader.release()


def in_order(first: Found, order: Order, wanted: int) -> Iterator[int]:
    """Yield the numbers of the first ``wanted`` documents of a result that begins with ``first``."""
    found, given = first, 0
    while found.hits:
        # Numbers alone take 8 bytes each; hits would be held as tuples until the last is given.
        numbers = array("q", (number for number, _ in found.hits))
        del found
        yield from numbers
        given += len(numbers)
        if given >= wanted:
            return
        found = order(given, min(given * 9, wanted - given))


def _row(document: Document, passages: tuple[Passage, ...]) -> Row:
    return Row(
        id=document.id,
        title=document.title,
        published=document.published,
        source=document.source,
        category=document.category,
        authors=document.authors,
        places=document.places,
        url=document.url,
        lead=document.lead,
        snippet=" … ".join(_whole_line(passage) for passage in passages),
    )


def _whole_line(passage: Passage) -> str:
    return " ".join(passage.marked.text.split())
