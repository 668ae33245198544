"""How is a search carried out, from text to page?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Self

from .document import Document
from .engines.base import Engine, Found, Reader, Stored, Writer
from .equivalents.file import EquivalentsFile
from .errors import DocumentNotFound, InvalidRequest
from .explain import Explainer
from .facets import check_facets, facet_key, facet_list
from .highlight import opening
from .page import (
    FACETS,
    SORTS,
    Explanation,
    Highlights,
    Hit,
    IndexInfo,
    Marked,
    MarkedDocument,
    Page,
    Reading,
    Suggestion,
)
from .prepare import Prepared, prepare
from .query.compile import Compiled
from .query.plan import Plan, Selection
from .query.syntax import Query, is_headline, unquoted, write
from .ranking import RELAX_ABOVE, SCORE_DIGITS
from .related import related
from .reprints import linked, reprints
from .suggest.complete import Completer
from .suggest.correct import DidYouMean
from .suggest.restore import Restorer
from .suggest.suggestions import Suggester

MOST_PER_PAGE = 1000
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
        began = time.perf_counter()
        filters, exclude = filters or {}, exclude or {}
        _check(filters, exclude, sort, page, per_page)
        reader = self._engine.reader()
        asked = _Asked(
            selection=_selection(filters, exclude, date_from, date_to),
            sort=sort,
            offset=(page - 1) * per_page,
            limit=per_page,
            deadline=time.monotonic() + budget,
        )
        prepared = self._prepared(query, reader, exact=exact, dated=dated)
        found = asked.run(reader, prepared.compiled)
        corrected = None
        lost = not found.total and not found.partial
        if lost and asked.selects(prepared.compiled):
            lost = not asked.found_without_selection(reader, prepared.compiled)
        if lost:
            corrected = self._correction(reader, query, asked, exact=exact)
        if lost and not exact:
            prepared, found = self._relaxed(reader, query, asked, (prepared, found), dated=dated)
        compiled, highlighter = prepared.compiled, prepared.highlighter
        explainer = Explainer(prepared.read.root, compiled, reader, exact=exact) if explain else None
        shown = [reader.stored(number) for number, _ in found.hits]
        hits = tuple(
            _hit(stored.heading, score, highlights, explainer.hit(number) if explainer else None)
            for (number, score), stored, highlights in zip(found.hits, shown, highlighter.hits(shown), strict=True)
        )
        facets = {
            facet: facet_list(
                found.facets[facet],
                _keyed(filters.get(facet, ())),
                _keyed(exclude.get(facet, ())),
                lambda key, facet=facet: reader.spelled(facet, key),  # type: ignore[misc]  # bound for this facet
            )
            for facet in FACETS
        }
        return Page(
            query=query,
            reading=_reading(query, prepared.read, compiled, partial=found.partial, fallback=lost and found.total > 0),
            total=found.total,
            page=page,
            per_page=per_page,
            hits=linked(hits, reprints([reader.sketch(number) for number, _ in found.hits], shown)),
            facets=facets,
            months=found.months,
            took_ms=(time.perf_counter() - began) * 1000,
            sort=sort,
            partial=found.partial,
            restored=Restorer(reader).offer(query),
            did_you_mean=corrected,
        )

    def _prepared(
        self, query: str, reader: Reader, *, exact: bool, relax_above: int = RELAX_ABOVE, dated: bool = True
    ) -> Prepared:
        return prepare(query, reader, self._equivalents.current(), exact=exact, relax_above=relax_above, dated=dated)

    def _correction(self, reader: Reader, query: str, asked: _Asked, *, exact: bool) -> str | None:
        """Return a correction of ``query`` that finds something, or None."""
        correction = DidYouMean(reader).suggest(query)
        if correction is None:
            return None
        prepared = self._prepared(correction, reader, exact=exact)
        return correction if asked.found_without_selection(reader, prepared.compiled) else None

    def _relaxed(
        self, reader: Reader, query: str, asked: _Asked, strict: tuple[Prepared, Found], *, dated: bool
    ) -> tuple[Prepared, Found]:
        """Return the query and what most of its words find; as it was where that finds nothing either.

        Phrases stay phrases, but for those of a pasted headline.
        """
        texts = [query, unquoted(query)] if is_headline(strict[0].read) else [query]
        for text in texts:
            prepared = self._prepared(text, reader, exact=False, relax_above=1, dated=dated)
            if prepared.compiled.relaxed:
                found = asked.run(reader, prepared.compiled)
                if found.total:
                    return prepared, found
        return strict

    def article(self, id_: str) -> Document:
        """Return the stored document with ``id_``; raises :class:`~search.errors.DocumentNotFound`."""
        return self._stored(self._engine.reader(), id_).document

    def highlight(self, id_: str, query: str, *, exact: bool = False) -> MarkedDocument:
        """Return the document with ``id_`` with every hit of ``query`` marked; raises
        :class:`~search.errors.DocumentNotFound`.
        """
        reader = self._engine.reader()
        stored = self._stored(reader, id_)
        return self._prepared(query, reader, exact=exact).highlighter.document(stored)

    def related(self, id_: str, limit: int = 5) -> tuple[Hit, ...]:
        """Return up to ``limit`` (1 to 50) articles about the same matter as the one with ``id_``, best first; each
        shows its opening. Reprints of it, or of one another, are left out. Raises
        :class:`~search.errors.DocumentNotFound`, or :class:`~search.errors.InvalidRequest` for the limit.
        """
        if not 1 <= limit <= MOST_RELATED:
            raise InvalidRequest("limit", limit, f"1 to {MOST_RELATED}")
        reader = self._engine.reader()
        number = reader.number(id_)
        if number is None:
            raise DocumentNotFound(id_)
        found = related(reader, number, limit, TIME_BUDGET)
        return tuple(
            _hit(document, score, Highlights(Marked(document.title), opening(document))) for document, score in found
        )

    def complete(self, text: str, limit: int = 8) -> tuple[str, ...]:
        """Return up to ``limit`` (1 to 50) ways to go on with ``text``, likeliest first: its last word completed,
        its bare words with their likely accents, and the words that usually follow. Raises
        :class:`~search.errors.InvalidRequest` for the limit.
        """
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
        if not 1 <= limit <= MOST_RELATED:
            raise InvalidRequest("limit", limit, f"1 to {MOST_RELATED}")
        return tuple(Suggester(self._engine.reader()).suggest(text, limit))

    def ids(self) -> Iterator[str]:
        """Yield the ids of all documents, in no particular order."""
        return self._engine.reader().ids()

    def writer(self, *, rebuild: bool = False, workers: int = 1) -> Writer:
        """Return the write side; see :func:`search.open_writer`."""
        return self._engine.writer(rebuild=rebuild, workers=workers)

    def info(self) -> IndexInfo:
        """Return the state of the index."""
        return self._engine.info()

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
    def _stored(reader: Reader, id_: str) -> Stored:
        number = reader.number(id_)
        if number is None:
            raise DocumentNotFound(id_)
        return reader.stored(number)


def _check(filters: Mapping[str, object], exclude: Mapping[str, object], sort: str, page: int, per_page: int) -> None:
    check_facets("filters", filters)
    check_facets("exclude", exclude)
    if sort not in SORTS:
        raise InvalidRequest("sort", sort, ", ".join(SORTS))
    if page < 1:
        raise InvalidRequest("page", page, "1 or more")
    if not 1 <= per_page <= MOST_PER_PAGE:
        raise InvalidRequest("per_page", per_page, f"1 to {MOST_PER_PAGE}")


def _keyed(values: Sequence[str]) -> dict[str, str]:
    return {facet_key(value): value for value in values}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked beside the query."""

    selection: Selection
    sort: str
    offset: int
    limit: int
    deadline: float

    def run(self, reader: Reader, compiled: Compiled) -> Found:
        plan = Plan(
            match=compiled.match,
            scores=compiled.scores,
            bonuses=compiled.bonuses,
            recency=compiled.recency,
            selection=self.selection,
            first=compiled.first,
            last=compiled.last,
            sort=self.sort,
            offset=self.offset,
            limit=self.limit,
            facets=FACETS,
            months=True,
        )
        return reader.run(plan, deadline=self.deadline)

    def selects(self, compiled: Compiled) -> bool:
        """Say whether anything but the words of the query narrows the result."""
        return self.selection != Selection() or compiled.first is not None or compiled.last is not None

    def found_without_selection(self, reader: Reader, compiled: Compiled) -> int:
        return reader.run(Plan(match=compiled.match, limit=0), deadline=self.deadline).total


def _selection(
    filters: Mapping[str, Sequence[str]], exclude: Mapping[str, Sequence[str]], first: date | None, last: date | None
) -> Selection:
    return Selection(
        include={facet: frozenset(_keyed(values)) for facet, values in filters.items() if values},
        exclude={facet: frozenset(_keyed(values)) for facet, values in exclude.items() if values},
        first=first,
        last=last,
    )


def _reading(query: str, read: Query, compiled: Compiled, *, partial: bool, fallback: bool) -> Reading:
    flags = {
        "relaxed": compiled.relaxed and not fallback,
        "fallback": fallback,
        "shortened": compiled.shortened,
        "ignored": bool(query.strip()) and not compiled.words and compiled.first is compiled.last is None,
        "partial": partial,
    }
    return Reading(write(read.root), tuple(name for name, holds in flags.items() if holds), compiled.expansions)


def _hit(document: Document, score: float, highlights: Highlights, explanation: Explanation | None = None) -> Hit:
    return Hit(
        id=document.id,
        title=document.title,
        url=document.url,
        published=document.published,
        source=document.source,
        category=document.category,
        authors=document.authors,
        places=document.places,
        score=round(score, SCORE_DIGITS),
        highlights=highlights,
        explanation=explanation,
    )
