"""How does a measurement get a process of its own?

A function runs in a fresh interpreter, so that nothing that was loaded, cached or allocated before it counts.
Arguments and result are pickled; what the function prints goes to stderr.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from . import memory

Result = TypeVar("Result")

ROOT = Path(__file__).resolve().parents[3]


def environment() -> dict[str, str]:
    """Return the environment of measured processes: compiled modules are kept, as where timtin is installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class MeasurementFailed(Exception):
    """A measured process ended with an error, which it wrote to stderr."""


@dataclass(frozen=True, slots=True)
class Measured(Generic[Result]):
    """What a function returned in a process of its own, and what that took.

    ``peak`` is the most memory of the process itself, ``peak_of_all`` that of it and those below it at one time, in
    bytes; None where it is not known.
    """

    result: Result
    peak: int | None
    peak_of_all: int | None


def measure(function: Callable[..., Result], /, *, one_core: bool = False, **arguments: Any) -> Measured[Result]:
    """Run ``function`` in a fresh process, with ``one_core`` on one core alone, and return what it gave and took.

    The function has to be one of a module. Raises :class:`MeasurementFailed`.
    """
    command = [sys.executable, "-m", __name__]
    with (
        subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process,
        memory.Watch(process.pid) as watch,
    ):
        output, _ = process.communicate(pickle.dumps((function, one_core, arguments)))
    if process.returncode:
        raise MeasurementFailed(f"{function.__name__} ended with exit code {process.returncode}")
    result, peak = pickle.loads(output)  # noqa: S301  # from our own process
    return Measured(result, peak, max(watch.total or 0, peak or 0) or None)


def run(function: Callable[..., Result], /, **arguments: Any) -> Result:
    """Return what ``function`` gives in a fresh process. Raises :class:`MeasurementFailed`."""
    return measure(function, **arguments).result


def _main() -> None:
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    function, one_core, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301  # from our own process
    if one_core and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    result = function(**arguments)
    with answer:
        pickle.dump((result, memory.peak()), answer)


if __name__ == "__main__":
    _main()
