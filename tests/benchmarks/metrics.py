"""How good is a ranked list? Binary relevance throughout: an article is what was looked for, or it is not.

nDCG is that of Järvelin and Kekäläinen ("Cumulated gain-based evaluation of IR techniques", 2002) with the discount
1/log2(rank + 1); the ideal list has ``min(depth, number of relevant)`` relevant articles at its top.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence


def ndcg(ranked: Sequence[str], relevant: Collection[str], depth: int = 10) -> float:
    """Return the normalised discounted cumulative gain of the first ``depth`` ids of ``ranked``, 0 to 1.

    Raises :class:`ValueError` where nothing is relevant: there is no ideal list then.
    """
    _check(relevant)
    gain = sum(_discount(rank) for rank, id_ in enumerate(ranked[:depth], 1) if id_ in relevant)
    return gain / sum(_discount(rank) for rank in range(1, min(depth, len(relevant)) + 1))


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str], depth: int = 10) -> float:
    """Return 1/rank of the first relevant id among the first ``depth``, 0 where there is none.

    Its mean over queries is the MRR. Raises :class:`ValueError` where nothing is relevant.
    """
    _check(relevant)
    return next((1 / rank for rank, id_ in enumerate(ranked[:depth], 1) if id_ in relevant), 0.0)


def recall(ranked: Sequence[str], relevant: Collection[str], depth: int = 50) -> float:
    """Return the share of the relevant ids that stand among the first ``depth``.

    Where more than ``depth`` are relevant, ``depth`` of them are all that can be found, and count as all. Raises
    :class:`ValueError` where nothing is relevant.
    """
    _check(relevant)
    return sum(id_ in relevant for id_ in ranked[:depth]) / min(depth, len(relevant))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of ``values`` that at least ``share`` of them do not exceed (nearest rank).

    Raises :class:`ValueError` where there are none.
    """
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def _discount(rank: int) -> float:
    return 1 / math.log2(rank + 1)


def _check(relevant: Collection[str]) -> None:
    if not relevant:
        raise ValueError("a query needs at least one relevant article")
