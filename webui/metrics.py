"""How does the server fare, in figures that Prometheus collects at ``/metrics``?

Counters are shared by all worker processes, through files in the folder that ``PROMETHEUS_MULTIPROC_DIR`` names
(``timtin-serve`` makes one); whichever worker answers gives the sum. The state of the index is that of the worker that
answers. Routes are labels, addresses are not: there is a fixed number of them, and they name no reader.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, abort, request

from .index_access import IndexAccess, readiness
from .observing import Observed

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Metric
    from prometheus_client.core import GaugeMetricFamily

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that has to be set before prometheus-client is imported, for several processes to count together."""

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The counters of one application; see the help of each."""

    def __init__(self, access: IndexAccess) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._index = IndexState(access)
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "timtin_requests", "Requests that were answered.", ["route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "timtin_request_seconds", "Time until an answer was handed on.", ["route"],
            buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self._searches = Histogram(
            "timtin_search_seconds", "Time of a search, from query to page.", buckets=SECONDS, registry=self._registry
        )
        self._cut = Counter(
            "timtin_searches_cut", "Searches that ran out of their time budget.", registry=self._registry
        )

    def observe(self, observed: Observed) -> None:
        """Count a request."""
        route = observed.route or "none"
        self._requests.labels(route, str(observed.status)).inc()
        self._seconds.labels(route).observe(observed.took_ms / 1000)
        for searched in observed.searches:
            self._searches.observe(searched.page.took_ms / 1000)
            self._cut.inc(searched.page.partial)

    def render(self, accepted: str) -> tuple[bytes, str]:
        """Return all figures in a format that ``accepted`` (the header Accept) names, and its media type."""
        from prometheus_client.exposition import choose_encoder

        encode, kind = choose_encoder(accepted)
        return encode(self._collected()), kind

    def _collected(self) -> CollectorRegistry:
        from prometheus_client import CollectorRegistry

        registry = CollectorRegistry()
        registry.register(self._index)
        shared = os.environ.get(SHARED)
        registry.register(Shared(Path(shared)) if shared else self._registry)
        return registry


class Shared:
    """The counters of all worker processes, which are in files of ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Return their sums."""
        from prometheus_client.multiprocess import MultiProcessCollector

        # A file that a worker begins just now is empty for a moment, and cannot be read.
        begun = [str(path) for path in self._folder.glob("*.db") if path.stat().st_size]
        merged: Iterable[Metric] = MultiProcessCollector.merge(begun)  # type: ignore[no-untyped-call]  # it tells no types
        return merged


class IndexState:
    """The figures of the index, read when they are asked for."""

    def __init__(self, access: IndexAccess) -> None:
        self._access = access

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield them; only whether it is ready where it cannot be read."""
        from prometheus_client.core import GaugeMetricFamily

        info = readiness(self._access).info
        yield GaugeMetricFamily("timtin_index_ready", "Whether the index can be searched.", value=info is not None)
        if info is None:
            return
        for name, help_, value in (
            ("documents", "Articles in the index.", info.documents),
            ("generation", "Number of the live generation, which counts rebuilds.", info.generation),
            ("commit", "Number of the commit within its generation.", info.commit),
            ("segments", "Segments of the index.", info.segments),
            ("bytes", "Size of the index on disk.", info.bytes),
            ("stale", "Whether the analyzer has changed since the index was written.", info.stale),
        ):
            yield GaugeMetricFamily(f"timtin_index_{name}", help_, value=value)
        if info.updated:
            updated = info.updated.timestamp()
            yield GaugeMetricFamily("timtin_index_updated_seconds", "Time of the last commit (Unix).", value=updated)


def init(app: Flask, metrics: Metrics, token: str) -> None:
    """Answer ``/metrics``, only to who knows ``token`` where there is one (``Authorization: Bearer``)."""
    room = Blueprint("metrics", __name__)

    @room.get("/metrics")
    def figures() -> Response:
        given = request.headers.get("Authorization", "")
        if token and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            abort(401)
        content, kind = metrics.render(request.headers.get("Accept", ""))
        return Response(content, content_type=kind, headers={"Cache-Control": "no-store"})

    app.register_blueprint(room)
