"""What does a person see where there is no cluster, or one that cannot be used? No node of OpenSearch runs for this."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from click.testing import CliRunner

from indexer.commands import cli
from webui import create_app

from ..nginx import free_port

OPENSEARCH_1 = {"name": "old", "version": {"number": "1.3.20", "distribution": "opensearch"}}
ELASTICSEARCH = {"name": "other", "version": {"number": "8.15.0", "build_flavor": "default"}}
ELSEWHERE = {"message": "tin"}


@contextmanager
def answering(answer: Mapping[str, Any]) -> Iterator[int]:
    """Answer every request with ``answer``; gives the port."""
    text = json.dumps(answer).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@contextmanager
def nobody() -> Iterator[int]:
    """A port on which nobody listens."""
    yield free_port()


@pytest.mark.parametrize(
    ("cluster_like", "told", "shown"),
    [
        (nobody(), "no host takes a connection; try again in a moment", "chưa trả lời"),
        (answering(OPENSEARCH_1), "runs opensearch 1.3.20; timtin needs OpenSearch 2.19 or newer, or 3", "2.19"),
        (answering(ELASTICSEARCH), "runs Elasticsearch 8.15.0; timtin needs OpenSearch 2.19", "2.19"),
        (answering(ELSEWHERE), "something that is no OpenSearch", "2.19"),
    ],
    ids=["nobody", "too-old", "elasticsearch", "no-cluster"],
)
def test_one_is_told_what_is_wrong(cluster_like: Any, told: str, shown: str) -> None:
    with cluster_like as port:
        url = f"opensearch://127.0.0.1:{port}/tin"
        for words in (["info"], ["update"], ["build", "--from", url]):
            done = CliRunner().invoke(cli, [*words, "--index", url])
            assert done.exit_code == 14, done.output
            assert told in done.stderr
        client = create_app({"TIMTIN_INDEX": url}).test_client()
        page, problem, ready = (client.get(path) for path in ("/search?q=x", "/api/v1/search?q=x", "/readyz"))
        assert [answer.status_code for answer in (page, problem, ready)] == [503] * 3
        assert int(page.headers["Retry-After"]) > 0
        assert problem.content_type == "application/problem+json"
        assert shown in page.text
        assert shown in json.loads(problem.text)["title"] + json.loads(problem.text)["detail"]
        assert told in json.loads(ready.text)["detail"]
        assert client.get("/healthz").status_code == 200
