"""Running timtin's console scripts as a person does: as processes, in any environment, from any folder."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parent.parent

STARTS_WITHIN = 60
"""Seconds until a server has to answer."""

_ADDRESS = re.compile(r"https?://[\w.\[\]:]+")
_CLEARED = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands in folder ``bin``; they see neither the checkout nor the settings of whoever runs the tests."""

    bin: Path
    extra: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """The environment that the commands run in."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TIMTIN_")}
        for name in _CLEARED:
            kept.pop(name, None)
        return (
            kept
            | {"PATH": f"{self.bin}{os.pathsep}{os.defpath}", "PYTHONUTF8": "1", "NO_PROXY": "*"}
            | dict(self.extra)
        )

    def run(
        self, *command: str | Path, cwd: Path | None = None, expected: int | None = 0
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end and demand the ``expected`` exit code (None: any)."""
        done = subprocess.run(
            self._found(command), cwd=cwd, env=self.environment(), capture_output=True, text=True, encoding="utf-8",
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        if expected is not None:
            assert done.returncode == expected, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    @contextmanager
    def serving(self, *command: str | Path, log: Path, cwd: Path | None = None) -> Iterator[str]:
        """Run a server as long as the block lasts; gives the address that it announces, once it answers there."""
        with log.open("wb") as output:
            server = subprocess.Popen(
                self._found(command), cwd=cwd, env=self.environment(), stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
            try:
                yield _announced(server, log)
            finally:
                server.terminate()
                server.wait(timeout=30)

    def _found(self, command: Sequence[str | Path]) -> list[str | Path]:
        program = self.bin / command[0]
        assert program.exists(), f"{program} is missing: run make setup"
        return [program, *command[1:]]


def _announced(server: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        found = _ADDRESS.search(log.read_text(encoding="utf-8", errors="replace"))
        if found and answers(f"{found[0]}/readyz"):
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"the server does not answer (exit code {server.poll()}):\n{log.read_text(encoding='utf-8')}")


def fetch(address: str, **headers: str) -> str:
    """Fetch a page from a server of this machine, past any proxy; an answer other than 200 raises."""
    with build_opener(ProxyHandler({})).open(Request(address, headers=headers), timeout=30) as answer:
        return str(answer.read().decode("utf-8"))


def answers(address: str) -> bool:
    """Whether ``address`` answers with 200."""
    try:
        fetch(address)
    except OSError:
        return False
    return True
