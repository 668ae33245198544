"""Are settings read from their file, and wrong ones named with file, key and what is expected?"""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import Limits, load_settings
from indexer.errors import SettingsFileError

from .conftest import Run, Source, found


def test_settings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "timtin.toml"
    path.write_text(
        '[reader]\nboilerplate_cut = ["Xem thêm tại đây"]\nsettle_seconds = 0\n'
        '[reader.field_map]\ntieude = "title"\n[index]\nmax_removals = 0.25\n',
        encoding="utf-8",
    )
    settings = load_settings(path)
    assert settings.reader.boilerplate_cut == ("Xem thêm tại đây",)
    assert settings.reader.field_map == {"tieude": "title"}
    assert settings.limits == Limits(max_removals=0.25)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[reader\n", "not valid TOML"),
        ("max_removals = 0.1", "'max_removals'"),
        ("reader = 3", "[reader]"),
        ("[index]\nmax_removal = 0.1", "max_removals"),
        ("[index]\nmax_removals = 2", "from 0 to 1"),
        ('[index]\nmax_removals = "all"', "from 0 to 1"),
        ("[index]\nsample = -1", "0 or more"),
        ("[reader]\nsettle_second = 1", "settle_seconds"),
        ('[reader]\ntime_zone = "Mars"', "time_zone"),
        ("[reader]\nsettle_seconds = -1", "settle_seconds"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "timtin.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsFileError) as caught:
        load_settings(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert told in str(caught.value)


def test_no_utf8(tmp_path: Path) -> None:
    (tmp_path / "timtin.toml").write_bytes(b"\xff")
    with pytest.raises(SettingsFileError, match="UTF-8"):
        load_settings(tmp_path / "timtin.toml")


def test_they_reach_the_reader(run: Run, source: Source, index: Path, tmp_path: Path) -> None:
    source.put("a.jsonl", ("x", "Cầu treo thôn Nà Lốc"), now=True)
    settings = tmp_path / "timtin.toml"
    settings.write_text("[reader]\nsettle_seconds = 0\n", encoding="utf-8")
    run("build", source.root, code=3)
    run("build", source.root, "--settings", settings)
    assert found(index) == {"x"}


def test_limits_reach_the_run(run: Run, source: Source, index: Path, tmp_path: Path) -> None:
    settings = tmp_path / "timtin.toml"
    settings.write_text("[index]\nmax_removals = 0.5\n", encoding="utf-8")
    source.put("a.jsonl", ("x", "Cầu treo thôn Nà Lốc"), ("y", "Trường học bản Lũng"))
    run("build", source.root)
    source.put("a.jsonl", ("x", "Cầu treo thôn Nà Lốc"))
    run("update", code=4)
    run("update", "--settings", settings, "--max-removals", "10", code=4)
    run("update", "--settings", settings)
    assert found(index) == {"x"}
