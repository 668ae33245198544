from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import CLUSTER_VARIABLES
from webui.configuration import show, toml
from webui.errors import ConfigFileError, SettingError, UnknownSetting
from webui.resolving import load, resolve
from webui.settings import CONFIG, SETTINGS
from webui.settings_page import render

ROOT = Path(__file__).resolve().parents[2]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20

# A value that is not the default as the environment writes it, what becomes of it, and values that are refused. A name
# in braces is a file of the test. Every setting has a row.
ROWS: dict[str, tuple[str, object, tuple[object, ...]]] = {
    "TIMTIN_INDEX": ("/srv/index", "/srv/index", ("  ", "a\nb", 7)),
    "HOST": ("::1", "::1", (" ", "a\0b")),
    "PORT": ("0", 0, ("65536", "-1", "http", "8080.0", True)),
    "WORKERS": ("4", 4, ("65", "many", 1.5)),
    "MAX_EXPORT": ("500", 500, ("0", "1000001", "all")),
    "RATE_LIMIT": ("60", 60, ("-1", "1000001", "1.5")),
    "CORS_ORIGINS": (
        "https://bao.example http://[::1]:8000",
        "https://bao.example http://[::1]:8000",
        ("bao.example", "https://bao.example/tin", "ftp://bao.example"),
    ),
    "STOP_SECONDS": ("2.5", 2.5, ("0", "601", "1e2", "nan", "", ".")),
    "BASE_URL": (
        "https://tin.example:8443/kho/",
        "https://tin.example:8443/kho",
        ("tin.example", "ftp://a.example", "https://", "https://a.example/?q=1", "https://a.example/#x",
         "http://[::1", 3, "https://a b.example", "https://u:p@a.example", "https://a.example/../\r\nX: y"),
    ),
    "PROXIES": ("1", 1, ("11", "yes")),
    "SITE_NAME": ("Tin Khe Nhạn", "Tin Khe Nhạn", ("  ", "a\nb", 7)),
    "SITE_LOGO": ("{logo.png}", "{logo.png}", ("{missing.png}", "{text.png}", "{logo.txt}", "{big.svg}", 5)),
    "LANGUAGES": ("en, vi", ("en", "vi"), ("fr", "vi vi", [], [1], 5)),
    "DEFAULT_LOCALE": ("en", "en", ("fr", "", 1)),
    "TIME_ZONE": ("Europe/Paris", "Europe/Paris", ("Asia/Nowhere", "../../etc/passwd", "Asia", 5)),
    "FACETS": ("category year", ("category", "year"), ("colour", "year,year", [["year"]])),
    "RECENCY": ("off", False, ("maybe", 2, [])),
    "PER_PAGE": ("20", 20, ("zehn", 0, 101, "1٣")),
    "NEWEST": ("0", 0, ("-1", "101")),
    "MAX_QUERY": ("200", 200, ("5", 100_001)),
    "TIME_BUDGET": ("0.25", 0.25, ("0", "31", "fast")),
    "LOG_FORMAT": ("json", "json", ("xml", 1)),
    "ACCESS_LOG": ("no", False, ("maybe",)),
    "LOG_QUERIES": ("yes", True, ("maybe",)),
    "METRICS": ("true", True, ("maybe",)),
    "METRICS_TOKEN": ("0123456789abcdef", "0123456789abcdef", ("short", "has spaces in it all", "mật-khẩu-rất-dài", 5)),
    "QUERY_LOG": ("{queries.db}", "{queries.db}", ("/nowhere/queries.db", "/dev/null", "a\0b", 5)),
    "QUERY_LOG_DAYS": ("30", 30, ("0", "3651")),
}  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> Path:
    contents = {
        "logo.png": PNG, "text.png": b"no picture", "logo.txt": PNG, "big.svg": b"<svg>" + b" " * 200_000
    }  # fmt: skip
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def named(value: object, folder: Path) -> object:
    """Return ``value`` with the name of a file of the test in place of {name}."""
    if isinstance(value, str) and re.fullmatch(r"\{.*\}", value):
        return str(folder / value[1:-1])
    return value


def test_every_setting_has_a_row_here() -> None:
    assert set(ROWS) == {setting.name for setting in SETTINGS}


def test_every_setting_has_a_default_that_it_accepts_and_is_explained() -> None:
    assert load({}, {}) == {setting.name: setting.default for setting in SETTINGS}
    for setting in SETTINGS:
        assert re.fullmatch(r"[A-Z].*\.", setting.help)
        assert re.fullmatch(r"\w.*\.", setting.vi)
        assert setting.allowed.en != setting.allowed.vi or setting.allowed.en.isascii()
        assert setting.variable == f"TIMTIN_{setting.key.upper()}"


@pytest.mark.parametrize("name", ROWS)
def test_a_setting_is_taken_from_the_environment_and_from_a_file(name: str, files: Path) -> None:
    setting = next(setting for setting in SETTINGS if setting.name == name)
    given, expected, _ = (named(value, files) for value in ROWS[name])
    assert load({}, {setting.variable: str(given)})[name] == expected
    (files / "timtin.toml").write_text(f"{setting.key} = {toml(expected)}\n", encoding="utf-8")  # type: ignore[arg-type]
    assert load({}, {CONFIG: str(files / "timtin.toml")})[name] == expected


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, row in ROWS.items() for value in row[2]])
def test_a_value_that_makes_no_sense_is_refused(name: str, value: object, files: Path) -> None:
    value = named(value, files)
    with pytest.raises(SettingError) as caught:
        load({name: value}, {})
    setting = next(setting for setting in SETTINGS if setting.name == name)
    shown = "…" if setting.secret else value
    assert (caught.value.name, caught.value.value) == (name, shown)
    assert str(caught.value) == f"Thiết lập {name} = {shown!r} không dùng được; cần {setting.allowed.vi}."


