"""What is found? The rows of the table of texts, the query language, and what is asked of both engines alike."""

from __future__ import annotations

import unicodedata

import pytest

from search import Index, InvalidRequest, open_index
from search.asked import Asked
from search.engines.base import Found, Reader
from search.query.compile import Compiled

from .articles import fill

KHE_NHAN, DUONG, VAN_HOA, TRANG, SO = "khe-nhan", "duong", "van-hoa", "trang", "so"


def found(index: Index, query: str, **choices: object) -> set[str]:
    return {hit.id for hit in index.search(query, **choices).hits}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        # tone placement, accents, case, normalisation form
        ("huyen uy khe nhan", {KHE_NHAN}),
        ("huyện ủy", {KHE_NHAN}),
        ("HUYỆN UỶ", {KHE_NHAN}),
        (unicodedata.normalize("NFD", "Huyện uỷ Khe Nhạn"), {KHE_NHAN}),
        ("nha van hoa", {KHE_NHAN, VAN_HOA}),
        ("trong sach", {KHE_NHAN, TRANG}),
        ("trong sạch", {KHE_NHAN, TRANG}),
        ("duong", {DUONG}),
        # document numbers
        ("03-ĐA/TU", {KHE_NHAN}),
        ("03-DA/TU", {KHE_NHAN}),
        ("03 – ĐA/TU", {KHE_NHAN}),
        ("03 da tu", {KHE_NHAN}),
        ("de an 03", {KHE_NHAN}),
        ("04-ĐA/TU", set()),
        # dates
        ("12-06-2021", {KHE_NHAN}),
        ("2021-06-12", {KHE_NHAN}),
        ("12/6/2021", {KHE_NHAN}),
        ("ngay 12 thang 6 nam 2021", {KHE_NHAN}),
        ("12/6", {KHE_NHAN}),
        ("tháng 6 năm 2021", {KHE_NHAN, SO}),
        ("tháng 6/2021", {KHE_NHAN, SO}),
        ("năm 2021", {KHE_NHAN, SO}),
        ("30.4", {DUONG}),
        ("27/11", {KHE_NHAN}),
        ("13/6/2021", set()),
        # numbers
        ("3654", {KHE_NHAN}),
        ("3.654", {KHE_NHAN}),
        ("3,654", {SO}),
        ("87.03", {KHE_NHAN}),
        ("2 năm", {KHE_NHAN}),
        ("007", {SO}),
        ("7", {DUONG}),
        ("0912345678", {SO}),
        ("912345678", set()),
        ("1000000", {SO}),
        ("4.0", {SO}),
        ("40", set()),
        # Roman numerals and ranges
        ("khoa 12", {KHE_NHAN}),
        ("khóa XII", {KHE_NHAN}),
        ("2021-2025", {KHE_NHAN}),
        # measures and times
        ("25 km", {DUONG}),
        ("25km", {DUONG}),
        ("500m2", {DUONG}),
        ("500 m²", {DUONG}),
        ("100ha", {VAN_HOA}),
        ("7 giờ 30", {DUONG}),
        ("7g30", {DUONG}),
        # dots, hyphens, apostrophes, glued forms
        ("TP HCM", {DUONG, VAN_HOA}),
        ("tphcm", {DUONG, VAN_HOA}),
        ("TP.HCM", {DUONG, VAN_HOA}),
        ("Q1", {DUONG}),
        ("ql1a", {DUONG}),
        ("QL 1A", {DUONG}),
        ("covid 19", {DUONG, VAN_HOA}),
        ("Covid-19", {DUONG, VAN_HOA}),
        ("covid19", {DUONG, VAN_HOA}),
        ("H'Mông", {DUONG, VAN_HOA}),
        ("hmong", {DUONG, VAN_HOA}),
        ("H ’ Mông", {DUONG, VAN_HOA}),
        ("Đắk Lắk", {DUONG, VAN_HOA}),
        ("daklak", {DUONG, VAN_HOA}),
        ("kontum", {DUONG, VAN_HOA}),
        ("kon tum", {DUONG, VAN_HOA}),
        # every zone
        ("toan canh", {KHE_NHAN}),
        ("thu hoai", {KHE_NHAN}),
        # the query language
        ('"khe nhan"', {KHE_NHAN}),
        ('"nhan khe"', set()),
        ("“khe nhan”", {KHE_NHAN}),
        ('"huyện uỷ" -"đề án"', set()),
        ("van hoa -huyen", {VAN_HOA}),
        ("-huyen", {DUONG, VAN_HOA, TRANG, SO}),
        ("+dương", {DUONG}),
        ("+đảng +đặng", set()),
        ("+dang", set()),
        ("khe nhan OR kontum", {KHE_NHAN, DUONG, VAN_HOA}),
        ("(huyen OR thon) van hoa", {KHE_NHAN, VAN_HOA}),
        ("nhạn HOẶC củi", {KHE_NHAN, VAN_HOA}),
        ("tiêu đề:nha", {VAN_HOA}),
        ("tieude:(van hoa)", {VAN_HOA}),
        ('title:"van hoa"', {VAN_HOA}),
        ("tac gia:hoai", {KHE_NHAN}),
        ('chuyên mục:"chính trị"', {KHE_NHAN, TRANG}),
        ("chuyen muc:(van hoa)", {VAN_HOA}),
        ("nguồn:lam", {KHE_NHAN, DUONG, VAN_HOA}),
        ("từ:2022 đến:30/6/2022", {DUONG}),
        ("van hoa từ:2023", {KHE_NHAN}),
        ("huy*", {KHE_NHAN}),
        ("title:duo*", {DUONG}),
        # pasted text is text
        ("chính trị - xã hội", {KHE_NHAN}),
        ("Khe Nhạn: sơ kết", {KHE_NHAN}),
        ("", {KHE_NHAN, DUONG, VAN_HOA, TRANG, SO}),
        ("!?…", {KHE_NHAN, DUONG, VAN_HOA, TRANG, SO}),
        ("không có bài nào", set()),
    ],
)
def test_finds(index: Index, query: str, ids: set[str]) -> None:
    assert found(index, query) == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [("đường", {DUONG}), ("duong", set()), ("dương", {DUONG}), ("đảng ủy", {KHE_NHAN, VAN_HOA}), ("Đặng ủy", set())],
)
def test_exact_mode_demands_the_accents_as_typed(index: Index, query: str, ids: set[str]) -> None:
    assert found(index, query, exact=True) == ids


