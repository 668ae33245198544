"""How is an application asked, and what is wrong with an answer?

Within this process, as a WSGI server would call it; or over a socket, as a client that writes what it likes.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from webui.headers import SECURITY_HEADERS

from .rude import Request

if TYPE_CHECKING:
    from flask import Flask

MOST_READ = 1 << 20
"""Bytes of an answer that are read; then the client goes away, as clients do."""

TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 stands for a connection that ended without an answer. ``complete`` is whether all was
    there that has to be in every answer.
    """

    status: int
    headers: Headers
    complete: bool = True

    @property
    def fault(self) -> str:
        """What is wrong with it, or nothing. 503 is right where the client is told to come again."""
        if self.status == 0 or (self.status >= 500 and not (self.status == 503 and "Retry-After" in self.headers)):
            return f"status {self.status}"
        if not self.complete:
            return "a header is missing that protects the reader"
        if any(char in value for value in self.headers.values() for char in "\r\n\0"):
            return "a header holds the end of a line"
        return ""


def within(app: Flask, request: Request) -> Answer:
    """Return the answer of ``app``. What it raises is raised."""
    builder = EnvironBuilder(method=request.method, path="/", headers=list(request.headers.items()))
    environ = builder.get_environ() | {
        "PATH_INFO": request.path.decode("latin-1"),
        "QUERY_STRING": request.query.decode("latin-1"),
        "REMOTE_ADDR": "127.0.0.1",
    }
    builder.close()
    pieces, status, headers = run_wsgi_app(app, environ)
    try:
        _read(iter(pieces))
    finally:
        getattr(pieces, "close", lambda: None)()
    complete = all(headers.get(name) == value for name, value in SECURITY_HEADERS.items())
    return Answer(int(status.split()[0]), headers, complete)


def _read(pieces: Iterator[bytes]) -> None:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > MOST_READ:
            return


class Client:
    """Asks a server at ``address`` over a connection that it keeps as long as the server does."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname, parts.port
        self._socket: socket.socket | None = None

    def ask(self, request: Request) -> Answer:
        """Return the answer; where a kept connection was closed meanwhile, a second one is tried."""
        kept = self._socket is not None
        try:
            return self._ask(request)
        except (OSError, HTTPException):
            self.close()
            if not kept:
                return Answer(0, Headers())
        try:
            return self._ask(request)
        except (OSError, HTTPException):
            self.close()
            return Answer(0, Headers())

    def close(self) -> None:
        """Go away."""
        if self._socket:
            self._socket.close()
            self._socket = None

    def _ask(self, request: Request) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection((self._host, self._port), timeout=TIMEOUT)
        headers = {"Host": f"{self._host}:{self._port}"} | dict(request.headers)
        head = b"%s %s HTTP/1.1\r\n" % (request.method.encode(), request.target)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._socket.sendall(head + lines.encode("latin-1") + b"\r\n")
        got = HTTPResponse(self._socket, method=request.method)
        got.begin()
        read = len(got.read(MOST_READ))
        if got.will_close or read >= MOST_READ:
            self.close()
        return Answer(got.status, Headers(got.getheaders()))
