"""What is remembered of what people ask, and what is not? What does the report make of it?"""

from __future__ import annotations

import gettext
import logging
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from search import Document, open_index, open_writer
from webui import create_app, querylog
from webui.querylog import QueryLog, connected
from webui.queryreport import Report, read, show

from .servers import PATIENCE, environment, serving, waiting
from .site import documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from search import Index

RESULTS = {"Referer": "http://localhost/search?q=huyen"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queries.db"


@pytest.fixture
def client(path: Path) -> FlaskClient:
    app = create_app({"TIMTIN_INDEX": "memory:", "QUERY_LOG": str(path), "QUERY_LOG_DAYS": 30})
    with app.extensions["timtin"].index.get().writer() as writer:
        for document in documents():
            writer.add(document)
        writer.commit()
    return app.test_client()


def get(client: FlaskClient, address: str, **headers: str) -> None:
    with client.get(address, headers=headers) as answer:
        assert answer.status_code < 400


def rows(path: Path, table: str) -> list[tuple[object, ...]]:
    if not path.exists():
        return []
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
        try:
            return connection.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()  # noqa: S608 - ours
        except sqlite3.OperationalError:  # not made yet
            return []


def until(path: Path, table: str, number: int) -> list[tuple[object, ...]]:
    """Return the rows of ``table`` as soon as there are ``number`` of them."""
    for _ in waiting():
        found = rows(path, table)
        if len(found) >= number:
            return found
    raise AssertionError(rows(path, table))


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def test_a_search_is_kept_as_its_words_and_what_came_of_it(client: FlaskClient, path: Path) -> None:
    get(client, "/search?q=Huyện uỷ")
    get(client, "/api/v1/search?q=huyen uy&category=Chính trị")
    get(client, "/search?q=thuyền bay qua sông rộng")
    found = until(path, "searches", 3)
    assert [row[:5] for row in found] == [
        (today(), "Huyện uỷ", 0, 7, 1),
        (today(), "huyen uy", 1, 2, 1),
        (today(), "thuyền bay qua sông rộng", 0, 0, 0),
    ]
    assert all(isinstance(row[5], float) and row[5] > 0 for row in found)


def test_what_only_looks_on_is_not_asked_anew(client: FlaskClient, path: Path) -> None:
    client.get("/?lang=en&theme=dark")
    for address in (
        "/search?q=huyen&page=2",
        "/search?q=huyen&explain=1",
        "/search",
        "/search?q=+",
        "/article/tin/0?q=huyen&at=2",
        "/values/author?q=huyen",
        "/api/v1/suggest?q=huy",
        "/",
        "/help",
    ):
        client.get(address).close()
    get(client, "/search?q=cuối")
    assert [row[1] for row in until(path, "searches", 1)] == ["cuối"]


@pytest.mark.parametrize(
    ("headers", "counts"),
    [
        (RESULTS, True),
        ({}, False),
        ({"Referer": "http://localhost/article/tin/1?q=huyen&at=1"}, False),
        ({"Referer": "http://[::1"}, False),
        ({**RESULTS, "Sec-Purpose": "prefetch"}, False),
    ],
)
def test_a_click_is_kept_where_it_comes_from_a_result(
    client: FlaskClient, path: Path, headers: dict[str, str], counts: bool
) -> None:
    get(client, "/article/tin/0?q=huyen&at=3", **headers)
    get(client, "/article/tin/0?q=huyen", **RESULTS)
    get(client, "/article/tin/0?q=huyen&at=7", **RESULTS)
    assert until(path, "clicks", 2 if counts else 1) == [
        *([(today(), "huyen", 3)] if counts else []),
        (today(), "huyen", 7),
    ]


def test_nothing_tells_who_it_was(client: FlaskClient, path: Path) -> None:
    client.set_cookie("lang", "en")
    secrets = {"User-Agent": "Agent-77", "X-Forwarded-For": "203.0.113.9", "X-Request-ID": "id-77", "Referer": "//r77/"}
    get(client, "/search?q=huyen", **secrets)
    until(path, "searches", 1)
    kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert [word for word in (b"Agent-77", b"203.0.113.9", b"127.0.0.1", b"id-77", b"r77") if word in kept] == []
    assert b"huyen" in kept
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_without_the_setting_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    get(create_app({"TIMTIN_INDEX": "memory:"}).test_client(), "/search?q=huyen")
    assert list(tmp_path.iterdir()) == []


def test_what_is_old_is_forgotten_for_good(client: FlaskClient, path: Path) -> None:
    def day(ago: int) -> str:
        return (datetime.now(UTC).date() - timedelta(days=ago)).isoformat()

    with connected(path) as connection:
        for ago in (30, 29):
            connection.execute(querylog.ADD_SEARCH, (day(ago), f"câu-cũ-{ago}", 0, 1, 1, 1.0))
            connection.execute(querylog.ADD_CLICK, (day(ago), f"câu-cũ-{ago}", 1))
    get(client, "/search?q=mới")
    for _ in waiting():
        if [row[1] for row in rows(path, "searches")] == ["câu-cũ-29", "mới"]:
            break
    assert [row[1] for row in rows(path, "clicks")] == ["câu-cũ-29"]
    assert "câu-cũ-30".encode() not in path.read_bytes()


@pytest.mark.parametrize("trouble", ["garbage", "newer", "folder"])
def test_a_log_that_cannot_be_written_fails_no_request(
    client: FlaskClient, path: Path, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    if trouble == "garbage":
        path.write_bytes(b"no database " * 100)
    elif trouble == "newer":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA user_version = 99")
    else:
        path.mkdir()
    with caplog.at_level(logging.WARNING):
        for _ in waiting():
            get(client, "/search?q=huyen")
            if caplog.records:
                break
        get(client, "/search?q=huyen")
    (record,) = caplog.records
    assert "the query log" in record.getMessage()
    assert str(path) in record.getMessage()


def test_a_log_that_is_locked_holds_up_no_request_and_is_written_later(
    client: FlaskClient, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connected(path):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for number in range(5):
            get(client, f"/search?q=câu {number}")
        other.execute("ROLLBACK")
    assert [row[1] for row in until(path, "searches", 5)] == [f"câu {number}" for number in range(5)]


def test_more_than_can_wait_is_dropped_and_said(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from webui.observing import Clicked, Observed

    monkeypatch.setattr(querylog, "MOST_WAITING", 3)
    log = QueryLog(path, 30)
    monkeypatch.setattr(log, "_start", lambda: None)  # nobody takes anything out
    clicks = [Clicked("huyen", place) for place in range(1, 6)]
    with caplog.at_level(logging.WARNING):
        log.observe(Observed("i", "GET", "/article/1", "/article/<path:id_>", 200, 1, 1.0, (), clicks))
    (record,) = caplog.records
    assert record.getMessage().endswith(": too many rows wait to be written")


@pytest.fixture
def index() -> Iterator[Index]:
    with open_index("memory:") as opened:
        with opened.writer() as writer:
            for document in documents():
                writer.add(document)
            writer.commit()
        yield opened


def asked(path: Path, *searches: tuple[object, ...], clicks: tuple[tuple[str, int], ...] = ()) -> None:
    """Write ``searches`` (times, query, found, whole, milliseconds) and ``clicks`` into a log."""
    with connected(path) as connection:
        for times, query, found, whole, took in searches:
            assert isinstance(times, int)
            for _ in range(times):
                connection.execute(querylog.ADD_SEARCH, ("2026-05-01", query, 0, found, whole, took))
        for query, place in clicks:
            connection.execute(querylog.ADD_CLICK, ("2026-05-02", query, place))


def test_the_report_counts_what_was_asked(path: Path, index: Index) -> None:
    asked(
        path,
        (3, "huyện ủy", 7, 1, 10.0),
        (2, "HUYỆN  Ủy", 8, 1, 20.0),
        (4, "lúa", 1, 1, 900.0),
        (1, "không đâu có", 0, 0, 5.0),
        clicks=(("huyện ủy", 1), ("Huyện ủy", 5), ("huyện ủy", 2)),
    )
    with connected(path) as connection:
        connection.execute(querylog.ADD_SEARCH, ("2026-05-09", "lúa", 1, 1, 1, 1.0))  # narrowed: not asked anew
    found = read(path, index)
    assert (found.searches, found.queries, found.missed) == (10, 3, 1)
    assert (found.first, found.last) == ("2026-05-01", "2026-05-09")
    assert [(one.query, one.times, one.found, one.middle_place) for one in found.most] == [
        ("HUYỆN  Ủy", 5, 8, 2.0),
        ("lúa", 4, 1, 0.0),
        ("không đâu có", 1, 0, 0.0),
    ]
    assert (found.most[0].mean_ms, found.most[0].longest_ms) == (14.0, 20.0)
    assert [one.query for one in found.unfound] == ["không đâu có"]
    assert [one.query for one in found.slow] == ["lúa"]


PROPOSALS = (
    ("đua thuyềm", ("đua thuyềm", "đua thuyền"), "near"),
    ("dua thuyeen", ("dua thuyeen", "đua thuyền"), "near"),
    ("kbmp", ("KBMP", "khám bệnh miễn phí"), "initials"),
    ("lễ KBMP", ("KBMP", "khám bệnh miễn phí"), "initials"),
    ("TCCS", ("TCCS",), "unknown"),
    ("nhóm HÚUT cát", ("nhóm HÚUT cát", "nhóm hút cát"), "near"),
    ("BQLDA", None, ""),  # known, and nothing is found all the same
    ("huyện ủy", None, ""),  # found by now
    ("một câu dài hơn năm từ đua thuyềm", None, ""),
    ("xyzw", None, ""),
)  # fmt: skip


@pytest.mark.parametrize(("query", "forms", "why"), PROPOSALS)
def test_what_is_not_found_becomes_a_proposal(
    path: Path, index: Index, query: str, forms: tuple[str, ...] | None, why: str
) -> None:
    asked(path, (2, query, 0, 0, 1.0), (1, "khám bệnh miễn phí", 1, 1, 1.0))
    proposals = read(path, index).proposals
    assert [(one.forms, one.why, one.times) for one in proposals] == ([(forms, why, 2)] if forms else [])


def test_the_report_speaks_both_languages(path: Path, index: Index) -> None:
    asked(path, (2, "đua thuyềm\x1b[1m\t!", 0, 0, 1.0), (3, "lúa", 1, 1, 500.0), clicks=(("lúa", 2),))

    def said(report: Report, catalogue: gettext.NullTranslations) -> str:
        return show(report, lambda message, **values: catalogue.gettext(message) % values if values else message)

    text = said(read(path, index), gettext.NullTranslations())
    assert "      3  lúa  (1 bài; mở 1 bài, ở giữa là bài thứ 2)\n" in text
    assert "      3  lúa  (1 bài; trung bình 500 ms, lâu nhất 500 ms)\n" in text
    assert text.isprintable() or {char for char in text if not char.isprintable()} <= {"\n", "\t"}


def test_an_empty_log_says_so(path: Path, index: Index) -> None:
    asked(path)
    assert show(read(path, index), lambda message, **_values: message) == "Nhật ký chưa có câu tìm nào.\n"


def report(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "webui", "--index", str(folder / "index"), "--report", "queries"],
        capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE, check=False, env=environment(**settings),
    )  # fmt: skip


def test_workers_log_until_the_server_stops_and_the_proposals_help(tmp_path: Path, path: Path) -> None:
    with open_writer(tmp_path / "index") as writer:
        for document in (*documents(), Document(id="x", title="Lễ hội đua thuyền mùa xuân")):
            writer.add(document)
        writer.commit()
    log = {"TIMTIN_QUERY_LOG": str(path)}
    with serving(tmp_path, tmp_path / "index", "--workers", "2", TIMTIN_ACCESS_LOG="no", **log) as server:
        for query in ("khám bệnh miễn phí", *["KBMP"] * 20):
            server.get(f"/search?q={quote(query)}")
    assert server.process.returncode == 0
    assert server.said().count("\n") == 1
    assert len(rows(path, "searches")) == 21

    done = report(tmp_path, **log)
    assert (done.returncode, done.stderr) == (0, "")
    assert "     20  KBMP  (0 bài)\n" in done.stdout
    english = report(tmp_path, **log, TIMTIN_DEFAULT_LOCALE="en").stdout
    assert "     20  KBMP  (0 articles)\n" in english
    assert "Most asked (times)" in english

    (tmp_path / "index" / "equivalents.tsv").write_text(done.stdout.split("\n\n")[-1], encoding="utf-8")
    with open_index(tmp_path / "index") as index:
        assert index.search("KBMP").total == 1
    assert "KBMP\t" not in report(tmp_path, **log).stdout


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "Nhật ký câu tìm chưa được bật; hãy đặt TIMTIN_QUERY_LOG là tên một tệp."),
        ("missing", "Không đọc được nhật ký câu tìm {path}: chưa có tệp này; nó được lập khi có người tìm."),
        ("garbage", "Không đọc được nhật ký câu tìm {path}: file is not a database."),
    ],
)
def test_a_report_that_cannot_be_made_is_one_clear_line(
    content: str, sentence: str, tmp_path: Path, path: Path
) -> None:
    with open_writer(tmp_path / "index") as writer:
        writer.commit()
    if content == "garbage":
        path.write_bytes(b"no database " * 100)
    done = report(tmp_path, TIMTIN_QUERY_LOG=str(path) if content else "")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"Error: {sentence.format(path=path)}\n")
