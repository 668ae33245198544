"""What pyvi knows: the weights of its model, and the words of its dictionary.

Both are files of the installed pyvi package, which is found but never imported: its modules import scikit-learn.
"""

from __future__ import annotations

import importlib.util
import pickletools
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from ..errors import SegmenterError
from .crf import TwoLabelCrf, read_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

_Loaded = TypeVar("_Loaded")

LABELS: Final = ("B_W", "I_W")
FLAGS: Final = frozenset(
    (
        *("bias", "word.isupper()", "word.istitle()", "word.isdigit()"),
        *("-1:word.isupper()", "-1:word.istitle()", "+1:word.isupper()", "+1:word.istitle()"),
        *("-1:word.bi_gram()", "+1:word.bi_gram()", "-2:word.tri_gram()", "+2:word.tri_gram()"),
    )
)
"""The attributes that hold or do not; every other one is one of the following and a syllable in lower case."""
LOWER: Final = ("word.lower():", "-1:word.lower():", "+1:word.lower():")
"""How the names of those begin: of the syllable itself, and of the one before and the one after it."""
MOST_ATTRIBUTES: Final = len(FLAGS) + len(LOWER)
"""The most attributes of one syllable."""

UNKNOWN: Final = 0
"""The number of every syllable that is in no dictionary pair or triple."""


class KeySet:
    """An immutable set of non-negative 64-bit keys, asked for whole arrays at once.

    A table of booleans addressed by a hash of the key rules out most keys that are not members, and a binary search
    in the sorted members settles the rest.
    """

    _BITS = 20
    # Multiplicative hashing, Knuth, The Art of Computer Programming 3, section 6.4: 2**64 / golden ratio, odd.
    _FACTOR = np.uint64(0x9E3779B97F4A7C15)
    _SHIFT = np.uint64(64 - _BITS)

    def __init__(self, keys: Iterable[int]) -> None:
        self._members = np.unique(np.fromiter(keys, np.int64))
        self._maybe = np.zeros(1 << self._BITS, np.bool_)
        self._maybe[self._hash(self._members)] = True

    def contains(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return for each key whether it is a member."""
        found = self._maybe[self._hash(keys)]
        (candidates,) = found.nonzero()
        wanted = keys[candidates]
        # A key beyond the last member is compared with the first one, which is smaller.
        found[candidates] = self._members.take(self._members.searchsorted(wanted), mode="wrap") == wanted
        return found

    def _hash(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        return ((keys.view(np.uint64) * self._FACTOR) >> self._SHIFT).view(np.int64)


class Lexicon:
    """The dictionary words of two and of three syllables.

    A syllable is known by its number; a pair or triple of numbers is packed into one integer, its key.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        """Take the ``entries`` of a word list, with one space between syllables.

        Entries of other lengths are passed over, and so are those with capital letters, since what is looked up is
        in lower case.
        """
        words = [word for entry in entries if entry == entry.lower() and len(word := entry.split(" ")) in (2, 3)]
        self.numbers: dict[str, int] = {}
        """The number of each syllable of those words, from 1 on."""
        for word in words:
            for syllable in word:
                self.numbers.setdefault(syllable, len(self.numbers) + 1)
        self._base = len(self.numbers) + 1
        self._pairs = KeySet(self._key(word) for word in words if len(word) == 2)
        self._triples = KeySet(self._key(word) for word in words if len(word) == 3)

    def find(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return where a pair, and where a triple, in the sequence of syllable ``numbers`` is a dictionary word.

        The first array has one element for every two neighbours, the second one for every three.
        """
        pairs = numbers[:-1] * self._base + numbers[1:]
        triples = pairs[:-1] * self._base + numbers[2:]
        return self._pairs.contains(pairs), self._triples.contains(triples)

    def _key(self, word: list[str]) -> int:
        key = 0
        for syllable in word:
            key = key * self._base + self.numbers[syllable]
        return key


def load() -> tuple[TwoLabelCrf, Lexicon]:
    """Return pyvi's model and lexicon, read from the installed package.

    Raises SegmenterError if a file is missing, damaged, or holds another model than the one of pyvi 0.1.1.
    """
    package = importlib.util.find_spec("pyvi")
    folders = package.submodule_search_locations if package else None
    models = Path(folders[0] if folders else "pyvi", "models")
    crf = _read(models / "pyvi3.pkl", lambda data: _checked(read_model(_crfsuite_file(data))))
    return crf, _read(models / "words.txt", lambda data: Lexicon(data.decode().split("\n")))


def _read(path: Path, parse: Callable[[bytes], _Loaded]) -> _Loaded:
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise SegmenterError(path, error.strerror or str(error)) from error
    except ValueError as error:
        raise SegmenterError(path, str(error)) from error


def _crfsuite_file(pickled: bytes) -> bytes:
    """Return the CRFsuite model inside ``pickled``, an ``sklearn_crfsuite.CRF``.

    Nothing is unpickled, since that can run anything: the model is in there as one string with a character for each
    byte (pickle protocol 2 has no bytes), and the first string that begins like one is taken.
    """
    for _, argument, _ in pickletools.genops(pickled):
        if isinstance(argument, str) and argument.startswith("lCRF"):
            return argument.encode("latin-1")
    raise ValueError("holds no CRFsuite model")


def _checked(crf: TwoLabelCrf) -> TwoLabelCrf:
    if crf.labels != LABELS:
        raise ValueError(f"the model's labels are {crf.labels}, expected {LABELS}")
    flags = {name for name in crf.weights if not name.startswith(LOWER)}
    if flags != FLAGS:
        raise ValueError(f"the model's features are not the expected ones: {sorted(flags ^ FLAGS)[:5]}")
    return crf
