"""How is a document kept as JSON, whatever engine keeps it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from ..document import Document, Paragraph

_NAMES = tuple(field.name for field in fields(Document))


def plain(document: Document) -> dict[str, Any]:
    """Return what ``document`` has, as JSON has it: id and title first, nothing for what it lacks."""
    values = ((name, getattr(document, name)) for name in _NAMES)
    record = {name: value for name, value in values if value not in (None, (), "")}
    if document.body:
        record["body"] = [[one.text, 1] if one.crosshead else [one.text] for one in document.body]
    if document.published is not None:
        record["published"] = document.published.isoformat()
    return record


def whole(record: Mapping[str, Any]) -> Document:
    """Return the document of which :func:`plain` made ``record``."""
    body = tuple(Paragraph(text, bool(cross)) for text, *cross in record.get("body", ()))
    return heading(record, lead=record.get("lead", ""), body=body, captions=tuple(record.get("captions", ())))


def heading(record: Mapping[str, Any], **texts: Any) -> Document:
    """Return the same without its lead, body and captions, but with what ``texts`` has of them."""
    get = record.get
    published = get("published")
    return Document(
        id=record["id"],
        title=get("title", ""),
        authors=tuple(get("authors", ())),
        category=get("category"),
        places=tuple(get("places", ())),
        published=_moment(published) if published else None,
        source=get("source"),
        url=get("url"),
        **texts,
    )


def _moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
