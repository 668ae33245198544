"""Is the space that a build needs estimated from what is to be read?"""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import NotEnoughSpace, megabytes
from indexer.space import EXPANSION, FLOOR, check_space, folder_size, needed_for, plain_size


@pytest.mark.parametrize("ending", [*EXPANSION, *(ending.upper() for ending in EXPANSION)])
def test_compressed_files_hold_more_than_their_size(ending: str) -> None:
    assert plain_size(Path(f"a.jsonl{ending}"), 1000) > 3000


def test_plain_files_hold_their_size() -> None:
    assert plain_size(Path("a.jsonl"), 1000) == 1000


def test_the_estimate_grows_with_the_text_and_with_the_live_index() -> None:
    assert FLOOR == needed_for(0) < needed_for(10**6) < needed_for(10**7)
    assert needed_for(10**6) < needed_for(10**6, 10**9)
    assert needed_for(0, 10**9) > 10**9, "the new generation stands beside the live one"


def test_a_folder_that_is_not_there_yet_is_judged_by_its_disk(tmp_path: Path) -> None:
    check_space(tmp_path / "a" / "b", 1)
    with pytest.raises(NotEnoughSpace) as caught:
        check_space(tmp_path / "a" / "b", 1 << 62)
    assert caught.value.needed == 1 << 62
    assert megabytes(caught.value.available) in str(caught.value)


def test_folder_size(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"12345")
    (tmp_path / "c").write_bytes(b"123")
    assert folder_size(tmp_path) == 8


@pytest.mark.parametrize(
    ("count", "written"),
    [(0, "0.0 MB"), (1_234_567_890, "1,234.6 MB"), (12_345_678_901, "12.3 GB")],
)
def test_megabytes(count: int, written: str) -> None:
    assert megabytes(count) == written
