"""What does a failed request mean, and what is to be done about it?"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

from ...errors import ClusterFailure, ClusterRefused
from .address import PREFIX

LARGEST = 100
"""Megabytes of a request that a cluster takes unless it is told otherwise."""

_NO_MAJORITY = (
    "more than half of its nodes have to run and to see one another, and do not; start those that are down, or mend "
    "the network between them"
)
NO_COPY = "a part of the index is on no node that runs; start the nodes that are down"
LOST = frozenset({"no_shard_available_action_exception", "search_phase_execution_exception"})
"""Kinds of errors where no shard of an index answered."""

UNABLE = {"cluster_manager_not_discovered_exception": _NO_MAJORITY, **dict.fromkeys(LOST, NO_COPY)}
"""What is wrong with a cluster that answers, by the kind of its error, in plain words."""


def refused(failure: ClusterFailure, place: str, name: str) -> ClusterRefused | None:
    """Return what to do about a failure where it is about rights, the scheme or a proxy, else None."""
    if failure.status == 401:
        return ClusterRefused(
            "user",
            f"the cluster at {place} does not accept the user and password, or the API key; set "
            f"{PREFIX}USER and {PREFIX}PASSWORD, or {PREFIX}API_KEY, to right ones",
        )
    if failure.status == 403 and failure.kind == "cluster_block_exception":
        return ClusterRefused(
            "blocked",
            f"the cluster at {place} takes no changes: {failure.reason}; make room on its disks, or lift the block",
        )
    if failure.status == 403:
        return ClusterRefused(
            "rights",
            f"the cluster at {place} does not allow this user what timtin needs: {failure.reason}; grant it "
            f"all rights on the indices {name}*",
        )
    if failure.status == 400 and "HTTPS" in failure.reason:
        return ClusterRefused(
            "https", f"the cluster at {place} speaks only TLS; write opensearch+https:// in its address"
        )
    if failure.status == 413:
        return ClusterRefused(
            "size",
            f"what stands before the cluster at {place} takes no requests as large as timtin's; let it take "
            f"{LARGEST} MB (nginx: client_max_body_size {LARGEST}m)",
        )
    return None


def unable(failure: ClusterFailure) -> str:
    """Return why a cluster that answered cannot do now what it was asked for."""
    return UNABLE.get(failure.kind, f"it answered {failure.status}, {failure.kind}")


def failure_of(status: int, answer: Mapping[str, Any]) -> ClusterFailure:
    """Return the error that an answer of the cluster tells."""
    error = answer.get("error", answer)
    if not isinstance(error, Mapping):
        return ClusterFailure(status, "error", str(error)[:200])
    causes = error.get("root_cause") or [error]
    reason = causes[0].get("reason") or error.get("reason") or ""
    return ClusterFailure(status, str(error.get("type", "error")), str(reason))


def cause_of(error: object, kind: type[BaseException]) -> BaseException | None:
    """Return the first exception of ``kind`` among those that ``error`` is about."""
    seen: list[object] = [error]
    for one in seen:
        if isinstance(one, kind):
            return one
        if isinstance(one, BaseException) and len(seen) < 20:  # far more than there are
            seen += [*one.args, one.__cause__, one.__context__, getattr(one, "reason", None)]
    return None


_EXPIRED, _HOSTNAME, _ADDRESS = 10, 62, 64
"""What OpenSSL calls them: X509_V_ERR_CERT_HAS_EXPIRED, …_HOSTNAME_MISMATCH, …_IP_ADDRESS_MISMATCH."""


def untrusted(place: str, error: object) -> ClusterRefused:
    """Return what to do where no TLS connection comes about."""
    found = cause_of(error, ssl.SSLCertVerificationError)
    if not isinstance(found, ssl.SSLCertVerificationError):
        return ClusterRefused(
            "http",
            f"no TLS connection with the cluster at {place} comes about; if it speaks plain HTTP, write opensearch:// "
            "in its address",
        )
    if found.verify_code == _EXPIRED:
        return ClusterRefused("expired", f"the certificate of the cluster at {place} has expired; have it renewed")
    if found.verify_code in {_HOSTNAME, _ADDRESS}:
        return ClusterRefused(
            "host", f"the certificate of the cluster at {place} is for another host; use the host that it names"
        )
    return ClusterRefused(
        "authority",
        f"the certificate of the cluster at {place} is signed by nobody whom this machine knows "
        f"({found.verify_message}); name the file of its certificate authority in {PREFIX}CA",
    )
