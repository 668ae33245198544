"""What stands on a result page? Everything that the template prints, with every link worked out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from search import FACETS, MISSING, SORTS, FacetValue, Page

from .format import FACET_LABELS, SORT_LABELS, facet_value
from .paging import PAGE_SIZES, page_numbers
from .params import SearchRequest
from .urls import clear, clear_all, exclude, include

TOP = 8
"""Values of a facet that are shown before "xem thêm"."""

Address = Callable[[SearchRequest], str]
"""Gives the address of a search."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: ``toggle`` includes it or, where it is selected, lets it go; ``shun`` excludes it."""

    label: str
    count: int
    state: str
    toggle: str
    shun: str
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A facet: the ``top`` of its values and the ``rest``, which stands ``open`` where one of it is selected."""

    name: str
    label: str
    top: tuple[Choice, ...]
    rest: tuple[Choice, ...]
    open: bool


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
    groups: tuple[Group, ...]
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
    request: SearchRequest, page: Page, address: Address, date_chips: Iterable[tuple[str, str, str]]
) -> Listing:
    """Return the listing of ``page``, the answer to ``request``.

    ``date_chips`` are (label, day, which end) of the ends of the date range in use, as the reader's language writes
    them.
    """
    request = as_spelled(request, page)
    first = (page.page - 1) * page.per_page + 1 if page.hits else 0

    def at(number: int) -> str:
        return address(replace(request, page=number))

    return Listing(
        request=request,
        page=page,
        groups=tuple(
            _group(request, name, page.facets.get(name, ()), address) for name in FACETS if page.facets.get(name)
        ),
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
        why=address(replace(request, explain=not request.explain)) if request.q and page.hits else "",
        restored=_instead(request, page.restored, address),
        did_you_mean=_instead(request, page.did_you_mean, address),
        first=first,
        last=first + len(page.hits) - 1 if page.hits else 0,
    )


def as_spelled(request: SearchRequest, page: Page) -> SearchRequest:
    """Return ``request`` with its facet values spelled as the index shows them.

    ``chính TRỊ`` chooses the same articles as ``Chính trị``, and has to be found again when that is let go.
    """

    def spelled(state: str) -> dict[str, tuple[str, ...]]:
        chosen = {
            name: tuple(value.value for value in values if value.state == state) for name, values in page.facets.items()
        }
        return {name: values for name, values in chosen.items() if values}

    return replace(request, filters=spelled("included"), exclude=spelled("excluded"))


def _instead(request: SearchRequest, query: str | None, address: Address) -> Link | None:
    return Link(query, address(replace(request, q=query, page=1))) if query else None


def _group(request: SearchRequest, name: str, values: Iterable[FacetValue], address: Address) -> Group:
    ordered = sorted(values, key=_latest_year_first if name == "year" else _missing_last)
    choices = tuple(_choice(request, name, value, address) for value in ordered)
    cut = TOP if len(choices) > TOP + 1 else len(choices)
    rest = choices[cut:]
    return Group(name, str(FACET_LABELS[name]), choices[:cut], rest, any(choice.state != "none" for choice in rest))


def _latest_year_first(value: FacetValue) -> tuple[bool, int]:
    return value.value == MISSING, -int(value.value) if value.value.isdigit() else 0


def _missing_last(value: FacetValue) -> bool:
    return value.value == MISSING


def _choice(request: SearchRequest, name: str, value: FacetValue, address: Address) -> Choice:
    selected = value.state != "none"
    wanted = clear if selected else include
    return Choice(
        label=facet_value(value.value),
        count=value.count,
        state=value.state,
        toggle=address(wanted(request, name, value.value)),
        shun="" if selected else address(exclude(request, name, value.value)),
        ours=value.value == MISSING,
    )


def _facet_chips(request: SearchRequest, address: Address) -> list[Chip]:
    return [
        Chip(str(FACET_LABELS[name]), facet_value(value), excluded, address(clear(request, name, value)))
        for name in FACETS
        for excluded, chosen in ((False, request.filters), (True, request.exclude))
        for value in chosen.get(name, ())
    ]


def _date_chips(request: SearchRequest, chips: Iterable[tuple[str, str, str]], address: Address) -> list[Chip]:
    without = {
        "from": replace(request, page=1, date_from=None),
        "to": replace(request, page=1, date_to=None),
    }
    return [Chip(label, day, False, address(without[end])) for label, day, end in chips]


def _sorts(request: SearchRequest, address: Address) -> tuple[Link, ...]:
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


def _sizes(request: SearchRequest, page: Page, address: Address) -> tuple[Link, ...]:
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
