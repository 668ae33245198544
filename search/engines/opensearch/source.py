"""How is an article read that lies on a cluster? (What is sent of it is written by :mod:`.encoding`.)"""

from __future__ import annotations

import zlib
from base64 import b64decode
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from ...analysis.offsets import Offsets
from ...analysis.tokens import form
from ...document import Document
from ..base import Stored, Wanted, Words
from ..plain import whole


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
    """Reads what was sent of an article."""

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
