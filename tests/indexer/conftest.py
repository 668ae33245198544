from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.commands import cli
from search import open_index

LONG_AGO = 1_600_000_000
"""When the files of the tests were written, in seconds since 1970: none is still being written."""


@dataclass
class Source:
    """A folder of JSON Lines files, every one written at a time of its own."""

    root: Path
    clock: Iterator[int] = field(default_factory=lambda: iter(range(LONG_AGO, LONG_AGO + 10_000)))

    def put(self, name: str, *articles: tuple[str, str], raw: str = "", now: bool = False) -> Path:
        """Write the articles, (id, title) each, and what stands in ``raw``, to the file ``name``."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps(article(id_, title), ensure_ascii=False) for id_, title in articles]
        path.write_text("".join(f"{line}\n" for line in lines) + raw, encoding="utf-8")
        if not now:
            moment = next(self.clock)
            os.utime(path, (moment, moment))
        return path


def article(id_: str, title: str) -> dict[str, str]:
    """An article as a CMS would export it."""
    body = f"{title}. Sáng nay, lãnh đạo xã đã gặp gỡ bà con trong thôn và nghe ý kiến của nhân dân."
    return {"id": id_, "title": title, "lead": "Tin từ Ủy ban nhân dân xã.", "body": body}


@pytest.fixture
def source(tmp_path: Path) -> Source:
    root = tmp_path / "articles"
    root.mkdir()
    return Source(root)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


Run = Callable[..., Result]


@pytest.fixture
def run(index: Path) -> Run:
    """Run ``timtin-index`` on the index of the test and demand its exit code."""

    def invoke(command: str, *arguments: object, code: int = 0, at: Path | str = index) -> Result:
        options = ["--workers", "0"] if command in {"build", "update"} else []
        words = [command, "--index", str(at), *options, *map(str, arguments)]
        result = CliRunner().invoke(cli, words)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == code, result.output
        return result

    return invoke


TWENTY = [(f"bài-{number}", f"Xã Khe Nhạn số {number} họp dân") for number in range(20)]
"""Articles enough for one to go unasked."""


def counts(path: Path) -> dict[str, int]:
    """The counts of a report file, without the zeros."""
    last = events(path)[-1]
    assert last["kind"] == "summary"
    assert isinstance(last["counts"], dict)
    return {name: count for name, count in last["counts"].items() if count}


def found(index: Path, query: str = "") -> set[str]:
    """The ids of all articles that ``query`` finds; of all there are, without one."""
    with open_index(index) as opened:
        return {hit.id for hit in opened.search(query, per_page=1000).hits}


def events(path: Path) -> list[dict[str, object]]:
    """The lines of a report file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
