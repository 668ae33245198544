"""Where in a result does an article stand, what comes before and after it, and how does one get back?

The address of an article that was opened from a result holds the search and the place in it, so that no session is
needed and a second window cannot confuse it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from search import Hit, Index

from .addresses import HitAddress, search_url
from .index_access import run
from .params import SearchRequest


@dataclass(frozen=True, slots=True)
class Step:
    """The neighbour of an article in a result."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Trail:
    """The way back: ``back`` leads to the ``place`` (from 1 on) among ``total`` results on its page."""

    back: str
    place: int
    total: int
    previous: Step | None
    next: Step | None


def make_trail(index: Index, asked: SearchRequest, place: int) -> Trail | None:
    """Return the trail of the article that was opened at ``place`` of the result of ``asked``.

    None where there is no such place: without one in the address, or after the result has shrunk.
    """
    if not place:
        return None
    size, number = window(place)
    page = run(index, replace(asked, page=number, per_page=size))
    at = place - 1 - (number - 1) * size
    if at >= len(page.hits):
        return None
    address = HitAddress(asked)

    def step(hits: tuple[Hit, ...], neighbour: int) -> Step:
        return Step(hits[0].title, address(hits[0].id, neighbour))

    return Trail(
        back=f"{search_url(replace(asked, page=(place - 1) // asked.per_page + 1))}#result-{place}",
        place=place,
        total=page.total,
        previous=step(page.hits[at - 1 : at], place - 1) if at else None,
        next=step(page.hits[at + 1 : at + 2], place + 1) if at + 1 < len(page.hits) else None,
    )


def window(place: int) -> tuple[int, int]:
    """Return (size, number) of a small page of results that holds ``place`` and both of its neighbours."""
    first = max(place - 2, 0)  # of the neighbour before, from 0 on
    size = next(size for size in count(3) if first % size <= size - 3)
    return size, first // size + 1
