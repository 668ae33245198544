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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..document import ZONES, Document
from .views import Block, Key

Array = NDArray[Any]
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


@dataclass(frozen=True, slots=True, eq=False)
class Offsets:
    """The offsets of a document's tokens, and its structured keys.

    Token ``p`` (see :mod:`.views` for their numbers) stands at ``starts[p]`` to ``ends[p]``, in code points of its
    text; both are 0 for the number that is left free after a paragraph. Paragraph i of those that have a token is
    ``names[i]``, as (zone, number within the zone), and its tokens are ``bases[i]`` to ``bases[i + 1] - 2``.
    ``key_lines`` are the keys as they are stored, a line for each.
    """

    names: Sequence[tuple[str, int]]
    bases: Ints
    starts: Ints
    ends: Ints
    key_lines: str

    @classmethod
    def of(cls, blocks: Iterable[Block]) -> Offsets:
        """Take the offsets out of an analysed document; facet labels are left out, they are no text."""
        texts = [block for block in blocks if block.zone in ZONES]
        return cls(
            tuple((block.zone, block.number) for block in texts),
            np.cumsum([0, *(len(block.tokens) + 1 for block in texts)]),
            np.asarray([at for block in texts for at in (*(token.start for token in block.tokens), 0)], np.int64),
            np.asarray([at for block in texts for at in (*(token.end for token in block.tokens), 0)], np.int64),
            _key_lines(key for block in texts for key in block.keys),
        )

    @property
    def blocks(self) -> tuple[BlockOffsets, ...]:
        """The same, paragraph by paragraph."""
        starts, ends = self.starts.tolist(), self.ends.tolist()
        return tuple(
            BlockOffsets(zone, number, base, starts[base : after - 1], ends[base : after - 1])
            for (zone, number), (base, after) in zip(self.names, pairwise(self.bases.tolist()), strict=True)
        )

    @property
    def keys(self) -> tuple[Key, ...]:
        """The structured keys."""
        return tuple(map(_key, self.key_lines.splitlines()))

    def pack(self, document: Document, expected: Ints) -> bytes:
        """Return the offsets of ``document`` as bytes; ``expected`` has the length of the folded key of each token."""
        held = set(self.names)
        names = ((zone, number) for zone, number, text in document.blocks() if text)
        empty = [at for at, name in enumerate(names) if name not in held]
        blocks = self.blocks
        gaps = [
            start - before
            for block in blocks
            for start, before in zip(block.starts, (0, *block.ends[:-1]), strict=True)
        ]
        sizes = [end - start for block in blocks for start, end in zip(block.starts, block.ends, strict=True)]
        tokens = PackedTokens.of(np.asarray(gaps, np.int64), np.asarray(sizes, np.int64), expected)
        return tokens.pack(0, len(gaps), empty, self.keys)

    @classmethod
    def unpack(cls, data: bytes | memoryview, names: Sequence[tuple[str, int]], expected: Ints) -> Offsets:
        """Return the offsets that :meth:`pack` wrote of a document; see :class:`Packed` for the arguments."""
        return unpack_all([Packed(data, names, expected)])[0]


class Packed(NamedTuple):
    """What :meth:`Offsets.pack` wrote of a document whose texts that are not empty are ``names``.

    ``expected`` has an item per number of a token: the length of its folded key, which is 1 or more, and 0 for the
    number that is left free after a paragraph.
    """

    data: bytes | memoryview
    names: Sequence[tuple[str, int]]
    expected: Ints


def unpack_all(documents: Sequence[Packed]) -> list[Offsets]:
    """Return the offsets of several documents, which are unpacked as if they were one: that costs hardly more."""
    packed = list(map(_Columns.of, documents))
    expected = np.concatenate([one.expected for one in documents])
    gaps = np.concatenate([one.gaps for one in packed]).astype(np.int64)
    off = np.concatenate([one.sizes for one in packed])
    is_token = expected > 0
    token_sizes = off + (expected[is_token] - _MIDDLE)
    if any(one.has_large for one in packed):
        gaps[gaps == _ESCAPE] = np.concatenate([one.long_gaps for one in packed])
        token_sizes[off == _ESCAPE] = np.concatenate([one.odd_sizes for one in packed])
    advance, sizes = np.zeros(len(expected), np.int64), np.zeros(len(expected), np.int64)
    sizes[is_token] = token_sizes
    advance[is_token] = gaps
    ends = np.cumsum(advance + sizes)
    (free,) = (~is_token).nonzero()
    bases = np.concatenate(([0], free + 1))
    # Each text counts from its own beginning.
    ends -= np.repeat(np.concatenate(([0], ends[free[:-1]]))[: len(free)], np.diff(bases))
    starts = ends - sizes
    starts[free] = ends[free] = 0
    bounds = list(accumulate((len(one.expected) for one in documents), initial=0))
    texts = free.searchsorted(bounds).tolist()
    return [
        Offsets(one.names, bases[text : text_after + 1] - first, starts[first:after], ends[first:after], one.key_lines)
        for one, (first, after), (text, text_after) in zip(packed, pairwise(bounds), pairwise(texts), strict=True)
    ]


class _Columns(NamedTuple):
    """The parts of :class:`Packed`, and the texts of it that have a token."""

    names: Sequence[tuple[str, int]]
    gaps: NDArray[np.uint8]
    sizes: NDArray[np.uint8]
    has_large: bool
    long_gaps: Array
    odd_sizes: Array
    key_lines: str

    @classmethod
    def of(cls, packed: Packed) -> _Columns:
        data, names = packed.data, packed.names
        empty_count, size, large_count = _HEAD.unpack_from(data)
        gaps = np.frombuffer(data, np.uint8, size, _HEAD.size)
        sizes = np.frombuffer(data, np.uint8, size, _HEAD.size + size)
        large = np.frombuffer(data, "<u4", large_count, _HEAD.size + 2 * size)
        cut = empty_count
        if large_count:
            empty = frozenset(large[:empty_count].tolist())
            names = [name for at, name in enumerate(names) if at not in empty] if empty else names
            cut += np.count_nonzero(gaps == _ESCAPE)
        lines = str(data[_HEAD.size + 2 * size + 4 * large_count :], "utf-8")
        return cls(names, gaps, sizes, large_count > 0, large[empty_count:cut], large[cut:], lines)


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
        return b"".join(
            (
                _HEAD.pack(len(empty), end - begin, len(large)),
                self.gaps[begin:end].tobytes(),
                self.sizes[begin:end].tobytes(),
                struct.pack(f"<{len(large)}I", *large),
                _key_lines(keys).encode(),
            )
        )


def _between(at: Ints, values: Ints, begin: int, end: int) -> list[int]:
    first, after = at.searchsorted((begin, end)).tolist()
    listed: list[int] = values[first:after].tolist()
    return listed


def _key_lines(keys: Iterable[Key]) -> str:
    return "\n".join(f"{key.position} {key.size} {' '.join((key.key, *key.wider))}" for key in keys)


def _key(line: str) -> Key:
    position, size, key, *wider = line.split(" ")
    return Key(int(position), int(size), key, tuple(wider))
