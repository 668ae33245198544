"""What do all sections of a run share: articles, indices, queries, and how thoroughly is measured?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .builds import Build, Builder
from .engines import Engine


@dataclass(frozen=True, slots=True)
class Bench:
    """The settings of a run.

    ``limits`` are the sizes for growth, in ascending order; ``limit`` is the one at which all else is measured.
    ``sample`` articles are segmented by pyvi for the peers that need it, ``segmented`` for the comparison with it.
    Each query is asked in ``rounds``, the first ``cold`` of them also in processes of their own. Loads last
    ``seconds``.
    """

    articles: Path
    work: Path
    builder: Builder
    limits: tuple[int, ...]
    limit: int
    queries: list[str]
    sample: int
    segmented: int
    rounds: int
    cold: int
    seconds: float

    def build(self, engine: type[Engine], limit: int | None = None) -> Build:
        """Return what it took to build an index of ``limit`` articles (those at which all is measured)."""
        return self.builder.built(engine, limit or self.limit)

    def index(self, engine: type[Engine], limit: int | None = None) -> Path:
        """Return the folder of such an index, once it is there."""
        self.build(engine, limit)
        return self.builder.path(engine, limit or self.limit)
