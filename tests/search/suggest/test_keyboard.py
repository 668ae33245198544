"""What do Telex and VNI keys mean?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.normalize import TONES, nfc, tone_key
from search.suggest.keyboard import telex, vni

from .syllables import syllables

TELEX = """
huyeejn huyện|dduwowngf đường|tieengs tiếng|truwowngf trường|quyeets quyết|nghieeng nghiêng|vieejt việt
tw tư|w ư|ow ơ|uw ư|aw ă|aa â|ee ê|oo ô|af à|as á|ar ả|ax ã|aj ạ
ddeef đề|ddaays đấy|dangd đang|duongdwf đường|duongwfd đường|dduwongf đường|dduwowcj được|dduocjw được
tieesng tiếng|tiengse tiếng|toasn toán|vietej việt|nuwowsc nước|chuwa chưa
thuowr thuở|huow huơ|khuyar khuỷa|hoawcj hoặc|ngoawcs ngoắc|muaw mưa|luuw lưu|huouw hươu|huwowu hươu|quowr quở
luowif lười|ruowuj rượu|quaan quân|quoosc quốc|giowf giờ|giuwax giữa
khoeo khoeo|ngoeos ngoéo|toio tôi|gif gì|gias giá|quyf quỳ|uyr uỷ|hoaf hoà
asz a|hoafz hoa|asf à|xooong xoong
Dduwowngf Đường|DDUWOWNGF ĐƯỜNG|Huyeejn Huyện|HUYEEJN HUYỆN
windows windows|covid covid|facebook facebook|dddang dddang|aaa aaa|ww ww|hoa hoa|quan quan|huyện huyện|a1 a1
"""
VNI = """
d9ang đang|huye65n huyện|huyen65 huyện|tie6ng1 tiếng|tieng16 tiếng|d9u7o7ng2 đường|d9uo7ng2 đường|duong972 đường
a1 á|a2 à|a3 ả|a4 ã|a5 ạ|a6 â|e6 ê|o6 ô|o7 ơ|u7 ư|a8 ă|d9i đi
nuoc71 nước|nuo7c1 nước|d9a6y1 đấy|hoa8c5 hoặc|uy3 uỷ|u3y uỷ|mua7 mưa|luu7 lưu|thuo73 thuở|ruo75u rượu|qua6n1 quấn
ba10 ba|D9ang Đang|TIE6NG1 TIẾNG
QL1A QL1A|covid19 covid19|b52 b52|f1 f1|2a 2a|m2 m2|xua6n6 xua6n6|ba0 ba0|hoa hoa|đ9 đ9|7 7
"""


def rows(table: str) -> list[list[str]]:
    return [row.split(" ") for line in table.split("\n") for row in line.split("|") if row]


@pytest.mark.parametrize(("typed", "meant"), rows(TELEX))
def test_telex(typed: str, meant: str) -> None:
    assert telex(typed) == nfc(meant)


@pytest.mark.parametrize(("typed", "meant"), rows(VNI))
def test_vni(typed: str, meant: str) -> None:
    assert vni(typed) == nfc(meant)


TELEX_KEYS = {
    "ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd",
    **dict(zip(TONES, "fsxrj", strict=True)),
}  # fmt: skip
VNI_KEYS = {
    "ă": "a8", "â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "đ": "d9",
    **dict(zip(TONES, "21435", strict=True)),
}  # fmt: skip


def typed_with(keys: dict[str, str], syllable: str) -> str:
    return "".join(keys.get(char, char) for char in tone_key(syllable))


@given(syllables())
def test_every_syllable_can_be_typed(syllable: str) -> None:
    assert telex(typed_with(TELEX_KEYS, syllable)) == syllable
    assert vni(typed_with(VNI_KEYS, syllable)) == syllable


@given(st.text(max_size=12) | st.text("abdeowsfrxjzuiyhng019678", max_size=10).filter(bool))
def test_anything_may_be_decoded(word: str) -> None:
    for decode in (telex, vni):
        meant = decode(word)
        assert meant == word or (word.isascii() and unicodedata.is_normalized("NFC", meant))
