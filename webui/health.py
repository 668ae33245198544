"""Is the server alive, and can it answer searches? For load balancers and watchdogs."""

from __future__ import annotations

import os

from flask import Blueprint, Response, jsonify

from .index_access import readiness
from .state import state

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """Answer 200 as long as the process serves."""
    return _fresh(jsonify(status="ok"))


@health.get("/readyz")
def ready() -> Response:
    """Answer 200 when the index can be searched, else 503 with the reason; a stale analyzer, or a part of
    the index that is lost, is only a warning.

    ``worker`` is the process that answers: each opens the index by itself.
    """
    found = readiness(state().index)
    if found.info is None:
        response = jsonify(status="unavailable", error=type(found.error).__name__, detail=str(found.error))
        response.status_code = 503
        return _fresh(response)
    info = found.info
    warnings = {
        "the analyzer has changed since the index was written: it can be searched, not updated; "
        f"rebuild it with: timtin-index build --index {info.path} SOURCE": info.stale,
        "a part of the index is on no node that runs: searches are answered with what there is": info.partial,
    }
    return _fresh(
        jsonify(
            status="ready",
            documents=info.documents,
            generation=info.generation,
            commit=info.commit,
            updated=info.updated.isoformat() if info.updated else None,
            stale=info.stale,
            warnings=[warning for warning, holds in warnings.items() if holds],
            worker=os.getpid(),
        )
    )


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
