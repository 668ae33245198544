"""Is our segmentation pyvi's, byte for byte, and how much faster is it?"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from search.analysis.segment import tokenize, words_many

from .articles import read_prepared
from .bench import Bench
from .figures import Figure, Section, Target
from .processes import measure, run

CHUNK = 50
"""Articles after which the two take turns."""

UNWANTED = ("sklearn", "sklearn_crfsuite", "scipy", "pyvi")
"""Packages that our segmentation must not load."""


@dataclass(slots=True)
class Comparison:
    """How many articles were segmented, how many differently, and in how many seconds: by pyvi, by ours as the same
    text with underscores, by ours as the spans that are indexed.
    """

    articles: int = 0
    syllables: int = 0
    different: int = 0
    pyvi: float = 0.0
    ours: float = 0.0
    spans: float = 0.0


def segment_section(bench: Bench) -> Section:
    """Segment articles with both, on one core."""
    found = measure(compare, one_core=True, articles=bench.articles, limit=bench.segmented).result
    loaded = run(loaded_by_segmenting)
    section = Section(f"Segmentation: {found.articles:,} articles, {found.syllables:,} syllables")
    section.figures = [
        Figure("articles segmented otherwise than by pyvi", found.different, "", Target(0)),
        Figure(
            *("articles a second, as text", found.articles / found.ours, "1/s", Target(10, at_least=True)),
            *("pyvi", found.articles / found.pyvi),
        ),
        Figure(
            *("articles a second, as spans", found.articles / found.spans, "1/s", Target(10, at_least=True)),
            *("pyvi", found.articles / found.pyvi),
        ),
        Figure("packages loaded of " + ", ".join(UNWANTED), len(loaded), "", Target(0)),
    ]
    section.data = {"comparison": asdict(found), "loaded": loaded}
    return section


def compare(articles: Path, limit: int) -> Comparison:
    """Segment the first ``limit`` of the prepared ``articles`` with pyvi and with ours."""
    from pyvi import ViTokenizer

    found = Comparison()
    ViTokenizer.tokenize("khởi động")
    tokenize("khởi động")
    for texts in _chunks(articles, limit):
        times = [time.perf_counter()]
        theirs = list(map(ViTokenizer.tokenize, texts))
        times.append(time.perf_counter())
        ours = list(map(tokenize, texts))
        times.append(time.perf_counter())
        words_many(texts)
        times.append(time.perf_counter())
        found.articles += len(texts)
        found.syllables += sum(len(text.replace("_", " ").split()) for text in ours)
        found.different += sum(a != b for a, b in zip(theirs, ours, strict=True))
        found.pyvi += times[1] - times[0]
        found.ours += times[2] - times[1]
        found.spans += times[3] - times[2]
    return found


def loaded_by_segmenting() -> list[str]:
    """Return which of :data:`UNWANTED` are loaded once this process has segmented a text."""
    tokenize("Huyện ủy họp phiên thường kỳ")
    return [name for name in UNWANTED if name in sys.modules]


def _chunks(articles: Path, limit: int) -> Iterator[list[str]]:
    texts = ("\n".join(text for _, _, text in document.blocks()) for document in read_prepared(articles, limit))
    while chunk := list(islice(texts, CHUNK)):
        yield chunk
