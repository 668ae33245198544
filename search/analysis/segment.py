"""Vietnamese word segmentation: which neighbouring syllables are one word ("huyện ủy", "chủ tịch nước")?

This is pyvi's segmenter (``ViTokenizer`` of https://github.com/trungtv/pyvi, version 0.1.1): its syllables, its
features and the weights of its model. Only the evaluation is our own, so that it is fast and nothing of scikit-learn
is imported. `tokenize` returns what ``ViTokenizer.tokenize`` returns.

**Model.** Each syllable (or number, sign, address) is labelled B_W (begins a word) or I_W (continues the one before)
by a conditional random field; `.crf` explains it. The attributes of a syllable are

- a bias, the syllable in lower case, whether it is all capitals, capitalised, all digits;
- the syllable before it and the one after it in lower case, whether each is all capitals or capitalised;
- whether it makes a dictionary pair with the one before or after, a dictionary triple with the two before or after.

An attribute that is false, or whose neighbour is missing, weighs nothing. Two syllables are then joined if the
second is labelled I_W and neither is punctuation or begins with a digit, unless only the second has a capital.

**Evaluation.** What a syllable adds to its own odds of I_W and to those of its neighbours does not depend on where it
stands, and no syllable holds a space. So a text is split at spaces, and each distinct piece is taken apart into
syllables, and each distinct syllable weighed, only once; after that a text is a sequence of table rows, and its odds
are sums of look-ups, for many texts in one array. Between texts is a gap that weighs nothing, like a missing
neighbour. Texts in which that leaves a label in doubt, as words in rows can, are decided once more by `.exact_crf`.

Whoever knows the pieces of a text by other means can ask a `Segmenter` by their rows, see `.pieces`.
"""

from __future__ import annotations

import re
import string
import threading
import unicodedata
from array import array
from functools import cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from .exact_crf import label_exactly, lowered, neighbour_attributes, own_attributes
from .lexicon import LOWER, MOST_ATTRIBUTES, UNKNOWN, Lexicon, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from .crf import TwoLabelCrf

    Spans = NDArray[np.int32]

__all__ = ["GAP", "Segmenter", "batches", "look_up", "rows_from", "tokenize", "words", "words_many"]

BATCH: Final = 1 << 18
"""Code points analysed in one array: many, to spread the cost of calls, but few enough to fit processor caches."""

MOST_SYLLABLES: Final = 1 << 17
"""When the distinct pieces seen so far hold more syllables than this, they are forgotten and collected anew."""

_BEFORE_EMAIL = (
    *(r"[A-ZĐ]+\.", r"Tp\.", r"Mr\.", r"Mrs\.", r"Ms\.", r"Dr\.", r"ThS\."),
    *(r"==>", r"->", r"\.\.\.", r">>", r"\n"),
    r"\w+://[^\s]+",
)
_EMAIL = r"[a-zA-Z0-9_.+-]+@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+"
_AFTER_EMAIL = (r"\d+(?:[.,_]\d+)+", r"[^\w\s]", r"\w+")
_SYLLABLE = re.compile("|".join((*_BEFORE_EMAIL, _EMAIL, *_AFTER_EMAIL)))
# The same where there is no "@": the pattern of addresses takes quadratic time on "-----…".
_SYLLABLE_WITHOUT_AT = re.compile("|".join((*_BEFORE_EMAIL, *_AFTER_EMAIL)))

GAP: Final = " "
"""Stands, as a piece of its own, before, between and after texts."""

_BETWEEN = bytes.maketrans(b"\0\1", b" _")
"""What stands before a syllable that is not joined to the one before, and before one that is."""

_OWN, _TO_NEXT, _TO_PREVIOUS = LOWER

# A syllable can be joined to the one before if its rank is not 0 and not higher.
_NEVER, _SMALL, _CAPITAL = 0, 1, 2


def tokenize(text: str) -> str:
    """Return the syllables of ``text`` separated by spaces, those of one word by "_".

    For every text without lone surrogates (on which pyvi fails) this is what ``pyvi.ViTokenizer.tokenize`` returns.
    Raises SegmenterError if pyvi's model is missing or not the expected one.
    """
    return _shared().tokenize(text)


