"""How are the terms of a segment kept, and how are they looked up?

A *lexicon* holds every distinct term of one view of a segment, sorted; a term is named by its rank::

    V/terms        uint8     the terms of view V in UTF-8, one after another, sorted
    V/term_ends    uint32    where each ends
    V/bucket_ends  uint32    a hash table of 2^k buckets: bucket h holds the terms whose crc32 ends in the k bits of h;
    V/bucketed     uint32    their ranks, bucket by bucket, bucket h ending where bucket_ends[h] says

The views S, E, C and D have one (see :mod:`search.analysis.views`), and so have the ids. A field holds some of the
terms of its view::

    F/members      uint16 | uint32   S, E, C, D: the ranks of its terms, ascending
    F/row_ends     uint32            B, EB: per term of the lexicon of S or E, where the pairs end that begin with it
    F/seconds      uint16 | uint32   the ranks of the second terms of these pairs, ascending within a row

So a pair costs two or four bytes and no text, and a word is looked up once for all fields of a view.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ...analysis.views import JOINER
from ...memo import Memo
from .arrays import Array, ArrayFile, ArrayWriter

Ints = NDArray[np.int64]

_JOINER = JOINER.encode()

RANKS_REMEMBERED = 1 << 13
"""Ranks of terms that were looked up: a word of a query is looked up in every field, and beside each neighbour."""

TEXTS_REMEMBERED = 1 << 13
"""Terms whose text was asked for by rank: the words that follow others are the same few thousand."""

LEXICONS = {"S": "S", "E": "E", "B": "S", "EB": "E", "C": "C", "D": "D"}
"""The lexicon that the terms of each view, or their halves, belong to."""

PAIRS = frozenset({"B", "EB"})
"""The views whose terms are pairs."""


class Lexicon(Sequence[bytes]):
    """The sorted terms of one view."""

    def __init__(self, terms: Array, ends: Array, bucket_ends: Array, bucketed: Array) -> None:
        self._blob = _view(terms)
        self._end_array = ends
        self._ends = _view(ends)
        self._bucket_ends = _view(bucket_ends)
        self._bucketed = _view(bucketed)
        self._mask = len(bucket_ends) - 1
        self._ranks: Memo[bytes, int] = Memo(RANKS_REMEMBERED)
        self._texts: Memo[int, str] = Memo(TEXTS_REMEMBERED)

    @classmethod
    def read(cls, file: ArrayFile, view: str) -> Lexicon:
        """Return the lexicon that :func:`write_lexicon` wrote for ``view``."""
        return cls(*(file[f"{view}/{part}"] for part in ("terms", "term_ends", "bucket_ends", "bucketed")))

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, rank: int) -> bytes:  # type: ignore[override]  # no slices
        return bytes(self._blob[self._ends[rank - 1] if rank else 0 : self._ends[rank]])

    def take(self, ranks: Iterable[int]) -> list[bytes]:
        """Return the terms with ``ranks``."""
        blob, ends = self._blob, self._ends
        return [bytes(blob[ends[rank - 1] if rank else 0 : ends[rank]]) for rank in ranks]

    def text(self, rank: int) -> str:
        """Return the term with ``rank``, one of those that are asked for again and again."""
        return self._texts.get(rank, self._text)

    def _text(self, rank: int) -> str:
        return self[rank].decode()

    def __iter__(self) -> Iterator[bytes]:
        data = bytes(self._blob)
        start = 0
        for end in self._end_array.tolist():
            yield data[start:end]
            start = end

    def find(self, term: bytes) -> int:
        """Return the rank of ``term``, or -1."""
        return self._ranks.get(term, self._find)

    def _find(self, term: bytes) -> int:
        bucket = zlib.crc32(term) & self._mask
        for at in range(self._bucket_ends[bucket - 1] if bucket else 0, self._bucket_ends[bucket]):
            rank: int = self._bucketed[at]
            if self[rank] == term:
                return rank
        return -1

    def prefixed(self, prefix: bytes) -> range:
        """Return the ranks of the terms that start with ``prefix``."""
        first = bisect_left(self, prefix)
        # 0xff stands in no UTF-8 text, so this sorts after everything that starts with the prefix.
        return range(first, bisect_left(self, prefix + b"\xff", lo=first))


def pack_terms(terms: Iterable[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Return sorted ``terms`` as one array of bytes, and where each ends."""
    listed = list(terms)
    ends = np.cumsum(np.fromiter(map(len, listed), dtype=np.int64, count=len(listed))).astype(np.uint32)
    return np.frombuffer(b"".join(listed), dtype=np.uint8), ends


