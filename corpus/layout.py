"""From the pieces of a text to the zones of an article, by the conventions of Vietnamese newsrooms.

A piece is one paragraph as the text gives it. The rules, in their order:

1. Boilerplate (`boilerplate.py` and the settings) goes: some lines alone, some with all that follows.
2. Where the text must supply the title, it is the first piece, unless that is longer than `TITLE_CHARACTERS`.
3. The end of the story is the last paragraph with "./.", which becomes ".". Without that it is the last running
   paragraph (`RUNNING_WORDS` words or more and a sentence's punctuation at its end), or a line of Vietnamese names
   before it that only lines no longer than captions follow. Without a running paragraph only rule 5's credits,
   openings and deeds are applied: what is all short lines is a list or a poem.
4. After the end, names ("Kim Thoa - Tùng Lâm", "Tin, ảnh: Kim Thoa") are the authors: after "./." all such lines,
   otherwise the first. Lines as short as captions that follow them are captions.
5. Captions: a credit ("Ảnh: …", "(Ảnh: …)", "… - Ảnh: X"); a usual opening ("Toàn cảnh hội nghị") or a person's
   deed ("Đồng chí … phát biểu tại hội nghị") without a full stop; a line that opens the text and stands again after
   its end (kept once); any other line of at most `CAPTION_WORDS` words without punctuation at its end, unless it is a
   crosshead or a list item.
6. Crossheads: such a line of at most `CROSSHEAD_WORDS` words, neither at the beginning nor after the end, that is
   numbered or in capitals. In the fields of exports no mark is needed: there captions come last or have credits.
   "## …" is a crosshead anywhere.
7. Where the text must supply the lead, it is the first paragraph, if that is no longer than `LEAD_WORDS` words,
   neither caption nor crosshead, and another paragraph follows.

A guess moves text between zones and never drops any: all words of the input come out, but for boilerplate, "./.", a
byline's label or note, and the second copy of a repeated caption.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from .article import Block
from .boilerplate import CUT_AFTER, DROP
from .linekinds import (
    CROSSHEAD_WORDS,
    NAMED_CAPTION_WORDS,
    SENTENCE_ENDS,
    has_credit,
    is_caption,
    is_ended,
    is_heading_like,
    is_marked_crosshead,
    keys_of,
    names_in,
    without_repeats,
    words_in,
)
from .syllables import is_syllable
from .text import clean, line_key, lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .settings import ReaderSettings

TITLE_CHARACTERS = 300
LEAD_WORDS = 200
RUNNING_WORDS = 12
CAPTIONS_AFTER_BYLINE = 10
WRAP_COLUMN = 50
STRAY_SIGNS = 4  # ">>", "|" … around a boilerplate line


class Kind(Enum):
    """What a piece is known to be; UNKNOWN leaves it to the rules."""

    UNKNOWN = "unknown"
    TEXT = "text"
    CROSSHEAD = "crosshead"
    CAPTION = "caption"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Piece:
    """One cleaned, non-empty paragraph."""

    text: str
    kind: Kind = Kind.UNKNOWN


@dataclass(frozen=True, slots=True)
class Zones:
    """What `lay_out` makes of the pieces. `cut` holds the boilerplate line that ended the text and what followed it."""

    title: str = ""
    lead: str = ""
    body: tuple[Block, ...] = ()
    captions: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()


def pieces_of_lines(text: str) -> list[Piece]:
    """Split plain text into pieces: one a line, except where a block of lines is plainly wrapped by hand."""
    pieces: list[Piece] = []
    block: list[str] = []
    for line in [*lines_of(text), ""]:
        if cleaned := clean(line):
            block.append(cleaned)
        elif block:
            pieces += [Piece(line) for line in _unwrap(block)]
            block = []
    return pieces


def _unwrap(block: list[str]) -> list[str]:
    """Join a block whose lines go on in lower case after a long line that ends no sentence."""
    wrapped = any(
        following[0].islower() and len(line) >= WRAP_COLUMN and not is_ended(line)
        for line, following in pairwise(block)
    )
    return [clean(" ".join(block))] if wrapped else block


def lay_out(pieces: Sequence[Piece], settings: ReaderSettings, *, title: bool, lead: bool, whole_text: bool) -> Zones:
    """Sort `pieces` into zones; `title` and `lead` say whether the text must supply them.

    `whole_text` says that the pieces come from a text written as such, not from a field of an export.
    """
    kept, cut = _without_boilerplate(pieces, settings)
    heading = ""
    if title and kept and len(kept[0].text) <= TITLE_CHARACTERS:
        heading, kept = kept[0].text.lstrip("# ") or kept[0].text, kept[1:]
    story, tail, marked = _split_at_end(_mark_headings(kept))
    tail, authors = _take_byline(tail, marked=marked)
    placed = _place(story, tail, bare_crossheads=not whole_text)
    opening = ""
    texts = [piece for piece in placed if piece.kind is Kind.TEXT]
    if lead and len(texts) > 1 and placed[0] is texts[0] and words_in(texts[0].text) <= LEAD_WORDS:
        opening, placed = texts[0].text, placed[1:]
    return Zones(
        title=heading,
        lead=opening,
        body=tuple(Block(p.text, p.kind is Kind.CROSSHEAD) for p in placed if p.kind is not Kind.CAPTION),
        captions=without_repeats([p.text for p in placed if p.kind is Kind.CAPTION]),
        authors=authors,
        cut=tuple(piece.text for piece in cut),
    )


# --- boilerplate


def _without_boilerplate(pieces: Sequence[Piece], settings: ReaderSettings) -> tuple[list[Piece], Sequence[Piece]]:
    """Return the pieces without boilerplate, and the cutting line with all after it."""
    cutting = keys_of(CUT_AFTER, settings.boilerplate_cut)
    dropped = keys_of(DROP, settings.boilerplate_lines)
    longest = _longest(cutting, dropped) + STRAY_SIGNS
    kept: list[Piece] = []
    for position, piece in enumerate(pieces):
        key = line_key(piece.text) if words_in(piece.text) <= longest else ""
        if key in cutting and kept:
            return kept, pieces[position:]
        if key not in dropped:
            kept.append(piece)
    return kept, ()


@lru_cache(maxsize=16)
def _longest(*tables: frozenset[str]) -> int:
    return max(words_in(key) for table in tables for key in table)


# --- the end of the story and the byline

_END_MARK = re.compile(r"\.{0,3} ?\. ?/ ?\.(?= |$)|(?<!/)/ ?\.$")
_MARKED_HEADING = re.compile(r"#{1,6} +(?=\S)")


def _mark_headings(pieces: Sequence[Piece]) -> list[Piece]:
    return [
        Piece(marked.string[marked.end() :], Kind.CROSSHEAD)
        if piece.kind is Kind.UNKNOWN and (marked := _MARKED_HEADING.match(piece.text))
        else piece
        for piece in pieces
    ]


def _split_at_end(pieces: list[Piece]) -> tuple[list[Piece], list[Piece], bool]:
    """Return the story, what stands after its end, and whether "./." marked the end."""
    out: list[Piece] = []
    marked_end = running_end = 0
    for piece in pieces:
        mark = _END_MARK.search(piece.text) if "/." in piece.text or "/ ." in piece.text else None
        if mark is None:
            out.append(piece)
        else:
            before, after = piece.text[: mark.start()].rstrip(), piece.text[mark.end() :].lstrip()
            if before:
                ended = before if before.endswith(("…", "!", "?")) else f"{before}."
                out.append(replace(piece, text=ended))
            marked_end = len(out)
            if after:
                out.append(replace(piece, text=after))
        if _is_running(out[-1] if out else piece):
            running_end = len(out)
    if marked_end and marked_end >= running_end:
        return out[:marked_end], out[marked_end:], True
    # Text that goes on after a mark shows that the mark did not end the story.
    end = _signed_end(out, running_end) if running_end else len(out)
    return out[:end], out[end:], False


def _signed_end(pieces: list[Piece], end: int) -> int:
    """Return where a signature ends the story, if only captions as long as sentences follow it; else `end`."""
    for position in range(end - 1, max(0, end - 1 - CAPTIONS_AFTER_BYLINE), -1):
        piece = pieces[position]
        if words_in(piece.text) > NAMED_CAPTION_WORDS:
            break
        names = names_in(piece.text) if piece.kind is Kind.UNKNOWN else ()
        if names and all(is_syllable(part) for name in names for part in name.split()):
            return position
    return end


def _is_running(piece: Piece) -> bool:
    words = words_in(piece.text)
    if piece.kind in (Kind.CAPTION, Kind.CROSSHEAD) or words < RUNNING_WORDS or not is_ended(piece.text, SENTENCE_ENDS):
        return False
    return words > NAMED_CAPTION_WORDS or not has_credit(piece.text)


def _take_byline(tail: list[Piece], *, marked: bool) -> tuple[list[Piece], tuple[str, ...]]:
    """Take the lines of names out of what follows the end; short lines after them are captions."""
    rest: list[Piece] = []
    authors: list[str] = []
    for piece in tail:
        names = names_in(piece.text) if piece.kind in (Kind.UNKNOWN, Kind.AUTHOR) else ()
        if names and (marked or not authors):
            authors += names
        elif authors and piece.kind is Kind.UNKNOWN and words_in(piece.text) <= NAMED_CAPTION_WORDS:
            rest.append(replace(piece, kind=Kind.CAPTION))
        else:
            rest.append(piece)
    return rest, without_repeats(authors)


# --- captions and crossheads


def _short_keys(pieces: Sequence[Piece]) -> set[str]:
    return {line_key(piece.text) for piece in pieces if words_in(piece.text) <= NAMED_CAPTION_WORDS}


def _place(story: list[Piece], tail: list[Piece], *, bare_crossheads: bool) -> list[Piece]:
    """Decide the kind of every piece."""
    repeated = _short_keys(story[:2]) & _short_keys(tail) if tail else set()
    short_lines_mean = _has_running(story)
    placed = []
    for position, piece in enumerate([*story, *tail]):
        kind = piece.kind
        if kind in (Kind.UNKNOWN, Kind.AUTHOR):
            if is_caption(piece.text) or (repeated and repeated & _short_keys([piece])):
                kind = Kind.CAPTION
            elif not short_lines_mean or not is_heading_like(piece.text):
                kind = Kind.TEXT
            else:
                inside = 0 < position < len(story) and words_in(piece.text) <= CROSSHEAD_WORDS
                crosshead = inside and (bare_crossheads or is_marked_crosshead(piece.text))
                kind = Kind.CROSSHEAD if crosshead else Kind.CAPTION
        placed.append(Piece(piece.text, kind))
    return placed


def _has_running(pieces: Sequence[Piece]) -> bool:
    return any(_is_running(piece) for piece in pieces)
