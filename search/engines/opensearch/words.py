"""Which terms does an index on a cluster hold, and how many articles hold each?

A cluster counts the articles that hold a term in no time, but does not list its terms. So the terms by which words are
completed, corrected and given their accents stand in an index of their own, a document each: its field, the term, its
folded key, the number of articles.

Of the pairs of words only those are kept that a share of the articles hold: what is rarer is no suggestion, and would
be most of the list.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from ...analysis.fold import fold_key
from ...query.plan import Term
from .layout import EMPTY
from .walk import walk

LISTED = ("text", "exact", "exact_pair", "title", "title_pair")
"""The fields whose terms are listed."""

PAIRS = frozenset({"exact_pair", "title_pair"})

RAREST_PAIR = 1 / 20_000
"""The least share of the articles that hold a listed pair; one article is enough in a small index."""

MOST_PAIRS = 1_500_000
"""Pairs that are counted at once. Where there are more, those met once so far are forgotten, which leaves out none that
is met often.
"""

PAGE = 5000
"""Documents that are read or written at once."""

_T = TypeVar("_T")


@dataclass(slots=True)
class Tally:
    """Counts the articles that hold each term."""

    counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, source: Mapping[str, Any]) -> None:
        """Count the terms of what is sent of an article."""
        for name in LISTED:
            self.counts[name].update({term for text in source.get(name, ()) for term in text.split(" ")} - {EMPTY})
        self._forget()

    def merge(self, other: Tally) -> None:
        """Add what ``other`` counted."""
        for name, counts in other.counts.items():
            self.counts[name].update(counts)
        self._forget()

    def _forget(self) -> None:
        for name in PAIRS:
            if len(self.counts[name]) > MOST_PAIRS:
                self.counts[name] = Counter({term: count for term, count in self.counts[name].items() if count > 1})

    def entries(self, documents: int) -> Iterator[dict[str, Any]]:
        """Yield what is listed of an index of so many ``documents``, all of which were counted here."""
        for name in LISTED:
            for term, count in self.counts[name].items():
                if count >= least(name, documents):
                    yield entry(name, term, count)

    def recounted(self, count: Callable[[Sequence[Term]], Sequence[int]], documents: int) -> Iterator[dict[str, Any]]:
        """Yield what is listed of the terms that were counted here, among which all are that changed, with the numbers
        that ``count`` finds for them now.
        """
        for name in LISTED:
            for terms in batched(self.counts[name], PAGE):
                for term, now in zip(terms, count([Term(name, term) for term in terms]), strict=True):
                    yield entry(name, term, now if now >= least(name, documents) else 0)


def least(name: str, documents: int) -> float:
    """Return the least number of articles that hold a term for it to be listed."""
    return max(1, documents * RAREST_PAIR) if name in PAIRS else 1


def batched(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Yield ``items`` in lists of ``size``."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def entry(name: str, term: str, count: int) -> dict[str, Any]:
    """Return what is listed of one term."""
    found: dict[str, Any] = {"field": name, "term": term, "count": count}
    if name == "exact":
        found["folded"] = fold_key(term)
    return found


def write(bulk: Callable[[bytes], object], index: str, entries: Iterable[Mapping[str, Any]]) -> None:
    """Put ``entries`` into an index of words by ``bulk``; those whose count is 0 are taken out."""
    lines: list[bytes] = []
    for one in entries:
        id_ = identity(one["field"], one["term"])
        action = "index" if one["count"] else "delete"
        lines.append(json.dumps({action: {"_index": index, "_id": id_}}).encode())
        if one["count"]:
            lines.append(json.dumps(one, ensure_ascii=False).encode())
        if len(lines) >= 2 * PAGE:
            bulk(b"\n".join(lines) + b"\n")
            lines = []
    if lines:
        bulk(b"\n".join(lines) + b"\n")


def identity(name: str, term: str) -> str:
    """Return the id of the document that lists a term."""
    return hashlib.blake2b(f"{name}:{term}".encode(), digest_size=12).hexdigest()


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
