"""Which terms does an index on a cluster hold, and how many articles hold each?

A cluster counts the articles that hold a term in no time, but does not list its terms. So the terms by which words are
completed, corrected and given their accents stand in an index of their own, a document each: its field, the term, its
folded key, the number of articles. :mod:`.tally` counts them, :mod:`.wordlist` writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from .walk import walk

PAGE = 5000
"""Documents that are read or written at once."""

Entry = tuple[str, str, int]
"""What is listed of a term: its field, itself, the number of articles that hold it."""

_T = TypeVar("_T")


def batched(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Yield ``items`` in lists of ``size``."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Reads an index of words."""

    search: Callable[[Mapping[str, Any]], dict[str, Any]]

    def walk(self, name: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Yield the terms of a field that start with ``prefix``, by code point, with their counts."""
        hits = walk(self.search, {**listed(name, prefix), "sort": [{"term": "asc"}]}, window=PAGE)
        return ((hit["_source"]["term"], hit["_source"]["count"]) for hit in hits)

    def commonest(self, name: str, prefix: str, most: int) -> list[tuple[str, int]]:
        """Return the ``most`` terms that most articles hold."""
        return counts_of(self.search(commonest_of(name, prefix, most)))


def commonest_of(name: str, prefix: str, most: int) -> dict[str, Any]:
    """Return the request for the ``most`` terms that start with ``prefix`` and that most articles hold."""
    return {**listed(name, prefix), "size": most, "sort": [{"count": "desc"}, {"term": "asc"}]}


def counts_of(answer: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return the terms that were found, each with the number of articles that hold it."""
    return [(hit["_source"]["term"], hit["_source"]["count"]) for hit in answer["hits"]["hits"]]


def listed(name: str, prefix: str = "") -> dict[str, Any]:
    """Return the request for the terms of a field that start with ``prefix``."""
    of: list[Mapping[str, Any]] = [{"term": {"field": name}}]
    if prefix:
        of.append({"prefix": {"term": prefix}})
    return {"query": {"bool": {"filter": of}}, "track_total_hits": False}


def readings_of(folded: Sequence[str]) -> dict[str, Any]:
    """Return the request for the exact terms with one of these folded keys."""
    of = [{"term": {"field": "exact"}}, {"terms": {"folded": list(folded)}}]
    return {"query": {"bool": {"filter": of}}, "size": PAGE, "sort": [{"term": "asc"}], "track_total_hits": False}
