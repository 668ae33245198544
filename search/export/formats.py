"""In which formats can a result leave, and how is each written as a stream?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from .cells import CHUNK, Wording, defused, joined, local
from .rows import EXPORT_COLUMNS, Export, Row

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take the file for another encoding than UTF-8."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format: the ``suffix`` of its files, its ``media_type``, how it is written, the most rows that it has room
    for, None for any number, and whether it is ``packed`` already, so that compressing it gains nothing.
    """

    suffix: str
    media_type: str
    write: Callable[[Export, Wording], Iterator[bytes]]
    most: int | None = None
    packed: bool = False


def _csv(export: Export, wording: Wording) -> Iterator[bytes]:
    """Write comma-separated values (RFC 4180) as spreadsheets read them: with a byte order mark and headings."""
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    line = csv.writer(out, dialect="excel")
    line.writerow(map(defused, wording.headings()))
    yield from _pieces(out, (line.writerow(_cells(row)) for row in export))


def _json_lines(export: Export, _wording: Wording) -> Iterator[bytes]:
    """Write one JSON object a line, with the fields of the JSON API."""
    out = io.StringIO()
    yield from _pieces(out, (out.write(json.dumps(_record(row), ensure_ascii=False) + "\n") for row in export))


def _xlsx(export: Export, wording: Wording) -> Iterator[bytes]:
    from .xlsx import write  # XlsxWriter takes a while to import

    return write(export, wording.headings(), wording)


CSV = Format("csv", "text/csv; charset=utf-8; header=present", _csv)
JSON_LINES = Format("jsonl", "application/x-ndjson; charset=utf-8", _json_lines)
XLSX = Format(
    "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx, most=(1 << 20) - 1, packed=True
)

EXPORT_FORMATS: Mapping[str, Format] = {one.suffix: one for one in (CSV, XLSX, JSON_LINES)}
"""The formats of an export by their suffix."""


def _cells(row: Row) -> list[str]:
    texts = (
        row.id,
        row.title,
        _moment(row.published),
        row.source or "",
        row.category or "",
        joined(row.authors),
        joined(row.places),
        row.url or "",
        row.lead,
        row.snippet,
    )
    return [defused(text) for text in texts]


def _moment(published: date | datetime | None) -> str:
    """Return a day or moment as spreadsheets recognise it."""
    if published is None:
        return ""
    moment = local(published)
    return moment.isoformat(" ", "seconds") if isinstance(moment, datetime) else moment.isoformat()


def _record(row: Row) -> dict[str, object]:
    record = {name: getattr(row, name) for name in EXPORT_COLUMNS}
    return record | {"published": row.published.isoformat() if row.published else None}


def _pieces(out: io.StringIO, written: Iterable[object]) -> Iterator[bytes]:
    """Yield what ``written`` puts into ``out`` step by step: after the first step at once, then in pieces."""
    enough = 0
    for _ in written:
        if out.tell() > enough:
            yield _taken(out)
            enough = CHUNK
    if out.tell():
        yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode("utf-8", "replace")
