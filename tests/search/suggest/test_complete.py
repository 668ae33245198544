"""Do completions go on as the index does?"""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search import Index
from search.analysis.normalize import nfc
from search.analysis.tokens import tokenize
from search.engines.base import Reader
from search.suggest.complete import Completer

from .conftest import SENTENCES


@pytest.fixture(scope="module")
def completer(reader: Reader) -> Completer:
    return Completer(reader)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hoi ng", "hội nghị"),
        ("hoi nghi", "hội nghị"),
        ("hoi nghi ", "hội nghị tổng kết"),
        ("hội ngh", "hội nghị"),
        ("huye", "huyện"),
        ("huyệ", "huyện"),
        ("xay d", "xây dựng"),
        ("xay đ", "xây đang"),
        ("Thanh pho H", "Thành phố Hồ"),
        ("THANH PHO H", "THÀNH PHỐ HỒ"),
        ("thanh pho ho chi m", "thành phố hồ chí minh"),
        ("(nguoi d", "(người dân"),
        ("2021, truong h", "2021, trường học"),
    ],
)
def test_what_is_typed_goes_on(completer: Completer, typed: str, expected: str) -> None:
    found = completer.complete(typed)
    assert nfc(expected) in found
    assert len(found) == len(set(found)) <= 8


def test_the_likeliest_comes_first(completer: Completer) -> None:
    assert completer.complete("hoi ng")[0] == nfc("hội nghị")
    assert completer.complete("nguoi ", limit=1) == [nfc("người dân")]


def test_typed_accents_stay(completer: Completer) -> None:
    assert all(text.startswith(nfc("đườ")) for text in completer.complete("đườ"))
    assert completer.complete("đườ")
    assert not any(text.startswith(nfc("đ")) for text in completer.complete("dườ"))


def test_words_are_added_only_where_they_were_written(completer: Completer) -> None:
    # Both "hội nghị" and "nghị tổng" are there; after "đồng bào" nothing of "bào" but what follows it stands.
    assert completer.complete("dong bao ")[0] == nfc("đồng bào vùng")


@pytest.mark.parametrize("typed", ["", "  ", "...", "hoi nghi!", "12", "hoi 12", "a" * 300, "zzzz", "hoi nghi zzzz"])
def test_nothing_goes_on_after_what_is_no_word(completer: Completer, typed: str) -> None:
    assert completer.complete(typed) == []


@pytest.mark.parametrize("limit", [0, 1, 2, 8])
def test_no_more_than_asked_for(completer: Completer, limit: int) -> None:
    assert len(completer.complete("h", limit=limit)) == min(limit, len(completer.complete("h", limit=50)))


def test_the_same_text_is_always_completed_alike(reader: Reader) -> None:
    assert Completer(reader).complete("ho") == Completer(reader).complete("ho") != []


def test_an_index_that_holds_nothing_completes_nothing(empty: Index) -> None:
    assert Completer(empty._engine.reader()).complete("hoi ng") == []


def test_every_engine_completes(index: Index) -> None:
    assert nfc("huyện uỷ khe nhạn") in Completer(index._engine.reader()).complete("huyen uy kh")


def test_no_typing_error_is_made_of_a_vowel_in_a_longer_text(completer: Completer) -> None:
    assert completer.complete("xây dựng nông thôn m")[0] == nfc("xây dựng nông thôn mới")


@example("Þ")
@given(st.text(max_size=30) | st.lists(st.sampled_from(SENTENCES.split()), max_size=5).map(" ".join))
def test_completions_start_with_what_was_typed(reader: Reader, text: str) -> None:
    for completed in Completer(reader).complete(text):
        head = nfc(text)
        assert completed != head
        assert [token.folded for token in tokenize(completed[: len(head)])] == [
            token.folded for token in tokenize(head)
        ]
