"""What values does a document have in each facet, and which spellings are one value?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from .analysis.normalize import nfc, tone_key
from .document import Document
from .errors import InvalidRequest
from .page import FACETS, MISSING, FacetValue, State

_VALUES: dict[str, Callable[[Document], tuple[str | None, ...]]] = {
    "category": lambda document: (document.category,),
    "year": lambda document: (f"{document.day.year:04}" if document.day else None,),
    "place": lambda document: document.places,
    "author": lambda document: document.authors,
    "source": lambda document: (document.source,),
}


@lru_cache(maxsize=1 << 16)
def facet_key(value: str) -> str:
    """Return the key of a facet value: spellings that differ in case, spaces or tone placement share it."""
    return " ".join(map(tone_key, nfc(value).split()))


MISSING_KEY = facet_key(MISSING)


def facet_values(document: Document, facet: str) -> tuple[str, ...]:
    """Return the values of ``document`` in ``facet`` as written, each key once; none where it has no value."""
    values = {facet_key(value): value for value in reversed(_VALUES[facet](document)) if value and facet_key(value)}
    return tuple(reversed(values.values()))


def commonest(spellings: Mapping[str, int]) -> str:
    """Return the commonest of several spellings and their counts; of equally common ones, the first in code point
    order.
    """
    return min(spellings, key=lambda spelling: (-spellings[spelling], spelling))


def check_facets(name: str, choices: Mapping[str, object]) -> None:
    """Raise :class:`InvalidRequest` where ``choices``, given as argument ``name``, has a facet that does not exist."""
    for facet in choices:
        if facet not in FACETS:
            raise InvalidRequest(name, facet, ", ".join(FACETS))


def facet_list(
    counts: Mapping[str, int],
    chosen: Mapping[str, str],
    dropped: Mapping[str, str],
    spelled: Callable[[str], str | None],
) -> tuple[FacetValue, ...]:
    """Return the values of one facet, most documents first.

    ``counts`` has the number of documents by key; ``chosen`` and ``dropped`` the selected keys with the spelling
    that was asked for, which are listed also where they count nothing; ``spelled`` gives the commonest spelling of a
    key in the index.
    """
    states: dict[str, State] = {**dict.fromkeys(dropped, "excluded"), **dict.fromkeys(chosen, "included")}
    ranked = []
    for key, count in (counts if not states else {**dict.fromkeys(states, 0), **counts}).items():
        if count or key in states:
            value = MISSING if key == MISSING_KEY else spelled(key) or chosen.get(key) or dropped.get(key) or key
            ranked.append((-count, value == MISSING, value, key))
    ranked.sort()
    return tuple(FacetValue(value, -less, states.get(key, "none")) for less, _, value, key in ranked)
