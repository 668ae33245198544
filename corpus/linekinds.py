"""What one line of a text is, judged by itself: a caption, a byline, a crosshead. The words are in `boilerplate.py`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from .boilerplate import (
    BYLINE_LABELS,
    BYLINE_NOTES,
    CAPTION_DEEDS,
    CAPTION_OPENINGS,
    CAPTION_PEOPLE,
    NOT_NAMES,
)
from .text import line_key

if TYPE_CHECKING:
    from collections.abc import Iterable

CROSSHEAD_WORDS = 14
CAPTION_WORDS = 25
NAMED_CAPTION_WORDS = 45


@lru_cache(maxsize=16)
def keys_of(*tables: tuple[str, ...]) -> frozenset[str]:
    """Return the lines of the tables as `text.line_key` compares them."""
    return frozenset(line_key(line) for table in tables for line in table)


def words_in(text: str) -> int:
    """Return how many words a cleaned text has."""
    return text.count(" ") + 1


_CLOSERS = "\"'”’»)] "
SENTENCE_ENDS = tuple(".!?…")
_ENDS = (*SENTENCE_ENDS, ":", ";", ",")


def is_ended(text: str, ends: tuple[str, ...] = _ENDS) -> bool:
    """Whether there is punctuation at the end of the line, quotes and brackets aside."""
    return text.rstrip(_CLOSERS).endswith(ends)


_NAME_BREAK = re.compile(r" ?[,;&] ?| [-–—] | và ")
_NOTE = re.compile(r" ?\((?P<note>[^()]*)\)$")
_MOST_NAME_WORDS = 4 * 5 + 3  # of four names with something between them
_PART = re.compile(r"[^\W\d_]+(?:[.'’][^\W\d_]+)*\.?")


def names_in(line: str) -> tuple[str, ...]:
    """Read `line` as the names of a byline: 1–4 names of 1–5 capitalised syllables, or nothing."""
    label, colon, after = line.partition(":")
    labelled = bool(colon) and line_key(label) in keys_of(BYLINE_LABELS)
    line = after.strip() if labelled else line
    note = _NOTE.search(line) if line.endswith(")") else None
    if note and line_key(note["note"]) in keys_of(BYLINE_NOTES):
        line = line[: note.start()].rstrip()
    if words_in(line) > _MOST_NAME_WORDS:
        return ()
    names = tuple(_NAME_BREAK.split(line.strip("-–— ").rstrip(".")))
    fits = 1 <= len(names) <= 4 and all(_is_name(name) for name in names)
    if not fits or not (labelled or len(names) > 1 or words_in(names[0]) > 1):
        return ()
    return () if _starts(line_key(line), NOT_NAMES) else names


def _is_name(text: str) -> bool:
    parts = text.split()
    return 1 <= len(parts) <= 5 and all(_PART.fullmatch(part) and part[0].isupper() for part in parts)


# With their accents: bare "anh" is also a brother and England.
_CREDITED = "ảnh|hình|video|clip|đồ (?:họa|hoạ)|nguồn ảnh"
_CREDIT = re.compile(rf"(?:^|[\s(\[–—-])(?:{_CREDITED}) ?\Z", re.IGNORECASE)
_LONGEST_CREDIT = len("(nguồn ảnh ")
_CREDIT_ONLY = re.compile(rf"[(\[]?(?:{_CREDITED}) [^.!?]{{0,60}}[.)\]]*$", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:[IVX]{1,4}|\d{1,2}|[a-zđ])[.)] ")
_LIST_ITEM = re.compile(r"[-–—+*•·]")


def _starts(key: str, table: tuple[str, ...]) -> bool:
    return f"{key} ".startswith(_openings(table))


@lru_cache(maxsize=16)
def _openings(table: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{opening} " for opening in keys_of(table))


def is_caption(text: str) -> bool:
    """Whether the line is a caption by what it says, wherever it stands."""
    if words_in(text) > NAMED_CAPTION_WORDS:
        return False
    if has_credit(text) or _CREDIT_ONLY.match(text):
        return True
    if is_ended(text):
        return False
    key = line_key(text)
    return _starts(key, CAPTION_OPENINGS) or (
        _starts(key, CAPTION_PEOPLE) and any(f" {deed} " in f"{key} " for deed in keys_of(CAPTION_DEEDS))
    )


def is_heading_like(text: str) -> bool:
    """Whether the line is short, no list item, and has no punctuation at its end."""
    return words_in(text) <= CAPTION_WORDS and not is_ended(text) and not _LIST_ITEM.match(text)


def has_credit(text: str) -> bool:
    """Whether a picture or video is credited in the line ("Ảnh: …")."""
    # Colons are rare, so what stands before them is looked at.
    colon = text.find(":")
    while colon >= 0:
        if _CREDIT.search(text, max(0, colon - _LONGEST_CREDIT), colon):
            return True
        colon = text.find(":", colon + 1)
    return False


def is_marked_crosshead(text: str) -> bool:
    """Whether the line is numbered or all in capitals."""
    return _NUMBERED.match(text) is not None or (text.isupper() and " " in text)


def without_repeats(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts without repetitions (case and tone placement aside), in their order."""
    first: dict[str, str] = {}
    for text in texts:
        first.setdefault(line_key(text) or text, text)
    return tuple(first.values())
