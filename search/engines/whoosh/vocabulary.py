"""Which terms does a commit hold that begin, fold, pair or follow as asked?

Counts on disk know nothing of deletions, so that they are upper bounds: the commonest terms are found by going down
each segment's list, until nothing below can be as common as what was found (the threshold algorithm of Fagin, Lotem
and Naor, "Optimal aggregation algorithms for middleware", PODS 2001).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ...analysis.views import JOINER
from ..integers import Ints
from .phrases import holding_all
from .postings import FieldPostings
from .snapshot import Snapshot
from .terms import Lexicon, PairTerms

PLACES = 2
"""Places that are looked at for every document that is, on average."""

DEEPER = 4
"""How many times as far down the lists each further look goes."""


def commonest(snapshot: Snapshot, field: str, prefix: str, most: int) -> list[tuple[str, int]]:
    """Return the ``most`` commonest terms that start with ``prefix``, as :meth:`search.engines.base.Reader.commonest`
    does.
    """
    lists = [_List(segment.fields[field], prefix.encode("utf-8", "replace")) for segment in snapshot.segments]
    if len(lists) == 1 and snapshot.all_live:
        return [(term.decode(), count) for term, count in lists[0].top(most)]
    depth = most
    while True:
        tops = [one.top(depth) for one in lists]
        terms = {term.decode() for top in tops for term, _ in top}
        counted = [(term, count) for term in terms if (count := snapshot.frequency(field, term))]
        best = sorted(counted, key=lambda item: (-item[1], item[0]))[:most]
        unseen = sum(top[-1][1] for one, top in zip(lists, tops, strict=True) if len(top) < len(one))
        if not unseen or (len(best) == most and best[-1][1] > unseen):
            return best
        depth *= DEEPER


class _List:
    """The terms of one segment that start with a prefix; counts include deleted documents."""

    def __init__(self, field: FieldPostings, prefix: bytes) -> None:
        self._terms = field.terms
        self._ranks = field.terms.prefixed(prefix)
        starts = field.starts[self._ranks.start : self._ranks.stop + 1]
        bounds = starts.astype(np.int64)
        self._counts: Ints = bounds[1:] - bounds[:-1]

    def __len__(self) -> int:
        return len(self._ranks)

    def top(self, most: int) -> list[tuple[bytes, int]]:
        """Return the ``most`` commonest terms with their counts, the commonest first."""
        at = _largest(self._counts, most)
        return list(zip(self._terms.take(at + self._ranks.start), self._counts[at].tolist(), strict=True))


def _largest(counts: Ints, most: int) -> Ints:
    """Return where the ``most`` largest are, in descending order; of equal ones those that come first."""
    if len(counts) > most:
        least = np.partition(counts, len(counts) - most)[len(counts) - most]
        above, equal = np.flatnonzero(counts > least), np.flatnonzero(counts == least)
        chosen = np.concatenate((above, equal[: most - len(above)]))
    else:
        chosen = np.arange(len(counts))
    order: Ints = chosen[np.argsort(-counts[chosen], kind="stable")]
    return order


def readings(snapshot: Snapshot, folded: str) -> list[tuple[str, int]]:
    """Return the terms that fold to ``folded``, as :meth:`search.engines.base.Reader.readings` does."""
    terms: set[bytes] = set()
    for segment in snapshot.segments:
        terms |= segment.forward.readings(folded.encode("utf-8", "replace"))
    counted = ((term, snapshot.frequency("exact", term)) for term in sorted(one.decode() for one in terms))
    return [(term, count) for term, count in counted if count]


def pairs(snapshot: Snapshot, field: str, befores: Sequence[str], words: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return the pairs that there are, as :meth:`search.engines.base.Reader.pairs` does."""
    counts: Counter[tuple[int, int]] = Counter()
    for at, segment in enumerate(snapshot.segments):
        terms = segment.fields[field].terms
        if not isinstance(terms, PairTerms):
            raise TypeError(f"{field} is no field of pairs")
        ranks = [terms.lexicon.find(word.encode("utf-8", "replace")) for word in words]
        order = sorted((j for j, rank in enumerate(ranks) if rank >= 0), key=ranks.__getitem__)
        seconds = [ranks[j] for j in order]
        for i, before in enumerate(befores):
            first = terms.lexicon.find(before.encode("utf-8", "replace")) if seconds else -1
            for index, number in terms.numbers(first, seconds) if first >= 0 else ():
                counts[i, order[index]] += snapshot.held(at, field, number)
    return [(i, j, count) for (i, j), count in sorted(counts.items()) if count]


@dataclass(frozen=True, slots=True)
class RankedRows:
    """What follows some terms (:class:`search.engines.base.Continuations`): for each segment its terms, and a row of
    their ranks for each place, -1 from the end of the paragraph on. Only what is asked for is spelt.
    """

    parts: Sequence[tuple[Lexicon, NDArray[np.int32]]]

    @property
    def places(self) -> int:
        """How many places these are."""
        return sum(len(rows) for _, rows in self.parts)

    def next(self, words: tuple[str, ...] = ()) -> dict[str, int]:
        """Return the terms that come right after ``words``, each with the number of places where it does."""
        counts: Counter[str] = Counter()
        for terms, rows in self.parts:
            left = rows
            for at, word in enumerate(words):
                rank = terms.find(word.encode("utf-8", "replace"))
                left = left[left[:, at] == rank] if rank >= 0 else left[:0]
            for rank, count in Counter(left[:, len(words) : len(words) + 1].ravel().tolist()).items():
                if rank >= 0:
                    counts[terms.text(rank)] += count
        return dict(counts)


def continuations(snapshot: Snapshot, keys: Sequence[str], words: int, most: int) -> RankedRows:
    """Return what follows ``keys``, as :meth:`search.engines.base.Reader.continuations` does; of many places some are
    left out.
    """
    terms = list(map(JOINER.join, pairwise(keys))) or list(keys)
    held = [snapshot.postings("exact_pair" if len(keys) > 1 else "exact", term).parts for term in terms]
    docs: dict[int, Ints] = {}
    for at, segment in enumerate(snapshot.segments):
        own = [one for parts in held for number, _, one in parts if number == at]
        if len(own) == len(terms):
            base = snapshot.bases[at]
            holding = holding_all(own)
            docs[at] = holding[snapshot.live[base : base + len(segment.documents)][holding]]
    step = -(-sum(map(len, docs.values())) // most) or 1
    passed = 0
    parts = []
    for at, holding in docs.items():
        chosen = holding[-passed % step :: step]
        passed += len(holding)
        lexicon = snapshot.segments[at].fields["exact"].lexicon
        ranks = [lexicon.find(key.encode("utf-8", "replace")) for key in keys]
        parts.append((lexicon, snapshot.segments[at].forward.after(chosen, ranks, words, PLACES * most)))
    return RankedRows(parts)
