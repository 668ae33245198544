"""How is a workbook of any number of rows written as a stream?

XlsxWriter makes the workbook: its parts, styles, headings, the sheet about the search. But it writes nothing before
it knows the last row; so the rows of the first sheet are put in here, where the parts are zipped once more: a cell is
one element of XML, and a zip archive can be written to what cannot be sought in.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from xml.sax.saxutils import escape

from .cells import CHUNK, Wording, joined, local
from .rows import EXPORT_COLUMNS, Export, Row

LONGEST = 32_767
"""UTF-16 units that a cell has room for (Excel's limit)."""

SHEET = "xl/worksheets/sheet1.xml"
DAY, MOMENT = 2, 3
"""The styles of the workbook that are those of a day and a moment, counted as they are made (0 is the default)."""

WIDTHS = {"id": 18, "title": 60, "published": 16, "url": 40, "lead": 60, "snippet": 80}
"""The widths of columns in characters, where they are not :data:`WIDTH`."""

WIDTH = 22

_FIRST_DAY = date(1899, 12, 30)
_EARLIEST = date(1900, 3, 1)
"""Excel counts days from the first; before the second it counts a day that there was not."""

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ROWS_GO_HERE = b"</sheetData>"
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"/>')


def write(export: Export, headings: list[str], wording: Wording) -> Iterator[bytes]:
    """Yield a workbook: a sheet of all rows, and one that says what was searched for. Texts are never formulas."""
    sink = _Sink()
    with (
        zipfile.ZipFile(io.BytesIO(_skeleton(export.count, headings, wording))) as parts,
        zipfile.ZipFile(
            sink,
            "w",
            zipfile.ZIP_DEFLATED,
        ) as out,
    ):
        for name in parts.namelist():
            if name != SHEET:
                out.writestr(name, parts.read(name))
        yield sink.taken()
        before, found, after = _DIMENSION.sub(b"", parts.read(SHEET)).partition(_ROWS_GO_HERE)
        with out.open(SHEET, "w") as sheet:
            sheet.write(before)
            for number, row in enumerate(export, 2):
                sheet.write(_row(number, row).encode())
                if sink.size > CHUNK:
                    yield sink.taken()
            sheet.write(found + after)
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Keeps what is written until it is taken; cannot be sought in, as a socket cannot."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # any buffer
        self._parts.append(piece)
        self.size += len(piece)
        return len(piece)

    def taken(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        self.size = 0
        return whole


def _skeleton(count: int, headings: list[str], wording: Wording) -> bytes:
    """Return the workbook without its rows, of which there will be ``count``."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    workbook = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = workbook.add_format({"bold": True})
    styles = [workbook.add_format({"num_format": form}) for form in ("dd/mm/yyyy", "dd/mm/yyyy hh:mm")]
    sheet = workbook.add_worksheet(wording.sheet)
    sheet.write_row(0, 0, headings, bold)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, count, len(headings) - 1)
    for column, name in enumerate(EXPORT_COLUMNS):
        sheet.set_column(column, column, WIDTHS.get(name, WIDTH))
    about = workbook.add_worksheet(wording.about_sheet)
    about.set_column(0, 0, 24)
    about.set_column(1, 1, 100)
    for line, (label, value) in enumerate(wording.about):
        about.write_string(line, 0, label, bold)
        about.write_string(line, 1, _text(value))
    for column, style in enumerate(styles):
        # A style is kept where a cell has it.
        about.write_blank(len(wording.about) + 1, column, None, style)
    workbook.close()
    return out.getvalue()


def _row(number: int, row: Row) -> str:
    cells = (
        _string(row.id),
        _string(row.title),
        _date(row.published) if row.published else "",
        _string(row.source),
        _string(row.category),
        _string(joined(row.authors)),
        _string(joined(row.places)),
        _string(row.url),
        _string(row.lead),
        _string(row.snippet),
    )
    written = "".join(f'<c r="{chr(ord("A") + at)}{number}"{cell}</c>' for at, cell in enumerate(cells) if cell)
    return f'<row r="{number}">{written}</row>'


def _string(text: str | None) -> str:
    return f' t="inlineStr"><is><t xml:space="preserve">{escape(_text(text))}</t></is>' if text else ""


def _text(text: str) -> str:
    """Return ``text`` as a cell can hold it."""
    plain = _ESCAPED.sub("_x005F_", _NO_XML.sub("\ufffd", text))
    if len(plain) * 2 <= LONGEST or len(plain.encode("utf-16-le")) <= LONGEST * 2:
        return plain
    return plain.encode("utf-16-le")[: (LONGEST - 1) * 2].decode("utf-16-le", "ignore") + "…"


def _date(published: date | datetime) -> str:
    moment = local(published)
    if (moment.date() if isinstance(moment, datetime) else moment) < _EARLIEST:
        return _string(moment.isoformat())
    if not isinstance(moment, datetime):
        return f' s="{DAY}"><v>{(moment - _FIRST_DAY).days}</v>'
    since = moment - datetime(_FIRST_DAY.year, _FIRST_DAY.month, _FIRST_DAY.day)  # noqa: DTZ001  # both of one clock
    return f' s="{MOMENT}"><v>{since.total_seconds() / 86400:.8f}</v>'
