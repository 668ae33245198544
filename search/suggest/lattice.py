"""Which of several readings at each place is the likely one, given all the others?

Forward-backward over a chain (Rabiner, "A tutorial on hidden Markov models", Proc. IEEE 77, 1989), scaled at each step,
so that no product underflows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .statistics import Bigrams

Column = Sequence[tuple[str, float]]
"""The readings of one place, each with the weight that it has by itself."""


def posteriors(columns: Sequence[Column], bigrams: Bigrams) -> list[list[float]]:
    """Return for each reading of each column its probability given everything; each column sums to 1."""
    if not columns:
        return []
    links = [
        [[bigrams.probability(word, before) * weight for word, weight in column] for before, _ in previous]
        for previous, column in pairwise(columns)
    ]
    forward = [_scaled([bigrams.probability(word) * weight for word, weight in columns[0]])]
    for link in links:
        forward.append(
            _scaled(
                [
                    sum(share * row[at] for share, row in zip(forward[-1], link, strict=True))
                    for at in range(len(link[0]))
                ]
            )
        )
    backward = [[1.0] * len(columns[-1])]
    for link in reversed(links):
        backward.append(_scaled([sum(map(float.__mul__, row, backward[-1])) for row in link]))
    return [
        _scaled(list(map(float.__mul__, ahead, behind)))
        for ahead, behind in zip(forward, reversed(backward), strict=True)
    ]


def _scaled(shares: list[float]) -> list[float]:
    whole = sum(shares)
    return [share / whole for share in shares]
