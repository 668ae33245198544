"""Does a whole result leave the page as a file that a person can use?"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import pytest
from python_calamine import CalamineWorkbook

from search import EXPORT_COLUMNS, EXPORT_FORMATS
from webui import create_app
from webui.compression import gzipped
from webui.exports import AT_ONCE
from webui.filenames import filename

from .site import EVIL, documents, read

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


def table(response: TestResponse) -> list[dict[str, str]]:
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def test_a_csv_has_every_article_and_headings_in_the_language_of_the_reader(client: FlaskClient) -> None:
    response = client.get("/export.csv")
    assert response.content_type.startswith("text/csv; charset=utf-8")
    rows = table(response)
    assert sorted(row["Mã bài"].lstrip("'") for row in rows) == sorted(one.id.strip() or one.id for one in documents())
    assert (response.headers["Timtin-Total"], response.headers["Timtin-Count"]) == (str(len(rows)),) * 2
    assert "Published" in client.get("/export.csv?lang=en").get_data(as_text=True).splitlines()[0]


@pytest.mark.parametrize(
    "query", ["q=huyen+uy", "q=huyen+uy&sort=oldest", "category=Chính trị", "-category=Chính trị&from=2022", "q=qqqq"]
)
def test_it_has_what_the_pages_show_in_their_order(client: FlaskClient, query: str) -> None:
    page = client.get(f"/api/v1/search?per_page=100&{query}").json
    assert page
    lines = client.get(f"/export.jsonl?{query}&per_page=1&page=3").get_data(as_text=True).splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["id"] for record in records] == [hit["id"] for hit in page["hits"]]
    for record, hit in zip(records, page["hits"], strict=True):
        assert tuple(record) == EXPORT_COLUMNS
        assert {name: record[name] for name in ("title", "published", "authors", "places")} == {
            name: hit[name] for name in ("title", "published", "authors", "places")
        }


def test_every_row_has_an_address_that_can_be_followed(client: FlaskClient) -> None:
    lines = client.get("/export.jsonl").get_data(as_text=True).splitlines()
    addresses = {record["id"]: record["url"] for record in map(json.loads, lines)}
    assert addresses["tin/0"] == "https://bao.example/tin/0"
    assert addresses[EVIL].startswith("http://localhost/article/")
    assert client.get(addresses[EVIL].removeprefix("http://localhost")).status_code == 200


def test_a_workbook_says_what_was_searched_for(client: FlaskClient) -> None:
    response = client.get("/export.xlsx", query_string={"q": "huyen uy", "-category": "Y tế", "from": "2020"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.data))
    assert book.sheet_names == ["Danh sách bài", "Về danh sách"]
    rows = book.get_sheet_by_name("Danh sách bài").to_python()
    assert rows[0][:3] == ["Mã bài", "Tiêu đề", "Ngày đăng"]
    assert len(rows) - 1 == int(response.headers["Timtin-Count"]) > 0
    about = {str(line[0]): str(line[1]) for line in book.get_sheet_by_name("Về danh sách").to_python()}
    assert (about["Câu tìm"], about["Chuyên mục"], about["Từ ngày"]) == ("huyen uy", "trừ Y tế", "01/01/2020")
    assert about["Trong tệp này"] == f"{len(rows) - 1} bài"
    assert client.get(about["Địa chỉ"].removeprefix("http://localhost")).status_code == 200


@pytest.fixture
def small() -> FlaskClient:
    """The same articles behind a limit of five."""
    app = create_app({"TIMTIN_INDEX": "memory:", "MAX_EXPORT": 5})
    with app.extensions["timtin"].index.get().writer() as writer:
        for document in documents():
            writer.add(document)
        writer.commit()
    return app.test_client()


def test_what_is_cut_off_says_so(small: FlaskClient) -> None:
    response = small.get("/export.csv")
    assert len(table(response)) == int(response.headers["Timtin-Count"]) == 5
    total = len(documents())
    assert response.headers["Timtin-Total"] == str(total)
    assert f"5 bài đầu trong {total}" in unquote(response.headers["Content-Disposition"])
    book = CalamineWorkbook.from_filelike(io.BytesIO(small.get("/export.xlsx").data))
    assert ["Chú ý", "Chỉ 5 bài đầu được xuất."] in [
        line[:2] for line in book.get_sheet_by_name("Về danh sách").to_python()
    ]
    assert "Chỉ 5 bài đầu được xuất." in small.get("/search").get_data(as_text=True)
    assert "Chỉ 5 bài" not in small.get("/search?q=lúa").get_data(as_text=True)


def test_the_page_of_results_offers_what_it_shows(client: FlaskClient) -> None:
    page = read(client.get("/search?q=huyen+uy&category=Chính+trị&page=2&per_page=1&explain=1").get_data(as_text=True))
    offered = [link for link in page.links() if link.startswith("/export.")]
    assert [re.split(r"[.?]", link)[1] for link in offered] == list(EXPORT_FORMATS)
    for link in offered:
        assert unquote(link).endswith("?q=huyen+uy&category=Chính+trị")
        with client.get(link) as export:
            assert export.headers["Timtin-Count"] == "2"
    assert "/export." not in client.get("/search?q=qqqq").get_data(as_text=True)


def test_no_more_exports_are_written_at_a_time_than_leave_room_for_searches(app: Flask) -> None:
    client = app.test_client()
    held = [client.get("/export.csv", buffered=False) for _ in range(AT_ONCE)]
    refused = client.get("/export.csv")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert client.get("/search").status_code == 200
    for response in held:
        response.close()
    with client.get("/export.csv") as again:
        assert again.status_code == 200


def test_a_search_that_fails_frees_its_place(app: Flask) -> None:
    client = create_app({"TIMTIN_INDEX": "/nowhere"}).test_client()
    for _ in range(AT_ONCE + 1):
        response = client.get("/export.csv")
        assert response.status_code == 503
        assert "timtin-index build" in response.get_data(as_text=True)


def test_nothing_but_the_formats_is_an_export(client: FlaskClient) -> None:
    for address in ("/export", "/export.", "/export.pdf", "/export.csv/"):
        assert client.get(address).status_code == 404
    with client.head("/export.csv?q=huyen") as head:
        assert (head.status_code, head.data) == (200, b"")


@pytest.mark.parametrize(
    ("query", "plain", "extended"),
    [
        ("le hoi", "le hoi - timtin.csv", "le hoi – timtin.csv"),
        ("Đường\r\nX-Evil: 1", "duong x-evil 1 - timtin.csv", "Đường X-Evil 1 – timtin.csv"),
        ('../a\\b:"c"*?<>|', "a b c - timtin.csv", "a b c – timtin.csv"),
        ("\u202egpj.exe", "gpj.exe - timtin.csv", "gpj.exe – timtin.csv"),
        ("中文", "_ - timtin.csv", "中文 – timtin.csv"),
    ],
)
def test_the_name_of_the_file_is_safe(client: FlaskClient, query: str, plain: str, extended: str) -> None:
    with client.get("/export.csv", query_string={"q": query}) as response:
        header = response.headers["Content-Disposition"]
    assert header.startswith("attachment; filename=")
    assert re.search(r'filename="?([^";]*)', header)[1] == plain  # type: ignore[index]
    assert f"filename*=UTF-8''{quote(extended, safe='')}" in header


def test_a_name_fits_every_file_system() -> None:
    name = filename(("ệ" * 500, "", "tên trang"), "xlsx")
    assert name.endswith("ệ – tên trang.xlsx")
    assert len(name.encode()) < 255
    assert filename(("", "\x00/", "s" * 300), "csv") == "s" * 80 + ".csv"
    assert filename(("...", "timtin"), "csv") == "timtin.csv"


@pytest.mark.parametrize(
    ("suffix", "accepted", "packed"),
    [
        ("csv", "gzip", True),
        ("jsonl", "br, zstd, gzip;q=0.5", True),
        ("csv", "*", True),
        ("csv", "", False),
        ("csv", "br", False),
        ("csv", "gzip;q=0", False),
        ("xlsx", "gzip", False),
    ],
)
def test_a_stream_is_compressed_where_the_client_accepts_it(
    client: FlaskClient, suffix: str, accepted: str, packed: bool
) -> None:
    address = f"/export.{suffix}?q=huyen"
    response = client.get(address, headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == ("gzip" if packed else None)
    assert "Accept-Encoding" in response.headers["Vary"]
    if suffix != "xlsx":  # a workbook says when it was made
        assert (gzip.decompress(response.data) if packed else response.data) == client.get(address).data


def test_the_first_piece_of_a_compressed_stream_can_be_read_at_once() -> None:
    waiting = iter((b"dau tien\n", b"sau"))
    packed = gzipped(waiting)
    unpacker = zlib.decompressobj(zlib.MAX_WBITS + 16)
    assert unpacker.decompress(next(packed)) == b"dau tien\n"
    assert next(waiting) == b"sau"


def test_nothing_is_a_stream_too() -> None:
    assert gzip.decompress(b"".join(gzipped(()))) == b""
