"""How is it found out what a query finds, where its words as they stand may find nothing?"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from .asked import Asked
from .engines.base import Found, Reader
from .equivalents.table import Equivalents
from .prepare import Prepared, prepare
from .query.syntax import is_headline, unquoted


class Answer(NamedTuple):
    """How a query is read and what it finds; ``lost`` says that nothing holds all of its words: then these may be
    those of most of them.
    """

    prepared: Prepared
    found: Found
    lost: bool


def answer(query: str, reader: Reader, equivalents: Equivalents, asked: Asked, *, exact: bool, dated: bool) -> Answer:
    """Return what ``query`` finds; without ``exact``, what most of its words find where nothing holds them all."""
    prepared = prepare(query, reader, equivalents, exact=exact, dated=dated)
    found = asked.run(reader, prepared.compiled)
    lost = _nothing(found)
    if lost and asked.selects(prepared.compiled):
        lost = _nothing(asked.without_selection(reader, prepared.compiled))
    strict = Answer(prepared, found, lost)
    return _relaxed(query, reader, equivalents, asked, strict, dated=dated) if lost and not exact else strict


def _nothing(found: Found) -> bool:
    """Say whether it is certain that nothing was found."""
    return not found.total and not found.partial


def _relaxed(
    query: str, reader: Reader, equivalents: Equivalents, asked: Asked, strict: Answer, *, dated: bool
) -> Answer:
    """Return what most words of ``query`` find; the answer as it was where that finds nothing either, marked as partial
    where it was not found out.

    Phrases stay phrases, but for those of a pasted headline.
    """
    texts = [query, unquoted(query)] if is_headline(strict.prepared.read) else [query]
    for text in texts:
        prepared = prepare(text, reader, equivalents, exact=False, relax_above=1, dated=dated)
        if prepared.compiled.relaxed:
            found = asked.run(reader, prepared.compiled)
            if found.total:
                return Answer(prepared, found, lost=True)
            if found.partial:
                return strict._replace(found=replace(strict.found, partial=True))
    return strict


def correction(query: str, reader: Reader, equivalents: Equivalents, asked: Asked, *, exact: bool) -> str | None:
    """Return a correction of ``query`` that finds something, or None."""
    from .suggest.correct import DidYouMean  # few searches find nothing

    found = DidYouMean(reader).suggest(query)
    if found is None:
        return None
    prepared = prepare(found, reader, equivalents, exact=exact)
    return found if asked.without_selection(reader, prepared.compiled).total else None
