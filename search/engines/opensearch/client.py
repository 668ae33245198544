"""How does timtin speak with a cluster?

A request goes from host to host until one answers or its time is up. What goes wrong becomes one of timtin's own
errors, which hold no secret. Values of no known type end here: what others get is the JSON of the cluster.
"""

from __future__ import annotations

import logging
import math
import os
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

from ...errors import ClusterError, ClusterFailure, ClusterUnavailable, ClusterVersion
from .address import Address, Credentials
from .breaker import PAUSE, Breaker
from .connecting import CONNECT, connect, timeout
from .detour import ASKED, ASKED_SECONDS, PATH, Detour
from .faults import LOST, cause_of, failure_of, refused, unable, untrusted
from .patience import PATIENT, PATIENT_SECONDS, QUICK, Patience, pauses
from .sendable import JSON, Search, encoded

EXCUSED_SECONDS = 2.0
"""For so long after a try that failed searches may go on."""

RETRIED = frozenset({429, 502, 503, 504})
"""Answers after which the same request may succeed."""

_OLDEST, _TOO_NEW = (2, 19), (4,)

# Its warnings are about single tries; what they add up to is told by an error.
logging.getLogger("opensearch").addHandler(logging.NullHandler())


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

    def search(self, index: str, body: JSON, patience: Patience = QUICK, **params: object) -> dict[str, Any]:
        """Search ``index``, or what a point in time in ``body`` names where it is empty."""
        path = f"/{index}/_search" if index else "/_search"
        found: dict[str, Any] = self.request("POST", path, body, params, patience=patience)
        return found

    def msearch(self, requests: Sequence[Search], patience: Patience = QUICK) -> list[dict[str, Any] | None]:
        """Carry out several searches in one request.

        None stands for the answer of one that found no shard of its index. Raises the first of any other errors.
        """
        answers: list[dict[str, Any]] = self.request("POST", "/_msearch", requests, patience=patience)["responses"]
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
        for pause in pauses():
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
        known = tuple(int(part) for part in number.split(".")[:2] if part.isdecimal())
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
        for number, pause in enumerate(pauses()):
            left = deadline - time.monotonic()
            # Where there is one host, no other can answer sooner.
            read = min(patience.tries[min(number, len(patience.tries) - 1)], left) if many else left
            sent = {
                "params": {**params, **self._detour.params(path)},
                "body": None if body is None else encoded(body, self._detour.preference),
                "timeout": timeout(min(CONNECT, left), read),
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
                waited = timeout(ASKED_SECONDS / 2, ASKED_SECONDS)
                self._detour.take(transport.perform_request("GET", PATH, params=dict(ASKED), timeout=waited))
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
                self._transport = connect(self.address, self.credentials)
                self._owner = os.getpid()
            return self._transport


_NOBODY = "no host takes a connection"
_SILENT = "no answer came in time"


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
