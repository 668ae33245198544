"""Vietnamese word segmentation: which neighbouring syllables are one word ("huyện ủy", "chủ tịch nước").

This is pyvi's segmenter (https://github.com/trungtv/pyvi, version 0.1.1, ``ViTokenizer``): its syllables, its features
and the weights of its model, which the installed pyvi package holds; only the evaluation is our own, so that
segmenting is fast and nothing of scikit-learn is imported. `tokenize` returns what ``ViTokenizer.tokenize`` returns.

**Model.** Each syllable (also a number, a sign, an address) is labelled B_W (begins a word) or I_W (continues the one
before) by a conditional random field; `.crf` explains it. The attributes of a syllable are

- a bias, the syllable in lower case, whether it is all capitals, capitalised, all digits;
- the syllable before it and the one after it in lower case, whether each is all capitals or capitalised;
- whether it makes a dictionary pair with the one before or after, a dictionary triple with the two before or after.

An attribute that is false, or whose neighbour is missing, weighs nothing. Two syllables are then joined if the second
is labelled I_W and neither is punctuation or begins with a digit, and not if only the second begins with a capital.

**Evaluation.** What a syllable adds to its own odds of I_W and to those of its neighbours does not depend on where it
stands, and no syllable holds a space. So a text is split at spaces, and each distinct piece is taken apart into
syllables and weighed once (`_Pieces`); the text is then a sequence of table rows, and its odds are sums of look-ups,
for many texts in one array. Texts are separated by a gap that weighs nothing, just as a missing neighbour does.
"""

from __future__ import annotations

import importlib.util
import pickletools
import re
import string
import threading
import unicodedata
from array import array
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np

from ..errors import SearchError
from .crf import TwoLabelCrf, read_model
from .lexicon import UNKNOWN, Lexicon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Spans = NDArray[np.int32]
    Loaded = TypeVar("Loaded")

BATCH: Final = 1 << 18
"""Code points analysed in one array: enough to spread the cost of calls, few enough to stay in the processor's cache."""

MOST_SYLLABLES: Final = 1 << 17
"""When the pieces seen so far hold more syllables than this, they are forgotten and collected anew."""

_GAP: Final = " "  # stands between texts; no piece of a text holds a space

_BEFORE_EMAIL = (
    *(r"[A-ZĐ]+\.", r"Tp\.", r"Mr\.", r"Mrs\.", r"Ms\.", r"Dr\.", r"ThS\."),
    *(r"==>", r"->", r"\.\.\.", r">>", r"\n"),
    r"\w+://[^\s]+",
)
_EMAIL = r"[a-zA-Z0-9_.+-]+@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+"
_AFTER_EMAIL = (r"\d+(?:[.,_]\d+)+", r"[^\w\s]", r"\w+")
_SYLLABLE = re.compile("|".join((*_BEFORE_EMAIL, _EMAIL, *_AFTER_EMAIL)))
# Where there is no "@", the same without the pattern of addresses, which takes quadratic time on "-----…".
_SYLLABLE_WITHOUT_AT = re.compile("|".join((*_BEFORE_EMAIL, *_AFTER_EMAIL)))

_LABELS = ("B_W", "I_W")
_LOWER = ("word.lower():", "-1:word.lower():", "+1:word.lower():")
_FLAGS = frozenset(
    "bias word.isupper() word.istitle() word.isdigit() "
    "-1:word.isupper() -1:word.istitle() +1:word.isupper() +1:word.istitle() "
    "-1:word.bi_gram() +1:word.bi_gram() -2:word.tri_gram() +2:word.tri_gram()".split()
)

# May a syllable be joined to a neighbour? Only to one before it whose rank is not lower, and never if its own is 0.
_NEVER, _SMALL, _CAPITAL = 0, 1, 2


class SegmenterError(SearchError):
    """The segmentation model at ``path`` cannot be used, for ``reason``."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}; reinstall it with: pip install --force-reinstall pyvi==0.1.1")


def tokenize(text: str) -> str:
    """Return the syllables of ``text`` separated by spaces, those of one word by "_".

    For every text without lone surrogates (on which pyvi fails) this is what ``pyvi.ViTokenizer.tokenize`` returns.
    Raises SegmenterError if pyvi's model is missing or not the expected one.
    """
    return _segmenter().tokenize(text)


def words(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each word of two or more syllables in ``text``, in order, in code points.

    ``text`` must be NFC. A span is what pyvi joins: it begins with a syllable and ends with one, and holds whatever
    white space stands between them. Raises SegmenterError like `tokenize`.
    """
    (spans,) = words_many([text])
    return [(start, end) for start, end in spans.tolist()]


def words_many(texts: Sequence[str]) -> list[Spans]:
    """Return the spans of `words` for each of ``texts``, as an array of shape (number of words, 2) each.

    Much faster than one call a text: pass hundreds at once. Raises SegmenterError like `tokenize`.
    """
    segmenter = _segmenter()
    return [spans for batch in _batches(texts) for spans in segmenter.words(batch)]


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    begin = size = 0
    for end, text in enumerate(texts, start=1):
        size += len(text)
        if size >= BATCH or end == len(texts):
            yield texts[begin:end]
            begin, size = end, 0


