"""What must an engine be able to do?

An engine keeps documents and carries out plans. It receives analysed terms, never text, except in the documents it
stores. A *reader* is a consistent snapshot: what is committed later does not change it. The contract tests run on
every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, Self

from ..analysis.tokens import Form
from ..document import Document
from ..page import IndexInfo
from ..query.plan import Node, Plan, Term

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..analysis.offsets import Offsets
    from .groups import Groups


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a plan.

    ``hits`` are document numbers of the reader with their scores, from ``plan.offset`` on and at most
    ``plan.limit``. ``facets`` has for each asked facet the number of documents by facet key; documents without a
    value count under the key of ``search.MISSING``. ``months`` has, where the plan asks for it, the number of
    documents by month (``2021-06``), those outside the selected days counted too. With ``partial`` the time
    ran out, and all counts are lower bounds.
    """

    total: int
    hits: tuple[tuple[int, float], ...]
    facets: Mapping[str, Mapping[str, int]]
    months: Mapping[str, int] = field(default_factory=dict)
    partial: bool = False


class Wanted(NamedTuple):
    """Words to be found in a document: those whose folded key is in ``words`` or starts with one of ``prefixes``, with
    ``numerals`` also Roman numerals of a number in ``words``.
    """

    words: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    numerals: bool = False


class Words(NamedTuple):
    """Tokens of a document: those at positions ``at`` (int64, ascending), of which number i is ``forms[form[i]]``."""

    at: NDArray[np.int64]
    form: NDArray[np.int64]
    forms: Sequence[Form]


class Stored(Protocol):
    """A stored document with the offsets of its tokens."""

    @property
    def document(self) -> Document:
        """The whole document."""

    @property
    def heading(self) -> Document:
        """The document, of whose lead, body and captions nothing need be there."""

    @property
    def offsets(self) -> Offsets:
        """The offsets of its tokens."""

    def text_of(self, zone: str, number: int) -> str:
        """Return text ``number`` of a zone, as :meth:`Document.blocks` numbers them."""

    def find(self, wanted: Wanted) -> Words:
        """Return its wanted tokens."""


class Contribution(NamedTuple):
    """What one entry of a plan adds to the score of one document.

    ``node`` is the term of a :class:`~search.query.plan.Score` or the node of a
    :class:`~search.query.plan.Bonus`; ``kind`` says which formula gave ``value``: weight · BM25, weight · idf, or the
    constant of a bonus.
    """

    node: Node
    kind: Literal["bm25", "presence", "bonus", "recency"]
    value: float


class Commit(NamedTuple):
    """Which commit of which generation is open, when it was made, and whether a part of it is ``lacking`` just now."""

    generation: int
    number: int
    updated: datetime | None
    lacking: bool = False


class Continuations(Protocol):
    """What follows some terms in a row, at places that were looked at."""

    @property
    def places(self) -> int:
        """How many places these are."""

    def next(self, words: tuple[str, ...] = ()) -> Mapping[str, int]:
        """Return the terms that come right after ``words`` there (none: first of all), each with the number of places
        where it does; nothing where ``words`` are as many as were asked for.
        """


