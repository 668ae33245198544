from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

import pytest

from search import MISSING, FacetValue, Highlights, Hit, Marked, Page, Reading
from webui.addresses import SearchAddress
from webui.facets import TOP
from webui.listing import Listing, make_listing
from webui.params import SearchRequest
from webui.wording import notices

if TYPE_CHECKING:
    from flask import Flask

State = Literal["none", "included", "excluded"]
EMPTY = Page("", Reading(), total=0, page=1, per_page=10, hits=(), facets={}, took_ms=1.0)
HIT = Hit("1", "Tin", None, None, None, None, (), (), 1.0, Highlights(Marked("Tin")))


def listing(app: Flask, request: SearchRequest, page: Page) -> Listing:
    with app.test_request_context():
        return make_listing(request, page, SearchAddress(), [])


def query(address: str) -> str:
    return unquote(urlsplit(address).query)


def values(*rows: tuple[str, int]) -> tuple[FacetValue, ...]:
    return tuple(FacetValue(value, count) for value, count in rows)


def test_years_run_backwards_and_articles_without_a_value_come_last(app: Flask) -> None:
    facets = {
        "category": values(("Y tế", 9), (MISSING, 5), ("Kinh tế", 1)),
        "year": values(("2021", 9), (MISSING, 5), ("2023", 3), ("2022", 1)),
    }
    groups = listing(app, SearchRequest(), replace(EMPTY, facets=facets)).groups
    assert [[choice.label for choice in group.choices] for group in groups] == [
        ["2023", "2022", "2021", "(không có)"],
        ["Y tế", "Kinh tế", "(không có)"],
    ]


@pytest.mark.parametrize("facet", ["place", "year"])
@pytest.mark.parametrize(("number", "shown"), [(TOP, TOP), (TOP + 1, TOP + 1), (TOP + 2, TOP)])
def test_long_facets_are_cut_unless_that_would_hide_a_single_value(
    app: Flask, facet: str, number: int, shown: int
) -> None:
    facets = {facet: values(*((f"20{n:02}", 99 - n) for n in range(number)))}
    (group,) = listing(app, SearchRequest(q="a b"), replace(EMPTY, facets=facets)).groups
    assert (len(group.choices), group.size) == (shown, number)
    assert group.more == (f"/values/{facet}?q=a+b" if shown < number else "")


def test_what_is_selected_is_shown_however_far_down_it_stands(app: Flask) -> None:
    facets = {"place": (*values(*((f"Xã {n:02}", 9) for n in range(TOP + 1))), FacetValue("Xã xa", 1, "included"))}
    (group,) = listing(app, SearchRequest(filters={"place": ("xã XA",)}), replace(EMPTY, facets=facets)).groups
    assert [choice.label for choice in group.choices][-1] == "Xã xa"
    assert query(group.choices[-1].toggle) == ""
    assert query(group.choices[0].toggle) == "place=Xã+xa&place=Xã+00"
    assert query(group.choices[0].shun) == "place=Xã+xa&-place=Xã+00"


def test_a_facet_without_any_value_is_left_out(app: Flask) -> None:
    facets = {"place": values((MISSING, 9)), "author": (FacetValue(MISSING, 9, "excluded"),)}
    page = replace(EMPTY, facets=facets)
    assert [group.name for group in listing(app, SearchRequest(exclude={"author": (MISSING,)}), page).groups] == [
        "author"
    ]


MONTHS = {"2021-12": 4, "2022-03": 2, "2022-11": 5}


@pytest.mark.parametrize(
    ("asked", "state", "months"),
    [
        (SearchRequest(), "none", []),
        (
            SearchRequest(filters={"year": ("2022",)}, q="a"),
            "included",
            [
                ("tháng 3", 2, False, "q=a&from=2022-03-01&to=2022-03-31"),
                ("tháng 11", 5, False, "q=a&from=2022-11-01&to=2022-11-30"),
            ],
        ),
        (
            SearchRequest(date_from=date(2022, 3, 1), date_to=date(2022, 3, 31)),
            "none",
            [("tháng 3", 2, True, ""), ("tháng 11", 5, False, "from=2022-11-01&to=2022-11-30")],
        ),
        (SearchRequest(date_from=date(2021, 3, 1), date_to=date(2022, 3, 31)), "none", []),
    ],
)
def test_the_months_of_a_chosen_year_are_days_to_choose(
    app: Flask, asked: SearchRequest, state: State, months: list[tuple[str, int, bool, str]]
) -> None:
    facets = {"year": (FacetValue("2022", 7, state), FacetValue("2021", 4))}
    (group,) = listing(app, asked, replace(EMPTY, facets=facets, months=MONTHS)).groups
    found = [(month.label, month.count, month.current, query(month.address)) for month in group.choices[0].months]
    assert found == months
    assert group.choices[1].months == ()


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
    assert [(query(link.address), link.current) for link in sorts] == [
        ("q=a", False),
        ("q=a&sort=newest", False),
        ("q=a&sort=oldest", True),
    ]


def test_another_query_is_offered_with_everything_else_as_it_is(app: Flask) -> None:
    asked = SearchRequest(q="huyen uy", date_from=date(2021, 1, 1), exact=True, sort="newest", page=4)
    offered = listing(app, asked, replace(EMPTY, restored="huyện uỷ", did_you_mean="huyện ủy & tỉnh"))
    kept = "&from=2021-01-01&exact=1&sort=newest"
    assert offered.restored
    assert (offered.restored.label, query(offered.restored.address)) == ("huyện uỷ", f"q=huyện+uỷ{kept}")
    assert offered.did_you_mean
    assert offered.did_you_mean.address.endswith(f"+%26+t%E1%BB%89nh{kept}")
    nothing = listing(app, asked, EMPTY)
    assert (nothing.restored, nothing.did_you_mean) == (None, None)


@pytest.mark.parametrize(
    ("asked", "hits", "address_"),
    [
        (SearchRequest(q="a", page=2), (HIT,), "q=a&page=2&explain=1"),
        (SearchRequest(q="a", page=2, explain=True), (HIT,), "q=a&page=2"),
        (SearchRequest(q="a"), (), ""),
        (SearchRequest(), (HIT,), ""),
    ],
)
def test_hits_of_a_query_can_be_explained_and_left_unexplained(
    app: Flask, asked: SearchRequest, hits: tuple[Hit, ...], address_: str
) -> None:
    page = listing(app, asked, replace(EMPTY, hits=hits, total=len(hits), page=asked.page))
    assert query(page.why) == address_
    assert "explain" not in page.canonical
