"""What is asked of an index beside the words of a query?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from .engines.base import Found, Reader
from .errors import InvalidRequest
from .facets import check_facets, facet_key
from .page import FACETS, SORTS
from .query.compile import Compiled
from .query.plan import Plan, Selection

MOST_PER_PAGE = 1000


class Asked(NamedTuple):
    """What is asked beside the query."""

    selection: Selection
    sort: str
    offset: int
    limit: int
    deadline: float | None
    facets: tuple[str, ...] = FACETS

    def run(self, reader: Reader, compiled: Compiled) -> Found:
        """Carry out the search."""
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
            facets=self.facets,
            months=bool(self.facets),
        )
        return reader.run(plan, deadline=self.deadline)

    def selects(self, compiled: Compiled) -> bool:
        """Say whether anything but the words of the query narrows the result."""
        return self.selection != Selection() or compiled.first is not None or compiled.last is not None

    def without_selection(self, reader: Reader, compiled: Compiled) -> Found:
        """Return how many documents match, whatever is selected."""
        return reader.run(Plan(match=compiled.match, limit=0), deadline=self.deadline)


def check(filters: Mapping[str, object], exclude: Mapping[str, object], sort: str, page: int, per_page: int) -> None:
    """Raise :class:`InvalidRequest` for what cannot be asked."""
    check_facets("filters", filters)
    check_facets("exclude", exclude)
    if sort not in SORTS:
        raise InvalidRequest("sort", sort, ", ".join(SORTS))
    if page < 1:
        raise InvalidRequest("page", page, "1 or more")
    if not 1 <= per_page <= MOST_PER_PAGE:
        raise InvalidRequest("per_page", per_page, f"1 to {MOST_PER_PAGE}")


def keyed(values: Sequence[str]) -> dict[str, str]:
    """Return facet values by their keys."""
    return {facet_key(value): value for value in values}


def selection(
    filters: Mapping[str, Sequence[str]], exclude: Mapping[str, Sequence[str]], first: date | None, last: date | None
) -> Selection:
    """Return which documents facet values and days select."""
    return Selection(
        include={facet: frozenset(keyed(values)) for facet, values in filters.items() if values},
        exclude={facet: frozenset(keyed(values)) for facet, values in exclude.items() if values},
        first=first,
        last=last,
    )
