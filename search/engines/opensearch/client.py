"""How does timtin speak with a cluster?

A request goes from host to host until one answers or its time is up. What goes wrong becomes one of timtin's own
errors, which hold no secret. Values of no known type end here: what others get is the JSON of the cluster.
"""

from __future__ import annotations

import json
import logging
import math
import os
import random
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from ...errors import ClusterError, ClusterFailure, ClusterRefused, ClusterUnavailable, ClusterVersion, SearchError
from .address import PREFIX, Address, Credentials
from .breaker import PAUSE, Breaker
from .detour import ASKED, ASKED_SECONDS, PATH, Detour
from .faults import LOST, cause_of, failure_of, refused, unable, untrusted

JSON = Mapping[str, Any]

SEARCH_SECONDS = 4.0
"""A search gets no answer after so many seconds, whatever happens; looking for a newer commit before it takes less than
one.
"""

PATIENT_SECONDS = 300.0
"""For so long a writer waits for a cluster that is busy or without a host."""

READS = (1.2, 1.2, 1.6)
"""Seconds that the first, the second and any later host are given to answer a search."""

EXCUSED_SECONDS = 2.0
"""For so long after a try that failed searches may go on."""

CONNECT = 1.0
"""Seconds in which a host must take a connection."""

RETRIED = frozenset({429, 502, 503, 504})
"""Answers after which the same request may succeed."""

_OLDEST, _TOO_NEW = (2, 19), (4,)
_CONNECTIONS = 32
_DEAD_SECONDS = 5.0

