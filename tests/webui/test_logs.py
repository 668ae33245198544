from __future__ import annotations

import json
import logging
import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webui import create_app, logs
from webui.observing import HEADER, PLAIN

from .site import documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

ASKED = "thư-tố-cáo"


class Written:
    """What has gone to standard error since the test began."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured
        self._text = ""

    def __str__(self) -> str:
        self._text += self._captured.readouterr().err
        return self._text


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Written]:
    """Standard error; logging is as before afterwards."""
    root = logging.getLogger()
    handlers, level, access = list(root.handlers), root.level, logs.ACCESS.level
    yield Written(capsys)
    root.handlers[:] = handlers
    root.setLevel(level)
    logs.ACCESS.setLevel(access)
    logging.captureWarnings(capture=False)


def site(*, queries: bool = False) -> FlaskClient:
    app = create_app({"TIMTIN_INDEX": "memory:", "LOG_QUERIES": queries, "PROPAGATE_EXCEPTIONS": False})
    with app.extensions["timtin"].index.get().writer() as writer:
        for document in documents():
            writer.add(document)
        writer.commit()
    return app.test_client(use_cookies=False)


def get(client: FlaskClient, address: str, **headers: str) -> dict[str, str]:
    """Return the headers of an answer that was read to its end."""
    with client.get(address, headers=headers) as answer:
        answer.get_data()
        return dict(answer.headers)


def test_a_request_is_one_line_of_json(written: Written) -> None:
    logs.configure("json", access=True, queries=False)
    headers = get(site(), f"/search?q=huyện uỷ {ASKED}", **{HEADER: "proxy-1:7/a=b", "User-Agent": "Agent/1"})
    (line,) = map(json.loads, str(written).splitlines())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert 0 < line.pop("search_ms") <= line.pop("took_ms")
    assert line == {
        "level": "info",
        "logger": "timtin.access",
        "message": "request",
        "method": "GET",
        "path": "/search",
        "route": "/search",
        "status": 200,
        "bytes": int(headers["Content-Length"]),
        "request_id": "proxy-1:7/a=b",
        "found": line["found"],
    }
    assert headers[HEADER] == "proxy-1:7/a=b"


@pytest.mark.parametrize("form", logs.FORMATS)
@pytest.mark.parametrize("queries", [True, False])
def test_what_people_search_for_is_logged_only_if_wanted(written: Written, form: str, queries: bool) -> None:
    logs.configure(form, access=True, queries=queries)
    client = site(queries=queries)
    for address in (
        "/search",
        "/api/v1/search",
        "/article/tin/0",
        "/values/author",
        "/",
        "/nowhere",
        "/api/v1/suggest",
    ):
        get(client, f"{address}?q={ASKED}")
    text = str(written)
    assert len(text.splitlines()) == 7
    assert (ASKED in text) is queries
    assert "127.0.0.1" not in text


def test_a_line_of_text_reads_well(written: Written) -> None:
    logs.configure("text", access=True, queries=True)
    get(site(queries=True), '/search?q=huyện uỷ "x"', **{HEADER: "r1"})
    line = str(written)
    assert re.fullmatch(
        r"\S+ info timtin.access request method=GET path=/search route=/search status=200 bytes=\d+ took_ms=[\d.]+ "
        r'request_id=r1 search_ms=[\d.]+ found=\d+ query="huyện uỷ \\"x\\""\n',
        line,
    )


def test_without_an_access_log_only_trouble_is_logged(written: Written) -> None:
    logs.configure("text", access=False, queries=False)
    get(site(), "/search?q=huyện")
    assert str(written) == ""
    logging.getLogger("search").warning("%s", "two\nlines")
    assert str(written).endswith("warning search two\\nlines\n")


@pytest.mark.parametrize("form", logs.FORMATS)
def test_an_error_carries_the_id_of_its_request(written: Written, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from search import Index

    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("xong")

    logs.configure(form, access=True, queries=False)
    client = site()
    monkeypatch.setattr(Index, "search", broken)
    with client.get(f"/search?q={ASKED}", headers={HEADER: "abc"}) as answer:
        assert answer.status_code == 500
        assert answer.headers[HEADER] == "abc"
    text = str(written)
    assert "RuntimeError: xong" in text
    assert ASKED not in text
    assert text.count('"request_id": "abc"' if form == "json" else "request_id=abc") == 2


@pytest.mark.parametrize("given_id", ["", "a b", "á", "x" * 129, '"', "-a", "<b>", "a\tb"])
def test_an_odd_id_is_replaced(given_id: str) -> None:
    client = site()
    first, second = (get(client, "/healthz", **{HEADER: given_id})[HEADER] for _ in range(2))
    assert re.fullmatch(r"[0-9a-f]{16}", first)
    assert first != second


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(id_=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40))
def test_whatever_id_comes_a_plain_one_goes_back(client: FlaskClient, id_: str) -> None:
    assert PLAIN.fullmatch(client.get("/healthz", headers={HEADER: id_}).headers[HEADER])


@pytest.mark.parametrize("address", ["/nowhere", "/search", "/?q=a", "/assets/site.css", "/api/v1/search?x=1"])
def test_every_answer_has_an_id(client: FlaskClient, address: str) -> None:
    assert client.get(address).headers[HEADER]


@given(text=st.text(), number=st.floats())
def test_a_line_is_a_line_whatever_it_says(text: str, number: float) -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "%s", (text,), None)
    record.fields = {"a": text, "b": number}
    for formatter in (logs.JsonFormatter(), logs.TextFormatter()):
        assert len(formatter.format(record).splitlines()) == 1
    assert json.loads(logs.JsonFormatter().format(record))["a"] == text


def test_a_recorder_that_fails_does_not_fail_the_request(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    logs.configure("text", access=True, queries=False)
    client = site()
    monkeypatch.setattr(logs, "_fields", lambda *_given, **_named: 1 / 0)
    with client.get("/search?q=huyện") as answer:
        assert answer.status_code == 200
    assert "a request could not be recorded" in str(written)


def test_time_is_taken_until_the_last_byte() -> None:
    from flask import Flask, Response

    from webui import observing

    app = Flask("slow")
    seen: list[observing.Observed] = []
    observing.init(app, [seen.append])

    @app.get("/")
    def slow() -> Response:
        def parts() -> Iterator[bytes]:
            yield b"a"
            time.sleep(0.05)
            yield b"b"

        return Response(parts())

    with app.test_client().get("/") as answer:
        assert answer.get_data() == b"ab"
    (observed,) = seen
    assert observed.took_ms >= 50
    assert observed.bytes is None
