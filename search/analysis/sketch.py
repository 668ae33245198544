"""How is the text of an article kept so small that reprints of it are recognised without reading it?

The text is the set of its shingles: runs of :data:`SHINGLE` folded syllables of lead and body (Broder, "On the
resemblance and containment of documents", 1997). Its sketch is a sample of that set by one permutation hashing (Li,
Owen, Zhang, 2012): every shingle has a hash that names one of :data:`BINS` bins, and of those in a bin the least one
counts, of which four bits are kept (Li, König, "b-Bit Minwise Hashing", 2010). So a sketch is :data:`SKETCH_BYTES`
bytes, depends on nothing but the text, and two of them tell about how much of their texts is the same.

Who could be alike is found without comparing all with all: by bands, the codes of four bins in a row (Broder, Glassman,
Manasse, Zweig, "Syntactic clustering of the Web", 1997).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from numpy.typing import NDArray

from .views import Block

SHINGLE = 4
"""Syllables of a shingle."""

TEXT_ZONES = ("lead", "body")

SHORT = 20
"""Of a text with fewer syllables the title is a part: one sentence, as over a bulletin, may stand every day."""

BINS = 64
SKETCH_BYTES = BINS // 2
CODES = 15
"""A bin holds 1 to ``CODES``, or 0 where no shingle falls into it."""

RESEMBLANCE = 0.8
"""The least part of the shingles of two texts that is the same in both, for them to be alike.

Of 40,000 articles, 972 pairs share at least this part. All are the same article, read by eye where they are not
identical, but for 15 of one series that differ in one number. By their sketches 955 are found and nothing else. The
next pairs, of .79 and less, tell the matter anew or how it went on.
"""

LEAST_BINS = 8
"""Bins that a shingle falls into: a text of less than about a dozen syllables is a heading, not an article."""

BAND_BYTES = 2
"""What is alike has a band in common, or is not taken for alike. Sketches that just show the :data:`RESEMBLANCE` have
none in 1 of 10,000 pairs.
"""

_BIN_SHIFT = 58
_LEAST_MASK = (1 << _BIN_SHIFT) - 1
_WORD = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15

Hash = TypeVar("Hash", int, NDArray[Any])


def hashed_word(folded: str) -> int:
    """Return the hash (32 bits) of a folded syllable."""
    return zlib.crc32(folded.encode())


def hashed_shingle(words: Sequence[Hash]) -> Hash:
    """Return the hash (64 bits) of a shingle from those of its words, or of many shingles from arrays of the hashes of
    their first words (uint64), their second ones, and so on. It ends as SplitMix64 does (Steele, Lea, Flood, 2014).
    """
    mixed = words[0]
    for word in words[1:]:
        mixed = (mixed * _STEP & _WORD) + word & _WORD
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & _WORD
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & _WORD
    last: Hash = mixed ^ mixed >> 31
    return last


def placed(hashed: Hash) -> tuple[Hash, Hash]:
    """Return the bin that a hash falls into (0 to :data:`BINS` - 1), and what is compared there."""
    return hashed >> _BIN_SHIFT, hashed & _LEAST_MASK


def sketch(blocks: Iterable[Block]) -> bytes:
    """Return the sketch of a document: the codes of two bins in a byte, the first of them in the lower half.

    The obvious implementation, which the array builder is tested against.
    """
    words: dict[str, list[str]] = {zone: [] for zone in ("title", *TEXT_ZONES)}
    for block in blocks:
        if block.zone in words:
            words[block.zone] += [token.folded for token in block.tokens]
    text = [word for zone in TEXT_ZONES for word in words[zone]]
    if len(text) < SHORT:
        text = words["title"] + text
    hashes = [hashed_word(word) for word in text]
    least: dict[int, int] = {}
    for at in range(len(hashes) - SHINGLE + 1):
        number, value = placed(hashed_shingle(hashes[at : at + SHINGLE]))
        least[number] = min(value, least.get(number, value))
    codes = [least[number] % CODES + 1 if number in least else 0 for number in range(BINS)]
    return bytes(low | high << 4 for low, high in zip(codes[::2], codes[1::2], strict=True))


def bands(sketch: bytes) -> frozenset[tuple[int, bytes]]:
    """Return the bands of a sketch, each with its place, but those into which no shingle falls."""
    cut = ((at, sketch[at : at + BAND_BYTES]) for at in range(0, SKETCH_BYTES, BAND_BYTES))
    return frozenset((at, band) for at, band in cut if any(band))


def alike(one: bytes, other: bytes) -> bool:
    """Return whether two texts are near identical by their sketches. Of bins whose shingles differ, one in
    :data:`CODES` has the same code by chance; that is taken off.

    The obvious implementation, which that on arrays is tested against.
    """
    if bands(one).isdisjoint(bands(other)):
        return False
    codes = zip(*([code for byte in of for code in (byte & 15, byte >> 4)] for of in (one, other)), strict=True)
    filled = [pair for pair in codes if any(pair)]
    if any(sum(map(bool, own)) < LEAST_BINS for own in zip(*filled, strict=True)):
        return False
    equal = sum(first == second for first, second in filled)
    return bool(equal * CODES - len(filled) >= RESEMBLANCE * (CODES - 1) * len(filled))
