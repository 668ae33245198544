"""Which stretches of a text name something that one may want to look up: a document, a day, a person, a place?

Documents and days are those that have a key of their own in the index. People and places are told by the word before
them (``ông``, ``đồng chí``; ``xã``, ``huyện``) and by their capitals; a name without such a word is left alone, since
a wrong link is worse than none. Of 120 people and places drawn from what this finds in 3,000 articles and read by eye,
113 were right and whole, 5 were cut short (``tỉnh Bà Rịa`` - Vũng Tàu) and 2 were something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from .analysis.normalize import APOSTROPHES
from .analysis.structured import Structured, find, resolved

REFERENCES = ("document", "date", "person", "place")
"""The kinds of references."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Code points ``start`` to ``end`` of a text name a ``kind`` (one of :data:`REFERENCES`); ``query`` looks it up."""

    start: int
    end: int
    kind: str
    query: str


def references(text: str, day: date | None = None) -> tuple[Reference, ...]:
    """Return what ``text`` (NFC) refers to, in order and without overlap.

    ``day`` is that of the article's publication: it gives a day without a year the nearest one.
    """
    found = [*_keyed(text, day), *_named(text)]
    found.sort(key=lambda reference: (reference.start, -reference.end))
    kept: list[Reference] = []
    for reference in found:
        if not kept or reference.start >= kept[-1].end:
            kept.append(reference)
    return tuple(kept)


DAY_WORDS = frozenset("ngày hôm sáng trưa chiều tối đêm khuya dịp lễ mùng mồng".split())
"""Words after which ``2-3`` or ``2/3`` is a day; after others it may be two to three, or two thirds."""

_DAY = re.compile(r"[dr](?:(\d{4})-)?(\d\d)-(\d\d)")
_MONTH = re.compile(r"m(\d{4})-(\d\d)")
_DATED = re.compile(r"[dm]\d{4}-")


def _keyed(text: str, day: date | None) -> Iterator[Reference]:
    for stretch in find(text):
        written = " ".join(text[stretch.start : stretch.end].split())
        if stretch.key.startswith("n"):
            if written != written.lower():
                yield Reference(stretch.start, stretch.end, "document", written)
        elif _DATED.match(stretch.key) or (stretch.key.startswith("d") and _is_day(text, stretch)):
            yield Reference(stretch.start, stretch.end, "date", _date_query(stretch, day))


def _is_day(text: str, stretch: Structured) -> bool:
    if "th" in text[stretch.start : stretch.end].lower():
        return True
    before = text[: stretch.start].split()[-1:]
    return bool(before) and before[0].lower().strip('(“"') in DAY_WORDS


def _date_query(stretch: Structured, day: date | None) -> str:
    key = next(iter(resolved(stretch.key, day)), stretch.key)
    match = _DAY.fullmatch(key)
    if match:
        return "/".join(str(int(part)) for part in (match[3], match[2], match[1]) if part)
    month = _MONTH.fullmatch(key)
    assert month  # noqa: S101 - a key of a day or a month, as the caller made sure
    return f"tháng {int(month[2])}/{month[1]}"


PERSON_WORDS = (
    "đồng chí", "ông", "bà", "anh", "chị", "cụ", "cô giáo", "thầy giáo", "thầy", "cô", "bác sĩ", "luật sư", "kỹ sư",
    "tiến sĩ", "thạc sĩ", "nghệ nhân", "nghệ sĩ", "nhạc sĩ", "nhà thơ", "nhà văn", "phóng viên", "liệt sĩ",
    "thiếu uý", "trung uý", "thượng uý", "đại uý", "thiếu tá", "trung tá", "thượng tá", "đại tá", "thiếu tướng",
    "trung tướng", "thượng tướng", "đại tướng",
)  # fmt: skip
"""What stands before the name of a person."""

PLACE_WORDS = ("xã", "phường", "thị trấn", "thị xã", "huyện", "quận", "thành phố", "tỉnh", "thôn", "bản", "ấp", "buôn")
"""What stands before the name of a place; it is part of the reference."""

PLACE_ENDINGS = ("nông", "văn", "phiên", "kịch", "cơ", "căn", "xuất", "biên", "nguyên", "tài", "sách", "ấn", "bài")
"""Syllables after which ``thôn`` and ``bản`` are part of another word: nông thôn, văn bản."""

SURNAMES = frozenset(
    """Âu Bạch Bạc Bàn Bế Bùi Cà Cao Châu Chu Cù Cung Doãn Dư Dương Đàm Đàng Đào Đặng Điểu Đinh Đoàn Đỗ Đồng Giang
    Giàng Hà Hạng Hảng Hầu Hoa Hoàng Hồ Hờ Hứa Huỳnh Kha Khà Khuất Kiều Kim Khổng La Lã Lại Lâm Lê Lèng Lò Lô Lộc Lù
    Lục Lường Lương Lưu Ly Lý Ma Mạc Mai Mã Mùa Ngần Nghiêm Ngô Ngụy Nguyễn Nhâm Ninh Nông Ông Phạm Phan Phí Phó
    Phùng Phương Quách Quan Quàng Sầm Sùng Tạ Tào Tăng Thạch Thái Thân Thào Tiêu Tô Tòng Tôn Tống Trang Trần Triệu
    Trịnh Trương Từ Ứng Vàng Vi Viên Võ Vũ Vừ Vương""".split()
)
"""Family names; an official is often named right after his place: ``huyện Khe Nhạn Lò Văn Sình``."""


@cache
def _pattern() -> re.Pattern[str]:
    """Return the pattern of a named person or place; made when it is first needed."""
    latin = [char for char in map(chr, (*range(0x41, 0x250), *range(0x1E00, 0x1F00))) if char.isalpha()]
    upper = "".join(char for char in latin if char.isupper())
    lower = "".join(char for char in latin if char.islower())
    syllable = rf"(?:[{upper}][{APOSTROPHES}])?[{upper}][{lower}]*(?![{upper}])"
    return re.compile(
        rf"(?<!\w){''.join(f'(?<!{one} )' for one in PLACE_ENDINGS)}"
        rf"(?:(?P<person>{_before(PERSON_WORDS)})|(?P<place>{_before(PLACE_WORDS)})) "
        rf"(?P<name>{syllable}(?: {syllable}){{0,6}}+)(?![\w-])"
    )


def _before(words: tuple[str, ...]) -> str:
    """Return a pattern of the words, with a small or a capital first letter and the tone mark on either vowel."""
    spellings = {spelling for word in words for spelling in (word, word.replace("uý", "úy"))}
    return "|".join(
        f"[{word[0]}{word[0].upper()}]{re.escape(word[1:])}" for word in sorted(spellings, key=len, reverse=True)
    )


def _named(text: str) -> Iterator[Reference]:
    for match in _pattern().finditer(text):
        syllables = match["name"].split(" ")
        if match["person"]:
            yield from _person(match.start("name"), syllables)
        else:
            size = _place_size(syllables)
            name = " ".join(syllables[:size])
            end = match.start("name") + len(name)
            yield Reference(match.start(), end, "place", f'"{match["place"].lower()} {name}"')
            yield from _person(end + 1, syllables[size:])


def _person(start: int, syllables: list[str]) -> Iterator[Reference]:
    if 2 <= len(syllables) <= 4:
        name = " ".join(syllables)
        yield Reference(start, start + len(name), "person", f'"{name}"')


def _place_size(syllables: list[str]) -> int:
    """Return how many of the capitalised syllables after a word for a place are its name, up to that of a person."""
    sizes = (size for size in range(2, len(syllables) - 1) if syllables[size] in SURNAMES)
    return next(sizes, len(syllables))
