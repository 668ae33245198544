"""What is sent of one article, and how is it read again?"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from ...analysis.offsets import Offsets
from ...analysis.sketch import sketch
from ...analysis.tokens import form
from ...analysis.views import FIELDS, Block, Field, analyze, field_length, field_terms
from ...document import Document
from ...facets import MISSING_KEY, facet_key, facet_values
from ...page import FACETS
from ..base import Stored, Wanted, Words
from ..plain import plain, whole
from .layout import ALSO, EMPTY, SCORED, facet_field, has_also, joined, written_field

_DAY_ZERO = date(1970, 1, 1)


def source_of(document: Document, commit: int) -> dict[str, Any]:
    """Analyse ``document``, a normal one, and return what is indexed of it under the number of a commit."""
    blocks = analyze(document)
    found: dict[str, Any] = {
        "id": document.id,
        "commit": commit,
        "instant": document.instant,
        "day": day_number(document.day) if document.day else None,
        "month": document.day.isoformat()[:7] if document.day else None,
        "length": sum(field_length(blocks, spec) for spec in FIELDS if spec.name == "text"),
        "article": plain(document),
        "offsets": _packed(Offsets.of(blocks)),
        "sketch": {"code": b64encode(sketch(blocks)).decode()},
    }
    for facet in FACETS:
        values = facet_values(document, facet)
        found[facet_field(facet)] = [facet_key(value) for value in values] or [MISSING_KEY]
        found[written_field(facet)] = list(values)
    for spec in FIELDS:
        texts = list(_texts(blocks, spec))
        if texts or spec.name in SCORED:
            found[spec.name] = texts or [EMPTY]
        if has_also(spec) and (again := list(_again(blocks, spec))):
            found[spec.name + ALSO] = again
    return found


def day_number(day: date) -> int:
    """Return the number of a day."""
    return (day - _DAY_ZERO).days


def _texts(blocks: list[Block], spec: Field) -> Iterator[str]:
    """Yield the values of a field: where positions count, a paragraph each, then the numbers of Roman numerals."""
    own = [block for block in blocks if block.zone in spec.zones]
    if not spec.positions:
        terms = field_terms(own, spec)
        if terms:
            yield joined(term for term, positions in terms.items() for _ in positions)
        return
    for block in own:
        yield joined(token.exact if spec.view == "E" else token.folded for token in block.tokens)
    if spec.view == "S":
        yield from (token.also for block in own for token in block.tokens if token.also and token.also != token.folded)


def _again(blocks: list[Block], spec: Field) -> Iterator[str]:
    for block in blocks:
        if block.zone in spec.zones and any(token.also for token in block.tokens):
            yield joined(token.also or token.folded for token in block.tokens)


def _packed(offsets: Offsets) -> dict[str, Any]:
    """Return offsets as few bytes: how far each token starts after the end of the one before, and its size."""
    blocks = offsets.blocks
    gaps = [
        start - before for block in blocks for start, before in zip(block.starts, (0, *block.ends[:-1]), strict=True)
    ]
    sizes = [end - start for block in blocks for start, end in zip(block.starts, block.ends, strict=True)]
    packed = zlib.compress(np.asarray([*gaps, *sizes], "<u4").tobytes(), 1)
    return {
        "texts": [[block.zone, block.number, len(block.starts)] for block in blocks],
        "tokens": b64encode(packed).decode(),
        "keys": offsets.key_lines,
    }


def _unpacked(packed: dict[str, Any]) -> Offsets:
    texts = packed["texts"]
    counts = [count for _, _, count in texts]
    numbers = np.frombuffer(zlib.decompress(b64decode(packed["tokens"])), "<u4").astype(np.int64)
    gaps, sizes = numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]
    bases = np.cumsum([0, *(count + 1 for count in counts)])
    at = np.arange(len(sizes)) + np.repeat(np.arange(len(counts)), counts)
    ends = np.cumsum(gaps + sizes)
    before = np.concatenate(([0], ends))[np.cumsum([0, *counts])[:-1]]
    ends -= np.repeat(before, counts)
    starts_all, ends_all = np.zeros(int(bases[-1]), np.int64), np.zeros(int(bases[-1]), np.int64)
    starts_all[at], ends_all[at] = ends - sizes, ends
    return Offsets(tuple((zone, number) for zone, number, _ in texts), bases, starts_all, ends_all, packed["keys"])


class Source(Stored):
    """Reads what :func:`source_of` made of an article."""

    def __init__(self, source: dict[str, Any]) -> None:
        self._source = source

    @cached_property
    def document(self) -> Document:
        """The whole document."""
        return whole(self._source["article"])

    @property
    def heading(self) -> Document:
        """The whole document: it is here anyway."""
        return self.document

    @property
    def sketch(self) -> bytes:
        """The sketch of its text."""
        return b64decode(self._source["sketch"]["code"])

    @cached_property
    def offsets(self) -> Offsets:
        """The offsets of its tokens."""
        return _unpacked(self._source["offsets"])

    def text_of(self, zone: str, number: int) -> str:
        """Return text ``number`` of a zone, as :meth:`Document.blocks` numbers them."""
        return self.document.text_of(zone, number)

    def find(self, wanted: Wanted) -> Words:
        """Return its wanted tokens."""
        document, offsets = self.document, self.offsets
        starts, ends = offsets.starts.tolist(), offsets.ends.tolist()
        found, forms = [], []
        for (zone, number), (base, after) in zip(offsets.names, pairwise(offsets.bases.tolist()), strict=True):
            text = document.text_of(zone, number)
            for position in range(base, after - 1):
                keys = form(text[starts[position] : ends[position]])
                if (
                    keys.folded in wanted.words
                    or (wanted.prefixes and keys.folded.startswith(wanted.prefixes))
                    or (wanted.numerals and keys.roman in wanted.words)
                ):
                    found.append(position)
                    forms.append(keys)
        return Words(np.asarray(found, np.int64), np.arange(len(found)), forms)
