"""How often may one client ask for what programs ask? As often as RATE_LIMIT says; by default as often as it likes.

The generic cell rate algorithm (ITU-T I.371, appendix I): one number for each client, the time at which its next
request would be due at an even pace. A client may be ahead of that by as many requests as it has for a minute. The
numbers lie in memory that all worker processes share, so that the limit is that of the server; two processes that
answer the same client in the same instant may count one request for two. An answer 304 costs nothing.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import mmap
import secrets
import threading
import time

from flask import Flask, Response, request

from .problems import too_many

BLUEPRINTS = {"api", "exports", "feeds"}

SLOTS = 1 << 16
"""Numbers that are kept. Two clients share one with a chance of one in so many, and then also the limit."""

MINUTE = 60.0


class RateLimit:
    """Allows each client ``limit`` requests a minute."""

    def __init__(self, limit: int) -> None:
        self._pace = MINUTE / limit
        # Anonymous memory is shared by the processes that are forked from this one.
        self._due = memoryview(mmap.mmap(-1, SLOTS * 8)).cast("d")
        self._salt = secrets.token_bytes(16)
        self._lock = threading.Lock()

    def wait(self, client: str, now: float) -> float:
        """Count a request of ``client`` at time ``now`` and return 0; or return how many seconds it has to wait."""
        slot = self._slot(client)
        with self._lock:
            due = max(self._due[slot], now)
            ahead = due + self._pace - now
            if ahead > MINUTE + 1e-9:
                return ahead - MINUTE
            self._due[slot] = due + self._pace
        return 0.0

    def _slot(self, client: str) -> int:
        digest = hashlib.blake2b(network(client).encode(), key=self._salt, digest_size=8).digest()
        return int.from_bytes(digest) % SLOTS


def network(client: str) -> str:
    """Return what stands for a client: its address, of IPv6 the network of 64 bits that one household has."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
    return str(address)


def init(app: Flask, limit: int) -> None:
    """Let ``app`` refuse more than ``limit`` requests a minute of one client; 0 is any number."""
    if not limit:
        return
    limiter = RateLimit(limit)

    @app.before_request
    def _refuse() -> Response | None:
        if request.blueprint not in BLUEPRINTS:
            return None
        seconds = limiter.wait(request.remote_addr or "", time.monotonic())
        return too_many(math.ceil(seconds)) if seconds else None
