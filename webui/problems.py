"""How is an error answered? With a page, or under /api/ with a problem document (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from search import ClusterError, ClusterUnavailable, DocumentNotFound, IndexMissing, InvalidRequest, SearchError

from .i18n import current
from .params import SearchRequest
from .paramvalues import ParamProblem
from .state import state
from .wording import describe_for_api, index_problem, status_text

API_PREFIX = "/api/"
RETRY_SECONDS = "30"

INVALID_PARAMETER = "urn:timtin:problem:invalid-parameter"
"""The problem type of a 400 that names parameters; other problems are no more than their status (``about:blank``)."""

STATUS_OF_ERROR: tuple[tuple[type[SearchError], int], ...] = (
    (DocumentNotFound, 404),
    (InvalidRequest, 400),
    (SearchError, 503),
)
"""The first row that fits an error of the search gives its status."""


def problem(status: int, title: str, detail: str, errors: Iterable[ParamProblem] = ()) -> Response:
    """Return a problem document; ``errors`` names each parameter, what it was and what is wrong with it."""
    listed = [
        {"parameter": error.name, "value": error.value, "code": error.code, "detail": describe_for_api(error)}
        for error in errors
    ]
    body: dict[str, object] = {
        "type": INVALID_PARAMETER if listed else "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if listed:
        body["errors"] = listed
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    response.content_language = current()
    return response


def invalid_parameters(errors: Iterable[ParamProblem]) -> Response:
    """Return the 400 that names every parameter that cannot be used."""
    found = tuple(errors)
    title, _ = status_text(400)
    return problem(400, title, " ".join(describe_for_api(error) for error in found), found)


def busy() -> Response:
    """Return the 503 that asks to come back when other exports have been read."""
    response = _answer(503, *status_text(503))
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def too_many(seconds: int) -> Response:
    """Return the 429 that asks to wait ``seconds``."""
    response = _answer(429, *status_text(429))
    response.headers["Retry-After"] = str(seconds)
    return response


def init(app: Flask) -> None:
    """Let ``app`` answer every error in the site's own look."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SearchError, _search_error)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    response = _answer(status, *status_text(status))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _search_error(error: SearchError) -> Response:
    status = next(status for kind, status in STATUS_OF_ERROR if isinstance(error, kind))
    if status != 503:
        return _answer(status, *status_text(status))
    current_app.logger.error("%s", error)
    state().index.failed(error)
    command = "" if isinstance(error, ClusterError) else f"timtin-index build --index {state().index.location} …"
    response = _answer(503, *index_problem(error), command=command, missing=isinstance(error, IndexMissing))
    response.headers["Retry-After"] = _retry_after(error)
    return response


def _retry_after(error: SearchError) -> str:
    return str(ceil(error.retry_after) or 1) if isinstance(error, ClusterUnavailable) else RETRY_SECONDS


def _answer(status: int, title: str, detail: str, *, command: str = "", missing: bool = False) -> Response:
    if request.path.startswith(API_PREFIX):
        return problem(status, title, f"{detail} {command}".strip())
    page = render_template(
        "problem.html",
        status=status,
        title=title,
        detail=detail,
        command=command,
        missing=missing,
        asked=SearchRequest(),
    )
    return make_response(page, status)
