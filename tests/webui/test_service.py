"""Does a real server, with its workers, keep what it promises while it is stopped and while its index is replaced?"""

from __future__ import annotations

import http.client
import json
import socket
import sys
import threading
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from search import Document, open_writer

from .servers import PATIENCE, Server, serving, waiting

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn serves where there is fork")


def build(folder: Path, number: int, *, rebuild: bool = False) -> None:
    """Write an index whose articles all say which ``number`` of build they are of."""
    with open_writer(folder, rebuild=rebuild) as writer:
        for one in range(number * 10):
            writer.add(Document(id=f"tin/{one}", title=f"Bản tin huyện số {one}", category=f"Lần {number}"))
        writer.commit()
        if rebuild:
            writer.publish()


@pytest.fixture
def index(tmp_path: Path) -> Path:
    build(tmp_path / "index", 1)
    return tmp_path / "index"


def half_a_request(server: Server, path: str) -> socket.socket:
    """Send a request but for its last line; the worker that has taken it waits for the rest."""
    parts = urlsplit(server.address)
    opened = socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE)
    opened.sendall(f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n".encode())
    return opened


def takes_requests(server: Server) -> bool:
    """Say whether a new request is answered within two seconds."""
    try:
        with urllib.request.urlopen(f"{server.address}/healthz", timeout=2):
            return True
    except OSError:
        return False


def test_requests_under_way_end_when_the_server_is_told_to_stop(tmp_path: Path, index: Path) -> None:
    with serving(tmp_path, index, "--workers", "2", TIMTIN_LOG_FORMAT="json") as server:
        slow = [half_a_request(server, f"/search?q=huyen&per_page={number}") for number in (1, 2, 3)]
        server.json("/healthz")  # what came before has been taken by now
        server.stop()
        assert any(not takes_requests(server) for _ in waiting())
        assert server.process.poll() is None
        for opened in slow:
            opened.sendall(b"\r\n")
        for opened in slow:
            answer = http.client.HTTPResponse(opened)
            answer.begin()
            page = answer.read().decode()
            assert (answer.status, page.rstrip().endswith("</html>"), "<mark>" in page) == (200, True, True)
            opened.close()
        server.process.wait(timeout=PATIENCE)
    assert server.process.returncode == 0
    lines = [json.loads(line) for line in server.said().splitlines() if line.startswith("{")]
    assert len([line for line in lines if line.get("path") == "/search"]) == 3
    assert [line for line in lines if line["level"] != "info"] == []


def test_a_request_that_never_ends_is_not_waited_for(tmp_path: Path, index: Path) -> None:
    with serving(tmp_path, index, "--workers", "1", TIMTIN_STOP_SECONDS="1") as server:
        never = half_a_request(server, "/search")
        server.json("/healthz")
        server.stop()
        server.process.wait(timeout=PATIENCE)
        never.close()
    assert server.process.returncode == 0


def test_a_request_that_cannot_be_read_names_nobody_in_the_log(tmp_path: Path, index: Path) -> None:
    with serving(tmp_path, index, "--workers", "1", TIMTIN_LOG_FORMAT="json") as server:
        parts = urlsplit(server.address)
        for request in (
            b"GET /search?q=tim-gi HTTP/9.9\r\n\r\n",
            b"tim-gi?q=tim-gi\r\n\r\n",
            b"GET / HTTP/1.1\r\ntim gi\r\n\r\n",
        ):
            with socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE) as opened:
                opened.sendall(request)
                assert opened.recv(100).startswith(b"HTTP/1.1 400")
    lines = [json.loads(line) for line in server.said().splitlines()[1:]]
    assert len(lines) == 3
    assert {line["logger"] for line in lines} == {"gunicorn.error"}
    assert "tim-gi" not in server.said()
    assert "ip=" not in server.said()


def test_every_worker_takes_up_new_generations_and_no_request_is_lost(tmp_path: Path, index: Path) -> None:
    workers = 2
    generations = (2, 3)
    seen: dict[int, set[int]] = {generation: set() for generation in (1, *generations)}
    wrong: list[object] = []
    over = threading.Event()

    def ask(server: Server) -> None:
        while not over.is_set():
            try:
                answer = server.json("/api/v1/search?q=huyen&per_page=100")
                state = server.json("/readyz")
            except Exception as error:  # noqa: BLE001 - whatever it is, a request was lost
                wrong.append(error)
                continue
            seen[state["generation"]].add(state["worker"])
            # Of one generation alone: every article says so, and there are as many as it holds.
            (category,) = answer["facets"]["category"]
            if (
                answer["total"] != 10 * int(category["value"].removeprefix("Lần "))
                or category["count"] != answer["total"]
            ):
                wrong.append(answer)

    with serving(tmp_path, index, "--workers", str(workers), TIMTIN_ACCESS_LOG="no") as server:
        asking = [threading.Thread(target=ask, args=(server,)) for _ in range(4)]
        for thread in asking:
            thread.start()
        try:
            for generation in generations:
                _until(lambda generation=generation: len(seen[generation - 1]) == workers)
                build(index, generation, rebuild=True)
            _until(lambda: len(seen[generations[-1]]) == workers)
        finally:
            over.set()
            for thread in asking:
                thread.join(PATIENCE)
        assert wrong == []
    assert server.process.returncode == 0
    assert len(set.union(*seen.values())) == workers
    assert server.said().count("\n") == 1


def _until(holds: object) -> None:
    assert callable(holds)
    assert any(holds() for _ in waiting())
