"""Which stretches of a text are one thing although they are written as several: dates, times, document numbers,
measures?

Each has one key, however it is written. A key starts with a letter for its kind, so that kinds never meet:

======== ============================================== ====================
kind     written                                        keys
======== ============================================== ====================
date     12/ 6/ 2021, ngày 12 tháng 6 năm 2021          ``d2021-06-12`` and, in a text, also ``d06-12``,
``m2021-06``, ``y2021`` day      30/4, 2-9, 20.11, ngày 27 tháng 11             ``d04-30``
month    tháng 6/2021, tháng 6 năm 2021                 ``m2021-06`` (and ``y2021``)
year     năm 2021                                       ``y2021``
resolved 27/11, by the article's own date               ``r2021-11-27``, below its own ``d11-27``
time     7h30, 7 giờ 30, 7g30, 7:30                     ``t7:30``
document 03-ĐA/TU, 27/2021/NQ-HĐND, 03 – ĐA/TU          ``n3-da-tu``
measure  100ha, 100 ha, 500m²                           ``u100ha``, ``u500m2``
======== ============================================== ====================
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from .fold import fold
from .numbers import number_key

DASH = r"[-‐‑‒–—−]"

DOCUMENT_KINDS = frozenset(
    """bb bbt bc cd ct cttr cv da dl gm gp hd hdlt kh kl l lct ld nd nq nqlt pa pl ptr qc qd qh sl
    tb td thd tl tlt tt ttlt ttr ut vbhn""".split()
)
"""Folded abbreviations of kinds of documents, the letters after the number: nghị quyết (nq), đề án (đa), …"""

ISSUERS = frozenset(
    """bca bct bgddt bkhdt bkhcn bnn bnv bqp btc btnmt btp btttt bvhttdl byt cp ctn du dtn hu hdnd hlhpn hnd mttq pctt
    qh tand tinhuy thu tld ttg tu tw ubnd ubmttq ubtvqh vkstc vp vpcp xd""".split()
)
"""Folded abbreviations of those who issue documents, the last letters: tỉnh uỷ (tu), trung ương (tw), …"""

UNITS = {
    unit: key
    for key, units in {
        "ha": "ha hecta hécta", "m": "m", "m2": "m2 m²", "m3": "m3 m³", "km": "km", "km2": "km2 km²", "cm": "cm",
        "mm": "mm", "kg": "kg", "g": "g", "mg": "mg", "tan": "tấn", "ta": "tạ", "yen": "yến", "l": "l lít", "ml": "ml",
        "kw": "kw", "kwh": "kwh", "kv": "kv", "mw": "mw", "mwp": "mwp", "%": "%",
    }.items()
    for unit in units.split()
}  # fmt: skip
"""Units of measure as they are written, and the part of the key that they give."""


class Structured(NamedTuple):
    """One stretch: code points ``start`` to ``end``, its own ``key``, and the ``wider`` keys that a text holding it
    answers to as well.
    """

    start: int
    end: int
    key: str
    wider: tuple[str, ...] = ()


_DAY, _MONTH, _YEAR = r"(?P<d>\d{1,2})", r"(?P<m>\d{1,2})", r"(?P<y>(?:19|20)\d\d)"
_EDGE, _END = r"(?<![\w.,/-])", r"(?![./-]?\w)"
_MONTH_WORD, _YEAR_WORD = r"th[áa]ng\s+", r"n[ăa]m\s+"
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_UNIT_START = "".join(sorted({unit[0] for unit in UNITS}))  # looked at first, since there are many units


def _calendar(match: re.Match[str]) -> Structured | None:
    parts = match.groupdict()
    day, month, year = (int(parts[name]) if parts.get(name) else None for name in "dmy")
    if month is not None and not 1 <= month <= 12:
        return None
    keys: list[str] = []
    if day is not None and month is not None:
        try:
            # 2000 was a leap year, so that 29/2 is a day.
            date(year or 2000, month, day)
        except ValueError:
            return None
        keys += [f"d{year}-{month:02}-{day:02}"] if year else []
        keys.append(f"d{month:02}-{day:02}")
    if year is not None:
        keys += [f"m{year}-{month:02}"] if month is not None else []
        keys.append(f"y{year}")
    return Structured(match.start(), match.end(), keys[0], tuple(keys[1:]))


def _clock(match: re.Match[str]) -> Structured | None:
    hour, minute = int(match["h"]), int(match["min"] or 0)
    if hour > 24 or minute > 59:
        return None
    return Structured(match.start(), match.end(), f"t{hour}:{minute:02}")


def _document(match: re.Match[str]) -> Structured | None:
    letters = [fold(part) for part in re.split(r"[^\w]+", match["letters"]) if part]
    if letters[0] not in DOCUMENT_KINDS and letters[-1] not in ISSUERS:
        return None
    numbers = [number_key(part) for part in re.findall(r"\d+", match["number"])]
    return Structured(match.start(), match.end(), "n" + "-".join(numbers + letters))


def _measure(match: re.Match[str]) -> Structured:
    return Structured(match.start(), match.end(), f"u{number_key(match['n'])}{UNITS[match['u'].lower()]}")


_Reader = Callable[[re.Match[str]], Structured | None]

_PATTERNS: tuple[tuple[str, _Reader], ...] = (
    (
        (
            rf"{_EDGE}(?P<number>\d{{1,6}}(?:\s?/\s?(?:19|20)\d\d)?)\s?(?:{DASH}|/)\s?"
            rf"(?P<letters>[^\W\d_]{{1,8}}\d?(?:(?:{DASH}|/)[^\W\d_]{{1,8}}\d?){{0,3}})(?!\w)"
        ),
        _document,
    ),
    (
        rf"{_EDGE}(?:ng[àa]y\s+)?{_DAY}\s+{_MONTH_WORD}{_MONTH}(?:\s*[,/]?\s*(?:{_YEAR_WORD})?{_YEAR})?{_END}",
        _calendar,
    ),
    (rf"{_EDGE}{_DAY}\s?(?P<sep>[/.]|{DASH})\s?{_MONTH}\s?(?P=sep)\s?{_YEAR}{_END}", _calendar),
    (rf"{_EDGE}{_YEAR}-{_MONTH}-{_DAY}{_END}", _calendar),
    (rf"{_EDGE}{_MONTH_WORD}{_MONTH}\s*(?:[/.,]|{DASH}|{_YEAR_WORD})\s*(?:{_YEAR_WORD})?{_YEAR}{_END}", _calendar),
    (rf"{_EDGE}{_MONTH}\s?/\s?{_YEAR}{_END}", _calendar),
    (rf"{_EDGE}{_DAY}\s?(?:/|{DASH})\s?{_MONTH}{_END}", _calendar),
    (rf"{_EDGE}{_DAY}\.(?P<m>1[0-2]|0?[1-9]){_END}", _calendar),
    (rf"{_EDGE}{_YEAR_WORD}{_YEAR}{_END}", _calendar),
    (rf"{_EDGE}(?P<h>\d{{1,2}})\s?(?:h|gi[ờo])\s?(?P<min>\d{{2}})?(?!\w)", _clock),
    (rf"{_EDGE}(?P<h>\d{{1,2}})[g:](?P<min>\d{{2}})(?![\w:])", _clock),
    (rf"{_EDGE}(?P<n>\d++(?:[.,]\d++)*+)\s?(?=[{_UNIT_START}])(?P<u>{_UNIT})(?!\w)", _measure),
)
"""What is looked for, in this order; where two overlap, the earlier in the list wins."""


@cache
def patterns() -> tuple[tuple[re.Pattern[str], _Reader], ...]:
    """Return what is looked for, each with what reads it: compiled when a number is met, which most queries have none
    of.
    """
    return tuple((re.compile(pattern, re.IGNORECASE), reader) for pattern, reader in _PATTERNS)


_YEARLESS = re.compile(r"d(\d\d)-(\d\d)")
_WHOLE = re.compile(r"d(\d{4}-\d\d-\d\d)")


def resolved(key: str, day: date | None) -> tuple[str, ...]:
    """Return the key that a day without a year has by the article's own ``day``: that of the nearest such day.

    ``r2021-11-27`` for ``d11-27`` in an article of December 2021; nothing for other keys or without a day.
    """
    match = _YEARLESS.fullmatch(key)
    if match is None or day is None:
        return ()
    near = []
    for year in (day.year - 1, day.year, day.year + 1):
        with contextlib.suppress(ValueError):  # 29/2, or a year that there is not
            near.append(date(year, int(match[1]), int(match[2])))
    return (f"r{min(near, key=lambda one: abs(one - day)).isoformat()}",) if near else ()


def resolved_form(key: str) -> str | None:
    """Return the key under which a whole date stands where its year was resolved, or None for other keys."""
    match = _WHOLE.fullmatch(key)
    return f"r{match[1]}" if match else None


_DIGIT = re.compile(r"\d(?<![\w.,/-]\d)")  # _EDGE and a digit, put so that the search skips from digit to digit
_WORD = re.compile(r"(?:ng[àa]y|th[áa]ng|n[ăa]m)\Z", re.IGNORECASE)
_LONGEST_WORD = len("tháng")
_MAYBE_WORD = frozenset("ygmYGM" + "".join(char for char in map(chr, range(0x3001)) if char.isspace()))
"""What stands two places before a number after such a word: its last letter, or more white space."""


def find(text: str) -> list[Structured]:
    """Return the structured stretches of ``text`` (NFC), in order and without overlap."""
    return stretches_at(text, number_starts(text))


def number_starts(text: str) -> list[int]:
    """Return the places of ``text`` at which a number stands that may begin a stretch, or follow its first word."""
    if not any(map(text.__contains__, "0123456789")):
        return []
    return [match.start() for match in _DIGIT.finditer(text)]


def stretches_at(text: str, numbers: Sequence[int]) -> list[Structured]:
    """Return what :func:`find` does, given :func:`number_starts`."""
    if not numbers:
        return []
    found: list[Structured] = []
    for stretch in _matches(text, numbers):
        if all(stretch.end <= other.start or stretch.start >= other.end for other in found):
            found.append(stretch)
    return sorted(found)


def _matches(text: str, numbers: Sequence[int]) -> Iterator[Structured]:
    """Yield what each pattern finds, pattern by pattern.

    That is what ``pattern.finditer(text)`` finds; but few places of a text may begin a stretch, so the patterns are
    tried there only.
    """
    known = patterns()
    matches = [
        (number, match)
        for start, first in _starts(text, numbers)
        for number, (pattern, _) in enumerate(known[first:], first)
        if (match := pattern.match(text, start))
    ]
    matches.sort(key=itemgetter(0))
    last, after = -1, 0
    for number, match in matches:
        if number != last or match.start() >= after:
            last, after = number, match.end()
            stretch = known[number][1](match)
            if stretch is not None:
                yield stretch


def _starts(text: str, numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield, in order, the places at which a pattern matches, at ``numbers`` or at the words before them, and which
    pattern is the first that may.
    """
    any_of_them = _any_of_them()
    for digit in numbers:
        word = _word_before(text, digit)
        if word >= 0 and (found := any_of_them.match(text, word)):
            yield word, (found.lastindex or 0) - 1
        if found := any_of_them.match(text, digit):
            yield digit, (found.lastindex or 0) - 1


def _word_before(text: str, digit: int) -> int:
    """Return where the word before a number begins that belongs to it, or -1."""
    before = text[max(0, digit - 2) : digit]
    if not before[-1:].isspace() or before[0] not in _MAYBE_WORD:
        return -1
    end = len(text[:digit].rstrip())
    word = _WORD.search(text, max(0, end - _LONGEST_WORD), end)
    return word.start() if word else -1


@cache
def _any_of_them() -> re.Pattern[str]:
    """Return one pattern that matches wherever one of the patterns, which all begin with _EDGE, does; its last group is
    then the number of the first of them, counted from 1.

    It may match elsewhere, too: the groups lose their names, and so any separator may follow a separator.
    """
    nameless = (re.sub(r"\(\?P<\w+>", "(?:", pattern.removeprefix(_EDGE)) for pattern, _ in _PATTERNS)
    either = "|".join(f"{pattern}()" for pattern in nameless).replace("(?P=sep)", rf"(?:[/.]|{DASH})")
    return re.compile(f"{_EDGE}(?:{either})", re.IGNORECASE)
