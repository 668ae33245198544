"""Are the figures right? By hand, and by what must hold of any list."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .metrics import ndcg, percentile, recall, reciprocal_rank

IDS = st.lists(st.sampled_from([f"a{number}" for number in range(30)]), unique=True, max_size=30)
RELEVANT = st.frozensets(st.sampled_from([f"a{number}" for number in range(40)]), min_size=1)
THIRD = 1 / math.log2(4)
SECOND = 1 / math.log2(3)


@pytest.mark.parametrize(
    ("ranked", "relevant", "depth", "expected"),
    [
        ("abc", "a", 10, 1.0),
        ("abc", "b", 10, SECOND),
        ("abc", "c", 10, 0.5),
        ("abc", "d", 10, 0.0),
        ("", "a", 10, 0.0),
        ("abc", "ac", 10, (1 + THIRD) / (1 + SECOND)),
        ("abc", "ax", 10, 1 / (1 + SECOND)),
        ("abc", "c", 2, 0.0),
        ("abcd", "abcd", 2, 1.0),
        ("xabc", "abc", 2, SECOND / (1 + SECOND)),
    ],
)
def test_ndcg_by_hand(ranked: str, relevant: str, depth: int, expected: float) -> None:
    assert ndcg(list(ranked), set(relevant), depth) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ranked", "relevant", "depth", "expected"),
    [
        ("abc", "a", 10, 1.0),
        ("abc", "cb", 10, 0.5),
        ("abc", "c", 2, 0.0),
        ("abc", "x", 10, 0.0),
        ("abcd", "d", 10, 0.25),
    ],
)
def test_reciprocal_rank_by_hand(ranked: str, relevant: str, depth: int, expected: float) -> None:
    assert reciprocal_rank(list(ranked), set(relevant), depth) == expected


@pytest.mark.parametrize(
    ("ranked", "relevant", "depth", "expected"),
    [("abc", "ax", 10, 0.5), ("abc", "c", 2, 0.0), ("abcd", "abcd", 2, 1.0), ("axbx", "abc", 2, 0.5)],
)
def test_recall_by_hand(ranked: str, relevant: str, depth: int, expected: float) -> None:
    assert recall(list(ranked), set(relevant), depth) == expected


@pytest.mark.parametrize("metric", [ndcg, reciprocal_rank, recall])
def test_nothing_relevant_is_refused(metric: type) -> None:
    with pytest.raises(ValueError, match="at least one relevant"):
        metric(["a"], set())


@given(IDS, RELEVANT, st.integers(1, 40))
def test_every_figure_is_a_share(ranked: list[str], relevant: frozenset[str], depth: int) -> None:
    for metric in (ndcg, reciprocal_rank, recall):
        assert 0 <= metric(ranked, relevant, depth) <= 1 + 1e-12


@given(IDS, RELEVANT)
def test_the_ideal_list_has_all_points(ranked: list[str], relevant: frozenset[str]) -> None:
    ideal = [*sorted(relevant), *(id_ for id_ in ranked if id_ not in relevant)]
    assert ndcg(ideal, relevant) == pytest.approx(1)
    assert reciprocal_rank(ideal, relevant) == recall(ideal, relevant) == 1


@given(IDS, RELEVANT, st.data())
def test_a_relevant_article_that_climbs_never_costs(
    ranked: list[str], relevant: frozenset[str], data: st.DataObject
) -> None:
    if len(ranked) < 2:
        return
    at = data.draw(st.integers(1, len(ranked) - 1))
    climbed = [*ranked[: at - 1], ranked[at], ranked[at - 1], *ranked[at + 1 :]]
    if ranked[at] in relevant:
        assert ndcg(climbed, relevant) >= ndcg(ranked, relevant) - 1e-12
        assert reciprocal_rank(climbed, relevant) >= reciprocal_rank(ranked, relevant)


@given(IDS, RELEVANT)
def test_what_stands_below_the_depth_does_not_count(ranked: list[str], relevant: frozenset[str]) -> None:
    assert ndcg(ranked, relevant) == ndcg(ranked[:10], relevant)
    assert recall(ranked, relevant, 5) == recall(ranked[:5], relevant, 5)


@pytest.mark.parametrize(
    ("values", "share", "expected"), [([3.0], 0.95, 3), ([1.0, 2.0, 3.0, 4.0], 0.5, 2), (list(range(100)), 0.95, 94)]
)
def test_percentile(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)
