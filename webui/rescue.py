"""What helps a reader where nothing was found? What each word would find by itself, and what the filters keep out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from search import Index

from .addresses import query_url, search_url
from .params import SearchRequest
from .urls import clear_all

MOST_WORDS = 8
"""Words of a query that are looked up by themselves."""

SECONDS = 0.1
"""The time budget of each look-up."""

_UNIT = re.compile(r'[^\s"“”]*["“][^"“”]*["”]|[^\s]+')
_OPERATORS = frozenset({"OR", "HOẶC", "AND", "VÀ"})


class Found(NamedTuple):
    """A number of ``articles``, or with ``partial`` as many as were found before the time ran out."""

    articles: int = 0
    partial: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether there is surely nothing."""
        return not self.articles and not self.partial


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase of the query, the articles that hold it, and the address of a search for it alone."""

    text: str
    found: Found
    address: str


@dataclass(frozen=True, slots=True)
class Rescue:
    """``words`` as typed, each by itself (none where the query is one word); ``unfiltered`` are the articles without
    the filters, at ``address``, nothing where there are no filters.
    """

    words: tuple[Word, ...]
    unfiltered: Found
    address: str


def make_rescue(index: Index, asked: SearchRequest) -> Rescue:
    """Return what would find something in place of ``asked``, which found nothing."""
    units = words(asked.q)
    free = clear_all(asked)
    return Rescue(
        words=tuple(Word(unit, _look_up(index, replace(free, q=unit)), query_url(unit)) for unit in units)
        if len(units) > 1
        else (),
        unfiltered=_look_up(index, free) if asked.narrowed else Found(),
        address=search_url(free),
    )


def words(query: str) -> list[str]:
    """Return the words and quoted phrases of ``query``, each once, without operators; at most :data:`MOST_WORDS`."""
    found = (unit.strip("()+").lstrip("-") for unit in _UNIT.findall(query) if unit not in _OPERATORS)
    kept = dict.fromkeys(unit for unit in found if any(map(str.isalnum, unit)))
    return list(kept)[:MOST_WORDS]


def _look_up(index: Index, asked: SearchRequest) -> Found:
    page = index.search(asked.q, exact=asked.exact, per_page=1, budget=SECONDS)
    return Found(page.total, page.partial)
