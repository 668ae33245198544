"""Acronyms and what they stand for, from query to highlighted page; on every engine."""

from __future__ import annotations

from typing import Any

import pytest

from search import Document, Index, Paragraph

from ..conftest import Filled

SHORT, LONG, OTHER, SINGER, TOWN, CENTRE, ROAD, STUDY = (
    "short",
    "long",
    "other",
    "singer",
    "town",
    "centre",
    "road",
    "y",
)

NEWS = (
    Document(id=SHORT, title="HĐND huyện họp", lead="UBND, MTTQ và BCH Đảng bộ huyện dự họp."),
    Document(
        id=LONG,
        title="Hội đồng nhân dân huyện họp",
        lead="Uỷ ban nhân dân, Mặt trận Tổ quốc và Ban Chấp hành Đảng bộ huyện dự họp.",
    ),
    Document(id=OTHER, title="Nhân dân họp", body=(Paragraph("Đồng hương của dân dự họp; công ty nhỏ."),)),
    Document(
        id=SINGER, title="Ca sĩ Lan hát", lead="Từ đó, ca sĩ nói tiếng Mĩ.", body=(Paragraph("CA xã; số tỉ lệ."),)
    ),
    Document(id=TOWN, title="TT. Khe Nhạn mở chợ", lead="TP Lam Khê cũng mở."),
    Document(id=CENTRE, title="Trung tâm Khe Nhạn", lead="Thành phố Lam Khê."),
    Document(id=ROAD, title="QL.1A qua phố", lead="Quốc lộ 6 thì không; tổ chức TT khác."),
    Document(id=STUDY, title="Kỹ sư dạy kĩ thuật", lead="Công ti lớn nhận ký kết."),
)


@pytest.fixture(scope="module")
def news(filled: Filled) -> Index:
    return filled(NEWS)


def found(index: Index, query: str, **choices: Any) -> set[str]:
    """Return what holds all of the query; what holds only most of it does not count here."""
    page = index.search(query, **choices)
    return set() if "fallback" in page.reading.notices else {hit.id for hit in page.hits}


@pytest.mark.parametrize(
    "forms",
    [
        ("HĐND", "HDND", "hđnd", "hdnd", "Hội đồng nhân dân", "hoi dong nhan dan", "HỘI ĐỒNG NHÂN DÂN"),
        ("UBND", "ubnd", "Ủy ban nhân dân", "uỷ ban nhân dân", "uy ban nhan dan"),
        ("MTTQ", "mttq", "Mặt trận Tổ quốc", "mat tran to quoc"),
        ("BCH", "bch", "Ban Chấp hành", "ban chap hanh"),
    ],
)
def test_either_form_finds_both(news: Index, forms: tuple[str, ...]) -> None:
    for form in forms:
        assert found(news, form) == {SHORT, LONG}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("ca si", {SINGER}),
        ("ca", {SINGER}),
        ("tu", {SINGER}),
        ("tt", {TOWN, ROAD}),
        ("ct", set()),
        ("huyện hdnd", {SHORT, LONG}),
        # several readings
        ("TT Khe Nhạn", {TOWN, CENTRE}),
        # a short form with several readings: beside the same neighbour only
        ("thị trấn Khe Nhạn", {TOWN}),
        ("trung tâm", {CENTRE}),
        ("TP Lam Khê", {TOWN, CENTRE}),
        ("thanh pho lam khe", {TOWN, CENTRE}),
        # inside what was typed as one
        ("QL1A", {ROAD}),
        ("quốc lộ 1A", {ROAD}),
        ("ql6", set()),
        ("QL6", {ROAD}),
        # in a field, and only there
        ("tiêu đề:HĐND", {SHORT, LONG}),
        ("tiêu đề:(hội đồng nhân dân)", {SHORT, LONG}),
        ("tiêu đề:UBND", set()),
        # what asks for the words as they are
        ('"hội đồng nhân dân"', {LONG}),
        ('"HĐND huyện"', {SHORT}),
        ("+HĐND", {SHORT}),
        ("họp -HĐND", {LONG, OTHER}),
        ("họp -(hội đồng nhân dân)", {SHORT, OTHER}),
        ("hđn*", {SHORT}),
        ("HĐND OR chợ", {SHORT, LONG, TOWN}),
        # i and y
        ("kỹ thuật", {STUDY}),
        ("ki thuat", {STUDY}),
        ("Mỹ", {SINGER}),
        ("my", {SINGER}),
        ("kí", {STUDY}),
        ("công ty", {OTHER, STUDY}),
        ("cong ty", {OTHER, STUDY}),
        ("cong ti", {OTHER, STUDY}),
        ("so ty", {SINGER}),
        ("tieng ty", set()),
    ],
)
def test_finds(news: Index, query: str, ids: set[str]) -> None:
    assert found(news, query) == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("HĐND", {SHORT, LONG}),
        ("hội đồng nhân dân", {SHORT, LONG}),
        ("HDND", set()),
        ("hoi dong nhan dan", set()),
        ("kĩ sư", {STUDY}),
        ("mỹ", {SINGER}),
        ("my", set()),
        ("tiêu đề:HĐND", {SHORT, LONG}),
    ],
)
def test_with_the_accents_demanded(news: Index, query: str, ids: set[str]) -> None:
    assert found(news, query, exact=True) == ids


