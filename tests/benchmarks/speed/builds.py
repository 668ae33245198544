"""How is an index built and measured, or found built already?

Each build has a process of its own; that of one process is held to one core. The figures of a build stand beside its
index, as ``NAME.json``, so that a later run that reuses the index can show them.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from search import Document

from .articles import Metered, read_prepared
from .clock import computed_by_all
from .engines import Engine
from .processes import measure


@dataclass(frozen=True, slots=True)
class Build:
    """What it took to build one index.

    ``seconds`` run from the first article to the end of the commit; ``computing`` are those in which processors worked
    for it, all together. Both include ``reading`` the articles (seconds of computing). ``start`` is what indexing one
    article took before that, with all that is loaded then.
    ``peak`` is the most memory at one time, in bytes (None where it is not known); ``bytes`` the size on disk, ``text``
    that of the articles' text as UTF-8.
    """

    engine: str
    articles: int
    seconds: float
    computing: float
    reading: float
    start: float
    peak: int | None
    bytes: int
    text: int
    segments: int

    @property
    def rate(self) -> float:
        """Articles per second, without reading them."""
        return self.articles / (self.seconds - self.reading)

    @property
    def computed_rate(self) -> float:
        """Articles per second of computing, without reading them."""
        return self.articles / (self.computing - self.reading)

    @property
    def whole_rate(self) -> float:
        """Articles per second, reading included."""
        return self.articles / self.seconds


class Builder:
    """Builds indices of the articles prepared in ``articles`` below ``folder``, each once; with ``reuse``, only those
    that are missing.
    """

    def __init__(self, articles: Path, folder: Path, *, reuse: bool) -> None:
        self._articles = articles
        self._folder = folder
        self.reuse = reuse
        self._done: dict[Path, Build] = {}

    def path(self, engine: type[Engine], limit: int) -> Path:
        """Return where the index of the first ``limit`` articles lies."""
        return self._folder / f"{engine.index}-{limit}"

    def built(self, engine: type[Engine], limit: int) -> Build:
        """Build the index of the first ``limit`` articles, unless it may be reused, and return what that took."""
        path = self.path(engine, limit)
        if path not in self._done:
            record = path.with_suffix(".json")
            if not (self.reuse and record.is_file()):
                shutil.rmtree(path, ignore_errors=True)
                record.unlink(missing_ok=True)
                record.write_text(json.dumps(asdict(self._build(engine, path, limit))), encoding="utf-8")
            self._done[path] = Build(**json.loads(record.read_text(encoding="utf-8")))
        return self._done[path]

    def _build(self, engine: type[Engine], path: Path, limit: int) -> Build:
        path.parent.mkdir(parents=True, exist_ok=True)
        done = measure(
            build_index, one_core=not engine.workers, engine=engine, articles=self._articles, limit=limit, path=path
        )
        took = done.result
        return Build(
            engine=engine.name,
            articles=took.count,
            seconds=took.seconds,
            computing=took.computing,
            reading=took.reading,
            start=took.start,
            peak=done.peak_of_all,
            bytes=sum(file.stat().st_size for file in path.rglob("*") if file.is_file()),
            text=took.bytes,
            segments=took.segments,
        )


@dataclass(frozen=True, slots=True)
class Took:
    """What :func:`build_index` counts while it builds."""

    count: int
    bytes: int
    segments: int
    seconds: float
    computing: float
    reading: float
    start: float


def build_index(engine: type[Engine], articles: Path, limit: int, path: Path) -> Took:
    """Build an index of the first ``limit`` of the prepared ``articles`` in this process."""
    began = time.perf_counter()
    with TemporaryDirectory(dir=path.parent) as folder:
        engine.build(Path(folder) / "start", read_prepared(articles, 1))
    start = time.perf_counter() - began
    meter = Metered()
    documents: Iterator[Document] = meter.pass_on(read_prepared(articles, limit))
    began, computed = time.perf_counter(), computed_by_all()
    engine.build(path, documents)
    seconds, computing = time.perf_counter() - began, computed_by_all() - computed
    return Took(meter.count, meter.bytes, engine(path).segments(), seconds, computing, meter.seconds, start)
