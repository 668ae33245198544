"""In which formats can a result leave, and how is each written as a stream?"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from ..document import LOCAL_ZONE
from .rows import EXPORT_COLUMNS, Export, Row

CHUNK = 1 << 15
"""Bytes that are gathered before they are handed on; the first row goes at once."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take the file for another encoding than UTF-8."""

BETWEEN = "; "
"""Stands between several values in one cell."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What an export says besides its rows, in the language of who reads it.

    ``columns`` are headings by the name of the column (the name itself unless given), ``sheet`` is the name of the
    sheet of a workbook. ``about`` are lines (label, value) about the search, and ``about_sheet`` the sheet that has
    them; formats without room for them leave them out.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str = "timtin"
    about_sheet: str = "about"
    about: tuple[tuple[str, str], ...] = ()

    def headings(self) -> list[str]:
        """Return the headings in the order of the columns."""
        return [self.columns.get(name, name) for name in EXPORT_COLUMNS]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: the ``suffix`` of its files, its ``media_type``, how it is written, and the most rows that it has
    room for, None for any number.
    """

    suffix: str
    media_type: str
    write: Callable[[Export, Wording], Iterator[bytes]]
    most: int | None = None


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
JSON_LINES = Format("jsonl", "application/jsonl; charset=utf-8", _json_lines)
XLSX = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx, most=(1 << 20) - 1)

EXPORT_FORMATS: Mapping[str, Format] = {one.suffix: one for one in (CSV, XLSX, JSON_LINES)}
"""The formats of an export by their suffix."""

_DANGEROUS = re.compile(r"(?:^|(?<=[\t\r\n;]))(?=[=+\-@\t\r\n＝＋－＠])")


def defused(text: str) -> str:
    """Return ``text`` such that no spreadsheet takes it, or a part of it after a separator that some countries use,
    for a formula: with an apostrophe before it where it begins as one.

    The list of beginnings is that of OWASP ("CSV Injection").
    """
    return _DANGEROUS.sub("'", text)


def local(published: date | datetime) -> date | datetime:
    """Return when an article was published, a moment as clocks in Vietnam showed it, without a zone."""
    if isinstance(published, datetime):
        return published.astimezone(LOCAL_ZONE).replace(tzinfo=None)
    return published


def joined(values: Iterable[str]) -> str:
    """Return several values as the text of one cell."""
    return BETWEEN.join(values)


def _cells(row: Row) -> list[str]:
    published = "" if row.published is None else local(row.published).isoformat(*_SPACED[type(row.published)])
    texts = (
        row.id,
        row.title,
        published,
        row.source or "",
        row.category or "",
        joined(row.authors),
        joined(row.places),
        row.url or "",
        row.lead,
        row.snippet,
    )
    return [defused(text) for text in texts]


_SPACED: Mapping[type, tuple[str, ...]] = {date: (), datetime: (" ", "seconds")}


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


def now() -> datetime:
    """Return the time in Vietnam, which exports say they were made at."""
    return datetime.now(UTC).astimezone(LOCAL_ZONE)
