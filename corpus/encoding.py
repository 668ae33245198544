"""From bytes to text, and whether the text is what its writer wrote.

UTF-8 proves itself, Windows-1258 does not: nearly every byte is something in it. So a text counts as Vietnamese
only when enough of its marked words (those with letters beyond ASCII) are possible Vietnamese syllables; unmarked
words are the same in every encoding and prove nothing. A text with few marked words is another language, and
passes.

How the thresholds were measured: 4,000 Vietnamese news articles (every tenth of 40,000), each encoded and then
decoded rightly and wrongly. Share of valid syllables among the marked words, lowest / median / highest over whole
articles:

    right (UTF-8, or Windows-1258 as itself)   .929 / 1.000 / 1.000
    Windows-1258 as Latin-1                    .214 /  .377 /  .553
    TCVN3 as Windows-1258                      .062 /  .198 /  .381
    TCVN3 as Latin-1                           .089 /  .238 /  .411
    VNI as Windows-1258                        .008 /  .061 /  .214
    VNI as Latin-1                             .015 /  .095 /  .234

The setting `syllable_share` (.7) lies between .929 and .553. Of titles alone the right ones have .750 and more, but
very short wrong ones reach 1.000, so an article is judged whole. UTF-8 shown in a single-byte encoding reaches .692
and is told by its byte sequences instead: they hold .757 and more of its characters beyond ASCII, and at most .005
in right articles (`MOJIBAKE_SHARE`). Marked words are .675 and more of the words of a Vietnamese article (of the
titles, .286 and more; `VIETNAMESE_MARKED_SHARE`), valid syllables .797 and more (titles .545 and more;
`VALID_WORDS_SHARE`).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import Refused
from .legacy import from_misread_1258, from_tcvn3, from_vni, mojibake_share
from .reports import RefusalCode
from .syllables import is_syllable

if TYPE_CHECKING:
    from collections.abc import Callable

    _Undoing = tuple[tuple[Callable[[str], str], RefusalCode], ...]

MOJIBAKE_SHARE = 0.4
REPLACEMENT_SHARE = 0.01
STRAY_REPLACEMENTS = 3
VIETNAMESE_MARKED_SHARE = 0.3
VALID_WORDS_SHARE = 0.5

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORD = re.compile("[^\\W\\d_]+(?:[\u0300-\u036f]+[^\\W\\d_]*)*")


@dataclass(frozen=True, slots=True)
class Letters:
    """How many words in Latin letters a text has, how many of them bear letters beyond ASCII, and how these fare.

    `valid` of the `marked` words and `valid_words` of all are possible Vietnamese syllables.
    """

    words: int
    marked: int
    valid: int
    valid_words: int

    @property
    def share(self) -> float:
        """The share of valid syllables among the words with letters beyond ASCII; 1 where there are none."""
        return self.valid / self.marked if self.marked else 1.0

    @property
    def marked_share(self) -> float:
        """The share of words with letters beyond ASCII."""
        return self.marked / self.words if self.words else 0.0

    def is_vietnamese(self, share: float) -> bool:
        """Whether this is Vietnamese with its marks: enough words are marked, and enough are valid."""
        return (
            self.marked_share >= VIETNAMESE_MARKED_SHARE
            and self.share >= share
            and self.valid_words >= VALID_WORDS_SHARE * self.words
        )


def letters_of(text: str) -> Letters:
    """Count the words of `text` in Latin letters."""
    counts = Counter(map(_STRETCHES.__getitem__, text.split()))
    valid, invalid, plain_valid, plain_invalid = (
        sum(times * judged[column] for judged, times in counts.items()) for column in range(4)
    )
    marked = valid + invalid
    return Letters(marked + plain_valid + plain_invalid, marked, valid, valid + plain_valid)


_Judged = tuple[int, int, int, int]
"""How many words bear letters beyond ASCII and are valid, or are not, and how many bear none and are, or are not."""


class _Stretches(dict[str, _Judged]):
    """What the words in a stretch without white space are, which no word reaches beyond; the same stretches stand again
    and again. When many are known, they are forgotten and collected anew.
    """

    _MOST = 1 << 16

    def __init__(self) -> None:
        self._seen: dict[_Judged, _Judged] = {}

    def __missing__(self, stretch: str) -> _Judged:
        if len(self) >= self._MOST:
            self.clear()
            self._seen.clear()
        counts = [0, 0, 0, 0]
        for word in _WORD.findall(stretch):
            column = _column(word)
            if column is not None:
                counts[column] += 1
        found = (counts[0], counts[1], counts[2], counts[3])
        judged = self[stretch] = self._seen.setdefault(found, found)
        return judged


_STRETCHES = _Stretches()


def _column(word: str) -> int | None:
    """Return the column of `_Judged` in which a word counts, or None for words in other letters."""
    if not (word[0] < "\u0250" or "\u1e00" <= word[0] <= "\u1eff"):
        return None
    return 2 * word.isascii() + (not is_syllable(word))


def wide_encoding(head: bytes) -> str | None:
    """Return the UTF-16 or UTF-32 codec in which a file begins, by its BOM or plainly by its NULs, or None."""
    for bom, encoding in _BOMS[1:]:
        if head.startswith(bom):
            return encoding
    sample = head[: len(head) // 2 * 2]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    for mine, other, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if mine >= len(sample) // 2 * 0.15 and other * 20 <= mine and _is_plain(sample, encoding):
            return encoding
    return None


def _is_plain(sample: bytes, encoding: str) -> bool:
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    odd = sum(1 for c in text if unicodedata.category(c) in ("Cc", "Cn", "Co", "Cs") and c not in "\t\r\n\f\v")
    return odd * 100 <= len(text)


def decode(data: bytes, share: float) -> str:
    """Decode bytes that are UTF-8 (with or without BOM) or Windows-1258; `share` is the setting `syllable_share`.

    UTF-16 and UTF-32 are recoded before, see `corpus.compressed`. The text is not yet NFC. Raises `Refused` naming
    TCVN3 or VNI where the bytes are these, else as undecodable.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _decode_narrow(data, share, error)


