"""Does a result leave whole, in order, and as something that other programs read as it is meant?"""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from search import (
    EXPORT_COLUMNS,
    EXPORT_FORMATS,
    Document,
    Export,
    ExportRow,
    ExportWording,
    Index,
    InvalidRequest,
    Reading,
    save_export,
)
from search.export import rows as export_rows
from search.export.cells import defused

from .articles import ARTICLES, fill
from .conftest import Filled

EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "x;=1+1", 'y\n=cmd|" /C calc"!A0')


def many(count: int) -> list[Document]:
    return [
        Document(
            id=f"{number:04}",
            title=f"Sạt lở tỉnh lộ {number % 7}",
            lead="Sạt lở. " * (number % 5),
            category="Giao thông" if number % 3 else "Xã hội",
            published=date(2021, 1 + number % 12, 1 + number % 28) if number % 10 else None,
        )
        for number in range(count)
    ]


@pytest.fixture
def large(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> Index:
    """An index whose result is put in order in several steps: 3 articles, 27 more, the rest."""
    monkeypatch.setattr(export_rows, "FIRST", 3)
    return filled(many(60))


def export_of(rows: list[ExportRow]) -> Export:
    return Export("", Reading(), total=len(rows), count=len(rows), partial=False, rows=lambda: iter(rows))


def row(**changes: object) -> ExportRow:
    plain = ExportRow("1", "Tin", date(2021, 2, 9), "Báo", "Mục", ("A", "B"), (), None, "", "")
    return replace(plain, **changes)  # type: ignore[arg-type]  # field by field


def written(export: Export, suffix: str, wording: ExportWording | None = None) -> bytes:
    return b"".join(EXPORT_FORMATS[suffix].write(export, wording or ExportWording()))


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", {"sort": "newest"}),
        ("", {"sort": "oldest"}),
        ("sat lo", {}),
        ("tỉnh lộ 3", {"sort": "newest"}),
        ("sạt lở", {"filters": {"category": ["Xã hội"]}}),
        ("lo", {"exclude": {"category": ["Xã hội"]}, "date_from": date(2021, 3, 1), "date_to": date(2021, 9, 30)}),
        ("sạt lở ở đâu đó rất xa nơi này", {}),
        ("không có gì như thế", {}),
    ],
)
def test_every_hit_leaves_in_the_order_of_the_pages(large: Index, query: str, options: dict[str, object]) -> None:
    paged: list[str] = []
    number = 1
    while True:
        page = large.search(query, page=number, per_page=7, **options)  # type: ignore[arg-type]
        paged += [hit.id for hit in page.hits]
        if not page.hits:
            break
        number += 1
    export = large.export(query, **options)  # type: ignore[arg-type]
    assert [one.id for one in export] == paged
    assert (export.total, export.count, export.capped) == (page.total, page.total, False)
    assert export.reading == page.reading
    assert [one.id for one in export] == paged, "it can be read again"


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 30, 31, 59, 60, 61, 10**9])
def test_a_limit_leaves_the_end_out_and_says_so(large: Index, limit: int) -> None:
    whole = [one.id for one in large.export("sat lo")]
    export = large.export("sat lo", limit=limit)
    assert [one.id for one in export] == whole[:limit]
    assert (export.total, export.count, export.capped) == (60, min(limit, 60), limit < 60)


def test_a_row_tells_of_its_article(index: Index) -> None:
    (one,) = index.export("truong sach HDND")
    source = ARTICLES[0]
    assert (one.id, one.title, one.published, one.url) == (source.id, source.title, source.published, source.url)
    assert (one.source, one.category, one.authors, one.places) == (
        source.source,
        source.category,
        source.authors,
        source.places,
    )
    assert one.lead == source.lead
    assert "Chủ tịch HĐND huyện" in one.snippet
    assert "\n" not in one.snippet


def test_without_a_query_a_row_shows_the_opening(index: Index) -> None:
    rows = {one.id: one for one in index.export()}
    assert set(rows) == {article.id for article in ARTICLES}
    assert rows["khe-nhan"].snippet == ARTICLES[0].lead
    assert rows["so"].snippet == ""


