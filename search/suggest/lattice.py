"""Which of several readings at each place is the likely one, given all the others?

Forward-backward over a chain (Rabiner, "A tutorial on hidden Markov models", Proc. IEEE 77, 1989), scaled at each step,
so that no product underflows. A step from one place to the next costs as much as there are readings, and pairs of them
that were seen together, not their product: what is smoothed depends on either of two words alone
(:class:`.statistics.Words`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise, product
from operator import mul

from .statistics import Bigrams

Column = Sequence[tuple[str, float]]
"""The readings of one place, each with the weight that it has by itself."""


def posteriors(columns: Sequence[Column], bigrams: Bigrams) -> list[list[float]]:
    """Return for each reading of each column its probability given everything; each column sums to 1."""
    lattice = Lattice([tuple(word for word, _ in column) for column in columns], bigrams)
    return lattice.posteriors([[weight for _, weight in column] for column in columns])


class Lattice:
    """The readings of each place with what the index knows of them, so that they can be weighed several times."""

    def __init__(self, columns: Sequence[tuple[str, ...]], bigrams: Bigrams) -> None:
        bigrams.expect(pair for before, column in pairwise(columns) for pair in product(before, column))
        self._columns = [bigrams.words(column) for column in columns]
        self._pairs = [bigrams.neighbours(before, column) for before, column in pairwise(columns)]

    def posteriors(self, weights: Sequence[Sequence[float]]) -> list[list[float]]:
        """Return the probability of each reading, where each has one of ``weights`` by itself."""
        if not weights:
            return []
        both = zip(self._forward(weights), self._backward(weights), strict=True)
        return [_scaled(map(mul, ahead, behind)) for ahead, behind in both]

    def _forward(self, weights: Sequence[Sequence[float]]) -> list[list[float]]:
        shares = [_scaled(map(mul, self._columns[0].alone, weights[0]))]
        for (before, column), own, pairs in zip(pairwise(self._columns), weights[1:], self._pairs, strict=True):
            share, tie = shares[-1], before.tie
            spread = sum(map(mul, share, before.spread))
            reached = [spread * alone for alone in column.alone]
            for i, j, count in pairs:
                reached[j] += share[i] * tie[i] * count
            shares.append(_scaled(map(mul, reached, own)))
        return shares

    def _backward(self, weights: Sequence[Sequence[float]]) -> list[list[float]]:
        shares = [[1.0] * len(weights[-1])]
        steps = zip(pairwise(self._columns), weights[1:], self._pairs, strict=True)
        for (before, column), own, pairs in reversed(list(steps)):
            share, tie = list(map(mul, shares[-1], own)), before.tie
            alone = sum(map(mul, share, column.alone))
            reached = [alone * spread for spread in before.spread]
            for i, j, count in pairs:
                reached[i] += share[j] * tie[i] * count
            shares.append(_scaled(reached))
        return shares[::-1]


def _scaled(shares: Iterable[float]) -> list[float]:
    listed = list(shares)
    whole = sum(listed)
    return [share / whole for share in listed]
