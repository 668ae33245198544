from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from corpus import ReaderSettings, SettingsError

if TYPE_CHECKING:
    from pathlib import Path


def test_settings_come_from_a_toml_file(tmp_path: Path) -> None:
    path = tmp_path / "reader.toml"
    path.write_text(
        'boilerplate_cut = ["Tin trong tỉnh"]\nmax_article_bytes = 1000\nsettle_seconds = 10\n'
        'time_zone = "Europe/Paris"\ndefault_source = "Báo Sông Mơ"\n'
        '[field_map]\n"Tựa" = "title"\n[categories]\ncd = "Chuyên đề"\n',
        encoding="utf-8",
    )
    assert ReaderSettings.from_toml(path) == ReaderSettings(
        boilerplate_cut=("Tin trong tỉnh",),
        max_article_bytes=1000,
        settle_seconds=10,
        time_zone="Europe/Paris",
        default_source="Báo Sông Mơ",
        field_map={"Tựa": "title"},
        categories={"cd": "Chuyên đề"},
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("max_artikel_bytes = 1", "max_artikel_bytes"),
        ("max_article_bytes = 0", "max_article_bytes"),
        ("max_article_bytes = 1.5", "max_article_bytes"),
        ("max_file_bytes = true", "max_file_bytes"),
        ('settle_seconds = "5"', "settle_seconds"),
        ("settle_seconds = -1", "settle_seconds"),
        ("settle_seconds = nan", "settle_seconds"),
        ("syllable_share = 1.5", "syllable_share"),
        ('time_zone = "Hà Nội"', "time_zone"),
        ("time_zone = 7", "time_zone"),
        ('boilerplate_cut = "Tin khác"', "boilerplate_cut"),
        ('boilerplate_lines = ["  "]', "boilerplate_lines"),
        ("boilerplate_lines = [1]", "boilerplate_lines"),
        ('field_map = ["title"]', "field_map"),
        ('[field_map]\ntua = "titel"', "field_map"),
        ("[categories]\ncd = 1", "categories"),
        ('default_source = " "', "default_source"),
        ("a = [", "file"),
        ("a = '\\xff'", "a"),
    ],
)
def test_unusable_settings_are_named_with_their_file(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "reader.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        ReaderSettings.from_toml(path)
    assert caught.value.key == key
    assert "reader.toml" in str(caught.value)


def test_a_missing_settings_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml"):
        ReaderSettings.from_toml(tmp_path / "none.toml")


def test_settings_that_are_not_utf_8_are_named(tmp_path: Path) -> None:
    (tmp_path / "reader.toml").write_bytes('default_source = "Báo"'.encode("cp1258"))
    with pytest.raises(SettingsError, match="UTF-8"):
        ReaderSettings.from_toml(tmp_path / "reader.toml")


def test_the_fingerprint_follows_what_is_read() -> None:
    base = ReaderSettings()
    assert base.fingerprint() == ReaderSettings(settle_seconds=99).fingerprint()
    assert base.fingerprint() != replace(base, boilerplate_cut=("Tin trong tỉnh",)).fingerprint()
    assert base.fingerprint() != replace(base, field_map={"tua": "title"}).fingerprint()
