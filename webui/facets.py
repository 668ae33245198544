"""What stands in the filters beside a result? Each facet with its values, and the links that choose among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from search import FACETS, MISSING, FacetValue, Page

from .addresses import SearchAddress, values_url
from .format import FACET_LABELS, facet_value, month_name
from .params import SearchRequest
from .timeline import first_day, last_day
from .urls import between, clear, without

TOP = 6
"""Values of a facet that are shown before "xem thêm"; those that are selected come on top of that."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a chosen year; its link selects its days or, where they are selected, lets them go."""

    label: str
    count: int
    current: bool
    address: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: ``toggle`` includes it or, where it is selected, lets it go; ``shun`` excludes it.

    ``ours`` says that the label is a word of the interface, ``months`` are those of a year that was chosen.
    """

    label: str
    count: int
    state: str
    toggle: str
    shun: str
    ours: bool = False
    months: tuple[Month, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A facet with the values that are shown; ``more`` is the address of all ``size`` of them, empty where none is
    left out.
    """

    name: str
    label: str
    choices: tuple[Choice, ...]
    size: int
    more: str


class Choosing:
    """Makes the choices of one facet of a result."""

    def __init__(self, request: SearchRequest, facet: str, address: SearchAddress) -> None:
        self._request = request
        self._facet = facet
        self._address = address
        self._adding = address.adding(request, facet)

    def choice(self, value: FacetValue, months: tuple[Month, ...] = ()) -> Choice:
        """Return ``value`` with its links."""
        free = value.state == "none"
        return Choice(
            label=facet_value(value.value),
            count=value.count,
            state=value.state,
            toggle=self._adding.wanting(value.value)
            if free
            else self._address(clear(self._request, self._facet, value.value)),
            shun=self._adding.avoiding(value.value) if free else "",
            ours=value.value == MISSING,
            months=months,
        )


def make_groups(request: SearchRequest, page: Page, address: SearchAddress, facets: Sequence[str]) -> tuple[Group, ...]:
    """Return those of ``facets`` that have a value in ``page``."""
    groups = []
    for facet in facets:
        values = page.facets.get(facet, ())
        if any(value.value != MISSING or value.state != "none" for value in islice(values, 2)):
            choosing = Choosing(request, facet, address)
            shown = _shown(facet, values, request)
            groups.append(
                Group(
                    name=facet,
                    label=str(FACET_LABELS[facet]),
                    choices=tuple(
                        choosing.choice(value, _months(request, facet, value, page.months, address)) for value in shown
                    ),
                    size=len(values),
                    more=values_url(facet, request) if len(shown) < len(values) else "",
                )
            )
    return tuple(groups)


def as_spelled(request: SearchRequest, page: Page) -> SearchRequest:
    """Return ``request`` with its facet values spelled as the index shows them.

    ``chính TRỊ`` chooses the same articles as ``Chính trị``, and has to be found again when that is let go.
    """

    def spelled(chosen: Mapping[str, object], state: str) -> dict[str, tuple[str, ...]]:
        values = {
            facet: tuple(value.value for value in page.facets.get(facet, ()) if value.state == state)
            for facet in FACETS
            if facet in chosen
        }
        return {facet: found for facet, found in values.items() if found}

    if not request.filters and not request.exclude:
        return request
    return replace(request, filters=spelled(request.filters, "included"), exclude=spelled(request.exclude, "excluded"))


def _shown(facet: str, values: Sequence[FacetValue], request: SearchRequest) -> list[FacetValue]:
    """Return the values that are shown: the first ones in the order of the facet, and all that are selected."""
    if facet == "year":
        ordered = sorted(values, key=_latest_year_first)
        cut = ordered[:TOP] if len(ordered) > TOP + 1 else ordered
    else:
        cut = list(islice(values, TOP + 1))
        cut = cut if len(values) <= TOP + 1 else cut[:TOP]
        cut.sort(key=lambda value: value.value == MISSING)
    if facet in request.filters or facet in request.exclude:
        cut += [value for value in values if value.state != "none" and value not in cut]
    return cut


def _latest_year_first(value: FacetValue) -> tuple[bool, int]:
    return value.value == MISSING, -int(value.value) if value.value.isdecimal() else 0


def _months(
    request: SearchRequest, facet: str, value: FacetValue, months: Mapping[str, int], address: SearchAddress
) -> tuple[Month, ...]:
    """Return the months of a year that is included, or within which the selected days lie."""
    if facet != "year" or not (value.state == "included" or _within(request, value.value)):
        return ()
    free = without(request, "year")
    return tuple(
        _month(request, free, int(text[:4]) * 12 + int(text[5:]) - 1, count, address)
        for text, count in months.items()
        if text[:4] == value.value
    )


def _within(request: SearchRequest, year: str) -> bool:
    first, last = request.date_from, request.date_to
    return first is not None and last is not None and f"{first.year:04}" == f"{last.year:04}" == year


def _month(request: SearchRequest, free: SearchRequest, at: int, count: int, address: SearchAddress) -> Month:
    days: tuple[date | None, date | None] = (first_day(at), last_day(at))
    current = (request.date_from, request.date_to) == days
    return Month(
        label=month_name(first_day(at)),
        count=count,
        current=current,
        address=address(between(request, None, None) if current else between(free, *days)),
    )
