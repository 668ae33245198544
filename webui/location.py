"""Under which address do readers see the site, when a proxy stands in front?

Either the last proxies' ``X-Forwarded-*`` headers say so, as many as are believed, or the setting BASE_URL does, which
no header can change. A request for a host that has no possible name is answered 400 (RFC 9112, 3.2), and so is one
under a path that could lead elsewhere. A longer address than a search can need is answered 414.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import abort, request
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask


HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?", re.IGNORECASE)

ROOT = re.compile(r"(/[\w.~!$&'()*+,;=:@%-]+)*/?", re.ASCII)
"""The path of a site. One that began with two slashes would be another host's in links."""

LONGEST = 30_000
"""The length of a path with its query string that is still read: three times what a thousand Vietnamese letters take,
and less than clients take in the header of a redirect (Python's reads 65,536 bytes).
"""

UNFIT = "timtin.unfit"
"""The key of a request's environment under which its status stands where it is for no possible address."""


def is_host(text: str) -> bool:
    """Say whether ``text`` can be the name or address of a host, with or without a port."""
    found = HOST.fullmatch(text)
    if not found:
        return False
    try:
        # Werkzeug reads labels so, and lets the error through.
        found[1].encode("idna").decode("idna")
    except UnicodeError:
        return False
    return True


class PossibleAddress:
    """Gives a request that is for no possible address another one, so that it can be answered at all."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        path = environ.get("PATH_INFO", "")
        if not (is_host(environ.get("HTTP_HOST", "localhost")) and ROOT.fullmatch(environ.get("SCRIPT_NAME", ""))):
            # Proxies' headers may have changed all three.
            environ.update({"HTTP_HOST": "localhost", "SERVER_NAME": "localhost", "SCRIPT_NAME": "", UNFIT: 400})
        elif len(path) + len(environ.get("QUERY_STRING", "")) > LONGEST:
            environ.update({"PATH_INFO": path[:LONGEST], "QUERY_STRING": "", UNFIT: 414})
        return self._app(environ, start_response)


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
    app.before_request(_refuse_unfit)
    app.wsgi_app = PossibleAddress(app.wsgi_app)  # type: ignore[method-assign]  # the way Flask documents
    if base:
        app.wsgi_app = BaseUrl(app.wsgi_app, base)  # type: ignore[method-assign]
    if proxies:
        fixed = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_prefix=proxies)
        app.wsgi_app = fixed  # type: ignore[method-assign]


def _refuse_unfit() -> None:
    if status := request.environ.get(UNFIT):
        abort(status)
