from __future__ import annotations

from datetime import date

import pytest

from webui.params import MAX_FIELDS, MAX_PAGE, MAX_VALUES, Limits, SearchRequest, decode, is_blank, read_search
from webui.paramvalues import clean

LIMITS = Limits(per_page=10, max_query=20)


def codes(query: bytes) -> dict[str, str]:
    return {problem.name: problem.code for problem in read_search(decode(query), LIMITS)[1]}


def asked(query: bytes) -> SearchRequest:
    return read_search(decode(query), LIMITS)[0]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"", SearchRequest()),
        (b"q=huyen+uy", SearchRequest(q="huyen uy")),
        (b"q=%20%20huy%E1%BB%87n%00u%E1%BB%B7%0A", SearchRequest(q="huyện uỷ")),
        (b"q=a&category=X&category=Y&category=X&-source=Z", None),
        (b"sort=oldest&page=3&per_page=50&exact=1", SearchRequest(sort="oldest", page=3, per_page=50, exact=True)),
        (b"exact=on", SearchRequest(exact=True)),
        (b"q=a&explain=1", SearchRequest(q="a", explain=True)),
        (b"exact=0&page=&per_page=&sort=&from=", SearchRequest()),
        (b"page=007", SearchRequest(page=7)),
        (b"category=X&-category=X", SearchRequest(exclude={"category": ("X",)})),
        (b"utm_source=x&fbclid=1", SearchRequest()),
    ],
)
def test_good_parameters_are_read_without_complaint(query: bytes, expected: SearchRequest | None) -> None:
    expected = expected or SearchRequest(q="a", filters={"category": ("X", "Y")}, exclude={"source": ("Z",)})
    assert read_search(decode(query), LIMITS) == (expected, ())


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021-06-12", date(2021, 6, 12), date(2021, 6, 12)),
        ("12/6/2021", date(2021, 6, 12), date(2021, 6, 12)),
        ("12-06-2021", date(2021, 6, 12), date(2021, 6, 12)),
        ("12.6.2021", date(2021, 6, 12), date(2021, 6, 12)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2/2023", date(2023, 2, 1), date(2023, 2, 28)),
        ("2021", date(2021, 1, 1), date(2021, 12, 31)),
    ],
)
def test_a_date_may_be_short_and_covers_what_it_names(text: str, first: date, last: date) -> None:
    request = asked(f"from={text}&to={text}".encode())
    assert (request.date_from, request.date_to) == (first, last)


@pytest.mark.parametrize(
    ("query", "name", "code"),
    [
        (b"page=0", "page", "number"),
        (b"page=-1", "page", "number"),
        (b"page=1e3", "page", "number"),
        (b"page=%D9%A3", "page", "number"),
        (b"page=" + b"9" * 5000, "page", "number"),
        (b"per_page=101", "per_page", "number"),
        (b"per_page=zehn", "per_page", "number"),
        (b"sort=best", "sort", "choice"),
        (b"exact=vielleicht", "exact", "choice"),
        (b"explain=why", "explain", "choice"),
        (b"from=2021-02-30", "from", "date"),
        (b"to=yesterday", "to", "date"),
        (b"to=0000", "to", "date"),
        (b"from=2022&to=2021", "from", "swapped"),
        (b"q=" + b"a" * 21, "q", "long"),
        (b"q=a&q=b", "q", "repeated"),
        (b"category=" + b"x" * 301, "category", "long"),
        (b"&".join(b"-place=%d" % n for n in range(MAX_VALUES + 1)), "-place", "many"),
    ],
)
def test_what_cannot_be_used_is_named(query: bytes, name: str, code: str) -> None:
    assert codes(query) == {name: code}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"page=-1", SearchRequest()),
        (b"page=99999999999999999999", SearchRequest(page=MAX_PAGE)),
        (b"per_page=500", SearchRequest(per_page=100)),
        (b"sort=best", SearchRequest()),
        (b"from=2022&to=2021", SearchRequest(date_from=date(2021, 1, 1), date_to=date(2022, 12, 31))),
        (b"q=" + b"ab " * 20, SearchRequest(q="ab ab ab ab ab ab ab")),
    ],
)
def test_something_sensible_takes_its_place(query: bytes, expected: SearchRequest) -> None:
    assert asked(query) == expected


def test_the_length_of_a_query_is_counted_in_code_points() -> None:
    assert codes(b"q=" + "ệ".encode() * 20) == {}


def test_fields_after_the_limit_are_dropped() -> None:
    pairs = decode(b"&".join(b"a=%d" % n for n in range(MAX_FIELDS + 50)))
    assert [value for _, value in pairs] == [str(n) for n in range(MAX_FIELDS)]


@pytest.mark.parametrize(
    ("raw", "text"), [(b"q=%ff", "\ufffd"), (b"q=\xff", "\ufffd"), (b"q=%zz", "%zz"), (b"q=%ed%a0%80", "\ufffd" * 3)]
)
def test_bytes_that_are_no_utf8_are_replaced(raw: bytes, text: str) -> None:
    assert decode(raw) == [("q", text)]


def test_control_characters_are_spaces() -> None:
    assert clean(" a\0b\x1b\x85c\t\n d ") == "a b c d"


@pytest.mark.parametrize(
    ("query", "blank"),
    [
        (b"", True),
        (b"q=", True),
        (b"lang=en&utm=1", True),
        (b"q=a", False),
        (b"-year=2021", False),
        (b"from=2021", False),
    ],
)
def test_blank_asks_for_nothing(query: bytes, blank: bool) -> None:
    assert is_blank(decode(query)) is blank


@pytest.mark.parametrize(
    ("request_", "sort"),
    [
        (SearchRequest(q="a"), "relevance"),
        (SearchRequest(), "newest"),
        (SearchRequest(sort="relevance"), "newest"),
        (SearchRequest(q="a", sort="oldest"), "oldest"),
    ],
)
def test_without_a_query_the_newest_come_first(request_: SearchRequest, sort: str) -> None:
    assert request_.effective_sort == sort
