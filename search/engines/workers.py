"""How do worker processes start, and how do they end with the process that started them?"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

GARBAGE = (50_000, 20, 100)
"""Thresholds of the garbage collector in a worker. With the usual ones it looks through each batch of documents time
and again while that is unpickled and analysed, and finds nothing: it takes 7 % of the time.
"""


def start_workers(count: int, prepare: Callable[[], object]) -> ProcessPoolExecutor:
    """Return ``count`` worker processes, which begin by calling ``prepare`` each.

    They are spawned, so that they inherit neither locks nor open files, leave Ctrl-C to their parent, and end when
    it is killed.
    """
    with _interrupts_held_back():
        executor = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_initialize)
        # One starts with each of these tasks and inherits what is held back, so that Ctrl-C meets none half started.
        for _ in range(count):
            executor.submit(prepare)
    return executor


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _initialize() -> None:
    # No matrix is multiplied here: the threads of OpenBLAS, which come with NumPy, would only keep a core busy.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(*GARBAGE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
