"""How is a search carried out, from text to page?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import date, datetime
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .answer import answer, correction
from .asked import Asked, check, keyed, selection
from .document import Document
from .engines.base import Engine, Found, Reader, Writer
from .equivalents.file import EquivalentsFile
from .errors import DocumentNotFound, InvalidRequest
from .facets import facet_list
from .page import (
    FACETS,
    Explanation,
    Hit,
    IndexInfo,
    MarkedDocument,
    Page,
    Reading,
    Suggestion,
)
from .prepare import prepare
from .query.compile import Compiled
from .query.plan import Plan
from .query.syntax import Query, write
from .suggest.restore import Restorer

if TYPE_CHECKING:
    from .export.rows import Export

# What no search needs is imported by the methods that need it: opening an index for one query is a common case. So is
# what needs NumPy, for which whoever only imports search need not wait.

MOST_RELATED = 50
"""Related articles, completions or suggestions that are given at the most."""

TIME_BUDGET = 1.0
"""Seconds that a search may take unless the caller says otherwise."""


class Index:
    """An index open for searching. Safe to use from several threads; every call sees the newest commit."""

    def __init__(self, engine: Engine, equivalents: EquivalentsFile | None = None) -> None:
        self._engine = engine
        self._equivalents = equivalents or EquivalentsFile()

    def search(
        self,
        query: str = "",
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        exclude: Mapping[str, Sequence[str]] | None = None,
        sort: str = "relevance",
        page: int = 1,
        per_page: int = 10,
        date_from: date | None = None,
        date_to: date | None = None,
        exact: bool = False,
        budget: float = TIME_BUDGET,
        explain: bool = False,
        dated: bool = True,
    ) -> Page:
        """Search for ``query`` and return one page of the result.

        ``filters`` and ``exclude`` map facets (``search.FACETS``) to values: within a facet any of the values will
        do, across facets all must hold. ``date_from`` and ``date_to`` are inclusive days in Vietnam. ``exact``
        demands the accents as typed. Without ``dated`` the articles' own dates do not count in the order by relevance,
        nor for days without a year. ``budget`` is in seconds. With ``explain`` every hit says why it scores as it
        does. An empty query finds every document; with it, or where nothing is scored, "relevance" means newest
        first. A page past the end has no hits. No query is an error; :class:`~search.errors.InvalidRequest` is raised
        for an unknown facet or sort, ``page`` < 1, or ``per_page`` outside 1 to 1000.
        """
        from .hits import hit_of
        from .reprints import linked

        began = time.perf_counter()
        filters, exclude = filters or {}, exclude or {}
        check(filters, exclude, sort, page, per_page)
        reader = self._engine.reader()
        equivalents = self._equivalents.current()
        # Not counted as time of the search: where a node was just lost, whoever asks next waits for it.
        prepare(query, reader, equivalents, exact=exact, dated=dated)
        asked = Asked(
            selection=selection(filters, exclude, date_from, date_to),
            sort=sort,
            offset=(page - 1) * per_page,
            limit=per_page,
            deadline=time.monotonic() + budget,
        )
        prepared, found, lost = answer(query, reader, equivalents, asked, exact=exact, dated=dated)
        corrected = correction(query, reader, equivalents, asked, exact=exact) if lost else None
        compiled = prepared.compiled
        explainer = None
        if explain:
            from .explain import Explainer

            explainer = Explainer(prepared.read.root, compiled, reader, exact=exact)
        numbers = [number for number, _ in found.hits]
        hits = tuple(
            hit_of(heading, score, highlights, explainer.hit(number) if explainer else None)
            for (number, score), (heading, highlights) in zip(found.hits, prepared.show(reader, numbers), strict=True)
        )
        facets = {
            facet: facet_list(
                found.facets[facet],
                keyed(filters.get(facet, ())),
                keyed(exclude.get(facet, ())),
                partial(reader.spelled, facet),
            )
            for facet in FACETS
        }
        return Page(
            query=query,
            reading=_reading(query, prepared.read, compiled, partial=found.partial, fallback=lost and found.total > 0),
            total=found.total,
            page=page,
            per_page=per_page,
            hits=linked(hits, reader.groups.of),
            facets=facets,
            months=found.months,
            took_ms=(time.perf_counter() - began) * 1000,
            sort=sort,
            partial=found.partial,
            restored=Restorer(reader).offer(query),
            did_you_mean=corrected,
        )

    def export(
        self,
        query: str = "",
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        exclude: Mapping[str, Sequence[str]] | None = None,
        sort: str = "relevance",
        date_from: date | None = None,
        date_to: date | None = None,
        exact: bool = False,
        budget: float = TIME_BUDGET,
        dated: bool = True,
        limit: int | None = None,
    ) -> Export:
        """Search for ``query`` and return the whole result as rows, in order, which are read as they are taken.

        The arguments are those of :meth:`search`, and so is what is found; of a longer result the first ``limit`` (1 or
        more) are given. ``budget`` is the time in seconds to find the first ones. Raises
        :class:`~search.errors.InvalidRequest`.
        """
        from .export.rows import FIRST, Export, in_order, rows

        filters, exclude = filters or {}, exclude or {}
        check(filters, exclude, sort, 1, 1)
        if limit is not None and limit < 1:
            raise InvalidRequest("limit", limit, "1 or more")
        asked = Asked(
            selection=selection(filters, exclude, date_from, date_to),
            sort=sort,
            offset=0,
            limit=min(FIRST, limit or FIRST),
            deadline=time.monotonic() + budget,
            facets=(),
        )
        with ExitStack() as stack:
            reader = self._engine.reader().pinned()
            stack.callback(reader.close)
            prepared, first, lost = answer(query, reader, self._equivalents.current(), asked, exact=exact, dated=dated)
            compiled = prepared.compiled

            def order(offset: int, limit: int, deadline: float | None = None) -> Found:
                return asked._replace(offset=offset, limit=limit, deadline=deadline).run(reader, compiled)

            if first.partial:
                # Another run might know more, or order it differently: all comes from this one.
                first = order(0, limit or reader.documents, time.monotonic() + budget)
            kept = stack.pop_all()
        count = len(first.hits) if first.partial else min(first.total, limit or first.total)
        highlights = prepared.highlighter.hits if compiled.targets else None
        return Export(
            query=query,
            reading=_reading(query, prepared.read, compiled, partial=first.partial, fallback=lost and first.total > 0),
            total=first.total,
            count=count,
            partial=first.partial,
            rows=lambda: rows(reader, in_order(first, order, count), highlights),
            close=kept.close,
        )

    def article(self, id_: str) -> Document:
        """Return the stored document with ``id_``; raises :class:`~search.errors.DocumentNotFound`."""
        reader = self._engine.reader()
        return reader.stored(self._number(reader, id_)).document

    def highlight(self, id_: str, query: str, *, exact: bool = False) -> MarkedDocument:
        """Return the document with ``id_`` with every hit of ``query`` marked; raises
        :class:`~search.errors.DocumentNotFound`.
        """
        reader = self._engine.reader()
        stored = reader.stored(self._number(reader, id_))
        prepared = prepare(query, reader, self._equivalents.current(), exact=exact)
        return prepared.highlighter.document(stored)

    def explain(self, id_: str, query: str, *, exact: bool = False, dated: bool = True) -> Explanation:
        """Return why the document with ``id_`` scores as it does where :meth:`search` is asked for ``query``. It may be
        one that the query does not find: what it lacks is in ``missing``. Raises
        :class:`~search.errors.DocumentNotFound`.
        """
        from .explain import Explainer

        reader = self._engine.reader()
        number = self._number(reader, id_)
        asked = Asked(
            selection=selection({}, {}, None, None),
            sort="relevance",
            offset=0,
            limit=1,
            deadline=time.monotonic() + TIME_BUDGET,
            facets=(),
        )
        prepared, _, _ = answer(query, reader, self._equivalents.current(), asked, exact=exact, dated=dated)
        return Explainer(prepared.read.root, prepared.compiled, reader, exact=exact).hit(number)

    def related(self, id_: str, limit: int = 5) -> tuple[Hit, ...]:
        """Return up to ``limit`` (1 to 50) articles about the same matter as the one with ``id_``, best first; each
        shows its opening. Reprints of it, or of one another, are left out. Raises
        :class:`~search.errors.DocumentNotFound`, or :class:`~search.errors.InvalidRequest` for the limit.
        """
        from .hits import opened
        from .related import related

        if not 1 <= limit <= MOST_RELATED:
            raise InvalidRequest("limit", limit, f"1 to {MOST_RELATED}")
        reader = self._engine.reader()
        number = self._number(reader, id_)
        found = related(reader, number, limit, TIME_BUDGET)
        return tuple(opened(document, score) for document, score in found)

    def reprints(self, id_: str) -> tuple[Hit, ...]:
        """Return the articles that are the same text as the one with ``id_``, printed elsewhere or again, the oldest
        first, up to 50; each shows its opening. Raises :class:`~search.errors.DocumentNotFound`.
        """
        from .hits import opened
        from .reprints import reprints

        reader = self._engine.reader()
        self._number(reader, id_)
        return tuple(map(opened, reprints(reader, id_)))

    def complete(self, text: str, limit: int = 8) -> tuple[str, ...]:
        """Return up to ``limit`` (1 to 50) ways to go on with ``text``, likeliest first: its last word completed,
        its bare words with their likely accents, and the words that usually follow. Raises
        :class:`~search.errors.InvalidRequest` for the limit.
        """
        from .suggest.complete import Completer

        if not 1 <= limit <= MOST_RELATED:
            raise InvalidRequest("limit", limit, f"1 to {MOST_RELATED}")
        return tuple(Completer(self._engine.reader()).complete(text, limit))

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Return up to ``limit`` (1 to 50) suggestions for a text that is being typed: ways to go on with it as in
        :meth:`complete`, then facet values and titles that hold it. There what was typed stands as words in a row, the
        last of which may go on where the text ends in it; accents that were typed must be there, others may.

        A quarter of the suggestions are facet values and a quarter titles, where there is enough of everything; no two
        have the same folded key. Nothing is suggested for a text without words, or of more than 200 code points. Raises
        :class:`~search.errors.InvalidRequest` for the limit.
        """
        from .suggest.suggestions import Suggester

        if not 1 <= limit <= MOST_RELATED:
            raise InvalidRequest("limit", limit, f"1 to {MOST_RELATED}")
        return tuple(Suggester(self._engine.reader()).suggest(text, limit))

    def documents(self) -> Iterator[Document]:
        """Yield all documents of the newest commit, the oldest first, with no more than some hundred in memory. Where
        a part of the index is lost it raises :class:`~search.errors.ClusterUnavailable`.
        """
        from .export.rows import FIRST, documents, in_order

        with closing(self._engine.reader().pinned(whole=True)) as reader:

            def order(offset: int, limit: int) -> Found:
                return reader.run(Plan(sort="oldest", offset=offset, limit=limit))

            yield from documents(reader, in_order(order(0, FIRST), order, reader.documents))

    def ids(self) -> Iterator[str]:
        """Yield the ids of all documents, in no particular order."""
        return self._engine.reader().ids()

    def writer(self, *, rebuild: bool = False, workers: int = 1) -> Writer:
        """Return the write side; see :func:`search.open_writer`."""
        return self._engine.writer(rebuild=rebuild, workers=workers)

    def info(self) -> IndexInfo:
        """Return the state of the index."""
        return self._engine.info()

    @property
    def version(self) -> str:
        """A short text that changes with every commit and rebuild, and with the file of equivalents: as long as it is
        the same, the same search finds the same.
        """
        commit = self._engine.commit
        written = int(commit.updated.timestamp() * 1000) if commit.updated else 0
        lacking = "-lacking" if commit.lacking else ""
        return f"{commit.generation}-{commit.number}-{written:x}-{self._equivalents.version}{lacking}"

    @property
    def updated(self) -> datetime | None:
        """When the last commit was made; None where nothing is known of that."""
        return self._engine.commit.updated

    def check(self) -> list[str]:
        """Read every file of the index and return what is wrong, in plain words; nothing where it is sound."""
        return self._engine.check()

    @property
    def user_data(self) -> bytes | None:
        """What the last commit stored beside the documents."""
        return self._engine.user_data

    def close(self) -> None:
        """Let go of files; searches in other threads end as they began."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def _number(reader: Reader, id_: str) -> int:
        number = reader.number(id_)
        if number is None:
            raise DocumentNotFound(id_)
        return number


def _reading(query: str, read: Query, compiled: Compiled, *, partial: bool, fallback: bool) -> Reading:
    flags = {
        "relaxed": compiled.relaxed and not fallback,
        "fallback": fallback,
        "shortened": compiled.shortened,
        "ignored": bool(query.strip()) and not compiled.words and compiled.first is compiled.last is None,
        "partial": partial,
    }
    return Reading(write(read.root), tuple(name for name, holds in flags.items() if holds), compiled.expansions)
