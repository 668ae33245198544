"""Every engine under the same tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search import Index, open_index, open_writer

from .articles import fill


@pytest.fixture(params=["memory", "whoosh"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """An empty index of each engine."""
    if request.param == "memory":
        yield open_index("memory:")
        return
    with open_writer(tmp_path / "index") as writer:
        writer.commit()
    with open_index(tmp_path / "index") as index:
        yield index


@pytest.fixture
def index(empty: Index) -> Index:
    """The small index of each engine."""
    return fill(empty)
