from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from search import HOW, ZONES, Explanation, MatchedWord, WordMatch
from webui.format import percent
from webui.why import HOW_LABELS, PLACE_LABELS, Part, Reason, Why, tell

if TYPE_CHECKING:
    from flask import Flask


def told(app: Flask, explanation: Explanation) -> Why:
    with app.test_request_context():
        return tell(explanation)


def word(*matches: WordMatch, how: str = "exact") -> MatchedWord:
    return MatchedWord("đường", how, sum(match.share for match in matches), matches)


def test_every_way_and_every_place_has_a_name() -> None:
    assert set(HOW_LABELS) == set(HOW)
    assert set(PLACE_LABELS) == {*ZONES, "category", "source", "place", "text"}


def test_the_parts_of_a_word_are_added_up_by_way_and_by_place(app: Flask) -> None:
    matches = (
        WordMatch("exact", "text", 0.25),
        WordMatch("folded", "title", 0.25),
        WordMatch("folded", "text", 0.125),
        WordMatch("pair", "lead", 0.00390625),
    )
    assert told(app, Explanation(9.5, (word(*matches),), ("tàu",), rest=0.371)) == Why(
        score=9.5,
        reasons=(
            Reason(
                text="đường",
                how="đúng dấu",
                ways=(Part("không kể dấu", 0.375), Part("đúng dấu", 0.25)),
                places=(Part("toàn bài", 0.375), Part("tiêu đề", 0.25)),
                share=0.62890625,
            ),
        ),
        missing=("tàu",),
        rest=0.371,
    )


def test_a_word_without_a_share_still_says_how_and_where(app: Flask) -> None:
    (reason,) = told(app, Explanation(1.0, (word(WordMatch("prefix", "text", 0.0), how="prefix"),))).reasons
    assert (reason.how, reason.places) == ("phần đầu của từ", (Part("toàn bài", 0.0),))


def test_ways_that_this_version_does_not_know_keep_their_names(app: Flask) -> None:
    (reason,) = told(app, Explanation(1.0, (word(WordMatch("guessed", "footnote", 1.0), how="guessed"),))).reasons
    assert (reason.how, reason.ways, reason.places) == ("guessed", (Part("guessed", 1.0),), (Part("footnote", 1.0),))


@pytest.mark.parametrize(("rest", "shown"), [(0.0, 0.0), (3e-16, 0.0), (0.004, 0.0), (0.02, 0.02)])
def test_a_rest_that_is_but_a_rounding_is_not_told(app: Flask, rest: float, shown: float) -> None:
    assert told(app, Explanation(1.0, (), (), rest)).rest == shown


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0%"), (0.0004, "<1%"), (0.0149, "1%"), (0.436, "44%"), (1.0, "100%")]
)
def test_shares_are_whole_per_cents(share: float, text: str) -> None:
    assert percent(share) == text