def test_what_is_committed_meanwhile_does_not_show(large: Index) -> None:
    export = large.export("sat lo")
    rows = iter(export)
    got = [next(rows).id for _ in range(5)]
    with large.writer() as writer:
        writer.delete("0001")
        writer.add(Document(id="new", title="Sạt lở sạt lở", published=date(2024, 1, 1)))
        writer.commit()
    got += [one.id for one in rows]
    assert sorted(got) == [document.id for document in many(60)]
    assert "new" in [one.id for one in large.export("sat lo")]


def test_a_search_that_runs_out_of_time_says_so(empty: Index) -> None:
    export = fill(empty, many(60)).export("sat lo", budget=-1.0)
    assert export.partial
    assert len(list(export)) == export.count


def test_threads_may_export_at_once(large: Index) -> None:
    expected = [one.id for one in large.export("sat lo")]
    found: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: found.append([one.id for one in large.export("sat lo")])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


@pytest.mark.parametrize(
    "wrong", [{"limit": 0}, {"limit": -3}, {"sort": "best"}, {"filters": {"colour": ["red"]}}, {"exclude": {"x": []}}]
)
def test_what_does_not_exist_is_refused(index: Index, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        index.export("huyen", **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", EXPORT_FORMATS)
def test_the_first_rows_come_before_the_last_is_read(suffix: str) -> None:
    read = 0

    def rows() -> Iterator[ExportRow]:
        nonlocal read
        for number in range(20_000):
            read += 1
            yield row(id=f"{number * 7919:x}", title="Tin vắn", snippet=f"{number * 104729:x}" * 20)

    export = Export("", Reading(), total=20_000, count=20_000, partial=False, rows=rows)
    pieces = EXPORT_FORMATS[suffix].write(export, ExportWording())
    assert next(pieces)
    assert read <= 1
    sizes = [len(piece) for piece in pieces]
    assert read == 20_000
    assert max(sizes) < 200_000


def test_csv_is_what_spreadsheets_read() -> None:
    moment = datetime(2023, 9, 6, 20, 30, tzinfo=UTC)
    rows = [
        row(title='Một "tựa", hai\ndòng', published=moment),
        row(published=None, source=None, url="https://a.example/"),
    ]
    data = written(export_of(rows), "csv", ExportWording({"id": "Mã", "title": "Tựa đề"}))
    assert data.startswith("\ufeffMã,Tựa đề,published,".encode())
    assert data.endswith(b"\r\n")
    table = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert table[0]["Tựa đề"] == 'Một "tựa", hai\ndòng'
    assert table[0]["published"] == "2023-09-07 03:30:00", "as clocks in Vietnam showed it"
    assert table[0]["authors"] == "A; B"
    assert (table[1]["published"], table[1]["source"], table[1]["url"]) == ("", "", "https://a.example/")


def test_a_csv_of_nothing_has_its_headings() -> None:
    assert written(export_of([]), "csv").decode("utf-8-sig") == ",".join(EXPORT_COLUMNS) + "\r\n"


@pytest.mark.parametrize("evil", EVIL)
def test_no_cell_of_a_csv_is_a_formula(evil: str) -> None:
    data = written(export_of([row(id=evil, title=evil, authors=(evil,), snippet=evil)]), "csv")
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    for cell in table[1]:
        for part in cell.replace("\r", "\n").replace("\t", "\n").replace(";", "\n").split("\n"):
            assert not part.startswith(tuple("=+-@＝＋－＠"))


@given(st.text())
def test_defusing_adds_apostrophes_only(text: str) -> None:
    safe = defused(text)
    assert safe.replace("'", "") == text.replace("'", "")
    assert defused(safe) == safe


def test_json_lines_have_the_fields_of_the_api() -> None:
    rows = [row(published=datetime(2023, 9, 6, 20, 30, tzinfo=UTC), title="Bài\n=1"), row(published=None)]
    lines = written(export_of(rows), "jsonl").decode().splitlines()
    first, second = map(json.loads, lines)
    assert tuple(first) == EXPORT_COLUMNS
    assert (first["published"], first["title"], first["authors"]) == (
        "2023-09-06T20:30:00+00:00",
        "Bài\n=1",
        ["A", "B"],
    )
    assert second["published"] is None


def sheet_of(data: bytes, name: str) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name).to_python()  # type: ignore[return-value]


def test_a_workbook_has_texts_dates_and_a_sheet_about_the_search() -> None:
    rows = [
        row(title="=1+1", published=datetime(2023, 9, 6, 20, 30, tzinfo=UTC)),
        row(title="a\x00b _x000D_ <c>&", published=date(1890, 1, 2)),
        row(title="dài" * 20_000, published=None),
        row(),
    ]
    wording = ExportWording({"title": "Tựa đề"}, "Bài", "Về danh sách", (("Câu tìm", "=huyện uỷ"),))
    data = written(export_of(rows), "xlsx", wording)
    table = sheet_of(data, "Bài")
    assert table[0][:3] == ["id", "Tựa đề", "published"]
    assert table[1][1:3] == ["=1+1", datetime(2023, 9, 7, 3, 30)]  # noqa: DTZ001  # cells have no zone
    assert table[2][1:3] == ["a\ufffdb _x000D_ <c>&", "1890-01-02"]
    assert str(table[3][1]) == ("dài" * 20_000)[:32_766] + "…"
    assert table[4][2] == date(2021, 2, 9)
    assert len(table) == 5
    assert sheet_of(data, "Về danh sách")[0][:2] == ["Câu tìm", "=huyện uỷ"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40), max_size=5))
