"""Which articles are reprints of others on a page, and which of one article? (Groups of them are made at indexing, see
:mod:`.engines.groups`.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from .document import Document
from .engines.base import Reader
from .page import Hit

MOST = 50
"""Reprints of one article that are told."""


def linked(hits: Sequence[Hit], group_of: Callable[[str], tuple[str, ...]]) -> tuple[Hit, ...]:
    """Return ``hits`` with each reprint named in both directions; ``group_of`` gives the ids of the articles that are
    the same text as the one with an id. Of each group on the page the others are reprints of the first one.
    """
    groups: dict[tuple[str, ...], list[Hit]] = {}
    for hit in hits:
        groups.setdefault(group_of(hit.id), []).append(hit)
    named: dict[str, Hit] = {}
    for first, *others in groups.values():
        own = tuple(replace(other, reprint_of=first.id) for other in others)
        named |= {hit.id: hit for hit in (replace(first, reprints=own) if own else first, *own)}
    return tuple(named[hit.id] for hit in hits)


def reprints(reader: Reader, id_: str) -> list[Document]:
    """Return the other documents of the group of that with ``id_``, up to :data:`MOST` of them: the oldest first, those
    without a date last.
    """
    others = [other for other in reader.groups.of(id_) if other != id_][:MOST]
    numbers = [number for other in others if (number := reader.number(other)) is not None]
    documents = [stored.document for stored in reader.stored_together(numbers)]
    return sorted(documents, key=lambda document: (document.instant is None, document.instant, document.id))
