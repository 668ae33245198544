from __future__ import annotations

from datetime import date
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import FACETS
from webui.paging import page_numbers
from webui.params import Limits, SearchRequest, decode, read_search
from webui.paramvalues import clean
from webui.urls import article_address, clear, clear_all, exclude, fits_a_path, include, query_string, search_pairs

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).map(clean).filter(bool)
NFC_TEXTS = st.sampled_from(["Chính trị", "Y tế", "(không có)", "a&b=c#d", "100% + 1", "x/y:z,", "“ngoặc”"])
CHOSEN = st.dictionaries(st.sampled_from(FACETS), st.lists(NFC_TEXTS, min_size=1, max_size=3, unique=True).map(tuple))
DAYS = st.none() | st.dates(date(1990, 1, 1), date(2005, 1, 1))
REQUESTS = st.builds(
    SearchRequest,
    q=st.just("") | TEXTS,
    filters=CHOSEN,
    date_from=DAYS,
    date_to=st.none() | st.dates(date(2006, 1, 1), date(2030, 1, 1)),
    exact=st.booleans(),
    sort=st.sampled_from([None, "newest", "oldest", "relevance"]),
    page=st.integers(1, 99),
    per_page=st.sampled_from([10, 20, 100]),
    explain=st.booleans(),
)


@given(REQUESTS)
def test_an_address_gives_back_the_search_it_was_made_from(request: SearchRequest) -> None:
    address = query_string(search_pairs(request, 10))
    assert read_search(decode(address.removeprefix("?").encode()), Limits(10, 1000)) == (request, ())


def test_an_address_is_readable_and_leaves_out_defaults() -> None:
    request = SearchRequest(q="huyen uy", filters={"category": ("Chính trị",)}, exclude={"year": ("2021",)}, page=2)
    assert unquote(query_string(search_pairs(request, 10))) == "?q=huyen+uy&category=Chính+trị&-year=2021&page=2"
    assert query_string(search_pairs(SearchRequest(per_page=20), 20)) == ""


@given(REQUESTS, st.sampled_from(FACETS), NFC_TEXTS)
def test_choosing_and_letting_go(request: SearchRequest, facet: str, value: str) -> None:
    wanted, unwanted = include(request, facet, value), exclude(request, facet, value)
    assert value in wanted.filters[facet]
    assert value not in wanted.exclude.get(facet, ())
    assert value in unwanted.exclude[facet]
    assert value not in unwanted.filters.get(facet, ())
    assert wanted.page == unwanted.page == 1
    assert clear(wanted, facet, value) == clear(unwanted, facet, value) == clear(request, facet, value)
    assert not clear_all(wanted).narrowed


@pytest.mark.parametrize(
    ("id_", "fits"),
    [
        ("a", True),
        ("Chính trị/bài số 1.md", True),
        ("a#b?c=d&e%20f", True),
        ("https://bao.example/1", False),
        ("a/../b", False),
        ("./a", False),
        ("/a", False),
        ("a/", False),
        ("a\\b", False),
        ("a\nb", False),
        (" a", False),
    ],
)
def test_ids_that_a_path_would_change_go_into_the_query(id_: str, fits: bool) -> None:
    assert fits_a_path(id_) is fits
    address = urlsplit(article_address("/article/", id_, [("q", "x y")]))
    assert address.fragment == ""
    if fits:
        assert (unquote(address.path), address.query) == (f"/article/{id_}", "q=x+y")
    else:
        assert address.path == "/article/"
        assert decode(address.query.encode()) == [("id", id_), ("q", "x y")]


@pytest.mark.parametrize(
    ("current", "last", "numbers"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, 3, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, 6, None, 9]),
        (5, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (50, 99, [1, None, 48, 49, 50, 51, 52, None, 99]),
        (1000, 3, [1, 2, 3]),
        (1, 0, []),
    ],
)
def test_page_numbers(current: int, last: int, numbers: list[int | None]) -> None:
    assert page_numbers(current, last) == numbers


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_page_numbers_ascend_and_gaps_hide_at_least_two_pages(current: int, last: int) -> None:
    numbers = page_numbers(current, last)
    assert numbers[0] == 1
    assert numbers[-1] == last
    assert len(numbers) <= 11
    for before, gap, after in zip(numbers, numbers[1:], numbers[2:], strict=False):
        if gap is None:
            assert before is not None
            assert after is not None
            assert after - before > 2