def test_any_text_survives_a_workbook(titles: list[str]) -> None:
    data = written(export_of([row(title=title, source="x") for title in titles]), "xlsx")
    table = sheet_of(data, "timtin")
    unprintable = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF), "\ufffd")
    expected = [title.translate(unprintable) for title in titles]
    # XML reads every end of a line as one character.
    assert [str(line[1]).replace("\r\n", "\n").replace("\r", "\n") for line in table[1:]] == [
        title.replace("\r\n", "\n").replace("\r", "\n") for title in expected
    ]


@pytest.mark.parametrize("suffix", EXPORT_FORMATS)
def test_an_export_is_saved_in_the_format_of_its_name(index: Index, tmp_path: Path, suffix: str) -> None:
    export = index.export("van hoa")
    path = tmp_path / f"kết quả.{suffix.upper()}"
    save_export(export, path)
    assert path.read_bytes()[:3] == {"csv": b"\xef\xbb\xbf", "xlsx": b"PK\x03", "jsonl": b'{"i'}[suffix]
    with pytest.raises(FileExistsError):
        save_export(export, path)
    save_export(export, path, force=True)
    assert [one.name for one in tmp_path.iterdir() if one.suffix != "" and one.name != "index"] == [path.name]
    if sys.platform != "win32":
        mask = os.umask(0)
        os.umask(mask)
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


def test_an_export_that_fails_leaves_nothing_and_changes_nothing(tmp_path: Path) -> None:
    def rows() -> Iterator[ExportRow]:
        yield row()
        raise OSError("no space left")

    failing = Export("", Reading(), total=2, count=2, partial=False, rows=rows)
    path = tmp_path / "a.csv"
    with pytest.raises(OSError, match="no space"):
        save_export(failing, path)
    assert list(tmp_path.iterdir()) == []
    path.write_text("before")
    with pytest.raises(OSError, match="no space"):
        save_export(failing, path, force=True)
    assert [one.read_text() for one in tmp_path.iterdir()] == ["before"]


def test_only_files_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(FileExistsError):
        save_export(export_of([]), tmp_path / "a.csv", force=True)


def test_a_sheet_has_no_room_for_everything(tmp_path: Path) -> None:
    huge = replace(export_of([]), total=1 << 20, count=1 << 20)
    with pytest.raises(InvalidRequest, match="room"):
        save_export(huge, tmp_path / "a.xlsx")
    with pytest.raises(InvalidRequest, match=r"\.jsonl"):
        save_export(huge, tmp_path / "a.txt")
