"""How long does ``timtin-index`` take: to build from files, to take in a few changes, to find that nothing changed?

The sources are JSON Lines of :data:`~.articles.PIECE` articles a file. A changed article has one paragraph more, or
again one less, so that a run which reuses the index changes something as well.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus import Article, read_file, scan

from ..inputs import evenly
from . import memory
from .articles import PIECE, pieces
from .bench import Bench
from .clock import Spent, computed_by_all
from .figures import Figure, Section, Table, Target
from .processes import ROOT, MeasurementFailed, run

CHANGES = 100
FILES = 10
"""Files in which they stand, evenly drawn: what changes in an archive stands together."""

MARK = "Bài viết đã được cập nhật."
HOUR = 3600
"""Seconds; a file that changed just now would be left for the next run."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A run of the command: seconds from its start to its end, seconds that its processes computed all together, their
    peak memory in bytes, what the command says it did.
    """

    seconds: float
    computing: float
    peak: int | None
    counts: dict[str, int]


def update_section(bench: Bench) -> Section:
    """Run ``timtin-index`` on files of the articles of ``bench``."""
    sources, index = bench.work / f"sources-{bench.limit}", bench.work / "indices" / f"command-{bench.limit}"
    built = None
    if not (bench.builder.reuse and sources.is_dir() and (index / "CURRENT").is_file()):
        shutil.rmtree(index, ignore_errors=True)
        _copy(bench.articles, sources, bench.limit)
        built = command("build", index, sources)
    changed = change(evenly(pieces(sources), FILES), CHANGES)
    updated = command("update", index)
    articles, reading = run(read_all, files=changed)
    unchanged = command("update", index)
    checked = command("update", index, "--checksum")
    runs = {"build": built, "update": updated, "update, nothing changed": unchanged, "… --checksum": checked}
    expected = min(CHANGES, articles)
    section = Section(f"timtin-index: {bench.limit:,} articles in files of {PIECE}, {CHANGES} changed")
    head = ("command", "s", "computing", "peak MiB", "added", "changed", "unchanged")
    section.tables = [
        Table("Runs, all processes", head, [_row(name, one) for name, one in runs.items() if one is not None])
    ]
    section.figures = [
        Figure("update", updated.seconds, "s"),
        Figure(f"… of which to read {articles:,} articles in {len(changed)} changed files", reading.wall, "s"),
        Figure("update beyond reading", updated.seconds - reading.wall, "s", Target(5)),
        Figure("update beyond reading, computing", updated.computing - reading.computing, "s"),
        Figure("articles changed", updated.counts.get("changed", 0), "", Target(expected, at_least=True)),
    ]
    section.data = {"runs": {name: one and asdict(one) for name, one in runs.items()}}
    return section


def command(name: str, index: Path, *more: str | Path) -> Ran:
    """Run ``timtin-index`` ``name``. Raises :class:`~.processes.MeasurementFailed`."""
    report = index.with_suffix(".report.jsonl")
    index.parent.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, "-m", "indexer", name, "--index", index, "--quiet", "--report", report, *more]
    began, computed = time.perf_counter(), computed_by_all()
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.DEVNULL) as process, memory.Watch(process.pid) as watch:
        process.wait()
    seconds, computing = time.perf_counter() - began, computed_by_all() - computed
    if process.returncode:
        raise MeasurementFailed(f"timtin-index {name} ended with exit code {process.returncode}")
    last = report.read_text(encoding="utf-8").splitlines()[-1]
    return Ran(seconds, computing, watch.total, json.loads(last)["counts"])


def change(files: list[Path], count: int) -> list[Path]:
    """Change ``count`` of the articles in ``files``, evenly drawn, and return the files that hold them."""
    lines = {file: file.read_text(encoding="utf-8").splitlines() for file in files}
    places = [(file, number) for file, held in lines.items() for number in range(len(held))]
    drawn = evenly(places, count)
    for file, number in drawn:
        fields = json.loads(lines[file][number])
        body, mark = fields.get("body", ""), "\n" + MARK
        fields["body"] = body.removesuffix(mark) if body.endswith(mark) else body + mark
        lines[file][number] = json.dumps(fields, ensure_ascii=False)
    changed = list(dict.fromkeys(file for file, _ in drawn))
    for file in changed:
        _write(file, lines[file], time.time() - HOUR)
    return changed


def read_all(files: Iterable[Path]) -> tuple[int, Spent]:
    """Read the articles of ``files`` and do nothing with them; return how many there are, and what that takes."""
    began = Spent.now()
    articles = sum(isinstance(item, Article) for path in files for file in scan(path).files for item in read_file(file))
    return articles, began.so_far()


def _copy(articles: Path, sources: Path, limit: int) -> None:
    """Write the first ``limit`` of the prepared ``articles`` to ``sources``, as files that are not new."""
    shutil.rmtree(sources, ignore_errors=True)
    (sources / "pieces").mkdir(parents=True)
    for number, piece in enumerate(pieces(articles)[: -(-limit // PIECE)]):
        lines = piece.read_text(encoding="utf-8").splitlines()[: limit - number * PIECE]
        _write(sources / "pieces" / piece.name, lines, time.time() - 2 * HOUR)


def _write(file: Path, lines: Iterable[str], changed: float) -> None:
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    os.utime(file, (changed, changed))


def _row(name: str, one: Ran) -> tuple[str | int | float | None, ...]:
    counts = (one.counts.get(count, 0) for count in ("added", "changed", "unchanged"))
    return (name, one.seconds, one.computing, one.peak and one.peak / (1 << 20), *counts)