@pytest.mark.parametrize(
    "query", ["HĐND", "hdnd", "hội đồng nhân dân", "hoi dong nhan dan", "mttq", "MAT TRAN TO QUOC"]
)
def test_the_typed_form_ranks_first(news: Index, query: str) -> None:
    assert next(hit.id for hit in news.search(query).hits) == (SHORT if len(query.split()) == 1 else LONG)


def test_a_remembered_title_counts_the_other_form(news: Index) -> None:
    page = news.search("hội đồng nhân dân huyện họp hôm qua")
    assert "relaxed" in page.reading.notices
    assert {SHORT, LONG} <= {hit.id for hit in page.hits[:3]}


@pytest.mark.parametrize(
    ("query", "exact", "id_", "title"),
    [
        ("HĐND", False, LONG, "<mark>Hội đồng nhân dân</mark> huyện họp"),
        ("HĐND", True, LONG, "<mark>Hội đồng nhân dân</mark> huyện họp"),
        ("hdnd", False, LONG, "<mark>Hội đồng nhân dân</mark> huyện họp"),
        ("hoi dong nhan dan", False, SHORT, "<mark>HĐND</mark> huyện họp"),
        ("hội đồng nhân dân", True, SHORT, "<mark>HĐND</mark> huyện họp"),
        ("thị trấn khe nhạn", False, TOWN, "<mark>TT. Khe Nhạn</mark> mở chợ"),
        ("QL1A", False, ROAD, "<mark>QL.1A</mark> qua phố"),
        ("quốc lộ 1A", True, ROAD, "<mark>QL</mark>.<mark>1A</mark> qua phố"),
        ("kĩ", False, STUDY, "<mark>Kỹ</mark> sư dạy <mark>kĩ</mark> thuật"),
        ("kĩ", True, STUDY, "<mark>Kỹ</mark> sư dạy <mark>kĩ</mark> thuật"),
    ],
)
def test_the_other_form_is_marked(news: Index, query: str, exact: bool, id_: str, title: str) -> None:
    hit = next(hit for hit in news.search(query, exact=exact).hits if hit.id == id_)
    assert hit.highlights.title.__html__() == title
    assert news.highlight(id_, query, exact=exact).title.__html__() == title


def test_a_mark_of_another_form_is_not_exact(news: Index) -> None:
    marks = {hit.id: hit.highlights.title.marks for hit in news.search("hội đồng nhân dân").hits}
    assert [mark.exact for mark in marks[LONG]] == [True]
    assert [mark.exact for mark in marks[SHORT]] == [False]
    assert news.highlight(SINGER, "mỹ").lead.marks[0].exact


def test_other_words_with_the_same_letters_are_not_marked(news: Index) -> None:
    assert news.highlight(SINGER, "tỷ").body[0].__html__() == "CA xã; số <mark>tỉ</mark> lệ."
    assert news.highlight(SINGER, "tỵ").body[0].marks == ()
    assert news.highlight(OTHER, "HĐND").body[0].marks == ()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("HĐND họp", (("HĐND", ("Hội đồng nhân dân",)),)),
        ("ubnd (HĐND OR ubnd)", (("ubnd", ("Ủy ban nhân dân",)), ("HĐND", ("Hội đồng nhân dân",)))),
        ("hội đồng nhân dân", (("hội đồng nhân dân", ("HĐND",)),)),
        ("TT Khe Nhạn", (("TT", ("thông tư", "thị trấn", "trung tâm")),)),
        ("ca si kỹ sư", ()),
        ('"HĐND" +UBND -MTTQ', ()),
        ("03-ĐA/TU", ()),
    ],
)
def test_what_was_expanded_is_told(news: Index, query: str, told: tuple[object, ...]) -> None:
    assert news.search(query).reading.expansions == told


def test_a_pasted_text_full_of_acronyms_is_followed_so_far_only(news: Index) -> None:
    assert 0 < len(news.search("HĐND UBND MTTQ BCH TAND VKS BHXH BHYT CSGT THPT " * 19).reading.expansions) <= 16


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize(
    "query",
    ["HĐND", "hội đồng nhân dân huyện", "UBND và HĐND", "TT Khe Nhạn", "thị trấn khe nhạn", "quốc lộ 1A", "cong ty",
     "kĩ sư", "tiêu đề:HĐND", "tiêu đề:kĩ"],
)  # fmt: skip
def test_a_hit_by_another_form_is_explained(news: Index, query: str, exact: bool) -> None:
    hits = news.search(query, exact=exact, explain=True).hits
    assert hits or exact
    for hit in hits:
        assert hit.explanation is not None
        assert hit.explanation.score == pytest.approx(hit.score)
        assert hit.explanation.rest == pytest.approx(0.0, abs=1e-9)


def test_an_explanation_says_that_it_was_another_form(news: Index) -> None:
    explained = {hit.id: hit.explanation for hit in news.search("HĐND", explain=True).hits}
    how = {id_: [word.how for word in one.words] for id_, one in explained.items() if one}
    assert how == {SHORT: ["exact"], LONG: ["equivalent"]}