def test_a_remembered_title_is_found_though_words_are_missing(index: Index) -> None:
    page = index.search("huyện ủy khe nhạn tổng kết hai năm thực hiện đề án")
    assert [hit.id for hit in page.hits][:1] == [KHE_NHAN]
    assert "relaxed" in page.reading.notices
    assert page.total == len(page.hits)


def test_up_to_four_words_must_all_match(index: Index) -> None:
    assert index.search("khe nhạn sơ kết").reading.notices == ()
    assert found(index, "đường xóm củi") == {VAN_HOA}
    assert index.search("đường xóm củi").reading.notices == ("fallback",)


@pytest.mark.parametrize(
    ("query", "choices", "notices", "ids"),
    [
        ("khe nhạn tổng kết", {}, ("fallback",), {KHE_NHAN}),
        ('xóm củi "khe nhạn"', {}, ("fallback",), {KHE_NHAN, VAN_HOA}),
        ("khe nhạn tổng kết", {"exact": True}, (), set()),
        ('"khe nhạn tổng kết"', {}, (), set()),
        ("khe nhạn sơ kết", {"filters": {"category": ["Giao thông"]}}, (), set()),
        ("đâu đấy", {}, (), set()),
    ],
)
def test_where_nothing_holds_all_words_most_will_do(
    index: Index, query: str, choices: dict[str, object], notices: tuple[str, ...], ids: set[str]
) -> None:
    assert found(index, query, **choices) == ids
    assert index.search(query, **choices).reading.notices == notices  # type: ignore[arg-type]


def test_no_time_left_for_most_words_gives_a_page_that_says_so(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Asked.run

    def late(asked: Asked, reader: Reader, compiled: Compiled) -> Found:
        return run(asked._replace(deadline=0.0) if compiled.relaxed else asked, reader, compiled)

    monkeypatch.setattr(Asked, "run", late)
    page = index.search("khe nhạn sơ tán")
    assert (page.total, page.partial, page.reading.notices) == (0, True, ("partial",))


def test_a_correction_is_offered_where_nothing_is_found(index: Index) -> None:
    page = index.search("huyeenj")
    assert (page.total, page.did_you_mean) == (0, "huyện")
    assert index.search("huyện").did_you_mean is None


def test_accents_are_offered_and_change_nothing(index: Index) -> None:
    page = index.search("huyen uy khe nhan")
    assert page.restored is not None
    assert page.restored.startswith("huyện u")
    assert index.search(page.restored).restored is None
    assert [hit.id for hit in index.search(page.restored).hits] == [hit.id for hit in page.hits]


def test_exact_accents_rank_first(index: Index) -> None:
    assert [hit.id for hit in index.search("trong sạch").hits] == [TRANG, KHE_NHAN]


@pytest.mark.parametrize(
    ("query", "notices"),
    [
        ("!!!", ("ignored",)),
        ("từ:2021", ()),
        ("x " * 64, ("relaxed",)),
        ("x " * 65, ("relaxed", "shortened")),
        ("x " * 700, ("shortened",)),
        ("", ()),
        ("a*", ()),
    ],
)
def test_what_the_page_says_of_the_query(index: Index, query: str, notices: tuple[str, ...]) -> None:
    said = set(index.search(query).reading.notices)
    assert set(notices) <= said
    assert ("shortened" in said) == ("shortened" in notices)


def test_what_is_being_typed_is_completed_with_its_accents(index: Index) -> None:
    assert any(found.startswith("huyện") for found in index.complete("huye"))
    assert index.complete("qqqq") == ()
    assert len(index.complete("h", limit=1)) <= 1
    with pytest.raises(InvalidRequest):
        index.complete("huye", limit=0)


def test_numbers_of_words_across_spellings_give_the_same_result() -> None:
    index = fill(open_index("memory:"))
    for query in ("Huyện uỷ Khe Nhạn", "nhà văn hoá thôn xóm củi", "đường về bản"):
        expected = [(hit.id, hit.score) for hit in index.search(query).hits]
        for form in (unicodedata.normalize("NFD", query), query.upper(), query.replace("uỷ", "ủy").replace("oá", "óa")):
            assert [(hit.id, hit.score) for hit in index.search(form).hits] == expected
