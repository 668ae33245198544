"""Under which address do readers see the site, when a proxy stands in front?

Either the last proxies' ``X-Forwarded-*`` headers say so, as many as are believed, or the setting BASE_URL does, which
no header can change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask


class BaseUrl:
    """Answers every request as if it had been made under the address ``base``.

    A proxy may strip the path of ``base`` or hand it on: both are understood.
    """

    def __init__(self, app: WSGIApplication, base: str) -> None:
        parts = urlsplit(base)
        self._app = app
        self._prefix = parts.path
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self._told = {
            "wsgi.url_scheme": parts.scheme,
            "HTTP_HOST": parts.netloc,
            "SERVER_NAME": parts.hostname or "",
            "SERVER_PORT": str(port),
            "SCRIPT_NAME": self._prefix,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        environ.update(self._told)
        path = environ.get("PATH_INFO", "")
        if self._prefix and (path == self._prefix or path.startswith(f"{self._prefix}/")):
            environ["PATH_INFO"] = path[len(self._prefix) :]
        return self._app(environ, start_response)


def init(app: Flask, proxies: int, base: str) -> None:
    """Let ``app`` believe ``proxies`` proxies, and ``base`` more than them; nothing where it is empty."""
    if base:
        app.wsgi_app = BaseUrl(app.wsgi_app, base)  # type: ignore[method-assign]  # the way Flask documents
    if proxies:
        fixed = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_prefix=proxies)
        app.wsgi_app = fixed  # type: ignore[method-assign]
