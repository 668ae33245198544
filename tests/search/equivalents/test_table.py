"""Which forms of a table does a query hold?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.tokens import tokenize
from search.equivalents.file import SHIPPED, read_file, shipped
from search.equivalents.spelling import other_spelling
from search.equivalents.table import Equivalents

TABLE = Equivalents(
    [
        ("HĐND", "Hội đồng nhân dân"),
        ("BCH", "Ban Chấp hành"),
        ("MTTQ", "Mặt trận Tổ quốc"),
        ("UBMTTQ", "Ủy ban MTTQ", "Ủy ban Mặt trận Tổ quốc"),
        ("TW", "TƯ", "T.Ư", "Trung ương"),
        ("TU", "Tỉnh ủy"),
        ("CA", "công an"),
        ("QH", "Quốc hội"),
        ("SI", "sĩ quan"),
        ("TP", "thành phố"),
        ("TT", "thị trấn"),
        ("TT", "trung tâm"),
        ("CT", "chủ tịch"),
        ("HD", "hướng dẫn"),
        ("HĐ", "hợp đồng"),
        ("KT-XH", "kinh tế - xã hội"),
    ]
)


def found(query: str, *, accented: bool = False, exact: bool = False) -> dict[str, list[str]]:
    matches = TABLE.find(tokenize(query), query, accented=accented, exact=exact)
    return {match.typed: [way.form.text for way in match.ways] for match in matches}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("HĐND", {"HĐND": ["Hội đồng nhân dân"]}),
        ("hđnd", {"hđnd": ["Hội đồng nhân dân"]}),
        ("HDND", {"HDND": ["Hội đồng nhân dân"]}),
        ("hdnd", {"hdnd": ["Hội đồng nhân dân"]}),
        ("hội đồng nhân dân", {"hội đồng nhân dân": ["HĐND"]}),
        ("hoi dong nhan dan", {"hoi dong nhan dan": ["HĐND"]}),
        ("HỘI ĐỒNG NHÂN DÂN", {"HỘI ĐỒNG NHÂN DÂN": ["HĐND"]}),
        ("hội dong nhân dan", {"hội dong nhân dan": ["HĐND"]}),
        ("hồi đồng nhân dân", {}),
        ("hội đồng nhân", {}),
        ("BCH tỉnh", {"BCH": ["Ban Chấp hành"]}),
        # several readings, and forms of one group
        ("TT Khe Nhạn", {"TT": ["thị trấn", "trung tâm"]}),
        ("HD", {"HD": ["hướng dẫn", "hợp đồng"]}),
        ("HĐ", {"HĐ": ["hợp đồng"]}),
        # what reads as a syllable is never looked for; dots do not matter
        ("trung ương", {"trung ương": ["TW", "T.Ư"]}),
        ("tỉnh ủy", {}),
        ("T.Ư Đoàn", {"T.Ư": ["TW", "Trung ương"]}),
        ("kt-xh", {"kt-xh": ["kinh tế - xã hội"]}),
        ("KT XH", {"KT XH": ["kinh tế - xã hội"]}),
        # two letters and syllables count in capitals only
        ("ca si", {}),
        ("ca", {}),
        ("tu", {}),
        ("tt", {}),
        ("ct", {}),
        ("Tp", {}),
        ("CA", {"CA": ["công an"]}),
        ("CT", {"CT": ["chủ tịch"]}),
        ("TU", {"TU": ["TW", "T.Ư", "Trung ương", "Tỉnh ủy"]}),
        ("tư", {}),
        ("TƯ", {"TƯ": ["TW", "T.Ư", "Trung ương"]}),
        # a headline in capitals holds no acronyms that read as syllables
        ("CA SI", {}),
        ("CA SĨ TP", {"TP": ["thành phố"]}),
        ("ca sĩ CA", {"CA": ["công an"]}),
        ("CA 2021", {"CA": ["công an"]}),
        # the longest form wins; inside it, what it consists of counts too; what only overlaps does not
        (
            "ủy ban mặt trận tổ quốc hội",
            {"ủy ban mặt trận tổ quốc": ["UBMTTQ", "Ủy ban MTTQ"], "mặt trận tổ quốc": ["MTTQ"]},
        ),
    ],
)
def test_find(query: str, expected: dict[str, list[str]]) -> None:
    assert found(query) == expected


def test_among_accented_words_a_bare_one_is_meant_bare() -> None:
    assert found("nghị quyết TU", accented=True) == {"TU": ["Tỉnh ủy"]}
    assert found("hướng dẫn HDND", accented=True) == {"hướng dẫn": ["HD"], "HDND": ["Hội đồng nhân dân"]}


@pytest.mark.parametrize(("query", "holds"), [("HĐND", True), ("HDND", False), ("hoi dong nhan dan", False)])
def test_where_accents_are_demanded_a_form_stands_as_in_the_file(query: str, holds: bool) -> None:
    assert bool(found(query, exact=True)) is holds


def test_two_letters_with_several_readings_are_looked_for_beside_a_neighbour_only() -> None:
    beside = {
        way.form.text: way.beside
        for query in ("thị trấn", "thành phố")
        for match in TABLE.find(tokenize(query), query, accented=True)
        for way in match.ways
    }
    assert beside == {"TT": True, "TP": False}


@given(st.text(max_size=60) | st.lists(st.sampled_from("HĐND hội đồng nhân dân TU ủy ban".split())).map(" ".join))
def test_matches_lie_inside_the_query(query: str) -> None:
    text = unicodedata.normalize("NFC", query)
    tokens = tokenize(text)
    for match in TABLE.find(tokens, text, accented=False):
        assert 0 <= match.first < match.after <= len(tokens)
        assert match.typed == text[tokens[match.first].start : tokens[match.after - 1].end]
        assert match.ways


def test_the_shipped_table_is_sound() -> None:
    read = read_file(SHIPPED)
    assert not hasattr(read, "reason")
    assert read.broken == ()
    assert len(shipped()) >= 150
    text = SHIPPED.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    lines = [line for line in text.splitlines() if line and line[0] != "#"]
    assert len(lines) == len(set(lines)) == len(shipped())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("HĐND", {"Hội đồng nhân dân"}),
        ("UBND", {"Ủy ban nhân dân"}),
        ("MTTQ", {"Mặt trận Tổ quốc"}),
        ("BCH", {"Ban Chấp hành"}),
        ("TP", {"thành phố"}),
        ("TX", {"thị xã"}),
        ("TT", {"thị trấn", "trung tâm", "thông tư"}),
        ("CT", {"chỉ thị", "chủ tịch", "công ty"}),
        ("GV", {"giáo viên", "giảng viên"}),
        ("HU", {"Huyện ủy"}),
        ("T.Ư", {"Trung ương"}),
        ("gd-đt", {"giáo dục và đào tạo"}),
        ("ca si", set()),
        ("tu", set()),
        ("tt", set()),
        ("ct", set()),
    ],
)
def test_what_is_shipped(typed: str, meant: set[str]) -> None:
    ways = {way.form.text for match in shipped().find(tokenize(typed), typed, accented=False) for way in match.ways}
    assert meant <= ways
    assert bool(ways) is bool(meant)


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("kỹ", "kĩ"), ("kĩ", "kỹ"), ("Lý", "lí"), ("Mỹ", "mĩ"), ("quý", "quí"), ("quy", "qui"), ("sĩ", "sỹ"),
        ("ty", "ti"), ("hy", "hi"), ("hai", None), ("thủy", None), ("uy", None), ("y", None), ("nghi", None),
    ],
)  # fmt: skip
def test_i_and_y(typed: str, other: str | None) -> None:
    (token,) = tokenize(typed)
    (expected,) = tokenize(other) if other else (None,)
    assert other_spelling(token) == (expected and (expected.folded, expected.exact))