class _Syllables(dict[str, int]):
    """The row of each distinct syllable seen so far, in columns; a new one is weighed when it is looked up.

    ``own[s]``, ``to_next[s]`` and ``to_previous[s]`` are what syllable s adds to its own odds of I_W, to those of the
    syllable after it and to those of the syllable before it. ``number[s]`` is its number in the lexicon.
    """

    def __init__(self, odds: dict[str, float], numbers: dict[str, int]) -> None:
        self._odds = odds
        self._numbers = numbers
        self.own, self.to_next, self.to_previous = array("d"), array("d"), array("d")
        self.number, self.rank, self.length = array("q"), array("b"), array("q")
        self.text: list[str] = []

    def __missing__(self, syllable: str) -> int:
        odds = self._odds
        lower = syllable.lower()
        name = lower.partition("\0")[0]  # CRFsuite takes names as C strings
        capitals, capitalised = syllable.isupper(), syllable.istitle()
        self.own.append(
            odds["bias"]
            + odds.get("word.lower():" + name, 0.0)
            + odds["word.isupper()"] * capitals
            + odds["word.istitle()"] * capitalised
            + odds["word.isdigit()"] * syllable.isdigit()
        )
        self.to_next.append(
            odds.get("-1:word.lower():" + name, 0.0)
            + odds["-1:word.isupper()"] * capitals
            + odds["-1:word.istitle()"] * capitalised
        )
        self.to_previous.append(
            odds.get("+1:word.lower():" + name, 0.0)
            + odds["+1:word.isupper()"] * capitals
            + odds["+1:word.istitle()"] * capitalised
        )
        self.number.append(self._numbers.get(lower, UNKNOWN))
        self.rank.append(_rank(syllable))
        self.length.append(len(syllable))
        self.text.append(syllable)
        row = self[syllable] = len(self)
        return row

    def add_gap(self) -> int:
        """Return the row of a syllable that weighs nothing, joins nothing and has no length."""
        for column in (self.own, self.to_next, self.to_previous, self.number, self.rank, self.length):
            column.append(0)
        self.text.append("")
        self[_GAP] = row = len(self)
        return row


def _rank(syllable: str) -> int:
    if syllable in string.punctuation or syllable[0].isdigit():
        return _NEVER
    return _CAPITAL if syllable[0].istitle() else _SMALL


class _Pieces(dict[str, int]):
    """The row of each distinct piece of text seen so far; a new one is taken apart when it is looked up.

    Piece p has ``count[p]`` syllables, in the rows of ``syllable`` and ``start`` (code points from where the piece
    begins) from ``first[p]`` on, and the next piece begins ``advance[p]`` code points after it. Newlines are looked
    up as if they had spaces around them, hence begin at -1 and advance by 0.
    """

    def __init__(self, syllables: _Syllables) -> None:
        self._syllables = syllables
        self.first, self.count, self.advance = array("q"), array("q"), array("q")
        self.syllable, self.start = array("q"), array("q")
        self._add(_GAP, [(syllables.add_gap(), 0)], advance=0)
        self._add("\n", [(syllables["\n"], -1)], advance=0)

    def __missing__(self, piece: str) -> int:
        pattern = _SYLLABLE if "@" in piece else _SYLLABLE_WITHOUT_AT
        row = self._syllables.__getitem__
        return self._add(piece, [(row(match[0]), match.start()) for match in pattern.finditer(piece)], len(piece) + 1)

    def _add(self, piece: str, content: list[tuple[int, int]], advance: int) -> int:
        self.first.append(len(self.syllable))
        self.count.append(len(content))
        self.advance.append(advance)
        for syllable, start in content:
            self.syllable.append(syllable)
            self.start.append(start)
        self[piece] = row = len(self)
        return row


class _Run(NamedTuple):
    """Texts as one sequence of syllables, with a gap before, between and after them."""

    syllable: NDArray[np.int64]  # the row of each
    begin: NDArray[np.int64]  # its first code point
    joined: NDArray[np.bool_]  # whether it is joined to the one before
    first: NDArray[np.int64]  # of each text, the index of its first syllable (or, if empty, of the gap after it) …
    origin: NDArray[np.int64]  # … and where it begins, in code points


