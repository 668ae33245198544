"""What does a timtin index look like on an OpenSearch cluster?

For an index ``news`` whose live generation is 12::

    news                    alias of news-000012: what everyone searches
    news.words              alias of news-000012.words
    news-000012             one document an article (see .encoding); never named by those who search
    news-000012.words       its vocabulary: a term and the number of articles that hold it (see .words)
    news.control            the state of each generation, what the indexer recorded, the lease of the writer; of a build
                            in parts, what each part reported, and its lease

Articles are added under a number of a commit that nobody sees yet. The document of the state says up to which commit a
generation counts, so one write of it makes a whole update visible. A new generation is made in indices of its own, and
one swap of both aliases makes it the live one.

Terms come analysed: each field of :data:`search.analysis.views.FIELDS` is one text field, whose tokens stand joined by
spaces. Lucene scores them by the same BM25 as :mod:`search.ranking`, with its own b for each field.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ...analysis.sketch import bands
from ...analysis.views import FIELDS, Field
from ...page import FACETS
from ...ranking import K1, WEIGHTS

LAYOUT = "2"
"""Changes whenever an older version could not read what this one writes."""

ANALYZER = "whitespace"
EMPTY = "·"
"""Stands in a scored field that has no term, so that Lucene counts the article among those that idf is about. No token
is that.
"""

ALSO = "_also"
"""Ends the name of the field that has paragraphs once more, with the number in place of each Roman numeral."""

LONGEST_TERM = 200
"""Code points of a term; the analyzer cuts at 255. Of a longer one the beginning and a checksum are indexed."""

SCORED = frozenset(weight.field for weight in WEIGHTS)

_DAY_ZERO = date(1970, 1, 1)
_B = {weight.field: weight.b for weight in WEIGHTS}


def alias(name: str) -> str:
    """Return what everyone searches."""
    return name


def articles(name: str, generation: int) -> str:
    """Return the index of the articles of a generation."""
    return f"{name}-{generation:06d}"


def words_alias(name: str) -> str:
    """Return the alias of the vocabulary."""
    return f"{name}.words"


def words(name: str, generation: int) -> str:
    """Return the index of the vocabulary of a generation."""
    return f"{articles(name, generation)}.words"


def control(name: str) -> str:
    """Return the index of states and of the lease."""
    return f"{name}.control"


def term(text: str) -> str:
    """Return a term as it is indexed."""
    return text if len(text) <= LONGEST_TERM else f"{text[:LONGEST_TERM]}~{zlib.crc32(text.encode()):08x}"


def joined(terms: Iterable[str]) -> str:
    """Return terms as the analyzer is given them."""
    return " ".join(map(term, terms))


def band_terms(sketch: bytes) -> list[str]:
    """Return the bands of a sketch (see :mod:`search.analysis.sketch`), as they are indexed."""
    return sorted(f"{at:02}{band.hex()}" for at, band in bands(sketch))


def day_number(day: date) -> int:
    """Return the number of a day, as it is indexed."""
    return (day - _DAY_ZERO).days


def articles_body(shards: int, replicas: int) -> dict[str, Any]:
    """Return the settings and the mapping of an index of articles."""
    similarities = {_similarity(b): {"type": "BM25", "k1": K1, "b": b} for b in sorted(set(_B.values()))}
    properties = {
        "id": _KEYWORD,
        "commit": {"type": "long"},
        "instant": {"type": "long"},
        "day": {"type": "integer"},
        "month": _KEYWORD,
        "length": {"type": "integer", "index": False},
        "bands": _FOUND_ONLY,
        **{facet_field(facet): _KEYWORD for facet in FACETS},
        **{written_field(facet): _KEYWORD for facet in FACETS},
        **{spec.name: _text(spec) for spec in FIELDS},
        **{spec.name + ALSO: _POSITIONS for spec in FIELDS if has_also(spec)},
        **{name: {"type": "object", "enabled": False} for name in STORED},
    }
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": "-1",
            "codec": "best_compression",
            "similarity": similarities,
        },
        "mappings": {"dynamic": "strict", "_source": {"includes": [*STORED, "id"]}, "properties": properties},
    }


def words_body(shards: int, replicas: int) -> dict[str, Any]:
    """Return the settings and the mapping of an index of words."""
    return {
        "settings": {"number_of_shards": shards, "number_of_replicas": replicas, "refresh_interval": "-1"},
        "mappings": {
            "dynamic": "strict",
            "properties": {
                "field": _FOUND_ONLY,
                "term": _KEYWORD,
                "folded": _FOUND_ONLY,
                "count": {"type": "long", "index": False},
            },
        },
    }


def control_body() -> dict[str, Any]:
    """Return the settings and the mapping of an index of states. It is read by ids; who lists them refreshes it."""
    return {
        "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-2", "refresh_interval": "-1"},
        "mappings": {
            "dynamic": "strict",
            "properties": {"kind": _KEYWORD, "value": {"type": "object", "enabled": False}},
        },
    }


STORED = ("article", "offsets", "sketch")
"""What is kept of an article to be given back; all else can be searched only."""


def facet_field(facet: str) -> str:
    """Return the field that holds the keys of a facet."""
    return f"facet_{facet}"


def written_field(facet: str) -> str:
    """Return the field that holds the values of a facet as they are written."""
    return f"written_{facet}"


def has_also(spec: Field) -> bool:
    """Say whether a field may hold numbers of Roman numerals that phrases must find."""
    return spec.positions and spec.view == "S"


def _similarity(b: float) -> str:
    return f"b{round(b * 100)}"


def _text(spec: Field) -> Mapping[str, Any]:
    b = _B.get(spec.name)
    found = {**(_POSITIONS if spec.positions else _FREQUENCIES), "norms": bool(b)}
    return found if b is None else {**found, "similarity": _similarity(b)}


_KEYWORD: Mapping[str, Any] = {"type": "keyword"}
_FOUND_ONLY: Mapping[str, Any] = {"type": "keyword", "doc_values": False}
_FREQUENCIES: Mapping[str, Any] = {"type": "text", "analyzer": ANALYZER, "index_options": "freqs", "norms": False}
# One place is free between two paragraphs, as in the numbers of tokens.
_POSITIONS: Mapping[str, Any] = {"type": "text", "analyzer": ANALYZER, "norms": False, "position_increment_gap": 1}
