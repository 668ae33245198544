"""Fixtures: write a file, read it through the front door."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corpus import Article, Notice, ReaderSettings, Refusal, read, read_file, scan

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Outcome:
    """What reading a source gave."""

    articles: list[Article]
    refusals: list[Refusal]
    notices: list[Notice]

    @property
    def article(self) -> Article:
        assert not self.refusals, [refusal.message for refusal in self.refusals]
        (article,) = self.articles
        return article

    @property
    def refusal(self) -> Refusal:
        (refusal,) = self.refusals
        return refusal

    @property
    def notice_codes(self) -> list[str]:
        return [notice.code.value for notice in self.notices]


def settled(**values: object) -> ReaderSettings:
    """Settings that do not wait for files to settle."""
    return ReaderSettings(**{"settle_seconds": 0, **values})  # type: ignore[arg-type]


def read_all(root: Path, settings: ReaderSettings | None = None) -> Outcome:
    outcome = Outcome([], [], [])
    for item in read(root, settings or settled()):
        match item:
            case Article():
                outcome.articles.append(item)
            case Refusal():
                outcome.refusals.append(item)
            case Notice():
                outcome.notices.append(item)
    return outcome


@pytest.fixture
def reading(tmp_path: Path) -> Callable[..., Outcome]:
    """Write `content` to a file below the source root and read the root."""

    def write_and_read(content: str | bytes, name: str = "bai.txt", settings: ReaderSettings | None = None) -> Outcome:
        path = tmp_path / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return read_all(tmp_path / "source", settings)

    return write_and_read


def read_one_file(path: Path, settings: ReaderSettings | None = None) -> list[Article | Refusal | Notice]:
    (file,) = scan(path, settings or settled()).files
    return list(read_file(file, settings or settled()))
