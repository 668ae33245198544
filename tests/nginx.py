"""A real nginx for the tests, with whatever it is to serve, and what it needs beside that."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SEARCHED = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin"
STARTS_WITHIN = 30

WHOLE = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{site}
}}
"""


def need_nginx() -> None:
    """Where nginx or openssl is missing: a failure in CI, elsewhere a skipped test."""
    missing = [name for name in ("nginx", "openssl") if not shutil.which(name, path=SEARCHED)]
    if missing:
        if os.environ.get("CI"):
            pytest.fail(f"{' and '.join(missing)} not found: make test installs them with apt-get where it may")
        pytest.skip(f"{' and '.join(missing)} not found: apt-get install nginx-light openssl")


@contextmanager
def proxying(folder: Path, site: str, port: int) -> Iterator[None]:
    """Run nginx as long as the block lasts, its files in ``folder``, with what ``site`` has of the part ``http`` of a
    configuration; begins once it listens on ``port``.
    """
    # Or its workers could not read the password.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(WHOLE.format(user=user, folder=folder, site=site), encoding="utf-8")
    command = [shutil.which("nginx", path=SEARCHED) or "nginx", "-c", f"{folder}/nginx.conf", "-p", str(folder)]
    with (folder / "nginx.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _wait_for(port, process, folder / "nginx.log")
            yield
        finally:
            process.terminate()
            process.wait(STARTS_WITHIN)


def write_password(file: Path, user: str, password: str) -> None:
    """Write the file of passwords that nginx reads; no list of processes shows the password."""
    hashed = run("openssl", "passwd", "-apr1", "-stdin", given=password).strip()
    file.write_text(f"{user}:{hashed}\n", encoding="utf-8")


def run(*command: str, given: str = "") -> str:
    """Run a command that must succeed; returns what it says."""
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout


def free_port() -> int:
    """Return a port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))
