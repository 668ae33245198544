"""Filters, facets, dates, sorting and pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from search import MISSING, Document, FacetValue, Index, InvalidRequest

from .articles import ARTICLES, fill


def counts(index: Index, facet: str, **choices: object) -> list[tuple[str, int, str]]:
    page = index.search(**choices)  # type: ignore[arg-type]
    return [(value.value, value.count, value.state) for value in page.facets[facet]]


def test_spellings_of_one_value_are_counted_together(index: Index) -> None:
    assert counts(index, "category") == [
        ("Chính trị", 2, "none"),
        ("Giao thông", 1, "none"),
        ("Văn hoá", 1, "none"),
        (MISSING, 1, "none"),
    ]


def test_a_facet_is_counted_without_its_own_selection(index: Index) -> None:
    assert counts(index, "category", filters={"category": ["Văn hóa"], "year": ["2021"]}) == [
        ("Chính trị", 1, "none"),
        ("Văn hoá", 1, "included"),
    ]
    assert counts(index, "year", filters={"category": ["Văn hóa"], "year": ["2021"]}) == [("2021", 1, "included")]


def test_or_inside_a_facet_and_across(index: Index) -> None:
    page = index.search(filters={"category": ["Văn hóa", "CHÍNH TRỊ"], "source": ["báo lam khê"]})
    assert {hit.id for hit in page.hits} == {"khe-nhan", "van-hoa"}


def test_exclude(index: Index) -> None:
    page = index.search(exclude={"category": ["Chính trị"], "source": [MISSING]})
    assert {hit.id for hit in page.hits} == {"duong", "van-hoa"}
    assert FacetValue("Chính trị", 1, "excluded") in page.facets["category"]


def test_documents_without_a_value(index: Index) -> None:
    assert {hit.id for hit in index.search(filters={"year": [MISSING]}).hits} == {"so"}
    assert (MISSING, 2, "none") in counts(index, "source")


def test_a_value_that_does_not_exist_finds_nothing_and_is_listed(index: Index) -> None:
    page = index.search(filters={"place": ["Sao Hoả"]})
    assert page.total == 0
    assert FacetValue("Sao Hoả", 0, "included") in page.facets["place"]


def test_several_values_in_one_document(index: Index) -> None:
    assert ("Minh Khuê", 1, "none") in counts(index, "author")
    assert {hit.id for hit in index.search(filters={"place": ["xã Nậm Cúm"]}).hits} == {"duong"}


@pytest.mark.parametrize(
    ("first", "last", "ids"),
    [
        (date(2022, 1, 1), None, {"khe-nhan", "duong"}),
        (None, date(2021, 12, 31), {"van-hoa", "trang"}),
        (date(2022, 5, 1), date(2022, 5, 1), {"duong"}),
        (date(2024, 1, 1), None, set()),
    ],
)
def test_days(index: Index, first: date | None, last: date | None, ids: set[str]) -> None:
    assert {hit.id for hit in index.search(date_from=first, date_to=last).hits} == ids


@pytest.mark.parametrize(
    ("asked", "months"),
    [
        ({}, {"2021-02": 2, "2022-05": 1, "2023-11": 1}),
        ({"date_from": date(2022, 1, 1), "date_to": date(2022, 12, 31)}, {"2021-02": 2, "2022-05": 1, "2023-11": 1}),
        ({"filters": {"category": ["Chính trị"]}}, {"2021-02": 1, "2023-11": 1}),
        ({"exclude": {"year": ["2021"]}}, {"2022-05": 1, "2023-11": 1}),
        ({"query": "từ:2022-05-01 đến:2022-05-01"}, {"2022-05": 1}),
        ({"query": "khe nhạn"}, {"2023-11": 1}),
        ({"query": "khongcogica"}, {}),
    ],
)
def test_months_are_counted_without_the_selected_days(
    index: Index, asked: dict[str, Any], months: dict[str, int]
) -> None:
    assert list(index.search(**asked).months.items()) == list(months.items())


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("newest", ["khe-nhan", "duong", "trang", "van-hoa", "so"]),
        ("relevance", ["khe-nhan", "duong", "trang", "van-hoa", "so"]),
        ("oldest", ["trang", "van-hoa", "duong", "khe-nhan", "so"]),
    ],
)
def test_order(index: Index, sort: str, ids: list[str]) -> None:
    assert [hit.id for hit in index.search(sort=sort).hits] == ids


def test_of_two_equally_good_articles_the_newer_is_first_and_no_better_one_is_passed(empty: Index) -> None:
    days = {"old": date(2011, 3, 1), "new": date(2023, 3, 1), "undated": None}
    documents = [Document(id=id_, title="Đập Khuôn Tát xả lũ", published=day) for id_, day in days.items()]
    better = Document(id="better", title="Đập Khuôn Tát", lead="Đập Khuôn Tát xả lũ", published=date(2001, 1, 1))
    fill(empty, [*documents, better])
    hits = empty.search("đập khuôn tát").hits
    assert [hit.id for hit in hits] == ["better", "new", "old", "undated"]
    assert hits[1].score - hits[3].score == pytest.approx(0.2)
    plain = empty.search("đập khuôn tát", dated=False).hits
    assert plain[1].score == plain[3].score


def test_a_day_without_a_year_is_found_by_the_year_that_the_article_means(index: Index) -> None:
    assert [hit.id for hit in index.search("27/11/2023").hits] == ["khe-nhan"]
    assert [hit.id for hit in index.search("30 tháng 4 năm 2022").hits] == ["duong"]
    assert index.search("27/11/2022").total == 0
    assert index.search("27/11/2023", dated=False).total == 0


def test_a_written_year_ranks_above_one_that_was_only_meant(empty: Index) -> None:
    written = Document(id="written", title="Ngày 27/11/2023 khởi công", published=date(2023, 1, 1))
    meant = Document(id="meant", title="Ngày 27/11 khởi công", published=date(2023, 12, 1))
    fill(empty, [written, meant])
    assert [hit.id for hit in empty.search("27-11-2023").hits] == ["written", "meant"]


def test_pages(index: Index) -> None:
    ids = [hit.id for page in (1, 2, 3) for hit in index.search(sort="newest", page=page, per_page=2).hits]
    assert ids == ["khe-nhan", "duong", "trang", "van-hoa", "so"]
    beyond = index.search(page=99, per_page=2)
    assert (beyond.hits, beyond.total, beyond.pages) == ((), 5, 3)
    assert index.search(page=10**12).hits == ()


@pytest.mark.parametrize(
    ("choices", "name"),
    [
        ({"filters": {"colour": ["red"]}}, "filters"),
        ({"exclude": {"": ["x"]}}, "exclude"),
        ({"sort": "best"}, "sort"),
        ({"page": 0}, "page"),
        ({"per_page": 0}, "per_page"),
        ({"per_page": 1001}, "per_page"),
    ],
)
def test_what_the_caller_got_wrong_is_named(index: Index, choices: dict[str, object], name: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        index.search("x", **choices)  # type: ignore[arg-type]
    assert caught.value.name == name
    assert name in str(caught.value)


def test_stored_documents_come_back_whole(index: Index) -> None:
    for document in ARTICLES:
        assert index.article(document.id) == document
    hit = index.search("khe nhan").hits[0]
    first = ARTICLES[0]
    assert (hit.title, hit.url, hit.published, hit.source) == (first.title, first.url, first.published, first.source)
    assert (hit.category, hit.authors, hit.places) == (first.category, first.authors, first.places)


def test_no_time_left_gives_a_page_that_says_so(own: Index) -> None:
    page = own.search("khe nhan", budget=-1.0)
    assert page.partial
    assert "partial" in page.reading.notices
    assert page.total <= own.search("khe nhan").total