class _Segmenter:
    """Segments texts with one model; may be called from several threads."""

    def __init__(self, crf: TwoLabelCrf, lexicon: Lexicon) -> None:
        self._crf = crf
        self._lexicon = lexicon
        self._lock = threading.Lock()
        self._forget()

    def words(self, texts: Sequence[str]) -> list[Spans]:
        with self._lock:
            run = self._run(texts)
            length = _column(self._syllables.length)[run.syllable]
        continued = run.joined[1:]
        first = np.flatnonzero(~run.joined[:-1] & continued)
        last = np.flatnonzero(run.joined[:-1] & ~continued)
        cuts = np.searchsorted(first, run.first)
        origin = np.repeat(run.origin, np.diff(cuts, append=len(first)))
        spans = np.empty((len(first), 2), np.int32)
        spans[:, 0] = run.begin[first] - origin
        spans[:, 1] = run.begin[last] + length[last] - origin
        return [spans[cut:next_] for cut, next_ in pairwise((*cuts.tolist(), len(first)))]

    def tokenize(self, text: str) -> str:
        with self._lock:
            run = self._run([unicodedata.normalize("NFC", text)])
            syllables = [self._syllables.text[row] for row in run.syllable[1:-1].tolist()]
        if not syllables:
            return text
        parts = [""] * (2 * len(syllables) - 1)
        parts[::2] = syllables
        parts[1::2] = ["_" if joined else " " for joined in run.joined[2:-1].tolist()]
        return "".join(parts)

    def _forget(self) -> None:
        self._syllables = _Syllables(self._crf.odds, self._lexicon.numbers)
        self._pieces = _Pieces(self._syllables)

    def _run(self, texts: Sequence[str]) -> _Run:
        if len(self._pieces.syllable) > MOST_SYLLABLES:
            self._forget()
        pieces = self._pieces
        split: list[str] = []
        first_piece = []
        for text in texts:
            split.append(_GAP)
            first_piece.append(len(split))
            split += text.replace("\n", " \n ").split(" ")
        split.append(_GAP)
        piece = np.fromiter(map(pieces.__getitem__, split), np.int64, len(split))

        count = _column(pieces.count)[piece]
        stop = np.cumsum(count)
        index = stop - count
        advance = _column(pieces.advance)[piece]
        place = np.cumsum(advance) - advance
        content = np.arange(stop[-1]) + np.repeat(_column(pieces.first)[piece] - index, count)
        syllable = _column(pieces.syllable)[content]
        first = index[first_piece]
        return _Run(
            syllable=syllable,
            begin=np.repeat(place, count) + _column(pieces.start)[content],
            joined=self._joined(syllable, first),
            first=first,
            origin=place[first_piece],
        )

    def _joined(self, syllable: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[np.bool_]:
        table, weight = self._syllables, self._crf.odds
        odds = _column(table.own)[syllable]
        odds[1:] += _column(table.to_next)[syllable[:-1]]
        odds[:-1] += _column(table.to_previous)[syllable[1:]]
        pair, triple = self._lexicon.find(_column(table.number)[syllable])
        odds[1:] += pair * weight["-1:word.bi_gram()"]
        odds[:-1] += pair * weight["+1:word.bi_gram()"]
        odds[2:] += triple * weight["-2:word.tri_gram()"]
        odds[:-2] += triple * weight["+2:word.tri_gram()"]

        last = np.append(first[1:], len(odds)) - 2
        filled = first <= last
        joined = self._crf.decode(odds, first[filled], last[filled])
        rank = _column(table.rank)[syllable]
        joined &= rank > _NEVER
        joined[1:] &= rank[1:] <= rank[:-1]
        return joined


def _column(values: array[int] | array[float]) -> NDArray[Any]:
    """Return ``values`` as an array without copying; it must be gone before the next is appended."""
    return np.frombuffer(values, values.typecode)


@cache
def _segmenter() -> _Segmenter:
    """Load the model and the word list, once a process."""
    package = importlib.util.find_spec("pyvi")  # finds the package without running it
    folders = package.submodule_search_locations if package else None
    models = Path(folders[0] if folders else "pyvi", "models")
    return _Segmenter(
        _load(models / "pyvi3.pkl", lambda data: _checked(read_model(_crfsuite_file(data)))),
        _load(models / "words.txt", lambda data: Lexicon(data.decode().split("\n"))),
    )


def _load(path: Path, read: Callable[[bytes], Loaded]) -> Loaded:
    try:
        return read(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SegmenterError(path, str(error)) from error


def _crfsuite_file(pickled: bytes) -> bytes:
    """Return the model file inside ``pickled``, a pickled ``sklearn_crfsuite.CRF``.

    Nothing is unpickled, since that could run anything: the file is in there as one string, a character per byte
    (pickle protocol 2 has no opcode for bytes), and the reader of opcodes finds it.
    """
    for _, argument, _ in pickletools.genops(pickled):
        if isinstance(argument, str) and argument.startswith("lCRF"):
            return argument.encode("latin-1")
    raise ValueError("holds no CRFsuite model")


def _checked(crf: TwoLabelCrf) -> TwoLabelCrf:
    if crf.labels != _LABELS:
        raise ValueError(f"the model's labels are {crf.labels}, expected {_LABELS}")
    unknown = {name for name in crf.odds if not name.startswith(_LOWER)}
    if unknown != _FLAGS:
        raise ValueError(f"the model's features differ from the expected ones in {sorted(unknown ^ _FLAGS)[:5]}")
    return crf