# Its warnings are about single tries; what they add up to is told by an error.
logging.getLogger("opensearch").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request may take in all, in seconds, and how long each try of it; ``broken`` says that it fails at
    once where the breaker is open. All has to be done ``by`` a moment of :func:`time.monotonic`.
    """

    seconds: float
    tries: Sequence[float]
    broken: bool = True
    by: float = math.inf

    def within(self, seconds: float) -> Patience:
        """Return the same for several requests, which have ``seconds`` together from now on."""
        return replace(self, by=time.monotonic() + seconds)


QUICK = Patience(SEARCH_SECONDS, READS)
STEADY = Patience(30.0, (10.0,), broken=False)
PATIENT = Patience(PATIENT_SECONDS, (20.0, 60.0), broken=False)


@dataclass(frozen=True, slots=True)
class Search:
    """One search of several: in ``index``, with ``search_type`` where it is not the usual one."""

    index: str
    body: JSON
    search_type: str = ""

    def lines(self, preference: str) -> bytes:
        """Return what is sent; ``preference`` says which nodes to prefer, if any."""
        told = {"index": self.index, "search_type": self.search_type, "preference": preference}
        header = {name: value for name, value in told.items() if value}
        return _encoded(header) + b"\n" + _encoded(self.body) + b"\n"


class Client:
    """A connection to the cluster of ``address``. Safe to use from several threads, and after a fork. While ``hurried``
    is set nothing is tried again.
    """

    def __init__(self, address: Address, credentials: Credentials | None = None) -> None:
        self.address = address
        self.breaker = Breaker()
        self._detour = Detour()
        self._hindered = -math.inf
        self.hurried = threading.Event()
        self.credentials = Credentials.read() if credentials is None else credentials
        self._lock = threading.Lock()
        self._transport: Any = None
        self._owner = 0
        self._version = ""

    def search(self, index: str, body: JSON, **params: object) -> dict[str, Any]:
        """Search ``index``, or what a point in time in ``body`` names where it is empty."""
        path = f"/{index}/_search" if index else "/_search"
        found: dict[str, Any] = self.request("POST", path, body, params)
        return found

    def msearch(self, requests: Sequence[Search]) -> list[dict[str, Any] | None]:
        """Carry out several searches in one request.

        None stands for the answer of one that found no shard of its index. Raises the first of any other errors.
        """
        answers: list[dict[str, Any]] = self.request("POST", "/_msearch", requests)["responses"]
        failures = [failure_of(answer["status"], answer) if "error" in answer else None for answer in answers]
        for failure in failures:
            if failure is None or failure.kind in LOST:
                continue
            if failure.status in RETRIED:
                raise ClusterUnavailable(self.place, unable(failure), PAUSE)
            raise failure
        return [None if failure else answer for failure, answer in zip(failures, answers, strict=True)]

    def bulk(self, lines: bytes) -> None:
        """Carry out actions on documents, a line each and one more for a document; patiently.

        Those that the cluster is too busy for are sent again, which must be harmless. Deleting what is not there is no
        failure. Raises :class:`~search.errors.ClusterFailure` for the first action that is refused for good; its
        reason begins with the id.
        """
        deadline = time.monotonic() + PATIENT_SECONDS
        for pause in _pauses():
            answer = self.request("POST", "/_bulk", lines, {"_source": "false"}, patience=PATIENT)
            if not answer["errors"]:
                return
            lines, reason = _refused_for_now(lines, [next(iter(item.values())) for item in answer["items"]])
            if not lines:
                return
            if time.monotonic() + pause >= deadline or self.hurried.wait(pause):
                raise ClusterUnavailable(self.place, reason, PAUSE)

    def request(
        self,
        method: str,
        path: str,
        body: JSON | bytes | Sequence[Search] | None = None,
        params: Mapping[str, object] | None = None,
        *,
        patience: Patience = QUICK,
    ) -> Any:
        """Send one request and return its answer, read from JSON.

        ``path`` must be quoted where it needs that; ``body`` may be several searches. Raises
        :class:`~search.errors.ClusterUnavailable`, :class:`~search.errors.ClusterRefused`,
        :class:`~search.errors.ClusterFailure` (4xx but for what is tried again).
        """
        if patience.broken and (wait := self.breaker.wait()):
            raise ClusterUnavailable(self.place, "it gave no answer several times in a row", wait)
        try:
            found = self._tried(method, path, body, params or {}, patience)
        except ClusterUnavailable:
            self.breaker.failed()
            raise
        except ClusterError:
            self.breaker.succeeded()
            raise
        self.breaker.succeeded()
        return found

    @property
    def version(self) -> str:
        """The version of the cluster; raises :class:`~search.errors.ClusterVersion` where it cannot be used."""
        return self._version or self.learn_version()

    def learn_version(self, patience: Patience = QUICK) -> str:
        """Ask for the :attr:`version`, which is remembered."""
        answer = self.request("GET", "/", patience=patience)
        told = answer.get("version", {}) if isinstance(answer, dict) else {}
        number, name = str(told.get("number", "")), str(told.get("distribution", "Elasticsearch"))
        if not number:
            raise ClusterVersion(self.place, "something that is no OpenSearch")
        known = tuple(int(part) for part in number.split(".")[:2] if part.isdigit())
        if name != "opensearch" or not _OLDEST <= known < _TOO_NEW:
            raise ClusterVersion(self.place, f"{name} {number}")
        self._version = number
        return number

    @property
    def legacy_bm25(self) -> bool:
        """Whether the cluster multiplies BM25 by k1 + 1, as those before version 3 do."""
        return int(self.version.split(".")[0]) < 3

    def close(self) -> None:
        """Close the connections; the next request opens them again."""
        with self._lock:
            if self._transport is not None and self._owner == os.getpid():
                self._transport.close()
            self._transport = None

    @property
    def place(self) -> str:
        """The address, as errors name it."""
        return str(self.address)

    def _tried(
        self, method: str, path: str, body: JSON | bytes | Sequence[Search] | None, params: JSON, patience: Patience
    ) -> Any:
        deadline = min(time.monotonic() + patience.seconds, patience.by)
        transport = self._connected()
        many = len(self.address.hosts) > 1 or not patience.broken
        for number, pause in enumerate(_pauses()):
            left = deadline - time.monotonic()
            # Where there is one host, no other can answer sooner.
            read = min(patience.tries[min(number, len(patience.tries) - 1)], left) if many else left
            sent = {
                "params": {**params, **self._detour.params(path)},
                "body": None if body is None else _encoded(body, self._detour.preference),
                "timeout": _timeout(min(CONNECT, left), read),
            }
            try:
                return transport.perform_request(method, path, **sent)
            except Exception as error:  # noqa: BLE001  # its errors are known once it is there; others are raised
                reason = self._worth_again(error)
                self._hindered = time.monotonic()
                if reason == _SILENT and many and patience.broken:
                    self._look_around(transport)
                everywhere = number >= 2 * len(self.address.hosts) and patience.broken and reason == _NOBODY
                if everywhere or time.monotonic() + pause >= deadline or self.hurried.wait(pause):
                    raise ClusterUnavailable(self.place, reason, PAUSE) from None
        raise AssertionError  # pauses never end

    def excused(self, deadline: float) -> float:
        """Return until when a search may go on whose time ends at ``deadline``: what was lost a moment ago on nodes
        that did not answer is no fault of its own.
        """
        return max(deadline, self._hindered + EXCUSED_SECONDS)

    def _look_around(self, transport: Any) -> None:
        """Find out which nodes are there; a user who may not ask that goes on without."""
        for _ in range(2):
            with suppress(import_module("opensearchpy.exceptions").TransportError):
                timeout = _timeout(ASKED_SECONDS / 2, ASKED_SECONDS)
                self._detour.take(transport.perform_request("GET", PATH, params=dict(ASKED), timeout=timeout))
                return

    def _worth_again(self, error: Exception) -> str:
        """Return why a try failed after which another may succeed; raises where none will."""
        exceptions = import_module("opensearchpy.exceptions")
        if isinstance(error, exceptions.SerializationError):
            raise ClusterVersion(self.place, "something that is no OpenSearch") from None
        if not isinstance(error, exceptions.TransportError):
            raise error
        if isinstance(error, exceptions.SSLError):
            raise untrusted(self.place, error.info) from None
        if isinstance(error, exceptions.ConnectionTimeout):
            return _SILENT
        status = error.status_code
        if not isinstance(status, int):
            if cause_of(error.info, ssl.SSLError):
                raise untrusted(self.place, error.info) from None
            return _NOBODY
        answer = error.info if isinstance(error.info, dict) else {"error": str(error.error)[:200]}
        failure = failure_of(status, answer)
        if status in RETRIED:
            return unable(failure)
        raise refused(failure, self.place, self.address.name) or failure from None

    def _connected(self) -> Any:
        with self._lock:
            # After a fork the connections are the parent's.
            if self._transport is None or self._owner != os.getpid():
                self._transport = self._connect().transport
                self._owner = os.getpid()
            return self._transport

    def _connect(self) -> Any:
        try:
            client = import_module("opensearchpy").OpenSearch
        except ModuleNotFoundError as error:
            raise SearchError(
                "an index on a cluster needs more than is installed; install it with: pip install 'timtin[opensearch]'"
            ) from error
        secret = self.credentials
        options: dict[str, Any] = {}
        if secret.authorization:
            options["headers"] = {"authorization": secret.authorization}
        if self.address.tls:
            options["ssl_context"] = _context(secret.ca)
        return client(
            hosts=[{"host": host, "port": port} for host, port in self.address.hosts],
            use_ssl=self.address.tls,
            # One try each: which failures are worth another is decided here.
            max_retries=0,
            retry_on_timeout=True,
            dead_timeout=_DEAD_SECONDS,
            pool_maxsize=_CONNECTIONS,
            **options,
        )


_NOBODY = "no host takes a connection"
_SILENT = "no answer came in time"


def _context(ca: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise ClusterRefused(
            "settings",
            f"the file {ca} that {PREFIX}CA names holds no certificates that can be read: {error.strerror or error}",
        ) from None


def _timeout(connect: float, read: float) -> Any:
    return import_module("urllib3").Timeout(connect=max(connect, 0.05), read=max(read, 0.05))


def _pauses() -> Iterator[float]:
    """Yield seconds to wait between tries: twice as long each, up to 10, no two clients alike."""
    pause = 0.05
    while True:
        yield pause * random.uniform(0.5, 1.0)  # noqa: S311  # no secret
        pause = min(pause * 2, 10.0)


def _encoded(body: JSON | bytes | Sequence[Search], preference: str = "") -> bytes:
    if isinstance(body, bytes):
        return body
    if not isinstance(body, Mapping):
        return b"".join(search.lines(preference) for search in body)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _refused_for_now(lines: bytes, results: Sequence[JSON]) -> tuple[bytes, str]:
    """Return the actions to send again, and why; raises for one that is refused for good."""
    again: list[bytes] = []
    reason = ""
    rest = iter(lines.splitlines(keepends=True))
    for action, result in zip(rest, results, strict=False):
        own = [action] if action.startswith(b'{"delete"') else [action, next(rest)]
        if result["status"] in RETRIED:
            again += own
            reason = f"it answered {result['status']}, {result.get('error', {}).get('type', 'error')}"
        elif "error" in result:
            failure = failure_of(result["status"], result)
            raise ClusterFailure(failure.status, failure.kind, f"{result['_id']!r}: {failure.reason}")
    return b"".join(again), reason
