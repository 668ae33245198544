"""What becomes of an answer that is none, or not the one that was hoped for? Asked of a server that answers as it is
told.
"""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import search.engines.opensearch.asking as asking
from search.engines.groups import Groups
from search.engines.opensearch.address import Address, Credentials
from search.engines.opensearch.asking import Asker, Question
from search.engines.opensearch.breaker import FAILURES, PAUSE, Breaker
from search.engines.opensearch.client import Client
from search.engines.opensearch.patience import Patience
from search.engines.opensearch.reprints import Reprints
from search.engines.opensearch.state import State
from search.errors import ClusterFailure, ClusterRefused, ClusterUnavailable, ClusterVersion

SECRET = "v3ry-s3cret"  # noqa: S105  # nobody's
SHORT = Patience(1.0, (0.3,))

Answer = tuple[int, Any]


class Server(ThreadingHTTPServer):
    """Gives its ``answers`` in turn after ``pause`` seconds, the last one again and again; remembers the requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = []
        self.pause = 0.0
        self.requests: list[tuple[str, bytes, str]] = []

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def next(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.requests.append((self.path, body, self.headers.get("authorization") or ""))
        status, answer = self.server.next()
        time.sleep(self.server.pause)
        page = isinstance(answer, str)
        text = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "text/html" if page else "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  # as the base class names them

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def client_of(*hosts: str, scheme: str = "opensearch", credentials: Credentials | None = None) -> Client:
    return Client(Address.parse(f"{scheme}://{','.join(hosts)}/news"), credentials or Credentials())


def error(kind: str, reason: str = "because") -> dict[str, Any]:
    return {"error": {"type": kind, "reason": reason, "root_cause": [{"type": kind, "reason": reason}]}}


def closed_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


def test_whoever_reads_all_waits_longer_than_whoever_searches(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "QUICK", Patience(0.2, (0.1,)))
    server.pause = 0.3
    server.answers = [(200, {"pit_id": "1", "_shards": {"total": 1, "successful": 1}})]
    asker = Asker(client_of(server.host), "news", "words")
    with pytest.raises(ClusterUnavailable, match="no answer came in time"):
        asker.search({})
    pinned = asker.pinned()
    for answer in (asker.search_whole({}), pinned.search({}), pinned.search_whole({})):
        assert answer == server.answers[0][1]


@pytest.mark.parametrize("one", [True, False])
def test_what_shards_did_not_answer_is_asked_once_more(server: Server, one: bool) -> None:
    def answered(successful: int) -> Answer:
        answer = {"_shards": {"total": 3, "successful": successful}, "status": 200}
        return 200, answer if one else {"responses": [answer, answer]}

    def ask() -> list[int]:
        found: list[int] = []
        if one:
            return [asker.search({})["_shards"]["successful"]]
        question = Question(asker.of_articles({}), lambda answer: found.append((answer or {})["_shards"]["successful"]))
        asker.send([question, question])
        return found[1:]

    server.answers = [answered(2), answered(3)]
    asker = Asker(client_of(server.host), "news", "words")
    assert ask() == [3]
    assert (len(server.requests), asker.lacking) == (2, False)
    server.answers = [answered(2)]
    assert ask() == [2]
    assert (len(server.requests), asker.lacking) == (4, True)
    # Now it is known, and told.
    assert ask() == [2]
    assert len(server.requests) == 5


def test_reprints_are_looked_for_until_all_shards_have_answered(server: Server) -> None:
    def answered(successful: int) -> Answer:
        answer = {"_shards": {"total": 3, "successful": successful}, "status": 200, "hits": {"hits": []}}
        return 200, {"responses": [answer]}

    busy = 200, {"responses": [{**error("es_rejected_execution_exception"), "status": 429}]}
    server.answers = [answered(2), busy, answered(2), answered(3)]
    state = State(1, 2, 1, 9, None, 0.0, "", "", "")
    sketches = {"a": bytes(range(1, 33))}
    groups = Groups(((("b", "c"),),))
    assert Reprints(client_of(server.host), "news").next(groups, {"a"}, sketches, state) == groups
    assert len(server.requests) == 4


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_busy_for_a_moment(server: Server, status: int) -> None:
    server.answers = [(status, error("busy")), (status, error("busy")), (200, {"hits": 3})]
    assert client_of(server.host).search("news", {}) == {"hits": 3}
    assert len(server.requests) == 3


def test_one_host_is_enough(server: Server) -> None:
    server.answers = [(200, {"hits": 1})]
    client = client_of(closed_port(), server.host, closed_port())
    for _ in range(5):
        assert client.search("news", {}) == {"hits": 1}


def test_no_host() -> None:
    client = client_of(closed_port(), closed_port())
    with pytest.raises(ClusterUnavailable, match="no host takes a connection") as caught:
        client.search("news", {})
    assert caught.value.retry_after > 0


def test_a_host_that_does_not_answer() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        client = client_of(f"127.0.0.1:{deaf.getsockname()[1]}")
        with pytest.raises(ClusterUnavailable, match="no answer came in time"):
            client.request("GET", "/", patience=SHORT)


@pytest.mark.parametrize(
    ("status", "answer", "kind", "said"),
    [
        (401, error("security_exception"), ClusterRefused, "TIMTIN_OPENSEARCH_PASSWORD"),
        (403, error("security_exception", "no permissions"), ClusterRefused, "no permissions"),
        (403, error("cluster_block_exception", "read-only"), ClusterRefused, "read-only"),
        (400, "The plain HTTP request was sent to HTTPS port", ClusterRefused, r"opensearch\+https"),
        (400, error("parsing_exception", "odd query"), ClusterFailure, "odd query"),
        (404, error("index_not_found_exception", "no such index"), ClusterFailure, "no such index"),
        (413, "Request Entity Too Large", ClusterRefused, "client_max_body_size"),
        (503, error("unavailable_shards_exception"), ClusterUnavailable, "503"),
        (503, error("search_phase_execution_exception"), ClusterUnavailable, "start the nodes that are down"),
        (503, error("cluster_manager_not_discovered_exception"), ClusterUnavailable, "more than half of its nodes"),
    ],
)
def test_what_an_error_becomes(server: Server, status: int, answer: object, kind: type[Exception], said: str) -> None:
    server.answers = [(status, answer)]
    credentials = Credentials("reader", SECRET)
    with pytest.raises(kind, match=said) as caught:
        client_of(server.host, credentials=credentials).request("GET", "/", patience=SHORT)
    assert SECRET not in repr(caught.value)


def test_plain_http_where_tls_is_expected(server: Server) -> None:
    server.answers = [(200, {})]
    with pytest.raises(ClusterRefused, match="plain HTTP"):
        client_of(server.host, scheme="opensearch+https").search("news", {})


@pytest.mark.parametrize(
    ("credentials", "sent"),
    [
        (Credentials(), ""),
        (Credentials("reader", SECRET), "Basic cmVhZGVyOnYzcnktczNjcmV0"),
        (Credentials("bạn đọc", f"{SECRET}ợ"), "Basic YuG6oW4gxJHhu41jOnYzcnktczNjcmV04buj"),
        (Credentials(api_key=SECRET), f"ApiKey {SECRET}"),
    ],
)
def test_credentials_go_along_and_into_no_log(
    server: Server, credentials: Credentials, sent: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers = [(503, error("busy")), (200, {})]
    client = client_of(server.host, credentials=credentials)
    client.search("news", {})
    assert [authorization for _, _, authorization in server.requests] == [sent, sent]
    assert SECRET not in caplog.text + repr(client) + repr(vars(client))


@pytest.mark.parametrize("number", ["2.19.0", "2.20.1", "3.0.0", "3.6.0"])
def test_versions_that_will_do(server: Server, number: str) -> None:
    server.answers = [(200, {"version": {"number": number, "distribution": "opensearch"}})]
    client = client_of(server.host)
    assert client.version == number
    assert client.legacy_bm25 is number.startswith("2.")


@pytest.mark.parametrize(
    "version",
    [
        {"number": "2.18.0", "distribution": "opensearch"},
        {"number": "1.3.20", "distribution": "opensearch"},
        {"number": "4.0.0", "distribution": "opensearch"},
        {"number": "8.15.0"},
        {},
    ],
)
def test_versions_that_will_not_do(server: Server, version: dict[str, str]) -> None:
    server.answers = [(200, {"version": version})]
    with pytest.raises(ClusterVersion, match=r"2\.19"):
        client_of(server.host).version  # noqa: B018  # it is asked for


def test_what_is_no_cluster(server: Server) -> None:
    server.answers = [(200, "<title>Tin tức</title>")]
    with pytest.raises(ClusterVersion, match="no OpenSearch"):
        client_of(server.host).version  # noqa: B018  # it is asked for


def test_what_a_bulk_request_is_refused_for_now_is_sent_again(server: Server) -> None:
    lines = b'{"index":{"_id":"a"}}\n{"x":1}\n{"delete":{"_id":"b"}}\n{"index":{"_id":"c"}}\n{"x":3}\n'
    busy = {"status": 429, **error("rejected_execution_exception")}
    done, gone = {"status": 200}, {"status": 404}
    server.answers = [
        (200, {"errors": True, "items": [{"index": busy}, {"delete": gone}, {"index": busy}]}),
        (200, {"errors": True, "items": [{"index": done}, {"index": busy}]}),
        (200, {"errors": False, "items": [{"index": done}]}),
    ]
    client_of(server.host).bulk(lines)
    assert [body for _, body, _ in server.requests] == [
        lines,
        b'{"index":{"_id":"a"}}\n{"x":1}\n{"index":{"_id":"c"}}\n{"x":3}\n',
        b'{"index":{"_id":"c"}}\n{"x":3}\n',
    ]


def test_what_a_bulk_request_is_refused_for_good(server: Server) -> None:
    wrong = {"status": 400, "_id": "bai-7", **error("mapper_parsing_exception", "too long")}
    server.answers = [(200, {"errors": True, "items": [{"index": wrong}]})]
    with pytest.raises(ClusterFailure, match=r"bai-7.*too long"):
        client_of(server.host).bulk(b'{"index":{}}\n{}\n')


class Clock:
    """Says the time that it is set to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_breaker_opens_and_lets_one_try() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.wait() == 0
        breaker.failed()
    assert breaker.wait() == PAUSE
    clock.now += PAUSE - 1
    assert breaker.wait() == 1
    clock.now += 1
    assert breaker.wait() == 0
    assert breaker.wait() > 0
    breaker.failed()
    assert breaker.wait() == PAUSE
    clock.now += PAUSE
    assert breaker.wait() == 0
    breaker.succeeded()
    assert [breaker.wait() for _ in range(3)] == [0, 0, 0]


def test_a_success_in_between_keeps_a_breaker_closed() -> None:
    breaker = Breaker(Clock())
    for _ in range(FAILURES * 3):
        breaker.failed()
        breaker.succeeded()
    assert breaker.wait() == 0


def test_a_dead_cluster_is_left_alone_for_a_while(server: Server) -> None:
    server.answers = [(503, error("busy"))]
    client = client_of(server.host)
    for _ in range(FAILURES):
        with pytest.raises(ClusterUnavailable, match="503"):
            client.request("GET", "/", patience=SHORT)
    asked = len(server.requests)
    with pytest.raises(ClusterUnavailable, match="several times in a row") as caught:
        client.search("news", {})
    assert len(server.requests) == asked
    assert 0 < caught.value.retry_after <= PAUSE
