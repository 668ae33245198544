"""Which headers protect the reader, and how long may an answer be kept?"""

from __future__ import annotations

from flask import Flask, Response, request

from .assets import fingerprint
from .state import state

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # a query says what somebody is looking into
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

STATIC_NAMES = {"static": "filename", "pages.bundle": "name", "pages.logo": ""}
"""Endpoints whose files stay the same as long as their address does, and which argument names the file, if any."""

REVALIDATE = "private, no-cache"
FOR_A_YEAR = "public, max-age=31536000, immutable"


def protect(response: Response) -> Response:
    """Add the headers that every answer carries."""
    response.headers.update(SECURITY_HEADERS)
    # Of other methods it is not known whether there is such a file.
    if request.endpoint in STATIC_NAMES and request.method in {"GET", "HEAD"} and response.status_code < 400:
        versioned = request.query_string.decode("latin-1") == f"v={_version(STATIC_NAMES[request.endpoint])}"
        response.headers["Cache-Control"] = FOR_A_YEAR if versioned else REVALIDATE
        return response
    response.headers.setdefault("Cache-Control", REVALIDATE)
    response.vary.update(("Accept-Language", "Cookie"))
    return response


def _version(argument: str) -> str:
    """Return the version of the file that is being sent."""
    if argument:
        return fingerprint((request.view_args or {})[argument])
    logo = state().logo
    return logo.version if logo else ""


def init(app: Flask) -> None:
    """Add the headers to every answer of ``app``, errors included."""
    app.after_request(protect)
