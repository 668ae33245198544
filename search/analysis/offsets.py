"""Where do the tokens of a stored document stand?

Offsets are kept beside the document when it is indexed, so that highlighting never analyses a text again. On disk
they are two bytes a token::

    gap  uint8   code points between the end of the token before (or the start of the text) and this one
    size uint8   code points of the token

with 255 in either as an escape, whose true value stands in a list of uint32 (in the order of the tokens, gap before
size).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..document import ZONES
from .views import Block, Key

Ints = NDArray[np.int64]

_ESCAPE = 255
_HEAD = struct.Struct("<III")
_BLOCK = struct.Struct("<BII")
BLOCK = np.dtype([("zone", "u1"), ("number", "<u4"), ("tokens", "<u4")])
"""The head of a block: the index of its zone in :data:`search.document.ZONES`, its number, its tokens."""


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

    def pack(self) -> bytes:
        """Return the offsets as bytes."""
        heads = b"".join(_BLOCK.pack(ZONES.index(block.zone), block.number, len(block.starts)) for block in self.blocks)
        gaps = [
            start - before
            for block in self.blocks
            for start, before in zip(block.starts, (0, *block.ends[:-1]), strict=True)
        ]
        sizes = [end - start for block in self.blocks for start, end in zip(block.starts, block.ends, strict=True)]
        tokens = PackedTokens.of(np.asarray(gaps, np.int64), np.asarray(sizes, np.int64))
        return tokens.pack(0, len(gaps), heads, self.keys)

    @classmethod
    def unpack(cls, data: bytes) -> Offsets:
        """Return the offsets that :meth:`pack` wrote."""
        count, small_size, large_count = _HEAD.unpack_from(data)
        at = _HEAD.size + count * _BLOCK.size
        starts, ends = _decode(data, at, small_size, large_count)
        blocks = []
        read = base = end_before = 0
        for number in range(count):
            zone, paragraph, tokens = _BLOCK.unpack_from(data, _HEAD.size + number * _BLOCK.size)
            after = read + tokens
            own = ends[read:after] - end_before
            blocks.append(
                BlockOffsets(ZONES[zone], paragraph, base, (starts[read:after] - end_before).tolist(), own.tolist())
            )
            end_before += int(own[-1])
            read = after
            base += tokens + 1
        lines = data[at + small_size + 4 * large_count :].decode().splitlines()
        return cls(tuple(blocks), tuple(map(_key, lines)))


@dataclass(frozen=True, slots=True)
class PackedTokens:
    """Gaps and sizes of the tokens of any number of documents, as they are stored."""

    small: NDArray[np.uint8]
    """gap, size, gap, size …, of each token"""
    large: NDArray[np.uint32]
    large_at: Ints
    """Where in ``small`` the escape stands of each of ``large``."""

    @classmethod
    def of(cls, gaps: Ints, sizes: Ints) -> PackedTokens:
        """Take the gap before each token and its size, in code points."""
        values = np.column_stack((gaps, sizes)).ravel()
        (large_at,) = (values >= _ESCAPE).nonzero()
        small = np.minimum(values, _ESCAPE).astype(np.uint8)
        return cls(small, values[large_at].astype("<u4"), large_at)

    def pack(self, begin: int, end: int, heads: bytes, keys: Iterable[Key]) -> bytes:
        """Return the packed offsets of a document that has the tokens from ``begin`` to ``end``; ``heads`` are those
        of its blocks.
        """
        small = self.small[2 * begin : 2 * end].tobytes()
        first, after = self.large_at.searchsorted((2 * begin, 2 * end)).tolist()
        large = self.large[first:after].tobytes()
        lines = "\n".join(f"{key.position} {key.size} {' '.join((key.key, *key.wider))}" for key in keys)
        counts = _HEAD.pack(len(heads) // _BLOCK.size, len(small), after - first)
        return b"".join((counts, heads, small, large, lines.encode()))


def _decode(data: bytes, at: int, small_size: int, large_count: int) -> tuple[Ints, Ints]:
    """Return where the tokens of all blocks start and end, as if the blocks followed one another in one text."""
    sizes = np.frombuffer(data, np.uint8, small_size, at).astype(np.int64)
    if large_count:
        sizes[sizes == _ESCAPE] = np.frombuffer(data, "<u4", large_count, at + small_size)
    bounds = np.cumsum(sizes)
    return bounds[::2], bounds[1::2]


def _key(line: str) -> Key:
    position, size, key, *wider = line.split(" ")
    return Key(int(position), int(size), key, tuple(wider))