@given(value=st.text() | st.integers() | st.floats() | st.booleans() | st.lists(st.text()))
def test_whatever_is_given_is_taken_or_refused(value: object) -> None:
    for setting in SETTINGS:
        try:
            taken = setting.parse(value)
        except ValueError:
            continue
        assert setting.parse(taken) == taken


def test_an_option_wins_over_the_environment_that_over_the_file_and_that_over_the_table(tmp_path: Path) -> None:
    path = tmp_path / "timtin.toml"
    path.write_text("per_page = 30\nnewest = 3\nmax_query = 300\n", encoding="utf-8")
    environ = {"TIMTIN_PER_PAGE": "20", "TIMTIN_NEWEST": "2", "TIMTIN_SITE_NAME": "", CONFIG: "/nowhere", "HOME": "/"}
    found = {one.setting.key: one for one in resolve({"PER_PAGE": 10, CONFIG: str(path)}, environ)}
    assert [(found[key].value, found[key].source, found[key].where) for key in ("per_page", "newest", "max_query")] == [
        (10, "option", "PER_PAGE"),
        (2, "environment", "TIMTIN_NEWEST"),
        (300, "file", f"{path}: max_query"),
    ]
    assert (found["site_name"].value, found["site_name"].source) == ("timtin", "default")


def test_what_is_no_setting_goes_to_flask() -> None:
    assert load({"JSON_AS_ASCII": False}, {})["JSON_AS_ASCII"] is False


@pytest.mark.parametrize(
    ("environ", "file", "sentence"),
    [
        ({"TIMTIN_PERPAGE": "3"}, "", "Không có thiết lập TIMTIN_PERPAGE; có phải là TIMTIN_PER_PAGE?"),
        ({"TIMTIN_X": ""}, "", "Không có thiết lập TIMTIN_X; các thiết lập: TIMTIN_INDEX, TIMTIN_HOST"),
        ({}, "site_nam = 'a'", "Không có thiết lập {file}: site_nam; có phải là site_name?"),
        ({}, "[server]\nport = 1", "Không có thiết lập {file}: server; các thiết lập: index, host"),
        ({}, "port = 99999", "Thiết lập {file}: port = 99999 không dùng được; cần một số nguyên từ 0 đến 65535."),
        ({}, "port = true", "Thiết lập {file}: port = True không dùng được; cần một số nguyên từ 0 đến 65535."),
        ({}, "port = ", "Không đọc được tệp thiết lập {file}: không phải TOML đúng cách: "),
        ({"TIMTIN_PORT": "x"}, "port = 1", "Thiết lập TIMTIN_PORT = 'x' không dùng được; cần một số nguyên"),
        ({"TIMTIN_LANGUAGES": "en"}, "", "Thiết lập DEFAULT_LOCALE = 'vi' không dùng được; cần một trong các ngôn ngữ"),
    ],
)
def test_what_is_wrong_is_named_with_where_it_stands(
    environ: dict[str, str], file: str, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "timtin.toml"
    path.write_text(file, encoding="utf-8")
    with pytest.raises((SettingError, UnknownSetting, ConfigFileError)) as caught:
        load({}, environ | {CONFIG: str(path)})
    assert str(caught.value).startswith(sentence.replace("{file}", str(path)))


def test_how_to_get_to_a_cluster_is_no_setting_of_pages() -> None:
    load({}, dict.fromkeys(CLUSTER_VARIABLES, "1"))
    with pytest.raises(UnknownSetting, match="TIMTIN_OPENSEARCH_PASSWORD"):
        load({}, {"TIMTIN_OPENSEARCH_PASSWROD": "1"})


@pytest.mark.parametrize("content", [None, b"\xff\xfe\0", b"a = 1\na = 2"])
def test_a_file_that_cannot_be_read_is_named(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "timtin.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigFileError) as caught:
        load({CONFIG: path}, {})
    assert str(path) in str(caught.value)


def test_what_is_shown_is_a_file_that_gives_the_same(tmp_path: Path) -> None:
    environ = {"TIMTIN_SITE_NAME": 'Tin "mới" \\ 😀', "TIMTIN_RECENCY": "no", "TIMTIN_FACETS": "year"}
    shown = show(resolve({}, environ))
    (tmp_path / "timtin.toml").write_text(shown, encoding="utf-8")
    assert load({}, {CONFIG: str(tmp_path / "timtin.toml")}) == load({}, environ)
    assert set(tomllib.loads(shown)) == {setting.key for setting in SETTINGS}
    assert 'facets = ["year"]  # biến môi trường TIMTIN_FACETS\n' in shown
    assert "per_page = 10  # mặc định\n" in shown


def test_a_secret_is_never_shown() -> None:
    environ = {"TIMTIN_METRICS_TOKEN": "s3cr3t-s3cr3t-s3cr3t"}
    shown = show(resolve({}, environ))
    assert "s3cr3t" not in shown
    assert "# metrics_token: đã đặt, không hiện  # biến môi trường TIMTIN_METRICS_TOKEN\n" in shown
    assert 'metrics_token = ""  # mặc định\n' in show(resolve({}, {}))
    with pytest.raises(SettingError) as caught:
        load({}, {"TIMTIN_METRICS_TOKEN": "s3cr3t"})
    assert "s3cr3t" not in str(caught.value)


def test_the_page_of_settings_is_that_of_the_table() -> None:
    assert (ROOT / "SETTINGS.md").read_text(encoding="utf-8") == render(), "run: make settings"
