from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from search import MISSING, FacetValue, Highlights, Hit, Marked, Page, Reading
from webui.listing import TOP, Listing, make_listing
from webui.params import SearchRequest
from webui.urls import query_string, search_pairs
from webui.wording import notices

if TYPE_CHECKING:
    from flask import Flask

EMPTY = Page("", Reading(), total=0, page=1, per_page=10, hits=(), facets={}, took_ms=1.0)
HIT = Hit("1", "Tin", None, None, None, None, (), (), 1.0, Highlights(Marked("Tin")))


def address(request: SearchRequest) -> str:
    return query_string(search_pairs(request, 10))


def listing(app: Flask, request: SearchRequest, page: Page) -> Listing:
    with app.test_request_context():
        return make_listing(request, page, address, [])


def values(*rows: tuple[str, int]) -> tuple[FacetValue, ...]:
    return tuple(FacetValue(value, count) for value, count in rows)


def test_years_run_backwards_and_articles_without_a_value_come_last(app: Flask) -> None:
    facets = {
        "category": values(("Y tế", 9), (MISSING, 5), ("Kinh tế", 1)),
        "year": values(("2021", 9), (MISSING, 5), ("2023", 3), ("2022", 1)),
    }
    groups = listing(app, SearchRequest(), replace(EMPTY, facets=facets)).groups
    assert [[choice.label for choice in group.top] for group in groups] == [
        ["Y tế", "Kinh tế", "(không có)"],
        ["2023", "2022", "2021", "(không có)"],
    ]


@pytest.mark.parametrize(("number", "shown", "folded"), [(TOP, TOP, 0), (TOP + 1, TOP + 1, 0), (TOP + 2, TOP, 2)])
def test_long_facets_are_folded_unless_that_would_hide_a_single_value(
    app: Flask, number: int, shown: int, folded: int
) -> None:
    facets = {"place": values(*((f"Xã {n:02}", 99 - n) for n in range(number)))}
    (group,) = listing(app, SearchRequest(), replace(EMPTY, facets=facets)).groups
    assert (len(group.top), len(group.rest), group.open) == (shown, folded, False)


def test_a_folded_selection_is_unfolded(app: Flask) -> None:
    facets = {"place": (*values(*((f"Xã {n:02}", 9) for n in range(TOP + 1))), FacetValue("Xã xa", 1, "included"))}
    (group,) = listing(app, SearchRequest(), replace(EMPTY, facets=facets)).groups
    assert group.open


@pytest.mark.parametrize(
    ("typed", "understood", "told"),
    [
        ("huyen uy", "huyen uy", ""),
        ("Huyện  UỶ", "huyện uỷ", ""),
        ("lũ HOẶC lụt", "(lũ HOẶC lụt)", ""),
        ("“hội nghị”", '"hội nghị"', ""),
        ("(a) HOẶC (b)", "a HOẶC b", "a HOẶC b"),
        ("(lũ", "lũ", "lũ"),
        ("!!!", "", ""),
    ],
)
def test_how_a_query_was_understood_is_told_where_it_differs(
    app: Flask, typed: str, understood: str, told: str
) -> None:
    assert listing(app, SearchRequest(q=typed), replace(EMPTY, reading=Reading(understood))).reading == told


@pytest.mark.parametrize(
    ("names", "total", "words"),
    [
        (("relaxed",), 3, ["khớp phần lớn từ"]),
        (("relaxed",), 0, []),
        (("fallback",), 3, ["phần lớn các từ"]),
        (("fallback", "shortened"), 0, ["không được đọc"]),
        (("partial", "ignored"), 3, ["ít nhất", "bị bỏ qua"]),
        (("something-newer",), 3, []),
    ],
)
def test_notices_are_put_into_words(app: Flask, names: tuple[str, ...], total: int, words: list[str]) -> None:
    with app.test_request_context():
        said = notices(replace(EMPTY, total=total, reading=Reading("a", names)))
    assert len(said) == len(words)
    assert all(word in sentence for word, sentence in zip(words, said, strict=True))


def test_sorting_by_relevance_is_offered_only_with_a_query(app: Flask) -> None:
    assert [link.label for link in listing(app, SearchRequest(), EMPTY).sorts] == ["Mới nhất", "Cũ nhất"]
    sorts = listing(app, SearchRequest(q="a", sort="oldest", page=3), EMPTY).sorts
    assert [(link.address, link.current) for link in sorts] == [
        ("?q=a", False),
        ("?q=a&sort=newest", False),
        ("?q=a&sort=oldest", True),
    ]


def test_another_query_is_offered_with_everything_else_as_it_is(app: Flask) -> None:
    asked = SearchRequest(q="huyen uy", date_from=date(2021, 1, 1), exact=True, sort="newest", page=4)
    offered = listing(app, asked, replace(EMPTY, restored="huyện uỷ", did_you_mean="huyện ủy & tỉnh"))
    kept = "&from=2021-01-01&exact=1&sort=newest"
    assert offered.restored
    assert (offered.restored.label, unquote(offered.restored.address)) == ("huyện uỷ", f"?q=huyện+uỷ{kept}")
    assert offered.did_you_mean
    assert offered.did_you_mean.address.endswith(f"+%26+t%E1%BB%89nh{kept}")
    nothing = listing(app, asked, EMPTY)
    assert (nothing.restored, nothing.did_you_mean) == (None, None)


@pytest.mark.parametrize(
    ("asked", "hits", "address_"),
    [
        (SearchRequest(q="a", page=2), (HIT,), "?q=a&page=2&explain=1"),
        (SearchRequest(q="a", page=2, explain=True), (HIT,), "?q=a&page=2"),
        (SearchRequest(q="a"), (), ""),
        (SearchRequest(), (HIT,), ""),
    ],
)
def test_hits_of_a_query_can_be_explained_and_left_unexplained(
    app: Flask, asked: SearchRequest, hits: tuple[Hit, ...], address_: str
) -> None:
    page = listing(app, asked, replace(EMPTY, hits=hits, total=len(hits), page=asked.page))
    assert page.why == address_
    assert "explain" not in page.canonical
