"""What is marked, and which passages are shown?"""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import Document, Index, Marked, Paragraph, open_index

from .articles import fill


def marks(marked: Marked) -> list[str]:
    return [marked.text[mark.start : mark.end] for mark in marked.marks]


@pytest.mark.parametrize(
    ("query", "id_", "expected"),
    [
        ("huyen uy", "khe-nhan", ["Huyện uỷ", "Huyện uỷ", "huyện"]),
        ("khe nhan", "khe-nhan", ["Khe Nhạn"]),
        ("03-DA/TU", "khe-nhan", ["03-ĐA/TU"]),
        ("12-06-2021", "khe-nhan", ["12/ 6/ 2021"]),
        ("3654", "khe-nhan", ["3.654"]),
        ("khoa 12", "khe-nhan", ["khóa XII"]),
        ("daklak", "duong", ["Đắk Lắk"]),
        ("dak lak", "van-hoa", ["Daklak"]),
        ("7 giờ 30", "duong", ["7h30"]),
        ("500 m2", "duong", ["500m²"]),
        ("tphcm", "duong", ["TP.HCM"]),
        ('"chính trị - xã hội"', "khe-nhan", ["chính trị - xã hội"]),
        ("huy*", "khe-nhan", ["Huyện", "Huyện", "huyện"]),
    ],
)
def test_marks(index: Index, query: str, id_: str, expected: list[str]) -> None:
    marked = index.highlight(id_, query)
    found = marks(marked.title) + marks(marked.lead) + [text for one in marked.body for text in marks(one)]
    assert [text for text in expected if text not in found] == []


def test_marks_are_the_same_for_every_form_of_the_query(index: Index) -> None:
    query = "huyện uỷ khe nhạn"
    for other in (unicodedata.normalize("NFD", query), query.upper(), "huyện ủy khe nhạn"):
        assert index.highlight("khe-nhan", other) == index.highlight("khe-nhan", query)


def test_exact_accents_are_told_apart(index: Index) -> None:
    marked = index.highlight("duong", "đường")
    exact = [(marked.title.text[mark.start : mark.end], mark.exact) for mark in marked.title.marks]
    assert exact == [("Đường", True)]
    assert [mark.exact for mark in marked.body[0].marks] == [False]
    assert marks(index.highlight("duong", "đường", exact=True).body[0]) == []


@pytest.mark.parametrize(
    ("query", "mark"), [("03-DA/TU", "03-ĐA/TU"), ("ngày 12 tháng 6 năm 2021", "12/ 6/ 2021"), ("QL1A", "QL.1A")]
)
def test_what_consists_of_common_words_is_marked_all_the_same(empty: Index, query: str, mark: str) -> None:
    parts = "Từ ngày 3, đã tự đi 12 tháng và 6 năm 2021, ql 1 a"
    rest = [Document(id=str(number), title=parts) for number in range(9)]
    fill(empty, [*rest, Document(id="x", title="Tin", lead=f"{parts}; đề án 03-ĐA/TU ngày 12/ 6/ 2021; QL.1A")])
    assert mark in marks(empty.highlight("x", query).lead)


def test_a_phrase_is_marked_as_one(index: Index) -> None:
    (mark,) = index.highlight("van-hoa", '"ca si"').body[0].marks
    assert mark.phrase


def test_a_field_word_marks_its_zone_only(index: Index) -> None:
    marked = index.highlight("khe-nhan", "tiêu đề:nhạn")
    assert marks(marked.title) == ["Nhạn"]
    assert marks(marked.lead) == []


def test_excluded_words_are_not_marked(index: Index) -> None:
    assert index.highlight("khe-nhan", "uỷ -đường").hits == index.highlight("khe-nhan", "uỷ").hits > 0


def test_captions_and_authors_are_marked(index: Index) -> None:
    assert marks(index.highlight("khe-nhan", "toan canh").captions[0]) == ["Toàn cảnh"]
    assert marks(index.highlight("khe-nhan", "thu hoai").authors[0]) == ["Thu Hoài"]
    zones = {passage.zone for passage in index.search("toan canh hoi nghi").hits[0].highlights.passages}
    assert "captions" in zones


