"""How does one writer at a time have an index?

A document names the writer and until when it has the index; the writer writes it anew while it works. One that died
is followed at once on the same machine, elsewhere when its time is over. Clocks need not agree to the second: what a
writer without a lease has done counts only if it can still renew it, by the version of that document.
"""

from __future__ import annotations

import os
import platform
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ...errors import ClusterFailure, IndexLocked, SearchError
from . import layout
from .book import CONFLICT, NOT_FOUND, version_of
from .client import Client
from .patience import STEADY

EXPIRES = 60.0
"""Seconds for which a lease holds."""

RENEWED = 15.0
"""Seconds after which it is renewed."""


WRITER = "lease"
"""The lease of who writes the index."""


class Lease:
    """The right to write the index of ``client``, or what else goes by the ``name`` of the lease. Raises
    :class:`~search.errors.IndexLocked`, or what ``locked`` gives, while another has it.
    """

    def __init__(self, client: Client, name: str = WRITER, locked: Callable[[], IndexLocked] | None = None) -> None:
        self._client = client
        self._path = f"/{layout.control(client.address.name)}/_doc/{name}"
        self._locked = locked or (lambda: IndexLocked(str(client.address)))
        self.holder = secrets.token_hex(16)
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._lost = False
        self._version: dict[str, Any] = {}
        self._until = 0.0
        self._acquire()
        self._thread = threading.Thread(target=self._keep, name="timtin lease", daemon=True)
        self._thread.start()

    def require(self) -> None:
        """Raise :class:`~search.errors.IndexLocked` where the lease was lost."""
        if self._lost or time.monotonic() >= self._until:
            raise self._locked()

    def renew(self) -> None:
        """Renew it now; raises :class:`~search.errors.IndexLocked` where another has it."""
        with self._lock:
            if self._lost:
                raise self._locked()
            try:
                self._put(self._version)
            except IndexLocked:
                self._lost = True
                raise

    def release(self) -> None:
        """Give it back."""
        self._ended.set()
        self._thread.join()
        if not self._lost:
            try:
                self._client.request("DELETE", self._path, None, self._version, patience=STEADY)
            except SearchError:
                # It ends by itself.
                self._lost = True
        self._lost = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _acquire(self) -> None:
        there = self._get()
        if there is None:
            self._put({"op_type": "create"})
            return
        if is_held(there["_source"]["value"]):
            raise self._locked()
        self._put(version_of(there))

    def _get(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._client.request("GET", self._path, patience=STEADY)
        except ClusterFailure as failure:
            if failure.status == NOT_FOUND:
                return None
            raise
        return found

    def _put(self, params: dict[str, Any]) -> None:
        began = time.monotonic()
        value = {"holder": self.holder, "expires": time.time() + EXPIRES, **_process()}
        try:
            self._version = version_of(
                self._client.request("PUT", self._path, {"kind": "lease", "value": value}, params, patience=STEADY)
            )
        except ClusterFailure as failure:
            if failure.status != CONFLICT:
                raise
            # It may be our own, of a try whose answer was lost.
            there = self._get()
            if there is None or there["_source"]["value"]["holder"] != self.holder:
                raise self._locked() from failure
            self._version = version_of(there)
        self._until = began + EXPIRES

    def _keep(self) -> None:
        while not self._ended.wait(RENEWED):
            try:
                self.renew()
            except IndexLocked:
                return
            except SearchError:
                # A cluster that is away for a moment; the next time will do unless the lease ends before.
                continue


def is_held(value: dict[str, Any]) -> bool:
    """Say whether the lease that was read as ``value`` belongs to somebody."""
    return time.time() < value["expires"] and not _has_died(value)


def _process() -> dict[str, Any]:
    pid = os.getpid()
    return {"machine": _machine(), "pid": pid, "began": _began(pid)}


def _has_died(value: dict[str, Any]) -> bool:
    """Say whether the holder was a process of this machine that is no more."""
    return bool(value["began"]) and value["machine"] == _machine() and _began(value["pid"]) != value["began"]


def _machine() -> str:
    """Return what tells machines, and containers of one, apart."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return platform.node()
    return f"{platform.node()} {boot} {space}"


def _began(pid: int) -> str:
    """Return when a process of this machine began, so that a number given again is no mistake; empty where there is
    none, or where the system does not tell.
    """
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    # A process that has ended but that nobody has asked about yet is there as Z.
    return "" if told[0] in {"Z", "X"} else told[19]
