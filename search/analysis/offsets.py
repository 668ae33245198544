"""Where do the tokens of a stored document stand?

Offsets are kept beside the document when it is indexed, so that highlighting never analyses a text again. Nearly every
token stands one space after the one before and is as long as its folded key, so what is written is how far it is off,
which compresses to almost nothing::

    gaps   uint8 per token   code points between the end of the token before (or the start of the text) and this one
    sizes  uint8 per token   code points of the token, less those of its folded key, plus 128

with 255 in either as an escape, whose true value (of sizes: the whole size) stands in a list of uint32, gaps first.
Whoever reads them knows the lengths of the folded keys and the number of tokens of each text; texts without a token,
which are rare, are listed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..document import ZONES, Document
from .views import Block, Key

Ints = NDArray[np.int64]

_ESCAPE = 255
_MIDDLE = 128
_HEAD = struct.Struct("<III")


class BlockOffsets(NamedTuple):
    """The tokens of paragraph ``number`` of ``zone``: the first has the number ``base``, each stands at
    ``starts[i]`` to ``ends[i]``.
    """

    zone: str
    number: int
    base: int
    starts: Sequence[int]
    ends: Sequence[int]


@dataclass(frozen=True, slots=True)
class Offsets:
    """The offsets of a document's tokens, block by block, and its structured keys."""

    blocks: tuple[BlockOffsets, ...]
    keys: tuple[Key, ...]

    @classmethod
    def of(cls, blocks: Iterable[Block]) -> Offsets:
        """Take the offsets out of an analysed document; facet labels are left out, they are no text."""
        texts = [block for block in blocks if block.zone in ZONES]
        return cls(
            tuple(
                BlockOffsets(
                    block.zone,
                    block.number,
                    block.base,
                    [token.start for token in block.tokens],
                    [token.end for token in block.tokens],
                )
                for block in texts
            ),
            tuple(key for block in texts for key in block.keys),
        )

    def pack(self, document: Document, expected: Ints) -> bytes:
        """Return the offsets of ``document`` as bytes; ``expected`` has the length of the folded key of each token."""
        held = {(block.zone, block.number) for block in self.blocks}
        empty = [at for at, (zone, number, _) in enumerate(document.blocks()) if (zone, number) not in held]
        counts = np.asarray([len(block.starts) for block in self.blocks], np.int64)
        starts = np.fromiter(chain.from_iterable(block.starts for block in self.blocks), np.int64)
        ends = np.fromiter(chain.from_iterable(block.ends for block in self.blocks), np.int64)
        before = np.concatenate(([0], ends[:-1])) if len(ends) else ends
        before[np.cumsum(counts)[:-1]] = 0
        gaps, sizes = starts - before, ends - starts
        off = sizes - expected + _MIDDLE
        long_gap, odd_size = gaps >= _ESCAPE, (off < 0) | (off >= _ESCAPE)
        large = np.concatenate((empty, gaps[long_gap], sizes[odd_size])).astype("<u4")
        keys = "\n".join(f"{key.position} {key.size} {' '.join((key.key, *key.wider))}" for key in self.keys).encode()
        return b"".join(
            (
                _HEAD.pack(len(empty), len(gaps), len(large)),
                np.where(long_gap, _ESCAPE, gaps).astype(np.uint8).tobytes(),
                np.where(odd_size, _ESCAPE, off).astype(np.uint8).tobytes(),
                large.tobytes(),
                keys,
            )
        )

    @classmethod
    def unpack(cls, data: bytes | memoryview, document: Document, expected: Ints, counts: Sequence[int]) -> Offsets:
        """Return the offsets of ``document`` that :meth:`pack` wrote with the same ``expected``; ``counts`` has the
        number of tokens of each text that has any.

        ``starts`` and ``ends`` of the blocks are views of arrays: their items are integers, and nothing is copied.
        """
        empty_count, size, large_count = _HEAD.unpack_from(data)
        gaps = np.frombuffer(data, np.uint8, size, _HEAD.size).astype(np.int64)
        off = np.frombuffer(data, np.uint8, size, _HEAD.size + size)
        sizes = off + (expected - _MIDDLE)
        empty: frozenset[int] = frozenset()
        if large_count:
            large = np.frombuffer(data, "<u4", large_count, _HEAD.size + 2 * size)
            long_gap, odd_size = gaps == _ESCAPE, off == _ESCAPE
            cut = empty_count + int(long_gap.sum())
            empty = frozenset(large[:empty_count].tolist())
            gaps[long_gap], sizes[odd_size] = large[empty_count:cut], large[cut:]
        ends = np.cumsum(gaps + sizes)
        bounds = [0, *accumulate(counts)]
        # Each text counts from its own beginning.
        shift = np.repeat(np.concatenate(([0], ends))[bounds[:-1]], counts)
        from_start, to_end = (ends - sizes - shift).data, (ends - shift).data
        texts = (name for at, name in enumerate(_names(document)) if at not in empty)
        blocks = tuple(
            BlockOffsets(zone, number, first + at, from_start[first:after], to_end[first:after])
            for at, ((zone, number), (first, after)) in enumerate(zip(texts, pairwise(bounds), strict=True))
        )
        lines = bytes(data[_HEAD.size + 2 * size + 4 * large_count :]).decode().splitlines()
        return cls(blocks, tuple(map(_key, lines)))


def _names(document: Document) -> Iterator[tuple[str, int]]:
    return ((zone, number) for zone, number, _ in document.blocks())


def _key(line: str) -> Key:
    position, size, key, *wider = line.split(" ")
    return Key(int(position), int(size), key, tuple(wider))
