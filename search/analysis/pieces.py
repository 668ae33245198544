"""How are many texts analysed at once?

No token, and no syllable of the segmenter, depends on what is beyond the spaces around it (but for those of
:func:`.tokens.pieces_of`). So a text is split at its spaces, each distinct piece is tokenised, folded and taken apart
into syllables only once, and from then on a text is a sequence of table rows, and what is asked of its tokens are
look-ups and sums of arrays. 40,000 articles of 570 words hold 174,000 distinct pieces.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .normalize import new_style
from .segment import GAP, Run, Segmenter, batches, look_up, rows_from
from .tokens import NUMERAL_CONTEXT, TOKEN, form, pieces_of

Ints = NDArray[Any]

MOST_PIECES: Final = 1 << 18
"""When more distinct pieces than this are known, they are forgotten and collected anew: they take about 100 MB."""


@dataclass(slots=True)
class Surfaces:
    """The spellings of tokens seen so far.

    A row of ``table``: the number of the folded key, of the exact key, of the number that a Roman numeral stands for
    (or -1), and whether a numeral may follow. ``folded`` and ``exact`` give the number of each key; the key of a number
    is among the folded ones.
    """

    rows: dict[str, int] = field(default_factory=dict)
    table: array[int] = field(default_factory=lambda: array("q"))
    folded: dict[str, int] = field(default_factory=dict)
    exact: dict[str, int] = field(default_factory=dict)

    def row(self, surface: str) -> int:
        """Return the row of a spelling, new or known."""
        known = self.rows.get(surface)
        if known is not None:
            return known
        keys = form(surface)
        folded = self._folded(keys.folded)
        exact = self.exact.setdefault(keys.exact, len(self.exact))
        roman = self._folded(keys.roman) if keys.roman and keys.roman != keys.folded else -1
        self.table.extend((folded, exact, roman, keys.folded in NUMERAL_CONTEXT))
        row = self.rows[surface] = len(self.rows)
        return row

    def _folded(self, key: str) -> int:
        return self.folded.setdefault(key, len(self.folded))

    def of(self, tokens: Ints) -> tuple[SurfaceTable, Ints]:
        """Return the rows of these ``tokens`` as a table of its own, and the row in it of each token."""
        used, rows = _renumbered(tokens, len(self.rows))
        folded, exact, roman, context = look_up(self.table, 4, used)
        used_folded, folded_numbers = _renumbered(np.concatenate((folded, roman[roman >= 0])), len(self.folded))
        used_exact, exact_numbers = _renumbered(exact, len(self.exact))
        table = SurfaceTable(
            _picked(self.folded, used_folded),
            _picked(self.exact, used_exact),
            folded_numbers[folded],
            exact_numbers[exact],
            np.where(roman < 0, -1, folded_numbers[roman]),
            context.astype(bool),
        )
        return table, rows[tokens]


def _renumbered(numbers: Ints, size: int) -> tuple[Ints, Ints]:
    """Return which of the numbers below ``size`` are used, ascending, and for all of these how many used ones are
    before it.
    """
    used = np.bincount(numbers, minlength=size) > 0
    return np.flatnonzero(used), used.cumsum() - used


def _picked(keys: dict[str, int], numbers: Ints) -> list[str]:
    listed = list(keys)
    return [listed[number] for number in numbers.tolist()]


class SurfaceTable(NamedTuple):
    """:class:`Surfaces` by columns: the keys by their numbers, and of each row what `Surfaces.table` says of it."""

    folded: list[str]
    exact: list[str]
    folded_of: Ints
    exact_of: Ints
    roman_of: Ints
    context_of: NDArray[np.bool_]


class Analysed(NamedTuple):
    """The tokens of many texts, one text after another. Offsets count code points from the start of the first text,
    with one between two texts.
    """

    counts: Ints  # of each text, the number of its tokens …
    origins: Ints  # … and where it begins
    surfaces: Ints  # of each token, the row of its spelling …
    starts: Ints  # … its first code point …
    ends: Ints  # … and the one after its last
    compound_firsts: Ints  # of each compound, the index of its first token …
    compound_sizes: Ints  # … and the number of its tokens

    @property
    def firsts(self) -> Ints:
        """Of each text the index of its first token; of one without, that of the next text."""
        firsts: Ints = self.counts.cumsum() - self.counts
        return firsts

    @property
    def gaps(self) -> Ints:
        """Of each token the code points between it and the one before, or the start of the text."""
        before = np.roll(self.ends, 1)
        filled = self.counts > 0
        before[self.firsts[filled]] = self.origins[filled]
        return self.starts - before


class Pieces(dict[str, int]):
    """The row of each distinct piece seen so far; a new one is analysed when it is looked up. Not for several threads
    at once; raises :class:`search.SegmenterError` where pyvi's model is missing.

    A row of ``_layout``: the row of the piece's first token in ``_content``, the number of its tokens, how many code
    points after it the next piece begins, its row in the segmenter. A row of ``_content``: the row of the token's
    spelling, where it starts and ends in the piece.
    """

    def __init__(self) -> None:
        self.surfaces = Surfaces()
        self._segmenter = Segmenter()
        self._layout = array("q", (0, 0, 0, self._segmenter.pieces[GAP]))
        self._content = array("q")
        self[GAP] = 0

    def __missing__(self, piece: str) -> int:
        if piece.isalpha():  # a plain word is one token
            tokens = [(self.surfaces.row(piece), 0, len(piece))]
        else:
            tokens = [(self.surfaces.row(match[0]), *match.span()) for match in TOKEN.finditer(piece)]
        segmented = self._segmenter.pieces[new_style(piece)]
        self._layout.extend((len(self._content) // 3, len(tokens), len(piece) + 1, segmented))
        self._content.extend(chain.from_iterable(tokens))
        row = self[piece] = len(self)
        return row

    def analyse(self, texts: Sequence[str]) -> Analysed:
        """Return what the tokeniser and the segmenter find in ``texts`` (NFC)."""
        parts = [_NOTHING]
        tokens = place = 0
        for batch in batches(texts):
            part = self._analyse(batch)
            parts.append(_moved(part, tokens, place))
            tokens += len(part.starts)
            place += sum(map(len, batch)) + len(batch)
        return Analysed(*map(np.concatenate, zip(*parts, strict=True)))

    def _analyse(self, texts: Sequence[str]) -> Analysed:
        split: list[str] = []
        first_piece = []
        for text in texts:
            split.append(GAP)
            first_piece.append(len(split))
            split += pieces_of(text)
        split.append(GAP)
        piece = np.fromiter(map(self.__getitem__, split), np.int64, len(split))
        row, count, advance, segmented = look_up(self._layout, 4, piece)
        surface, start, end = look_up(self._content, 3, rows_from(row, count))
        place = advance.cumsum() - advance
        base = place.repeat(count)
        starts, ends = start + base, end + base
        firsts = (count.cumsum() - count)[first_piece]
        return Analysed(
            np.diff(firsts, append=len(surface)),
            place[first_piece],
            surface,
            starts,
            ends,
            *_compounds(self._segmenter.run(segmented, first_piece), starts, ends),
        )


def _compounds(run: Run, starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Return first token and size of the words that the segmenter joins: those that begin with a token and end with
    one.
    """
    first_syllable, last_syllable = run.words()
    begin, end = run.begin[first_syllable], run.end[last_syllable]
    first, after = starts.searchsorted(begin), starts.searchsorted(end)
    sizes = after - first
    kept = (sizes > 1).nonzero()  # a word within one token is no compound whatever stands there
    first, sizes, last = first[kept], sizes[kept], after[kept] - 1
    whole = (starts[first] == begin[kept]) & (ends[last] == end[kept])
    return first[whole], sizes[whole]


_NOTHING = Analysed(*(np.empty(0, np.int32) for _ in Analysed._fields))


def _moved(part: Analysed, tokens: int, place: int) -> Analysed:
    """Return ``part`` as it is after ``tokens`` tokens in texts of ``place`` code points, in half the memory."""
    shifts = (0, place, 0, place, place, tokens, 0)
    return Analysed(*((values + shift).astype(np.int32) for values, shift in zip(part, shifts, strict=True)))


_kept: list[Pieces] = []


@contextmanager
def known_pieces() -> Iterator[Pieces]:
    """Lend what this process knows of pieces to one user at a time; a second one collects its own."""
    try:
        lent = _kept.pop()
    except IndexError:
        lent = Pieces()
    yield lent
    if len(lent) <= MOST_PIECES and not _kept:
        _kept.append(lent)


def forget() -> None:
    """Let go of the memory that what this process knows of pieces takes."""
    _kept.clear()


def prepare() -> None:
    """Load now what the first analysis of this process would load."""
    with known_pieces():
        pass
