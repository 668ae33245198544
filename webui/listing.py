"""What stands on a result page? Everything that the template prints, with every link worked out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from search import FACETS, SORTS, Page

from .addresses import SearchAddress
from .facets import Group, as_spelled, make_groups
from .format import FACET_LABELS, SORT_LABELS, facet_value
from .hits import Row, make_rows
from .paging import PAGE_SIZES, page_numbers
from .params import SearchRequest
from .state import state
from .timeline import Timeline, make_timeline
from .urls import clear, clear_all


@dataclass(frozen=True, slots=True)
class Chip:
    """A selection that can be removed: ``kind`` is the facet's label or that of a date."""

    kind: str
    label: str
    excluded: bool
    remove: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a row of alternatives; ``address`` is empty for a gap."""

    label: str
    address: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A result page. ``first`` and ``last`` number its hits within the whole result (0 where there are none).

    ``restored`` and ``did_you_mean`` lead to the same search for another query. ``why`` is the address of this page
    with the hits explained, or without where they are; it is empty where there is nothing to explain. ``inexact`` is
    that of the search without demanded accents, empty where none are demanded.
    """

    request: SearchRequest
    page: Page
    rows: tuple[Row, ...]
    groups: tuple[Group, ...]
    timeline: Timeline | None
    chips: tuple[Chip, ...]
    sorts: tuple[Link, ...]
    sizes: tuple[Link, ...]
    pages: tuple[Link, ...]
    previous: str
    next: str
    last_page: str
    canonical: str
    bare: str
    inexact: str
    undated: str
    why: str
    restored: Link | None
    did_you_mean: Link | None
    first: int
    last: int

    @property
    def reading(self) -> str:
        """How the query was understood, where that is worth telling; else nothing."""
        text = self.page.reading.text
        return text if text and _same(text) != _same(self.request.q) else ""


def make_listing(
    request: SearchRequest, page: Page, address: SearchAddress, date_chips: Iterable[tuple[str, str, str]]
) -> Listing:
    """Return the listing of ``page``, the answer to ``request``.

    ``date_chips`` are (label, day, which end) of the ends of the date range in use, as the reader's language writes
    them.
    """
    request = as_spelled(request, page)
    first = (page.page - 1) * page.per_page + 1 if page.hits else 0
    why = address(replace(request, explain=not request.explain)) if request.q and page.hits else ""
    shown = replace(request, page=1, explain=False)

    def at(number: int) -> str:
        return address(replace(request, page=number))

    return Listing(
        request=request,
        page=page,
        rows=make_rows(page.hits, request, first, "" if request.explain else why),
        groups=make_groups(shown, page, address, state().facets),
        timeline=make_timeline(shown, page.months, address),
        chips=(*_facet_chips(request, address), *_date_chips(request, date_chips, address)),
        sorts=_sorts(request, address),
        sizes=_sizes(request, page, address),
        pages=tuple(
            Link(str(number), at(number), number == page.page) if number else Link("…", "")
            for number in page_numbers(page.page, page.pages)
        ),
        previous=at(page.page - 1) if 1 < page.page <= page.pages else "",
        next=at(page.page + 1) if page.page < page.pages else "",
        last_page=at(max(page.pages, 1)),
        canonical=address(replace(request, explain=False)),
        bare=address(clear_all(request)),
        inexact=address(replace(request, exact=False, page=1)) if request.exact else "",
        undated=address(replace(shown, date_from=None, date_to=None)) if request.date_from or request.date_to else "",
        why=why,
        restored=_instead(request, page.restored, address),
        did_you_mean=_instead(request, page.did_you_mean, address),
        first=first,
        last=first + len(page.hits) - 1 if page.hits else 0,
    )


def _instead(request: SearchRequest, query: str | None, address: SearchAddress) -> Link | None:
    return Link(query, address(replace(request, q=query, page=1))) if query else None


def _facet_chips(request: SearchRequest, address: SearchAddress) -> list[Chip]:
    return [
        Chip(str(FACET_LABELS[name]), facet_value(value), excluded, address(clear(request, name, value)))
        for name in FACETS
        for excluded, chosen in ((False, request.filters), (True, request.exclude))
        for value in chosen.get(name, ())
    ]


def _date_chips(request: SearchRequest, chips: Iterable[tuple[str, str, str]], address: SearchAddress) -> list[Chip]:
    without = {
        "from": replace(request, page=1, date_from=None),
        "to": replace(request, page=1, date_to=None),
        "both": replace(request, page=1, date_from=None, date_to=None),
    }
    return [Chip(label, day, False, address(without[end])) for label, day, end in chips]


def _sorts(request: SearchRequest, address: SearchAddress) -> tuple[Link, ...]:
    offered = SORTS if request.q else tuple(sort for sort in SORTS if sort != "relevance")
    default = replace(request, sort=None).effective_sort
    return tuple(
        Link(
            str(SORT_LABELS[sort]),
            address(replace(request, page=1, sort=None if sort == default else sort)),
            sort == request.effective_sort,
        )
        for sort in offered
    )


def _sizes(request: SearchRequest, page: Page, address: SearchAddress) -> tuple[Link, ...]:
    if page.total <= min(PAGE_SIZES) and request.per_page in PAGE_SIZES:
        return ()
    sizes = sorted({*PAGE_SIZES, request.per_page})
    return tuple(
        Link(str(size), address(replace(request, page=1, per_page=size)), size == request.per_page) for size in sizes
    )


QUOTES = str.maketrans("“”„‟«»", '""""""')


def _same(text: str) -> str:
    """Return ``text`` without what makes no difference: case, spacing, the form of quotes, brackets around it all."""
    plain = " ".join(unicodedata.normalize("NFC", text).casefold().translate(QUOTES).split())
    inner = plain[1:-1]
    return inner if plain == f"({inner})" and not set(inner) & {"(", ")"} else plain
