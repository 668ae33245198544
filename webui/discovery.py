"""How do browsers and crawlers find their way? An OpenSearch description and its suggestions, and robots.txt."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template, request

from . import params
from .addresses import whole
from .feed import NO_XML
from .format import articles
from .messages import gettext as _
from .state import state
from .suggestions import suggestion_url

LONGEST_NAME = 16
LONGEST_DESCRIPTION = 1024
"""Code points that the name and the description of a search engine may have (OpenSearch 1.1)."""

DESCRIPTION_TYPE = "application/opensearchdescription+xml"

FOR_A_DAY = "public, max-age=86400"

CLOSED = ("search", "values", "export.", "feed.atom", "suggest.json", "api", "citation")
"""Addresses that crawlers are asked to leave alone: there is no end of searches. Articles are for them."""

discovery = Blueprint("discovery", __name__)


@discovery.get("/opensearch.xml")
def description() -> Response:
    """Describe the search to a browser, so that it can be added there (OpenSearch 1.1, draft 6)."""
    site = state().site_name
    text = render_template(
        "opensearch.xml",
        short_name=site[:LONGEST_NAME].strip(),
        description=_("Tìm tin trên %(site)s, gõ có dấu hay không dấu", site=site)[:LONGEST_DESCRIPTION],
    )
    return _kept(Response(NO_XML.sub("\ufffd", text), content_type=f"{DESCRIPTION_TYPE}; charset=utf-8"))


@discovery.get("/suggest.json")
def suggest() -> Response:
    """Answer with suggestions as browsers want them: what was typed, the texts, a word on each, and their addresses."""
    asked, limit, _problems = params.read_suggest(params.decode(request.query_string), state().limits)
    found = state().index.get().suggest(asked, limit)
    told = [articles(one.count) if one.count else "" for one in found]
    body = [asked, [one.text for one in found], told, [whole(suggestion_url(one)) for one in found]]
    return Response(json.dumps(body, ensure_ascii=False), content_type="application/x-suggestions+json; charset=utf-8")


@discovery.get("/robots.txt")
def robots() -> Response:
    """Tell crawlers what is worth their while."""
    root = request.script_root
    lines = ["User-agent: *", *(f"Disallow: {root}/{path}" for path in CLOSED), "Allow: /", ""]
    return _kept(Response("\n".join(lines), mimetype="text/plain"))


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = FOR_A_DAY
    return response
