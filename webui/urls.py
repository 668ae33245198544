"""Which address leads where? Every search and every article has one short, readable, lasting address.

Nothing here knows Flask: the functions return query strings and changed requests, and the views put the route before
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from urllib.parse import quote, quote_plus

from search import FACETS

from .params import EXCLUDE, SearchRequest

SAFE = "/:,()"
"""Characters that a query string may hold as they are; they stand in facet values and field words."""


def search_pairs(request: SearchRequest, default_per_page: int) -> list[tuple[str, str]]:
    """Return the parameters of ``request`` in a fixed order, leaving out what is the default."""
    pairs = [
        ("q", request.q),
        *((facet, value) for facet in FACETS for value in request.filters.get(facet, ())),
        *((EXCLUDE + facet, value) for facet in FACETS for value in request.exclude.get(facet, ())),
        ("from", request.date_from.isoformat() if request.date_from else ""),
        ("to", request.date_to.isoformat() if request.date_to else ""),
        ("exact", "1" if request.exact else ""),
        ("sort", request.sort or ""),
        ("per_page", str(request.per_page) if request.per_page != default_per_page else ""),
        ("page", str(request.page) if request.page > 1 else ""),
        ("explain", "1" if request.explain else ""),
    ]
    return [pair for pair in pairs if pair[1]]


def query_string(pairs: Sequence[tuple[str, str]]) -> str:
    """Return ``pairs`` as a query string with its question mark, or nothing."""
    return "?" + joined(pairs) if pairs else ""


def joined(pairs: Iterable[tuple[str, str]]) -> str:
    """Return ``pairs`` as they stand in a query string."""
    return "&".join([f"{quoted(name)}={quoted(value)}" for name, value in pairs])


@lru_cache(maxsize=4096)
def quoted(text: str) -> str:
    """Return ``text`` as it stands in a query string; the addresses of one page repeat a few texts dozens of times."""
    return quote_plus(text, safe=SAFE)


class Adding:
    """Gives the addresses of a search in which one more value of ``facet`` is wanted or unwanted.

    They are those of :func:`include` and :func:`exclude` for a value that is not selected yet; what does not depend
    on the value is written once, since a page shows dozens of values.
    """

    def __init__(self, base: str, request: SearchRequest, facet: str, default_per_page: int) -> None:
        pairs = search_pairs(replace(request, page=1), default_per_page)
        self._wanted = _around(base, pairs, facet)
        self._unwanted = _around(base, pairs, EXCLUDE + facet)

    def wanting(self, value: str) -> str:
        """Return the address of the search in which ``value`` is wanted too."""
        head, tail = self._wanted
        return head + quoted(value) + tail

    def avoiding(self, value: str) -> str:
        """Return the address of the search in which ``value`` is unwanted."""
        head, tail = self._unwanted
        return head + quoted(value) + tail


class During:
    """Gives the addresses of a search within other days, those of :func:`between`."""

    def __init__(self, base: str, request: SearchRequest, default_per_page: int) -> None:
        pairs = search_pairs(between(request, None, None), default_per_page)
        self._head, self._tail = _around(base, pairs, "from")

    def __call__(self, first: date, last: date) -> str:
        """Return the address of the search from ``first`` to ``last``, both inclusive."""
        return f"{self._head}{first.isoformat()}&to={last.isoformat()}{self._tail}"


def _around(base: str, pairs: list[tuple[str, str]], name: str) -> tuple[str, str]:
    """Return what stands before and after the last value of parameter ``name``."""
    at = sum(_ORDER.index(other) <= _ORDER.index(name) for other, _ in pairs)
    after = joined(pairs[at:])
    return base + query_string([*pairs[:at], (name, "")]), f"&{after}" if after else ""


_ORDER = ("q", *FACETS, *(EXCLUDE + facet for facet in FACETS), "from", "to", "exact", "sort", "per_page", "explain")
"""The parameters in the order of :func:`search_pairs`."""


def include(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    """Return the first page of the search in which ``value`` is wanted too."""
    cleared = clear(request, facet, value)
    return replace(cleared, filters=_added(cleared.filters, facet, value))


def exclude(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    """Return the first page of the search in which ``value`` is unwanted."""
    cleared = clear(request, facet, value)
    return replace(cleared, exclude=_added(cleared.exclude, facet, value))


def clear(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    """Return the first page of the search in which ``value`` does not matter."""
    return replace(
        request,
        page=1,
        filters=_removed(request.filters, facet, value),
        exclude=_removed(request.exclude, facet, value),
    )


def clear_all(request: SearchRequest) -> SearchRequest:
    """Return the first page of the search for the query alone."""
    return replace(request, page=1, filters={}, exclude={}, date_from=None, date_to=None)


def between(request: SearchRequest, first: date | None, last: date | None) -> SearchRequest:
    """Return the first page of the search within these days."""
    return replace(request, page=1, date_from=first, date_to=last)


def without(request: SearchRequest, facet: str) -> SearchRequest:
    """Return the first page of the search in which ``facet`` does not matter."""
    return replace(request, page=1, filters=_all_but(request.filters, facet), exclude=_all_but(request.exclude, facet))


def fits_a_path(id_: str) -> bool:
    """Say whether an article's id survives a URL path.

    Browsers resolve ``.`` and ``..`` even when they are percent-encoded, proxies merge ``//``, servers decode
    ``%2F``, and a backslash becomes a slash; ids with those go into the query string.
    """
    segments = id_.split("/")
    return (
        not any(segment in {"", ".", ".."} for segment in segments)
        and "\\" not in id_
        and id_.isprintable()
        and id_ == id_.strip()
    )


def article_address(base: str, id_: str, pairs: list[tuple[str, str]]) -> str:
    """Return the address of an article; ``base`` is the path that ids are put under, with its final slash."""
    if fits_a_path(id_):
        return base + quote(id_, safe="/") + query_string(pairs)
    return base + query_string([("id", id_), *pairs])


def _added(values: Mapping[str, tuple[str, ...]], facet: str, value: str) -> dict[str, tuple[str, ...]]:
    return {**values, facet: (*values.get(facet, ()), value)}


def _removed(values: Mapping[str, tuple[str, ...]], facet: str, value: str) -> dict[str, tuple[str, ...]]:
    kept = tuple(other for other in values.get(facet, ()) if other != value)
    others = _all_but(values, facet)
    return {**others, facet: kept} if kept else others


def _all_but(values: Mapping[str, tuple[str, ...]], facet: str) -> dict[str, tuple[str, ...]]:
    return {name: chosen for name, chosen in values.items() if name != facet}
