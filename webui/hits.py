"""What is shown of one hit in a list of results?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from search import Explanation, Hit, Marked, Passage

from .addresses import HitAddress, web_address, whole
from .citation import cite
from .format import day
from .params import SearchRequest


@dataclass(frozen=True, slots=True)
class Row:
    """One hit, ready to be printed: ``number`` is its place in the result, ``iso`` and ``day`` are its date, empty
    where it has none, ``why`` leads to the explanation of its score, ``citation`` is what "copy" gives; ``reprints``
    are folded under it.
    """

    number: int
    address: str
    title: Marked | None
    iso: str
    day: str
    source: str
    category: str
    authors: str
    passages: tuple[Passage, ...]
    why: str
    explanation: Explanation | None
    citation: str
    reprints: tuple[Row, ...] = ()


def make_rows(hits: tuple[Hit, ...], asked: SearchRequest, first: int, why: str = "") -> tuple[Row, ...]:
    """Return the rows of ``hits``, reprints folded under what they are reprints of. The first hit stands at place
    ``first``; ``why`` is the address of the page on which they are explained, or empty.
    """
    address = HitAddress(asked)
    rows = {hit.id: _row(hit, number, address, why) for number, hit in enumerate(hits, first)}
    return tuple(
        replace(rows[hit.id], reprints=tuple(rows[one.id] for one in hit.reprints)) if hit.reprints else rows[hit.id]
        for hit in hits
        if hit.reprint_of is None
    )


def _row(hit: Hit, number: int, address: HitAddress, why: str) -> Row:
    published = hit.published
    return Row(
        number=number,
        address=address(hit.id, number),
        title=hit.highlights.title if hit.highlights.title.text else None,
        iso=published.isoformat() if published else "",
        day=day(published) if published else "",
        source=hit.source or "",
        category=hit.category or "",
        authors=", ".join(hit.authors),
        passages=hit.highlights.passages,
        why=f"{why}#result-{number}" if why else "",
        explanation=hit.explanation,
        citation=cite(
            hit.authors, hit.title, hit.source, published, web_address(hit.url) or whole(address.bare(hit.id))
        ),
    )