def _decode_narrow(data: bytes, share: float, error: UnicodeDecodeError) -> str:
    """Decode bytes that are not UTF-8: Windows-1258, or a foreign text of few accents in Windows-1252."""
    legacy = _legacy(data.decode("latin-1"), share, _FONT_ENCODINGS)
    for encoding in ("cp1258", "cp1252"):
        try:
            text = unicodedata.normalize("NFC", data.decode(encoding))
        except UnicodeDecodeError:
            continue
        letters = letters_of(text)
        fits = letters.is_vietnamese(share) if encoding == "cp1258" else letters.marked_share < VIETNAMESE_MARKED_SHARE
        if fits and mojibake_share(text) < MOJIBAKE_SHARE and legacy is None:
            return text
    line = data.count(b"\n", 0, error.start) + 1
    detail = f"line {line}, byte 0x{data[error.start]:02x} is not UTF-8"
    raise Refused(legacy or RefusalCode.UNDECODABLE, data[error.start :][:60], detail)


_FONT_ENCODINGS: _Undoing = ((from_tcvn3, RefusalCode.LEGACY_TCVN3), (from_vni, RefusalCode.LEGACY_VNI))
_ANY_DAMAGE: _Undoing = (*_FONT_ENCODINGS, (from_misread_1258, RefusalCode.GARBLED))


def _legacy(text: str, share: float, undoing: _Undoing) -> RefusalCode | None:
    """Name the damage whose undoing makes Vietnamese of a text that is none."""
    if letters_of(text).share >= share:
        return None
    for undo, code in undoing:
        if letters_of(undo(text)).is_vietnamese(share):
            return code
    return None


def require_clean_letters(text: str, raw: str, share: float) -> None:
    """Raise `Refused` where `text` is TCVN3, VNI or mojibake in a valid encoding, or full of U+FFFD.

    `raw` is the text before it was cleaned: cleaning takes control characters out of mojibake.

    Text in other languages and scripts passes: only what turns into Vietnamese when the damage is undone is refused.
    """
    if text.isascii() and raw.isascii():
        return
    if text.count("\ufffd") > STRAY_REPLACEMENTS + REPLACEMENT_SHARE * len(text):
        raise Refused(RefusalCode.GARBLED, text, "full of U+FFFD, the sign of lost letters")
    if mojibake_share(raw) >= MOJIBAKE_SHARE:
        raise Refused(RefusalCode.MOJIBAKE, text)
    if code := _legacy(text, share, _ANY_DAMAGE):
        raise Refused(code, text)