def write_lexicon(file: ArrayWriter, view: str, terms: Sequence[bytes]) -> None:
    """Write ``terms``, sorted and distinct, as the lexicon of ``view``."""
    blob, ends = pack_terms(terms)
    size = 1 << max(0, len(terms) - 1).bit_length()
    buckets = np.fromiter(map(zlib.crc32, terms), np.int64, len(terms)) & (size - 1)
    file.add(f"{view}/terms", blob)
    file.add(f"{view}/term_ends", ends)
    file.add(f"{view}/bucket_ends", np.cumsum(np.bincount(buckets, minlength=size)).astype(np.uint32))
    file.add(f"{view}/bucketed", np.argsort(buckets, kind="stable").astype(np.uint32))


class FieldTerms(Sequence[bytes]):
    """The sorted terms of one field, numbered from 0; ``keys`` names each by one integer, ascending: the rank in the
    lexicon, or for pairs both ranks (see :func:`pair_keys`).
    """

    def find(self, term: bytes) -> int:
        """Return the number of ``term``, or -1."""
        raise NotImplementedError

    def prefixed(self, prefix: bytes) -> range:
        """Return the numbers of the terms that start with ``prefix``."""
        raise NotImplementedError

    def take(self, numbers: Ints) -> list[bytes]:
        """Return the terms with ``numbers``."""
        raise NotImplementedError

    @property
    def keys(self) -> Ints:
        """The key of each term."""
        raise NotImplementedError


class WordTerms(FieldTerms):
    """Terms that are terms of their lexicon, those whose ranks are ``members``."""

    def __init__(self, lexicon: Lexicon, members: Array) -> None:
        self.lexicon = lexicon
        self.members = members
        self._ranks = _view(members)

    def __len__(self) -> int:
        return len(self.members)

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]  # no slices
        return self.lexicon[int(self.members[number])]

    def __iter__(self) -> Iterator[bytes]:
        if len(self.members) == len(self.lexicon):
            return iter(self.lexicon)
        return map(self.lexicon.__getitem__, self.members.tolist())

    def find(self, term: bytes) -> int:
        """Return the number of ``term``, or -1."""
        rank = self.lexicon.find(term)
        return -1 if rank < 0 else self.ranked(rank)

    def ranked(self, rank: int) -> int:
        """Return the number of the term that has ``rank`` in the lexicon, or -1."""
        return _search(self._ranks, rank, 0, len(self._ranks))

    def prefixed(self, prefix: bytes) -> range:
        """Return the numbers of the terms that start with ``prefix``."""
        ranks = self.lexicon.prefixed(prefix)
        first, after = np.searchsorted(self.members, (ranks.start, ranks.stop)).tolist()
        return range(first, after)

    def take(self, numbers: Ints) -> list[bytes]:
        """Return the terms with ``numbers``."""
        return self.lexicon.take(self.members[numbers].tolist())

    @property
    def keys(self) -> Ints:
        """The rank of each term."""
        return self.members.astype(np.int64)


