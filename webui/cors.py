"""May a script of another site read the API? Only of the origins in the setting CORS_ORIGINS; by default of none."""

from __future__ import annotations

from flask import Flask, Response, request

from .state import state

BLUEPRINT = "api"

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Accept-Language, If-None-Match",
    "Access-Control-Max-Age": "86400",
}

EXPOSED = "Content-Disposition, ETag, Link, Retry-After, Timtin-Count, Timtin-Partial, Timtin-Total"
"""Headers of an answer that scripts may read, besides those that they always may."""


def allow(response: Response) -> Response:
    """Add what the browser of a script on an allowed origin wants to see. Cookies are never asked for."""
    allowed = state().origins
    if request.blueprint != BLUEPRINT or not allowed:
        return response
    response.vary.add("Origin")
    origin = request.headers.get("Origin", "")
    if origin and ("*" in allowed or origin.lower() in allowed):
        response.headers["Access-Control-Allow-Origin"] = "*" if "*" in allowed else origin
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        if request.method == "OPTIONS":
            response.headers.update(PREFLIGHT)
    return response


def init(app: Flask) -> None:
    """Let every answer of the API pass through :func:`allow`."""
    app.after_request(allow)
