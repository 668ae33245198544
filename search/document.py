"""What is a stored document?

Every text is NFC, and every offset anywhere in this package counts code points of these texts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta, timezone

LOCAL_ZONE = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam's time. It has had no other offset since 1975, so a fixed one serves."""

ZONES = ("title", "lead", "body", "captions", "authors")
"""The parts of a document that are searched, in the order in which their words are numbered."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a body; ``crosshead`` marks a heading between paragraphs."""

    text: str
    crosshead: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One article as the index stores it and gives it back.

    ``id`` is unique within an index and not empty. ``title`` should not be empty; everything else is optional.
    ``published`` is a date, or a datetime with a zone. Texts that are not NFC are brought to NFC by
    :meth:`normalized`, which the writer calls.
    """

    id: str
    title: str
    lead: str = ""
    body: tuple[Paragraph, ...] = ()
    captions: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    category: str | None = None
    places: tuple[str, ...] = ()
    published: date | datetime | None = None
    source: str | None = None
    url: str | None = None

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as plain values: documents go to worker processes by the thousand, and this takes a third of the
        time.
        """
        body = [(paragraph.text, paragraph.crosshead) for paragraph in self.body]
        return _unpickled, (body, *(getattr(self, name) for name in _NAMES if name != "body"))

    def blocks(self) -> Iterator[tuple[str, int, str]]:
        """Yield (zone, number within the zone, text) of every searched text, in the order of :data:`ZONES`."""
        yield "title", 0, self.title
        yield "lead", 0, self.lead
        for number, paragraph in enumerate(self.body):
            yield "body", number, paragraph.text
        for number, caption in enumerate(self.captions):
            yield "captions", number, caption
        for number, author in enumerate(self.authors):
            yield "authors", number, author

    def text_of(self, zone: str, number: int) -> str:
        """Return text ``number`` of a zone, as :meth:`blocks` numbers them."""
        match zone:
            case "title":
                return self.title
            case "lead":
                return self.lead
            case "body":
                return self.body[number].text
            case "captions":
                return self.captions[number]
            case _:
                return self.authors[number]

    @property
    def day(self) -> date | None:
        """The day of publication in Vietnam, or None where it is not known."""
        if isinstance(self.published, datetime):
            return self.published.astimezone(LOCAL_ZONE).date()
        return self.published

    @property
    def instant(self) -> int | None:
        """The time of publication in seconds since 1970 (UTC); a bare date counts as its start in Vietnam."""
        if self.published is None:
            return None
        moment = self.published
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day, tzinfo=LOCAL_ZONE)
        return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())

    def normalized(self) -> Document:
        """Return the same document with every text in NFC and a zone in ``published``.

        Raises :class:`ValueError` where the id is empty or no string.
        """
        if not isinstance(self.id, str) or not self.id:
            raise ValueError(f"a document needs an id that is a non-empty string, not {self.id!r}")
        changes: dict[str, object] = {}
        for name in _NAMES:
            value = getattr(self, name)
            normal = _nfc(value)
            if normal != value:
                changes[name] = normal
        if isinstance(self.published, datetime) and self.published.tzinfo is None:
            changes["published"] = self.published.replace(tzinfo=LOCAL_ZONE)
        return replace(self, **changes) if changes else self  # type: ignore[arg-type]  # field by field, same types


def _nfc(value: object) -> object:
    """Return ``value`` with its texts in NFC; the same object where they are so already, which nearly all are."""
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", _without_surrogates(value))
    if isinstance(value, tuple):
        return tuple(map(_nfc, value))
    if isinstance(value, Paragraph):
        text = str(_nfc(value.text))
        return value if text == value.text else Paragraph(text, value.crosshead)
    return value


def _without_surrogates(text: str) -> str:
    """Half of a surrogate pair cannot be written as UTF-8; it becomes a question mark."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


_NAMES = tuple(field.name for field in fields(Document))


def _unpickled(body: list[tuple[str, bool]], *others: object) -> Document:
    names = (name for name in _NAMES if name != "body")
    paragraphs = tuple(Paragraph(text, crosshead) for text, crosshead in body)
    return Document(body=paragraphs, **dict(zip(names, others, strict=True)))  # type: ignore[arg-type]
