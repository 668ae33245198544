"""How is a cluster connected with: its hosts, TLS, who asks?"""

from __future__ import annotations

import ssl
from importlib import import_module
from typing import Any

from ...errors import ClusterRefused, SearchError
from .address import PREFIX, Address, Credentials

CONNECT = 1.0
"""Seconds in which a host must take a connection."""

_CONNECTIONS = 32
_DEAD_SECONDS = 5.0


def connect(address: Address, secret: Credentials) -> Any:
    """Return the transport of a new client; nothing is sent yet.

    Raises :class:`~search.errors.SearchError` where the extra is not installed, :class:`~search.errors.ClusterRefused`
    for a file of certificates that cannot be read.
    """
    try:
        client = import_module("opensearchpy").OpenSearch
    except ModuleNotFoundError as error:
        raise SearchError(
            "an index on a cluster needs more than is installed; install it with: pip install 'timtin[opensearch]'"
        ) from error
    options: dict[str, Any] = {}
    if secret.authorization:
        options["headers"] = {"authorization": secret.authorization}
    if address.tls:
        options["ssl_context"] = _context(secret.ca)
    made = client(
        hosts=[{"host": host, "port": port} for host, port in address.hosts],
        use_ssl=address.tls,
        # One try each: which failures are worth another is decided here.
        max_retries=0,
        retry_on_timeout=True,
        dead_timeout=_DEAD_SECONDS,
        pool_maxsize=_CONNECTIONS,
        **options,
    )
    return made.transport


def _context(ca: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise ClusterRefused(
            "settings",
            f"the file {ca} that {PREFIX}CA names holds no certificates that can be read: {error.strerror or error}",
        ) from None


def timeout(connect: float, read: float) -> Any:
    """Return how many seconds a try may take, as the transport is told it; none is never."""
    return import_module("urllib3").Timeout(connect=max(connect, 0.05), read=max(read, 0.05))
