"""Starting a real ``timtin-serve`` as a process of its own, and talking to it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
"""Seconds after which a server that does not do what it should fails the test."""


def environment(**changes: str) -> dict[str, str]:
    """Return an environment without settings of whoever runs the tests, but with ``changes``."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TIMTIN_")}
    return {**inherited, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **changes}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs, the address at which it answers, and the file that holds what it says."""

    process: subprocess.Popen[bytes]
    address: str
    log: Path

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        """Return the status, the headers and the body of an answer of 200; any other raises."""
        asked = urllib.request.Request(self.address + path, headers=headers)
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()

    def json(self, path: str) -> Any:
        """Return the answer to a request for JSON."""
        return json.loads(self.get(path)[2])

    def stop(self) -> None:
        """Tell the server to stop, and do not wait."""
        self.process.send_signal(signal.SIGTERM)

    def said(self) -> str:
        """Return all that the server has said."""
        return self.log.read_text(encoding="utf-8")


@contextmanager
def serving(folder: Path, index: Path | str, *arguments: str, **settings: str) -> Iterator[Server]:
    """Serve ``index`` as long as the block lasts; what the server says goes into ``folder``."""
    log = folder / "server.log"
    command = [sys.executable, "-m", "webui", "--index", str(index), "--port", "0", *arguments]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment(**settings))
    try:
        yield Server(process, _announced(process, log), log)
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(timeout=PATIENCE)
        finally:
            process.kill()


def _announced(process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in waiting():
        found = re.search(r"timtin đang chạy: (http://\S+)\n", log.read_text(encoding="utf-8"))
        if found:
            return found[1]
        if process.poll() is not None:
            break
    raise AssertionError(log.read_text(encoding="utf-8"))


def waiting() -> Iterator[None]:
    """Yield until a minute is over."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        yield
        time.sleep(0.05)
