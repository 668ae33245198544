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
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..document import ZONES, Document
from .views import Block, Key

Ints = NDArray[np.int64]

_ESCAPE = 255
_MIDDLE = 128
_LONGEST = 255
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
        empty = [at for at, name in enumerate(_names(document)) if name not in held]
        gaps = [
            start - before
            for block in self.blocks
            for start, before in zip(block.starts, (0, *block.ends[:-1]), strict=True)
        ]
        sizes = [end - start for block in self.blocks for start, end in zip(block.starts, block.ends, strict=True)]
        tokens = PackedTokens.of(np.asarray(gaps, np.int64), np.asarray(sizes, np.int64), expected)
        return tokens.pack(0, len(gaps), empty, self.keys)

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


def expected_sizes(folded: Iterable[str]) -> Ints:
    """Return how many code points tokens with these folded keys are expected to have."""
    return np.asarray([min(len(key), _LONGEST) for key in folded], np.int64)


@dataclass(frozen=True, slots=True)
class PackedTokens:
    """Gaps and sizes of the tokens of any number of documents, as they are stored, and the true values where an escape
    stands, with the tokens that they belong to.
    """

    gaps: NDArray[np.uint8]
    sizes: NDArray[np.uint8]
    long_gaps: Ints
    long_gaps_at: Ints
    odd_sizes: Ints
    odd_sizes_at: Ints

    @classmethod
    def of(cls, gaps: Ints, sizes: Ints, expected: Ints) -> PackedTokens:
        """Take the gap before each token, its size, and the length of its folded key, in code points."""
        off = sizes - expected + _MIDDLE
        (long_at,) = (gaps >= _ESCAPE).nonzero()
        (odd_at,) = ((off < 0) | (off >= _ESCAPE)).nonzero()
        off[odd_at] = _ESCAPE
        return cls(
            np.minimum(gaps, _ESCAPE).astype(np.uint8),
            off.astype(np.uint8),
            gaps[long_at],
            long_at,
            sizes[odd_at],
            odd_at,
        )

    def pack(self, begin: int, end: int, empty: Sequence[int], keys: Iterable[Key]) -> bytes:
        """Return the packed offsets of a document that has the tokens from ``begin`` to ``end``; ``empty`` says which
        of its texts have none.
        """
        large = [
            *empty,
            *_between(self.long_gaps_at, self.long_gaps, begin, end),
            *_between(self.odd_sizes_at, self.odd_sizes, begin, end),
        ]
        lines = "\n".join(f"{key.position} {key.size} {' '.join((key.key, *key.wider))}" for key in keys)
        return b"".join(
            (
                _HEAD.pack(len(empty), end - begin, len(large)),
                self.gaps[begin:end].tobytes(),
                self.sizes[begin:end].tobytes(),
                struct.pack(f"<{len(large)}I", *large),
                lines.encode(),
            )
        )


def _between(at: Ints, values: Ints, begin: int, end: int) -> list[int]:
    first, after = at.searchsorted((begin, end)).tolist()
    listed: list[int] = values[first:after].tolist()
    return listed


def _names(document: Document) -> Iterator[tuple[str, int]]:
    """Yield (zone, number) of the texts of a document that are not empty."""
    return ((zone, number) for zone, number, text in document.blocks() if text)


def _key(line: str) -> Key:
    position, size, key, *wider = line.split(" ")
    return Key(int(position), int(size), key, tuple(wider))
