from __future__ import annotations

import unicodedata

import pytest

from corpus.syllables import is_syllable

GOOD = """
huyện uỷ ủy hoà hòa thuỷ thủy khuỷu khuya khuyên quốc quyết quý qúy quần quạt quẹo quyển quên quanh gì giếng giờ gìn
ghế ghi nghĩa nghề ngoằn ngoèo nguyễn đường Đặng ĐẢNG Ðảng ươm ướt yêu yết ý ăn ấm oanh xoong loong thuở huơ hươu rượu
tuýp xuýt boong kỹ kĩ lý lí sỹ mỹ anh em ích ếch ách oẳn phở trường chiến khoẻ khỏe toàn xoè rẽ phấp phới quỳnh
""".split()
BAD = """
Huyeän Huyá»n thöïc hieän ñaûng ng­êi été für straße café naïve kuwaït hät thấck cế kắ ghà ngế gẻt bọk zũ wể ffâ ạạ
hộii tôí̀ ặếc qần thắnghh
""".split()


@pytest.mark.parametrize("word", GOOD)
def test_syllables(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(word.upper())
    assert is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize("word", BAD)
def test_what_is_none(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("word", "valid"), [("tốt", True), ("tột", True), ("tôt", False), ("tồt", False), ("tổt", False)]
)
def test_stopped_rhymes_bear_two_tones_only(word: str, valid: bool) -> None:
    assert is_syllable(word) == valid
