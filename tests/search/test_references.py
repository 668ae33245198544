from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import REFERENCES, Document, Index, references

from .articles import ARTICLES, fill

PUBLISHED = date(2023, 11, 28)


def told(text: str, day: date | None = PUBLISHED) -> list[tuple[str, str, str]]:
    return [(text[one.start : one.end], one.kind, one.query) for one in references(text, day)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đề án số 03-ĐA/TU về nhà ở", [("03-ĐA/TU", "document", "03-ĐA/TU")]),
        ("theo 27/2021/NQ-HĐND", [("27/2021/NQ-HĐND", "document", "27/2021/NQ-HĐND")]),
        ("năm 2006 - đã luôn thắng", []),
        ("ngày 12/ 6/ 2021", [("12/ 6/ 2021", "date", "12/6/2021")]),
        ("Ngày 27 tháng 11", [("Ngày 27 tháng 11", "date", "27/11/2023")]),
        ("sáng 2-1, mưa to", [("2-1", "date", "2/1/2024")]),
        ("từ 2-3 tuần, 2/3 số hộ, khoảng 2-3 người", []),
        ("tháng 9/2022 và năm 2021", [("tháng 9/2022", "date", "tháng 9/2022")]),
        ("Ông Lò Văn Sình, Chủ tịch", [("Lò Văn Sình", "person", '"Lò Văn Sình"')]),
        ("nghệ nhân A Dếnh của người H'Mông", [("A Dếnh", "person", '"A Dếnh"')]),
        ("đại úy Vừ A Páo, đại uý Từ Hoà", [("Vừ A Páo", "person", '"Vừ A Páo"'), ("Từ Hoà", "person", '"Từ Hoà"')]),
        ("ông Sình và ông H.", []),
        ("Kim Jong-un", []),
        ("ông Kim Jong-un", []),
        ("Huyện Khe Nhạn có xã Nậm Cúm", [
            ("Huyện Khe Nhạn", "place", '"huyện Khe Nhạn"'),
            ("xã Nậm Cúm", "place", '"xã Nậm Cúm"'),
        ]),
        ("Chủ tịch huyện Khe Nhạn Lò Văn Sình nói", [
            ("huyện Khe Nhạn", "place", '"huyện Khe Nhạn"'),
            ("Lò Văn Sình", "person", '"Lò Văn Sình"'),
        ]),
        ("phường Tân Hưng Hoà Bắc", [("phường Tân Hưng Hoà Bắc", "place", '"phường Tân Hưng Hoà Bắc"')]),
        ("nông thôn Việt, văn bản Hướng dẫn, xã hội", []),
        ("", []),
    ],
)  # fmt: skip
def test_what_a_text_refers_to(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(text) == expected


def test_without_a_day_of_its_own_an_article_leaves_years_open() -> None:
    assert told("ngày 27/11", None) == [("27/11", "date", "27/11")]


PIECES = st.sampled_from("ông bà xã huyện Khe Nhạn Lò Văn Sình 03-ĐA/TU 12/6/2021 27/11 ngày tháng 9 , . ( 2-3".split())


@given(st.lists(PIECES | st.text(max_size=4), max_size=12).map(" ".join), st.none() | st.dates())
def test_references_lie_inside_the_text_in_order_and_apart(text: str, day: date | None) -> None:
    at = 0
    for reference in references(text, day):
        assert at <= reference.start < reference.end <= len(text)
        assert reference.kind in REFERENCES
        assert reference.query
        at = reference.end


def test_a_reference_finds_the_article_that_it_was_read_in(empty: Index) -> None:
    fill(empty, (*ARTICLES, Document(id="noise", title="Chuyện khác", published=PUBLISHED)))
    for document in ARTICLES[:2]:
        found = [one for _, _, text in document.blocks() for one in references(text, document.day)]
        assert len(found) >= 1
        for reference in found:
            ids = {hit.id for hit in empty.search(reference.query).hits}
            assert document.id in ids
            assert "noise" not in ids
