"""Are keys written as a person would write them?"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.normalize import new_style, nfc, tone_key
from search.suggest.spelling import dress, is_marked, recase, spell

from .syllables import syllables

WORDS = """uỷ hoà quý giờ khuya thuở nghiêng toán khoẻ thuỷ mía của mùi già giá gì gìn giếng giữa quả quốc quỷ
    quỳnh quýt ngoài xoáy ngoéo khuỷu khuỷa hoàng huế tuần tuyết chuyện người rượu được đường luỹ loè xoè xoèn xoong
    goòng mướp
    lúa bìa búa bưởi đầy ấy ừ ạ ý ỷ yếu yểng ngã nghỉ oản oán oẳn ướt uống uyển đã đỗ hạnh phúc múa hoạ hoá""".split()


@pytest.mark.parametrize("word", WORDS)
def test_the_tone_stands_where_the_new_style_puts_it(word: str) -> None:
    assert spell(tone_key(word)) == nfc(word)


@pytest.mark.parametrize(
    ("old", "new"), [("hòa", "hoà"), ("ủy", "uỷ"), ("khỏe", "khoẻ"), ("qúy", "quý"), ("gìơ", "giờ")]
)
def test_old_and_misplaced_marks_are_put_right(old: str, new: str) -> None:
    assert spell(tone_key(old)) == nfc(new)


def test_every_syllable_of_the_dictionary_is_spelled_as_it_stands_there() -> None:
    spec = importlib.util.find_spec("pyvi")
    assert spec
    assert spec.submodule_search_locations
    text = Path(spec.submodule_search_locations[0], "models", "words.txt").read_text(encoding="utf-8")
    words = {nfc(word) for word in text.lower().split()}
    assert len(words) > 7000
    assert [word for word in words if tone_key(spell(tone_key(word))) != tone_key(word)] == []
    # Three foreign words in it are no single syllables, and have their tone elsewhere.
    assert {word for word in words if spell(tone_key(word)) != new_style(word)} == {"maníp", "toa-lét", "xuân-hè"}


@given(syllables())
def test_spelling_keeps_the_key(syllable: str) -> None:
    assert spell(tone_key(syllable)) == syllable


@given(st.text(max_size=10))
def test_any_key_can_be_spelled(text: str) -> None:
    key = tone_key(text)
    assert tone_key(spell(key)) == tone_key(key)


@pytest.mark.parametrize(
    ("surface", "spelled", "dressed"),
    [
        ("Huyen", "huyện", "Huyện"),
        ("HUYEN", "huyện", "HUYỆN"),
        ("huyEn", "huyện", "huyỆn"),
        ("H'mong", "hmông", "H'mông"),
        ("duong", "đường", "đường"),
        ("duongs", "đường", None),
    ],
)
def test_restored_words_keep_their_case(surface: str, spelled: str, dressed: str | None) -> None:
    assert dress(surface, nfc(spelled)) == (None if dressed is None else nfc(dressed))


@pytest.mark.parametrize(
    ("surface", "word", "recased"),
    [("Huyeejn", "huyện", "Huyện"), ("HUYEEJN", "huyện", "HUYỆN"), ("d9ang", "đang", "đang"), ("A", "á", "Á")],
)
def test_replaced_words_take_over_case(surface: str, word: str, recased: str) -> None:
    assert recase(surface, word) == recased


@pytest.mark.parametrize(
    ("text", "marked"), [("huyen", False), ("huyện", True), ("đi", True), ("Đ", True), ("ơ", True)]
)
def test_marks_are_seen(text: str, marked: bool) -> None:
    assert is_marked(text) is marked