class PairTerms(FieldTerms):
    """Terms that are pairs of terms of a lexicon: those that begin with each, the ranks of whose second terms are
    ``seconds``, end at ``row_ends``.
    """

    def __init__(self, lexicon: Lexicon, row_ends: Array, seconds: Array) -> None:
        self.lexicon = lexicon
        self.row_ends = row_ends
        self.seconds = seconds
        self._ends = _view(row_ends)
        self._ranks = _view(seconds)

    def __len__(self) -> int:
        return len(self.seconds)

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]  # no slices
        first = int(np.searchsorted(self.row_ends, self.row_ends.dtype.type(number), "right"))
        return self.lexicon[first] + _JOINER + self.lexicon[int(self.seconds[number])]

    def __iter__(self) -> Iterator[bytes]:
        terms = list(self.lexicon)
        start = 0
        for first, end in zip(terms, self.row_ends.tolist(), strict=True):
            for second in self.seconds[start:end].tolist():
                yield first + _JOINER + terms[second]
            start = end

    def find(self, term: bytes) -> int:
        """Return the number of ``term``, or -1."""
        left, _, right = term.partition(_JOINER)
        first = self.lexicon.find(left)
        second = self.lexicon.find(right) if first >= 0 else -1
        if second < 0:
            return -1
        return _search(self._ranks, second, *self._row(first))

    def take(self, numbers: Ints) -> list[bytes]:
        """Return the terms with ``numbers``."""
        firsts = np.searchsorted(self.row_ends, numbers.astype(self.row_ends.dtype), "right").tolist()
        halves = (self.lexicon.take(ranks) for ranks in (firsts, self.seconds[numbers].tolist()))
        return list(map(_JOINER.join, zip(*halves, strict=True)))

    def numbers(self, first: int, seconds: Sequence[int]) -> list[tuple[int, int]]:
        """Return (index, number) for every one of ``seconds``, ascending ranks, that is paired with the term of
        rank ``first``.
        """
        ranks = self._ranks
        at, end = self._row(first)
        found = []
        for index, second in enumerate(seconds):
            at = bisect_left(ranks, second, at, end)
            if at == end:
                break
            if ranks[at] == second:
                found.append((index, at))
        return found

    def prefixed(self, prefix: bytes) -> range:
        """Return the numbers of the pairs that start with ``prefix``, within the first term or beyond it."""
        left, joined, right = prefix.partition(_JOINER)
        if not joined:
            firsts = self.lexicon.prefixed(left)
            if not firsts:
                return range(0)
            return range(self._row(firsts.start)[0], self._row(firsts.stop - 1)[1])
        first = self.lexicon.find(left)
        if first < 0:
            return range(0)
        start, end = self._row(first)
        seconds = self.lexicon.prefixed(right)
        low, high = np.searchsorted(self.seconds[start:end].astype(np.int64), (seconds.start, seconds.stop)).tolist()
        return range(start + low, start + high)

    def _row(self, first: int) -> tuple[int, int]:
        return (self._ends[first - 1] if first else 0), self._ends[first]

    @property
    def keys(self) -> Ints:
        """The pair of each term as :func:`pair_keys` gives it."""
        ends = self.row_ends.astype(np.int64)
        sizes = ends - np.concatenate(([0], ends[:-1]))
        return pair_keys(np.repeat(np.arange(len(sizes)), sizes), self.seconds.astype(np.int64))


_PAIR_BITS = 21
"""Bits of a rank in a pair; segments are far from two million different words."""


def pair_keys(firsts: Ints, seconds: Ints) -> Ints:
    """Return pairs of ranks as integers that sort as the pairs do."""
    return (firsts.astype(np.int64) << _PAIR_BITS) | seconds


def split_pairs(keys: Ints) -> tuple[Ints, Ints]:
    """Return the first and second ranks of :func:`pair_keys`."""
    return keys >> _PAIR_BITS, keys & ((1 << _PAIR_BITS) - 1)


def _view(array: Array) -> memoryview:
    # Items of a memory view are Python integers, several times as cheap to get as those of an array.
    return array.data if array.size else memoryview(b"")


def _search(ranks: memoryview, rank: int, start: int, end: int) -> int:
    at = bisect_left(ranks, rank, start, end)
    return at if at < end and ranks[at] == rank else -1
