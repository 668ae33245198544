"""How does a command end, and what does it say then? One line on stderr and an exit code, never a traceback for a
user's mistake."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import click

import corpus
import search

from .errors import IndexerError, Terminated, VerificationFailed
from .exits import Exit, exit_of

EXPECTED = (IndexerError, search.SearchError, corpus.CorpusError, OSError, KeyboardInterrupt)
"""What is explained in one line. Everything else is a fault of the program and keeps its traceback."""

_SHOWN_PROBLEMS = 20


def explain(error: BaseException, index: search.Location) -> str:
    """Return what to tell a person about ``error``, which ended a command on the index in ``index``."""
    if isinstance(error, KeyboardInterrupt):
        return "stopped; the index is as it was before"
    if isinstance(error, OSError):
        where = error.filename or index
        advice = (
            "; make room on the disk and run again; the live index is as it was" if exit_of(error) is Exit.SPACE else ""
        )
        return f"{where}: {error.strerror or error}{advice}"
    if isinstance(error, VerificationFailed):
        shown = error.problems[:_SHOWN_PROBLEMS]
        rest = len(error.problems) - len(shown)
        return "\n".join(
            [str(error), *(f"  {problem}" for problem in shown), *([f"  and {rest} more"] if rest else [])]
        )
    return str(error)


def complain(error: BaseException, index: search.Location) -> None:
    """Write what to tell about ``error`` on stderr."""
    text = f"timtin-index: {explain(error, index)}".encode("utf-8", "backslashreplace").decode("utf-8")
    click.echo(text, err=True)


@contextmanager
def ending_cleanly(index: search.Location) -> Iterator[None]:
    """Turn the expected errors of the block into a line on stderr and the exit code of the table.

    SIGTERM ends the block as Ctrl-C does: what was not committed is dropped, temporary files are cleared away.
    """
    with _terminable():
        try:
            yield
        except EXPECTED as error:
            complain(error, index)
            leave(exit_of(error))


@contextmanager
def stopping(stop: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM call ``stop`` instead of ending the block; when they come again they end it."""
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in signals}

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        restore()
        stop()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in signals:
        signal.signal(number, on_signal)
    try:
        yield
    finally:
        restore()


def leave(code: Exit) -> NoReturn:
    """End the command with ``code``."""
    sys.exit(code.value)


@contextmanager
def _terminable() -> Iterator[None]:
    def on_signal(number: int, _frame: FrameType | None) -> NoReturn:
        raise Terminated(number)

    before: Callable[[int, FrameType | None], object] | int | None = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, on_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