def test_everything_is_escaped(empty: Index) -> None:
    nasty = "<script>alert('bài')</script> & \"bài\""
    fill(empty, [Document(id="x", title=nasty, lead=nasty)])
    hit = empty.search("bai").hits[0]
    for marked in (hit.highlights.title, hit.highlights.passages[0].marked):
        written = marked.__html__()
        assert "<script" not in written
        assert html.unescape(re.sub("</?mark>", "", written)) == marked.text
        assert written.count("<mark>") == 2


LONG = " ".join(f"Câu số {number} nói về một việc khác hẳn, dài vừa phải." for number in range(60))


def test_passages_are_short_whole_and_show_the_words(empty: Index) -> None:
    body = (Paragraph(LONG), Paragraph(f"{LONG} Đồng chí Lò Văn Sình trồng chè ở Trà Vịnh. {LONG}"), Paragraph("chè"))
    fill(empty, [Document(id="x", title="Tin", body=body)])
    passages = empty.search("lo van sinh tra vinh").hits[0].highlights.passages
    assert any("Lò Văn Sình trồng chè ở Trà Vịnh" in passage.marked.text for passage in passages)
    for passage in passages:
        assert len(passage.marked.text) <= 260
        assert body[passage.number].text[passage.start :].startswith(passage.marked.text)
        assert passage.cut_before == (passage.start > 0)
        around = body[passage.number].text
        end = passage.start + len(passage.marked.text)
        assert passage.start == 0 or not around[passage.start - 1].isalnum()
        assert end == len(around) or not around[end].isalnum()


def test_without_words_the_opening_is_shown(index: Index) -> None:
    hits = {hit.id: hit.highlights for hit in index.search("").hits}
    assert hits["khe-nhan"].passages[0].marked.text.startswith("Ngày 27/ 11")
    assert hits["van-hoa"].passages[0].zone == "body"
    assert hits["so"].passages == ()


WORDS = st.sampled_from(
    "huyện uỷ khe nhạn đường 03-ĐA/TU ngày 12/6/2021 của và Đắk Lắk daklak XII khóa, . … <b> & \u0301".split()
)
TEXT = st.lists(WORDS, max_size=120).map(" ".join)


@given(text=TEXT, query=st.lists(WORDS, max_size=6).map(" ".join), decomposed=st.booleans(), exact=st.booleans())
def test_marks_lie_in_order_inside_the_text(text: str, query: str, decomposed: bool, exact: bool) -> None:
    given_text = unicodedata.normalize("NFD", text) if decomposed else text
    index = fill(open_index("memory:"), [Document(id="x", title="t", lead=given_text, body=(Paragraph(given_text),))])
    marked = index.highlight("x", query, exact=exact)
    page = index.search(query, exact=exact)
    passages = [passage.marked for hit in page.hits for passage in hit.highlights.passages]
    assert marked.lead.text == unicodedata.normalize("NFC", given_text)
    for one in (marked.lead, *marked.body, *passages):
        at = 0
        for mark in one.marks:
            assert at <= mark.start < mark.end <= len(one.text)
            assert one.text[mark.start].isalnum()
            at = mark.end
    for passage in (passage for hit in page.hits for passage in hit.highlights.passages):
        whole = marked.lead.text if passage.zone == "lead" else marked.body[passage.number].text
        assert whole[passage.start : passage.start + len(passage.marked.text)] == passage.marked.text


def test_a_beginning_of_many_words_of_each_document_is_marked(empty: Index) -> None:
    fill(empty, [Document(id=str(number), title="Tin", lead="Thanh thảo thăm thôn") for number in range(3)])
    hit = empty.search("th*").hits[0]
    assert marks(hit.highlights.passages[0].marked) == ["Thanh thảo thăm thôn"]
