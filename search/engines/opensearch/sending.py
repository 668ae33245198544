"""How do articles get to the cluster, as fast as it takes them?

Batches are analysed here or by worker processes, and sent by threads, which wait for the cluster. What is under way is
bounded, so a slow cluster slows the whole, and memory stays as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import replace

from ...analysis.pieces import prepare
from ...document import Document
from ..workers import start_workers
from .batches import Batch, analysed
from .client import Client
from .tally import Tally

IN_FLIGHT = 3
"""Requests that the cluster works on at once."""


class Sender:
    """Sends articles to ``index``; ``check`` is called before each request and raises where nothing may be sent.

    ``tallies`` has, by the number of a commit, the terms of what :meth:`drain` waited for, and ``sketches`` those of
    the articles by id.
    """

    def __init__(self, client: Client, index: str, workers: int, check: Callable[[], None]) -> None:
        self.tallies: defaultdict[int, Tally] = defaultdict(Tally)
        self.sketches: defaultdict[int, dict[str, bytes]] = defaultdict(dict)
        self._client = client
        self._index = index
        self._workers = workers
        self._check = check
        self._cleanup = ExitStack()
        self._analysts: Executor | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._under_way: set[Future[tuple[int, Batch]]] = set()

    def send(self, documents: Sequence[Document], commit: int) -> None:
        """Send ``documents``, normal ones, under the number of a commit; waits while too much is under way.

        Raises what went wrong with any that was sent before.
        """
        while len(self._under_way) >= IN_FLIGHT + self._workers:
            self._collect(wait(self._under_way, return_when=FIRST_COMPLETED).done)
        batch = self._analyse(tuple(documents), commit)
        if self._threads is None:
            self._threads = ThreadPoolExecutor(IN_FLIGHT, "timtin sender")
            self._cleanup.callback(self._threads.shutdown, cancel_futures=True)
        self._under_way.add(self._threads.submit(self._deliver, batch, commit))

    def drain(self) -> None:
        """Wait until all that was sent has arrived; raises what went wrong."""
        self._collect(wait(self._under_way).done)

    def rest(self) -> None:
        """End the workers; they start again where there is more to send."""
        if self._analysts:
            self._analysts.shutdown()
            self._analysts = None

    def start(self) -> None:
        """Let worker processes get ready while documents are still being collected for them."""
        if self._workers > 1 and self._analysts is None:
            self._analysts = self._cleanup.enter_context(start_workers(self._workers, prepare))

    def close(self) -> None:
        """Drop what is not under way yet, and wait for the rest, which is not tried again."""
        for one in self._under_way:
            one.cancel()
        self._client.hurried.set()
        try:
            self._cleanup.close()
        finally:
            self._client.hurried.clear()

    def _analyse(self, documents: tuple[Document, ...], commit: int) -> Future[Batch]:
        if self._analysts:
            return self._analysts.submit(analysed, documents, commit, self._index)
        done: Future[Batch] = Future()
        done.set_result(analysed(documents, commit, self._index))
        return done

    def _deliver(self, analysis: Future[Batch], commit: int) -> tuple[int, Batch]:
        batch = analysis.result()
        for request in batch.requests:
            self._check()
            self._client.bulk(request)
        return commit, replace(batch, requests=())

    def _collect(self, done: set[Future[tuple[int, Batch]]]) -> None:
        self._under_way -= done
        for one in done:
            commit, batch = one.result()
            self.tallies[commit].merge(batch.tally)
            self.sketches[commit] |= batch.sketches
