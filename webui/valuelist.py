"""Which values does a facet have in a result? All of them, to be looked through by number or by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from search import MISSING, FacetValue, Page

from . import urls
from .addresses import SearchAddress
from .examples import plain
from .facets import Choice, Choosing, as_spelled
from .format import FACET_LABELS
from .messages import gettext as _
from .params import SearchRequest
from .paramvalues import clean
from .state import state

MOST = 300
"""Values on a page; of more, the reader types a part of the one that is looked for."""

ORDERS = ("count", "name")


@dataclass(frozen=True, slots=True)
class Order:
    """A link to the same values in another order."""

    label: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class ValueList:
    """The values of ``facet`` that hold ``match``, ``total`` of them; ``choices`` are the first :data:`MOST`."""

    facet: str
    label: str
    match: str
    order: str
    orders: tuple[Order, ...]
    choices: tuple[Choice, ...]
    total: int


def make_value_list(asked: SearchRequest, page: Page, facet: str, pairs: Sequence[tuple[str, str]]) -> ValueList:
    """Return the values of ``facet`` in ``page``, the answer to ``asked``; ``pairs`` hold ``match`` and ``order``."""
    asked = as_spelled(asked, page)
    given = {name: clean(value) for name, value in reversed(pairs)}
    match, order = given.get("match", "")[:100], given.get("order", "")
    order = order if order in ORDERS else ORDERS[0]
    found = arranged(page.facets.get(facet, ()), match, order)
    choosing = Choosing(asked, facet, SearchAddress())
    return ValueList(
        facet=facet,
        label=str(FACET_LABELS[facet]),
        match=match,
        order=order,
        orders=_orders(asked, facet, match, order),
        choices=tuple(choosing.choice(value) for value in found[:MOST]),
        total=len(found),
    )


def arranged(values: Sequence[FacetValue], match: str, order: str) -> list[FacetValue]:
    """Return the values that hold ``match``, in one of :data:`ORDERS`; the lack of a value comes last."""
    found = _matching(values, match)
    if order == "name":
        found.sort(key=lambda value: plain(value.value))
    found.sort(key=lambda value: value.value == MISSING)
    return found


def _matching(values: Sequence[FacetValue], match: str) -> list[FacetValue]:
    """Return the values that hold every word of ``match``, whatever the accents."""
    words = plain(match).split()
    return [value for value in values if all(word in plain(value.value) for word in words)] if words else list(values)


def _orders(asked: SearchRequest, facet: str, match: str, current: str) -> tuple[Order, ...]:
    base = url_for("pages.values", facet=facet)
    pairs = urls.search_pairs(asked, state().limits.per_page)
    kept = [*pairs, *([("match", match)] if match else [])]
    labels = {"count": _("Nhiều bài nhất"), "name": _("Theo tên")}
    return tuple(
        Order(labels[name], base + urls.query_string([*kept, ("order", name)]), name == current) for name in ORDERS
    )
