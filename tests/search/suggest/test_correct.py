"""Are mistyped words put right by what the index knows, and others left alone?"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import Index
from search.analysis.normalize import nfc
from search.analysis.tokens import tokenize
from search.engines.base import Reader
from search.query.plan import Term
from search.suggest.correct import DidYouMean
from search.suggest.edits import one_edit_away, two_edits_away
from search.suggest.spelling import is_marked

from .conftest import SENTENCES

KNOWN = {"huyen": 9, "nguyen": 9, "truong": 9, "chuong": 9, "sap": 9, "xap": 9, "trang": 9, "tran": 9, "hoi": 9}


@pytest.fixture(scope="module")
def did_you_mean(reader: Reader) -> DidYouMean:
    return DidYouMean(reader)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # What an input method left undecoded.
        ("huyeejn khe nhan", "huyện khe nhan"),
        ("Huyeejn Khe Nhạn", "Huyện Khe Nhạn"),
        ("XAAY DWNGJ", "XÂY DỰNG"),
        ("dduwowngf về", "đường về"),
        ("tieengs hát", "tiếng hát"),
        ("d9ang mở rộng", "đang mở rộng"),
        ("d9u7o72ng ve", "đường ve"),
        ("huye65n khe nhan", "huyện khe nhan"),
        # Slips: a neighbouring key, an exchange, a doubled, an extra and a missing letter; two of them.
        ("hoi nghj tong ket", "hoi nghi tong ket"),
        ("hoi ngih", "hoi nghi"),
        ("huyenn khe nhan", "huyen khe nhan"),
        ("nguowi dan", "nguoi dan"),
        ("nguowif dan", "người dan"),
        ("xay dng dang", "xay dung dang"),
        ("truoongs hoc", None),
        ("khe nhna", "khe nhan"),
        # Case and the rest stay; accents come where there are some.
        ("Hoi Nghj, “tong ket”!", "Hoi Nghi, “tong ket”!"),
        ("hội nghj tổng kết", "hội nghị tổng kết"),
        # Common words, names of things, operators, numbers, what nothing is near to.
        ("hoi nghi tong ket", None),
        ("u23 da hay", None),
        ("+huyeejn", None),
        ("huyenn*", None),
        ("title:huyen", None),
        ("12/6/2021 03-da/tu 2021", None),
        ("zzzzzzzz", None),
        ("", None),
        ("!!! ???", None),
    ],
)
def test_queries_are_corrected(did_you_mean: DidYouMean, typed: str, meant: str | None) -> None:
    assert did_you_mean.suggest(typed) == (None if meant is None else nfc(meant))


def test_a_word_of_its_own_is_doubted_only_where_it_never_stands(did_you_mean: DidYouMean) -> None:
    assert did_you_mean.suggest("mua") is None
    assert did_you_mean.suggest("thanh pho ho chi minh") is None


def test_syllables_written_as_one_are_left_to_the_search(did_you_mean: DidYouMean) -> None:
    assert did_you_mean.suggest("khenhan") is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("huyrn", "huyen"),
        ("uhyen", "huyen"),
        ("huuyen", "huyen"),
        ("huye", "huyen"),
        ("nguyne", "nguyen"),
        ("xap", "sap"),
        ("sap", "xap"),
        ("chuong", "truong"),
        ("tran", "trang"),
        ("trang", "tran"),
    ],
)
def test_words_one_edit_away(typed: str, meant: str) -> None:
    assert meant in one_edit_away(typed, set(KNOWN).intersection)


def test_likely_slips_weigh_more() -> None:
    assert one_edit_away("hou", set(KNOWN).intersection)["hoi"] > one_edit_away("hoz", set(KNOWN).intersection)["hoi"]
    assert one_edit_away("hooi", set(KNOWN).intersection)["hoi"] > one_edit_away("hqoi", set(KNOWN).intersection)["hoi"]
    assert "hoi" not in one_edit_away("hoi", set(KNOWN).intersection)


@pytest.mark.parametrize(
    ("typed", "near"),
    [("trruongg", {"truong"}), ("rtunog", {"truong"}), ("nguyenxx", {"nguyen"}), ("huyen", set()), ("sp", set())],
)
def test_words_two_edits_away(typed: str, near: set[str]) -> None:
    assert two_edits_away(typed, KNOWN).keys() - {"nguyen" if typed == "huyen" else ""} == near


@pytest.mark.parametrize("letters", [24, 25, 900])
def test_little_is_looked_up_for_what_is_no_word(reader: Reader, letters: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Term] = []
    frequencies = type(reader).frequencies

    def told(self: Reader, terms: Sequence[Term]) -> list[int]:
        asked.extend(terms)
        return frequencies(self, terms)

    monkeypatch.setattr(type(reader), "frequencies", told)
    assert DidYouMean(reader).suggest("b" * letters) is None
    assert len(asked) < 2000


def test_an_index_that_holds_nothing_suggests_nothing(empty: Index) -> None:
    assert DidYouMean(empty._engine.reader()).suggest("huyeejn 2021 d9ang") is None


@given(st.text(max_size=40) | st.lists(st.sampled_from(SENTENCES.split()), max_size=6).map(" ".join))
def test_anything_may_be_typed(reader: Reader, text: str) -> None:
    suggested = DidYouMean(reader).suggest(text)
    assert suggested is None or fold_all(suggested) != fold_all(text) or is_marked(suggested)


def fold_all(text: str) -> list[str]:
    return [token.folded for token in tokenize(nfc(text))]
