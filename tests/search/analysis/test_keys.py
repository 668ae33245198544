"""Normalisation, folding, numbers: when are two spellings the same key?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.fold import fold
from search.analysis.normalize import new_style, tone_key
from search.analysis.numbers import number_key, roman_value
from search.analysis.syllable import is_syllable

VIETNAMESE = st.text("aăâeêioôơuưyđbcdghklmnpqrstvxáàảãạấầẩẫậớờởỡợứừửữựýỳỷỹỵAĂÂĐÊÔƠƯ", min_size=1, max_size=7)


@pytest.mark.parametrize(
    "same",
    [
        ("hoà", "hòa", "HOÀ", "Hòa", unicodedata.normalize("NFD", "hoà")),
        ("uỷ", "ủy", "ỦY"),
        ("quý", "qúy"),
        ("đường", "Đường", "ĐƯỜNG", "Ðường", "Ɖường"),
        ("H'Mông", "H’Mông", "HMông", "hmông", "H ' Mông"),
        ("tie\u0302\u0301ng", "tiếng", "tie\u0301\u0302ng"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_one_exact_key(same: tuple[str, ...]) -> None:
    assert len({tone_key(word) for word in same}) == 1


@pytest.mark.parametrize(
    "different",
    [
        ("hoa", "hoà", "hoá", "hoả", "hoã", "hoạ"),
        ("dường", "đường", "đương", "duong"),
        ("tương", "tuông", "tường"),
        ("an", "ăn", "ân"),
        ("hai", "hay"),
    ],
)
def test_different_exact_keys(different: tuple[str, ...]) -> None:
    assert len({tone_key(word) for word in different}) == len(different)


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Huyện", "huyen"),
        ("ĐƯỜNG", "duong"),
        ("m²", "m2"),
        ("é", "e"),
        ("Straße", "strasse"),
        ("Москва", "moskva"),
        ("H ’ Mông", "hmong"),
        ("ﬁ", "fi"),
        ("🎉", "🎉"),
    ],
)
def test_fold(word: str, key: str) -> None:
    assert fold(word) == key


@given(st.text(min_size=1, max_size=8))
def test_a_fold_is_never_empty_and_never_holds_a_space_within_words(word: str) -> None:
    folded = fold(word)
    assert folded
    if word.isalnum():
        assert not any(char.isspace() for char in folded)


@given(st.text(st.sampled_from("aĂđỡÐ\u0300\u0323\u034f\u0345²ﬁ'ʼ\u200b"), min_size=1, max_size=6))
def test_a_fold_is_what_is_left_without_marks(word: str) -> None:
    seen = "".join(char for char in word.lower() if char not in "'ʼ\u200b").replace("ð", "đ")
    letters = unicodedata.normalize("NFKD", seen)
    plain = "".join(char for char in letters if not unicodedata.combining(char)).replace("đ", "d")
    if plain.isascii() and plain:
        assert fold(word) == plain


@given(VIETNAMESE)
def test_folding_again_changes_nothing(word: str) -> None:
    assert fold(fold(word)) == fold(word)
    assert fold(tone_key(word)) == fold(word)
    assert tone_key(tone_key(word)) == tone_key(word)
    assert fold(unicodedata.normalize("NFD", word)) == fold(word) == fold(word.upper())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hòa Ủy ỦY thúy qúa", "hoà Uỷ UỶ thuý qúa"),
        ("khỏe, lọa!", "khoẻ, loạ!"),
        ("hoàn toàn Nguyễn", "hoàn toàn Nguyễn"),
    ],
)
def test_new_style_keeps_the_length(old: str, new: str) -> None:
    assert new_style(old) == new
    assert len(old) == len(new)


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("3.654", "3654"),
        ("3,654", "3.654"),
        ("87,03", "87.03"),
        ("87.03", "87.03"),
        ("1.000.000", "1000000"),
        ("1,000,000", "1000000"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("02", "2"),
        ("00", "0"),
        ("007", "007"),
        ("0912345678", "0912345678"),
        ("4.0", "4.0"),
        ("0.125", "0.125"),
        ("2021", "2021"),
        ("٢٠", "20"),
    ],
)
def test_number_keys(number: str, key: str) -> None:
    assert number_key(number) == key


def test_roman_numerals() -> None:
    numerals = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XIX XX XL XC C".split()
    assert list(map(roman_value, numerals)) == [*range(1, 17), 19, 20, 40, 90, 100]


@pytest.mark.parametrize("word", "nghieng quy duong hoan uy yeu thuong khuya oanh gia hoai tre".split())
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", "daklak kontum tphcm haiphong hmong covid ubnd bx".split())
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)
