"""How are the pages served for real? By gunicorn where there is fork, by waitress on Windows.

The address is opened here, before the server starts: so a wrong one is one clear line, and port 0 means any free port.
"""

from __future__ import annotations

import errno
import gc
import ipaddress
import math
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import AddressError
from .metrics import SHARED

if TYPE_CHECKING:
    from flask import Flask

THREADS = 4
"""Threads of each worker: one waits for a slow reader while another searches."""

BACKLOG = 512

WARMING = "tin tức"
"""A query with which a worker begins, so that the reader who asks first waits no longer than others."""

WORKER_SECONDS = 60
"""A worker that has not answered its master for this long is replaced."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served: the application, on the socket ``opened``, by so many ``workers``.

    ``announce`` is called as soon as requests are taken. A server that is told to stop (SIGTERM) takes no more
    of them, and waits at most ``stop_seconds`` until those under way are answered. The folder ``shared``, in which the
    workers count together, is removed in the end.
    """

    make_app: Callable[[], Flask]
    opened: socket.socket
    workers: int
    announce: Callable[[], None]
    stop_seconds: float
    shared: Path | None = None

    def tidy(self) -> None:
        """Remove what only the running server needed."""
        if self.shared:
            shutil.rmtree(self.shared, ignore_errors=True)


REASONS = {
    errno.EADDRINUSE: "cổng đang có chương trình khác dùng; hãy dừng chương trình đó hoặc chọn cổng khác bằng --port.",
    errno.EACCES: "không được phép; cổng dưới 1024 cần quyền quản trị, hãy chọn cổng khác bằng --port.",
    errno.EADDRNOTAVAIL: "máy này không có địa chỉ đó; hãy chọn địa chỉ khác bằng --host.",
}


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at ``host`` and ``port`` (0: any free one). Raises :class:`AddressError`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        raise AddressError(host, port, "không tìm ra máy có tên đó; hãy xem lại --host.") from error
    opened = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":  # there it would let two programs share a port
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen(BACKLOG)
    except OSError as error:
        opened.close()
        reason = REASONS.get(error.errno or 0, error.strerror or str(error))
        raise AddressError(host, port, reason) from error
    return opened


def web_address(opened: socket.socket) -> str:
    """Return the address of ``opened`` as a browser takes it."""
    host, port = opened.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_local(opened: socket.socket) -> bool:
    """Say whether only this machine can reach ``opened``."""
    return ipaddress.ip_address(opened.getsockname()[0].partition("%")[0]).is_loopback


def share() -> Path | None:
    """Make a folder in which several workers count together (:mod:`webui.metrics`); None where there is but one."""
    if sys.platform == "win32":
        return None
    folder = Path(tempfile.mkdtemp(prefix="timtin-"))
    os.environ[SHARED] = str(folder)
    return folder


def default_workers() -> int:
    """Return the number of worker processes for this machine: its cores, at most four."""
    return min(os.cpu_count() or 1, 4)


if sys.platform == "win32":

    def serve(serving: Serving) -> None:
        """Serve until interrupted; one process with as many times :data:`THREADS` threads as there were workers."""
        from waitress import create_server

        server = create_server(serving.make_app(), sockets=[serving.opened], threads=serving.workers * THREADS)
        serving.announce()
        server.run()

else:

    def serve(serving: Serving) -> None:
        """Serve until interrupted."""
        from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

        options = {
            "bind": f"fd://{serving.opened.detach()}",
            "workers": serving.workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "preload_app": True,  # imports are shared; the index is opened by each worker
            "timeout": WORKER_SECONDS,
            "graceful_timeout": math.ceil(serving.stop_seconds),
            "limit_request_line": 0,  # a thousand Vietnamese letters are 9,000 bytes; params.py has the limits
            "loglevel": "warning",
            "proc_name": "timtin",
            "control_socket_disable": True,
            "when_ready": lambda _server: serving.announce(),
            "post_worker_init": _warm_up,
            "on_exit": lambda _server: serving.tidy(),
            "logger_class": _our_logger(),
        }

        class Server(BaseApplication):  # type: ignore[misc]  # untyped base
            def load_config(self) -> None:
                for name, value in options.items():
                    if name in self.cfg.settings:  # control_socket_disable came with gunicorn 25.1
                        self.cfg.set(name, value)

            def load(self) -> Flask:
                return serving.make_app()

        Server().run()


def _our_logger() -> type:
    """Return gunicorn's logger, but for the handler: its lines look like all others."""
    from gunicorn.glogging import Logger  # type: ignore[import-untyped]

    class OurLogger(Logger):  # type: ignore[misc]  # untyped base
        def setup(self, cfg: object) -> None:
            super().setup(cfg)
            self.error_log.handlers.clear()
            self.error_log.propagate = True

    return OurLogger


def _warm_up(worker: object) -> None:
    """Open the index and search once before the first reader waits for it, and import what the first workbook needs.

    What is there then stays: the collector of garbage need not look at it again, or a full round would take as long as
    several searches.
    """
    import xlsxwriter  # noqa: F401

    from .index_access import readiness
    from .state import KEY

    access = worker.wsgi.extensions[KEY].index  # type: ignore[attr-defined]  # gunicorn's worker keeps our application
    if readiness(access).info:
        access.get().search(WARMING, per_page=1)
    gc.collect()
    gc.freeze()
