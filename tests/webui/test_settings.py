from __future__ import annotations

import re

import pytest

from webui.errors import SettingError
from webui.settings import SETTINGS, load


def test_every_setting_has_a_default_that_it_accepts_and_a_sentence() -> None:
    loaded = load({}, {})
    assert loaded == {setting.name: setting.default for setting in SETTINGS}
    for setting in SETTINGS:
        assert re.fullmatch(r"[A-Z].*\.", setting.help)
        assert setting.variable.startswith("TIMTIN_")


def test_the_mapping_wins_over_the_environment_and_that_over_the_table() -> None:
    environ = {"TIMTIN_INDEX": "/srv/index", "TIMTIN_PER_PAGE": "20", "TIMTIN_SITE_NAME": ""}
    loaded = load({"PER_PAGE": 50, "JSON_AS_ASCII": False}, environ)
    assert (loaded["TIMTIN_INDEX"], loaded["PER_PAGE"], loaded["SITE_NAME"]) == ("/srv/index", 50, "timtin")
    assert loaded["JSON_AS_ASCII"] is False


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("PER_PAGE", "zehn", "một số nguyên từ 1 đến 100"),
        ("PER_PAGE", 0, "một số nguyên từ 1 đến 100"),
        ("MAX_QUERY", "5", "một số nguyên từ 10 đến 100000"),
        ("DEFAULT_LOCALE", "fr", "vi hoặc en"),
        ("TIME_ZONE", "Asia/Nowhere", "tên một múi giờ, như Asia/Ho_Chi_Minh"),
        ("TIME_ZONE", "../../etc/passwd", "tên một múi giờ, như Asia/Ho_Chi_Minh"),
        ("SITE_NAME", "  ", "một chữ, không rỗng"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(name: str, value: object, wanted: str) -> None:
    with pytest.raises(SettingError) as caught:
        load({name: value}, {})
    assert (caught.value.name, caught.value.value, caught.value.wanted) == (name, value, wanted)
