"""Are articles changed as asked, and does the command take in just those?"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from .processes import MeasurementFailed
from .updating import MARK, change, command, read_all


def write(folder: Path, files: int, articles: int) -> list[Path]:
    paths = []
    for number in range(files):
        path = folder / f"{number}.jsonl"
        lines = [{"id": f"{number}-{at}", "title": f"Tin {at}", "body": "Huyện họp dân."} for at in range(articles)]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        os.utime(path, (1_600_000_000, 1_600_000_000))
        paths.append(path)
    return paths


def bodies(paths: list[Path]) -> list[str]:
    return [json.loads(line)["body"] for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def test_changes_are_spread_and_undone_by_the_next(tmp_path: Path) -> None:
    paths = write(tmp_path, 4, 5)
    before = bodies(paths)
    assert change(paths, 2) == [paths[0], paths[2]]
    after = bodies(paths)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 2
    assert sum(body.endswith("\n" + MARK) for body in after) == 2
    change(paths, 2)
    assert bodies(paths) == before


def test_the_command_takes_in_what_changed(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    paths = write(tmp_path / "sources", 4, 5)
    index = tmp_path / "index"
    built = command("build", index, tmp_path / "sources", "--workers", "0")
    assert built.counts["added"] == 20
    assert built.seconds > 0
    assert read_all(change(paths, 3))[0] == 15
    updated = command("update", index)
    assert (updated.counts["changed"], updated.counts["unchanged"]) == (3, 17)
    assert command("update", index).counts["unchanged"] == 20


def test_a_command_that_fails_is_reported(tmp_path: Path) -> None:
    with pytest.raises(MeasurementFailed, match="timtin-index update ended with exit code"):
        command("update", tmp_path / "index")
