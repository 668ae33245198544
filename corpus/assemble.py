"""From a record to an article: every field checked, cleaned and put into its zone."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .article import Article
from .dates import parse_date
from .encoding import require_clean_letters
from .errors import Refused
from .layout import Piece, Zones, lay_out, pieces_of_lines
from .linekinds import without_repeats
from .markup import decode_entities, is_markup, pieces_of_markup
from .reports import NoticeCode, RefusalCode, excerpt
from .text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from .records import Record
    from .settings import ReaderSettings

ID_CHARACTERS = 500
TITLE_FROM_TEXT_CHARACTERS = 200
MAX_NESTING = 20

# Where an object stands for a text (schema.org people, WordPress's rendered fields), the keys that hold it.
_TEXT_KEYS = ("rendered", "name", "title", "text", "value", "ten", "#text", "@value", "url", "href")
_LIST_BREAK = re.compile(r"\s*[;\n|]\s*|\s*,\s+|\s+[-–—]\s+|\s+và\s+")
_PLACE_BREAK = re.compile(r"\s*[;\n|]\s*")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)]* (?=\S)")
_ABBREVIATION = re.compile(r"(?:^|\s)(?:[A-ZĐ][A-ZĐa-z]{0,2}|\d+)\.$")


@dataclass(slots=True)
class Remarks:
    """Collects the notices about one article."""

    found: list[tuple[NoticeCode, str]] = field(default_factory=list)

    def add(self, code: NoticeCode, value: object) -> None:
        """Remember one notice about `value`."""
        self.found.append((code, excerpt(value)))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record was found: the path below the source root and the category that its folder gives."""

    relative: str
    category: str | None = None


def assemble(record: Record, place: Place, settings: ReaderSettings) -> tuple[Article, Remarks]:
    """Make an article of `record`, with the notices about it. Raises `Refused`."""
    remarks = Remarks()
    given = _first(record, "id", remarks)
    article_id = _plain(given, "id")[:ID_CHARACTERS] if given is not None else ""
    try:
        return _assemble(record, place, settings, article_id, remarks), remarks
    except Refused as refused:
        refused.article_id = refused.article_id or article_id or None
        raise


def _assemble(record: Record, place: Place, settings: ReaderSettings, article_id: str, remarks: Remarks) -> Article:
    title = _plain(_first(record, "title", remarks), "title")
    lead = " ".join(piece.text for piece in _pieces(_first(record, "lead", remarks), "lead"))
    pieces = _pieces(_first(record, "body", remarks), "body")
    whole = record.text_first
    zones = lay_out(pieces, settings, title=whole and not title, lead=whole and not lead, whole_text=whole)
    title, lead = title or zones.title, lead or zones.lead
    given = [piece.text for value in record.values.get("captions", []) for piece in _pieces(value, "captions")]
    captions = without_repeats([*given, *zones.captions])
    raw = _raw_strings([record.values.get(name) for name in ("title", "lead", "body", "captions")])
    _check_text(title, lead, zones, captions, raw, settings)
    if zones.cut[1:]:
        remarks.add(NoticeCode.BOILERPLATE_CUT, " / ".join(zones.cut))
    if not title:
        title = _title_from_text(lead, zones, captions)
        remarks.add(NoticeCode.TITLE_FROM_TEXT, title)
    elif not (lead or zones.body or captions):
        remarks.add(NoticeCode.NO_BODY, title)
    published = parse_date(_scalar(_first(record, "published", remarks)), settings.zone)
    url = _url(_plain(_first(record, "url", remarks), "url"), remarks)
    return Article(
        id=article_id or url or _own_id(place, record, title, published),
        title=title,
        lead=lead,
        body=zones.body,
        captions=captions,
        authors=without_repeats([*_names(record, "authors", _LIST_BREAK), *zones.authors]),
        category=_category(_first(record, "category", remarks), remarks) or place.category,
        places=without_repeats(_names(record, "places", _PLACE_BREAK)),
        published=published,
        source=_plain(_first(record, "source", remarks), "source") or _default(settings.default_source),
        url=url,
    )


def _default(name: str | None) -> str | None:
    return clean(name) or None if name else None


