"""What is searched for, and what is typed?"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from search import Document

from ..inputs import evenly, read_queries

FIXED = (
    "chu tich uy ban nhan dan tinh",
    "Tổng thống Mỹ Donald Trump",
    "tai nan giao thong",
    "bão số 12 Khánh Hòa",
    "xay dung nong thon moi",
    "đại hội đảng",
    "học sinh lớp 12 thi đại học",
    "HĐND TP.HCM",
    "12/6/2018",
    "bat qua tang doi tuong trom cap tai san",
)
"""Frequent words and rare ones, with accents and without, an acronym, a date."""

LONG = 200
"""Words of a long query: as if a whole article had been pasted."""

WINDOW = 3
"""Words of a title that make a query of their own."""


def choose(path: Path | None, draw: int) -> list[str]:
    """Return :data:`FIXED` and ``draw`` different queries, evenly drawn, from a file that
    :func:`~tests.benchmarks.inputs.read_queries` reads.
    """
    texts = dict.fromkeys(query.text for query in read_queries([path])) if path else {}
    return [*FIXED, *evenly([text for text in texts if text not in FIXED], draw)]


def keystrokes(texts: Iterable[str], most: int) -> list[str]:
    """Return what stands in the search box after each keystroke of ``texts``: at most ``most`` of them, evenly
    drawn.
    """
    return evenly([text[:end] for text in texts for end in range(1, len(text) + 1)], most)


def windows(documents: Iterable[Document], most: int) -> list[str]:
    """Return at most ``most`` different queries: three neighbouring words of each title."""
    found: dict[str, None] = {}
    for document in documents:
        words = document.title.split()
        for at in range(0, len(words) - WINDOW + 1, WINDOW):
            found.setdefault(" ".join(words[at : at + WINDOW]))
            if len(found) >= most:
                return list(found)
    return list(found)


def demanding(documents: Iterable[Document]) -> dict[str, str]:
    """Return queries, by what they are, that could cost far more than others; long ones are texts of ``documents``."""
    words = [word for document in documents for block in document.body for word in block.text.split()]
    length = min(LONG, len(words))
    return {
        "wildcard of one letter": "n*",
        "wildcards": "th* ch* tr*",
        "wildcards in a phrase": '"th* ch* tr*"',
        "alternatives of wildcards": "n* OR t* OR c* OR h*",
        f"{length} words of one text": " ".join(words[:length]),
        f"{length} words of many texts": " ".join(evenly(words, length)),
        f"phrase of {length} words": '"' + " ".join(words[:length]).replace('"', "") + '"',
        f"{length} alternatives": " OR ".join(evenly(words, length)),
        "stop words": "của và là có",
        "stop words as a phrase": '"của và là có"',
        "one stop word": "và",
        "everything but a word": "-và",
        "no word": "",
    }