class Reader(Protocol):
    """A snapshot of an index. Document numbers are meaningful within one reader only."""

    def pinned(self, *, whole: bool = False) -> Reader:
        """Return a reader of the same commit that can be used for long, until it is closed: an engine that others write
        to from afar keeps what it needs for it. Where a part of the index is lost meanwhile it raises, rather than
        leave out the rest of a list; with ``whole``, also where a part was lost from the beginning.
        """

    def close(self) -> None:
        """Give up what is kept for a reader that is pinned."""

    def run(self, plan: Plan, deadline: float | None = None) -> Found:
        """Carry out ``plan``; where ``deadline`` (of :func:`time.monotonic`, seconds) passes, return what is known,
        marked as partial.
        """

    def explain(self, plan: Plan, number: int) -> tuple[Contribution, ...]:
        """Return what each score and bonus of ``plan`` adds to live document ``number``, in the plan's order, leaving
        out those that add nothing. The sum is the score that :meth:`run` gives it by relevance, to 1e-6 of it.
        """

    def holds(self, node: Node, number: int) -> bool:
        """Return whether live document ``number`` satisfies ``node``."""

    def expect(self, text: str = "", *, terms: Iterable[Node] = (), words: Iterable[str] = ()) -> None:
        """Be ready for questions about the words of ``text``, for how many documents satisfy each of ``terms``, and for
        those about the readings of folded ``words``: an engine that is asked over a network learns at once what it
        would be asked one by one.
        """

    def frequency(self, field: str, term: str) -> int:
        """Return the number of live documents that hold ``term`` in ``field``."""

    def frequencies(self, terms: Sequence[Term]) -> list[int]:
        """Return the :meth:`frequency` of each of ``terms``."""

    def vocabulary(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Yield the terms of ``field`` that start with ``prefix``, by code point, each with the number of live
        documents that hold it (1 or more).
        """

    def commonest(self, field: str, prefix: str, most: int) -> list[tuple[str, int]]:
        """Return the ``most`` terms of ``field`` that start with ``prefix`` and that most live documents hold, each
        with their number (1 or more), the commonest first; of equally common ones the first by code point.
        """

    def readings(self, folded: str) -> list[tuple[str, int]]:
        """Return the terms of field ``exact`` whose folded key is ``folded``, by code point, each with the number of
        live documents that hold it (1 or more).
        """

    def pairs(self, field: str, befores: Sequence[str], words: Sequence[str]) -> list[tuple[int, int, int]]:
        """Return (i, j, n) for all of ``befores`` and ``words`` (each distinct) of which n ≥ 1 live documents hold
        ``befores[i]`` and ``words[j]`` as a pair in ``field``, sorted.
        """

    def continuations(self, keys: Sequence[str], words: int, most: int) -> Continuations:
        """Return what follows ``keys``, one or more terms of field ``exact`` in a row: up to ``words`` terms, fewer
        where a paragraph ends. Of the live documents that may hold them, ``most`` are looked at, always the same.
        """

    @property
    def text_length(self) -> int:
        """The length of field ``text`` for ranking, summed over all live documents."""

    def spelled(self, facet: str, key: str) -> str | None:
        """Return the commonest spelling of a facet key, or None where no document has it."""

    def stored(self, number: int) -> Stored:
        """Return the document with ``number``."""

    def stored_together(self, numbers: Sequence[int]) -> Sequence[Stored]:
        """Return the documents ``numbers``, in their order: where their offsets are needed, or where they come over a
        network, cheaper than one by one.
        """

    def release(self) -> None:
        """Let go of memory that documents were read through; whoever reads many calls it now and then."""

    def heading(self, number: int) -> tuple[str, str]:
        """Return (id, title) of the document with ``number``."""

    @property
    def groups(self) -> Groups:
        """Which documents are reprints of which."""

    def number(self, id_: str) -> int | None:
        """Return the number of the live document with ``id_``, or None."""

    def ids(self) -> Iterator[str]:
        """Yield the ids of all live documents, in no particular order."""

    @property
    def documents(self) -> int:
        """The number of live documents."""


Merging = Callable[[int, int], None]
"""Told how many segments, of how many documents, are about to become one."""


class Writer(Protocol):
    """The write side of an engine; one at a time. Leaving it without a commit drops what was not committed."""

    @property
    def generation(self) -> int:
        """The number of the generation that is written to."""

    @property
    def user_data(self) -> bytes | None:
        """What the last commit of this generation stored beside the documents."""

    def add(self, document: Document) -> None:
        """Add ``document``. Raises :class:`~search.errors.DuplicateDocument` where its id is there already."""

    def replace(self, document: Document) -> None:
        """Add ``document``, in place of the one with its id if there is one."""

    def delete(self, id_: str) -> bool:
        """Remove the document with ``id_``; return whether there was one."""

    def commit(self, user_data: bytes | None = None, *, purge: bool = False, merging: Merging | None = None) -> None:
        """Make everything so far visible and durable in one step, together with ``user_data`` (None keeps what was
        there). With ``purge`` nothing of a deleted document is left on disk, nor in other generations. ``merging`` is
        told of what may take long before it begins.
        """

    def publish(self) -> None:
        """Make this writer's generation the live one, after a commit."""

    def close(self) -> None:
        """Drop what was not committed and let go of the lock."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Engine(Protocol):
    """An open index."""

    def reader(self) -> Reader:
        """Return a reader of the newest commit of the live generation."""

    def writer(self, *, rebuild: bool = False, workers: int = 1) -> Writer:
        """Return the write side; with ``rebuild`` for a new, empty generation."""

    def info(self) -> IndexInfo:
        """Return the state of the index."""

    @property
    def commit(self) -> Commit:
        """The commit that :meth:`reader` reads; over a network it costs less than :meth:`info`."""

    def check(self) -> list[str]:
        """Read everything and return what is wrong, in plain words; nothing where the index is sound."""

    @property
    def user_data(self) -> bytes | None:
        """What the last commit stored beside the documents."""

    def close(self) -> None:
        """Let go of files."""
