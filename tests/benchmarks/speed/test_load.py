"""Does the client count answers, failures and times right?"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from .load import put_under_load


class Pages(BaseHTTPRequestHandler):
    """Answers with the path; /broken with 500, and /last closes a connection that should be kept, unannounced."""

    protocol_version = "HTTP/1.1"
    seen: Counter[str]

    def do_GET(self) -> None:
        type(self).seen[self.path] += 1
        body = self.path.encode()
        self.send_response(500 if self.path == "/broken" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.path == "/last"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name of the base
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    Pages.seen = Counter()
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_all_paths_are_asked_for_and_answers_counted() -> None:
    paths = [f"/{number}" for number in range(8)]
    with serving() as address:
        load = put_under_load(address, paths, clients=8, seconds=0.5)
    assert load.errors == []
    assert set(Pages.seen) == set(paths)
    assert len(load.milliseconds) == Pages.seen.total()
    assert load.bytes == 2 * len(load.milliseconds)
    assert load.seconds >= 0.5
    assert load.rate == pytest.approx(len(load.milliseconds) / load.seconds)


def test_a_closed_connection_is_no_error_but_a_status_is() -> None:
    with serving() as address:
        load = put_under_load(address, ["/first", "/last"], clients=2, seconds=1.0)
        assert load.errors == []
        assert Pages.seen["/last"] > 2
        broken = put_under_load(address, ["/broken"], clients=1, seconds=0.1)
    assert broken.milliseconds == []
    assert "status 500" in broken.errors[0]


def test_a_server_that_is_not_there_is_an_error() -> None:
    with serving() as address:
        pass
    load = put_under_load(address, ["/"], clients=1, seconds=0.05)
    assert load.milliseconds == []
    assert load.errors


def test_an_answer_that_is_not_what_it_should_be_is_an_error() -> None:
    with serving() as address:
        load = put_under_load(address, ["/a", "/b"], 2, 0.2, lambda path, body: "" if body == b"/a" else f"no {path}")
    assert set(load.errors) == {"/b: no /b"}
    assert len(load.milliseconds) == Pages.seen.total()