def words(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each word of two or more syllables in ``text``, in order, in code points.

    ``text`` must be NFC. A span begins and ends with a syllable and holds the white space between them; to pyvi a sign
    beyond ASCII ("→", "’") and a newline are syllables too, and very rarely part of a word. A call costs about as much
    as 300 syllables do: use `words_many` for more than one text. Raises SegmenterError like `tokenize`.
    """
    (spans,) = words_many([text])
    return [(start, end) for start, end in spans.tolist()]


def words_many(texts: Sequence[str]) -> list[Spans]:
    """Return for each of ``texts`` the spans of `words` as an array of shape (number of words, 2).

    The texts are independent of each other. Raises SegmenterError like `tokenize`.
    """
    shared = _shared()
    return [spans for batch in batches(texts) for spans in shared.words(batch)]


def batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut ``texts`` into runs of about `BATCH` code points."""
    begin = size = 0
    for end, text in enumerate(texts, start=1):
        size += len(text)
        if size >= BATCH or end == len(texts):
            yield texts[begin:end]
            begin, size = end, 0


@cache
def _shared() -> _Shared:
    return _Shared()


@cache
def _model() -> tuple[TwoLabelCrf, Lexicon]:
    return load()


class _Syllables(dict[str, int]):
    """The row of each distinct syllable seen so far; a new one is weighed when it is looked up.

    A row of ``weights``: what the syllable adds to its own odds of I_W, to those of the syllable after it, and to
    those of the syllable before it. A row of ``traits``: its number in the lexicon, its rank, its length.
    """

    def __init__(self, odds: dict[str, float], numbers: dict[str, int]) -> None:
        self._odds = odds
        self._numbers = numbers
        self._by_looks: dict[tuple[bool, bool, bool], tuple[float, ...]] = {}
        self.weights = array("d")
        self.traits = array("q")
        self.texts: list[str] = []

    def __missing__(self, syllable: str) -> int:
        looks = syllable.isupper(), syllable.istitle(), syllable.isdigit()
        known = self._by_looks.get(looks)
        if known is None:
            known = self._by_looks[looks] = self._weighed_looks(syllable)
        lower, odds = lowered(syllable), self._odds.get
        own, to_next, to_previous = known
        weights = (
            own + odds(_OWN + lower, 0.0),
            to_next + odds(_TO_NEXT + lower, 0.0),
            to_previous + odds(_TO_PREVIOUS + lower, 0.0),
        )
        return self.add(syllable, weights, self._numbers.get(syllable.lower(), UNKNOWN), _rank(syllable))

    def _weighed_looks(self, syllable: str) -> tuple[float, ...]:
        """Return what a syllable weighs but for its letters."""
        return tuple(
            sum(self._odds.get(name, 0.0) for name in attributes if not name.startswith(LOWER))
            for attributes in (
                own_attributes(syllable),
                neighbour_attributes("-1:", syllable),
                neighbour_attributes("+1:", syllable),
            )
        )

    def add(self, text: str, weights: tuple[float, float, float], number: int, rank: int) -> int:
        self.weights.extend(weights)
        self.traits.extend((number, rank, len(text)))
        self.texts.append(text)
        row = self[text] = len(self)
        return row


def _rank(syllable: str) -> int:
    if syllable in string.punctuation or syllable[0].isdigit():
        return _NEVER
    return _CAPITAL if syllable[0].istitle() else _SMALL


class _Pieces(dict[str, int]):
    """The row of each distinct piece of text seen so far; a new one is taken apart when it is looked up.

    A row of ``layout``: the row of the piece's first syllable in ``content``, the number of its syllables, and how
    many code points after it the next piece begins. A row of ``content``: the row of a syllable, and where it begins
    in the piece.
    """

    def __init__(self, syllables: _Syllables) -> None:
        self._syllables = syllables
        self.layout = array("q")
        self.content = array("q")
        gap = syllables.add("", (0.0, 0.0, 0.0), UNKNOWN, _NEVER)
        self._add(GAP, [(gap, 0)], advance=0)

    def __missing__(self, piece: str) -> int:
        if piece.isalpha():  # a plain word is one syllable
            return self._add(piece, [(self._syllables[piece], 0)], len(piece) + 1)
        pattern = _SYLLABLE if "@" in piece else _SYLLABLE_WITHOUT_AT
        row = self._syllables.__getitem__
        return self._add(piece, [(row(m[0]), m.start()) for m in pattern.finditer(piece)], len(piece) + 1)

    def _add(self, piece: str, content: list[tuple[int, int]], advance: int) -> int:
        self.layout.extend((len(self.content) // 2, len(content), advance))
        self.content.extend(chain.from_iterable(content))
        row = self[piece] = len(self)
        return row


def look_up(table: array[Any], width: int, rows: NDArray[np.int64]) -> NDArray[Any]:
    """Return the columns of the given rows of a table that is ``width`` columns wide."""
    return np.frombuffer(table, table.typecode).reshape(-1, width).take(rows, axis=0).T


def rows_from(first: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ``count[i]`` successive rows from ``first[i]`` on for every i, one after another."""
    before: NDArray[np.int64] = count.cumsum() - count
    return np.arange(int(count.sum())) + (first - before).repeat(count)


class Run(NamedTuple):
    """Texts as one sequence of syllables, with a gap before, between and after them."""

    syllable: NDArray[np.int64]  # the row of each
    begin: NDArray[np.int64]  # its first code point, counted from that of the first text, one apart from text to text
    end: NDArray[np.int64]  # the one after its last
    joined: NDArray[np.bool_]  # whether it is joined to the one before
    first: NDArray[np.int64]  # of each text, the index of its first syllable (if it has none, of the gap after it) …
    origin: NDArray[np.int64]  # … and where it begins, in code points

    def words(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return of each word of two or more syllables the index of its first and of its last syllable."""
        continued = self.joined[1:]
        (first,) = (~self.joined[:-1] & continued).nonzero()
        (last,) = (self.joined[:-1] & ~continued).nonzero()
        return first, last


class Segmenter:
    """Segments texts, and remembers all syllables and ``pieces`` (the row of each) that it has seen.

    Not for several threads at once. Raises SegmenterError like `tokenize`.
    """

    def __init__(self) -> None:
        self._crf, self._lexicon = _model()
        self._odds = self._crf.odds()
        self._syllables = _Syllables(self._odds, self._lexicon.numbers)
        self.pieces = _Pieces(self._syllables)

    @property
    def size(self) -> int:
        """The number of syllables in all pieces, which tells how much memory they take."""
        return len(self.pieces.content) // 2

    def texts_of(self, rows: NDArray[np.int64]) -> list[str]:
        """Return the syllables of some rows."""
        return list(map(self._syllables.texts.__getitem__, rows.tolist()))

    def run(self, piece: NDArray[np.int64], first_piece: Sequence[int]) -> Run:
        """Segment texts that are given by the rows of their pieces, with the row of `GAP` before, between and after
        them; ``first_piece`` is the index of the first piece of each.
        """
        row, count, advance = look_up(self.pieces.layout, 3, piece)
        stop = count.cumsum()
        place = advance.cumsum() - advance
        syllable, start = look_up(self.pieces.content, 2, rows_from(row, count))
        number, rank, length = look_up(self._syllables.traits, 3, syllable)
        first = (stop - count)[first_piece]

        joined = self._continues(syllable, number, first)
        joined &= rank > _NEVER
        joined[1:] &= rank[1:] <= rank[:-1]
        begin = place.repeat(count) + start
        return Run(syllable, begin, begin + length, joined, first, place[first_piece])

    def _continues(
        self, syllable: NDArray[np.int64], number: NDArray[np.int64], first: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Return which syllables are labelled I_W; arguments as in `Run`, ``number`` by the lexicon."""
        own, to_next, to_previous = look_up(self._syllables.weights, 3, syllable)
        pair, triple = self._lexicon.find(number)
        weight = self._odds
        odds = own.copy()
        odds[1:] += to_next[:-1]
        odds[:-1] += to_previous[1:]
        odds[1:] += pair * weight["-1:word.bi_gram()"]
        odds[:-1] += pair * weight["+1:word.bi_gram()"]
        odds[2:] += triple * weight["-2:word.tri_gram()"]
        odds[:-2] += triple * weight["+2:word.tri_gram()"]

        last = np.append(first[1:], len(odds)) - 2
        filled = first <= last
        first, last = first[filled], last[filled]
        tolerance = self._crf.rounding_error(int((last - first).max(initial=0)) + 1, MOST_ATTRIBUTES)
        labels, in_doubt = self._crf.decode(odds, first, last, tolerance)
        for begin, end in zip(first[in_doubt].tolist(), last[in_doubt].tolist(), strict=True):
            text = self.texts_of(syllable[begin : end + 1])
            found = pair[begin:end].tolist(), triple[begin : end - 1].tolist()
            labels[begin : end + 1] = label_exactly(self._crf, text, *found)
        return labels


class _Shared:
    """One segmenter for all threads of the process."""

    def __init__(self) -> None:
        self._segmenter = Segmenter()
        self._lock = threading.Lock()

    def words(self, texts: Sequence[str]) -> list[Spans]:
        with self._lock:
            run = self._run(texts)
        first, last = run.words()
        cuts = [*first.searchsorted(run.first).tolist(), len(first)]
        spans = np.empty((len(first), 2), np.int32)
        spans[:, 0] = run.begin[first]
        spans[:, 1] = run.end[last]
        return [spans[cut:end] - origin for (cut, end), origin in zip(pairwise(cuts), run.origin.tolist(), strict=True)]

    def tokenize(self, text: str) -> str:
        with self._lock:
            run = self._run([unicodedata.normalize("NFC", text)])
            syllables = self._segmenter.texts_of(run.syllable[1:-1])
        if not syllables:
            return text
        parts = [""] * (2 * len(syllables) - 1)
        parts[::2] = syllables
        parts[1::2] = run.joined[2:-1].tobytes().translate(_BETWEEN).decode("ascii")
        return "".join(parts)

    def _run(self, texts: Sequence[str]) -> Run:
        if self._segmenter.size > MOST_SYLLABLES:
            self._segmenter = Segmenter()
        split: list[str] = []
        first_piece = []
        for text in texts:
            split.append(GAP)
            first_piece.append(len(split))
            split += text.split(" ")
        split.append(GAP)
        piece = np.fromiter(map(self._segmenter.pieces.__getitem__, split), np.int64, len(split))
        return self._segmenter.run(piece, first_piece)
