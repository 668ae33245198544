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
        small, heads = bytearray(), bytearray()
        large: list[int] = []
        for block in self.blocks:
            heads += _BLOCK.pack(ZONES.index(block.zone), block.number, len(block.starts))
            gaps = [start - before for start, before in zip(block.starts, (0, *block.ends[:-1]), strict=True)]
            sizes = [end - start for start, end in zip(block.starts, block.ends, strict=True)]
            pairs = bytearray(2 * len(gaps))
            pairs[::2], pairs[1::2] = _escaped(gaps), _escaped(sizes)
            small += pairs
            if _ESCAPE in pairs:
                large += [value for pair in zip(gaps, sizes, strict=True) for value in pair if value >= _ESCAPE]
        keys = "\n".join(f"{key.position} {key.size} {' '.join((key.key, *key.wider))}" for key in self.keys).encode()
        return b"".join(
            (
                _HEAD.pack(len(self.blocks), len(small), len(large)),
                heads,
                small,
                struct.pack(f"<{len(large)}I", *large),
                keys,
            )
        )

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


def _escaped(values: list[int]) -> bytes:
    return bytes(values) if max(values) < _ESCAPE else bytes(min(value, _ESCAPE) for value in values)


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