def _first(record: Record, name: str, remarks: Remarks) -> object:
    """Return the surest value of a field; a further one that says something else is reported."""
    values = record.values.get(name, [])
    for other in values[1:]:
        if other != values[0]:
            remarks.add(NoticeCode.SHADOWED_FIELD, f"{name}: {other}")
    return values[0] if values else None


# --- values as exports hold them


def _scalar(value: object) -> object:
    """Reduce a list of one, or an object that stands for a text, to that text."""
    for _ in range(MAX_NESTING):
        if isinstance(value, dict):
            value = next((value[key] for key in _TEXT_KEYS if value.get(key)), None)
        elif isinstance(value, list) and len(value) == 1:
            value = value[0]
        else:
            break
    return value


def _string(value: object, name: str) -> str:
    value = _scalar(value)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise Refused(RefusalCode.BAD_FIELD, value, f"{name} should be text")
    return str(value)


def _plain(value: object, name: str) -> str:
    """Return a field as one line of text, markup and entities reduced."""
    return " ".join(piece.text for piece in _pieces_of_string(_string(value, name)))


def _pieces(value: object, name: str, depth: int = 0) -> list[Piece]:
    """Return a field of text as pieces: from a string, an object that stands for one, or a list of these."""
    if isinstance(value, Piece):
        return [value]
    if isinstance(value, list) and depth < MAX_NESTING:
        return [piece for item in value for piece in _pieces(item, name, depth + 1)]
    return _pieces_of_string(_string(value, name))


def _pieces_of_string(text: str) -> list[Piece]:
    return pieces_of_markup(text) if is_markup(text) else pieces_of_lines(decode_entities(text))


def _names(record: Record, name: str, pattern: re.Pattern[str]) -> list[str]:
    """Return the names in a field that holds a list, or one string of several."""
    found: list[str] = []
    for value in record.values.get(name, []):
        for item in value if isinstance(value, list) else [value]:
            text = "\n".join(piece.text for piece in _pieces(item, name))
            parts = [text] if isinstance(value, list) else pattern.split(text)
            found += [cleaned for part in parts if (cleaned := clean(part))]
    return found


def _category(value: object, remarks: Remarks) -> str | None:
    names = [_plain(item, "category") for item in value] if isinstance(value, list) else [_plain(value, "category")]
    names = [name for name in names if name]
    if names[1:]:
        remarks.add(NoticeCode.EXTRA_CATEGORIES, "; ".join(names))
    return names[0] if names else None


def _url(text: str, remarks: Remarks) -> str | None:
    """Return an http or https address, or None with a notice: a bad address is no reason to lose an article."""
    if not text:
        return None
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        good = False
    if not good:
        remarks.add(NoticeCode.URL_DROPPED, text)
    return text if good else None


# --- titles and ids


def _check_text(
    title: str, lead: str, zones: Zones, captions: Sequence[str], raw: Iterable[str], settings: ReaderSettings
) -> None:
    text = "\n".join([title, lead, *(block.text for block in zones.body), *captions])
    if not text.strip():
        raise Refused(RefusalCode.EMPTY)
    require_clean_letters(text, "\n".join(raw), settings.syllable_share)


def _raw_strings(value: object, depth: int = 0) -> Iterator[str]:
    """Yield the strings inside a value, as the file holds them."""
    if isinstance(value, str):
        yield value
    elif depth < MAX_NESTING and isinstance(value, (list, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _raw_strings(inner, depth + 1)


def _title_from_text(lead: str, zones: Zones, captions: Sequence[str]) -> str:
    texts = [lead, *(block.text for block in zones.body), *captions]
    return first_sentence(next(text for text in texts if text))


def first_sentence(text: str) -> str:
    """Return the first sentence of `text`, cut at a word after 200 characters."""
    ends = (match.end() for match in _SENTENCE_END.finditer(text))
    sentence = next((cut for end in ends if not _ABBREVIATION.search(cut := text[:end].rstrip())), text)
    if len(sentence) <= TITLE_FROM_TEXT_CHARACTERS:
        return sentence
    return clean(sentence[: TITLE_FROM_TEXT_CHARACTERS - 1].rsplit(" ", 1)[0]) + "…"


def _own_id(place: Place, record: Record, title: str, published: date | None) -> str:
    if not record.numbered:
        return place.relative
    digest = hashlib.sha256(f"{title}\n{published or ''}".encode()).hexdigest()
    return f"{place.relative}#{digest[:12]}"
