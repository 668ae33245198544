"""The JSON API under ``/api/v1``: the same searches and articles as the pages, for programs.

Parameters are those of the pages. What a page forgives is refused here: an unknown parameter, a value out of range.
Texts are NFC; marks are [start, end) in code points of the text beside them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from flask import Blueprint, Response, abort, jsonify, request, url_for

from search import EXPORT_FORMATS, FACETS

from . import listparams, params, paramvalues, urls
from .addresses import article_url
from .exports import send
from .index_access import run
from .openapi import describe
from .params import SearchRequest
from .problems import invalid_parameters
from .records import article_path, document_of, hit_of, links_of, marks_of, reading_of, values_of
from .state import state
from .suggestions import suggestions
from .valuelist import arranged

api = Blueprint("api", __name__, url_prefix="/api/v1")


@api.get("/search")
def search() -> Response:
    """Answer a search with a flat object; its links lead through the whole result."""
    pairs = params.decode(request.query_string)
    asked, problems = params.read_search(pairs, state().limits)
    wrong = (*problems, *_unfit(pairs, params.SEARCH_PARAMETERS))
    if wrong:
        return invalid_parameters(wrong)
    page = run(state().index.get(), asked)
    return jsonify(
        query=page.query,
        reading=reading_of(page.reading),
        restored=page.restored,
        did_you_mean=page.did_you_mean,
        total=page.total,
        partial=page.partial,
        page=page.page,
        pages=page.pages,
        per_page=page.per_page,
        sort=page.sort,
        took_ms=round(page.took_ms, 3),
        hits=[hit_of(hit, asked) for hit in page.hits],
        facets={name: values_of(values) for name, values in page.facets.items()},
        months=dict(page.months),
        links=links_of(asked, page),
    )


@api.get("/suggest")
def suggest() -> Response:
    """Answer with what the beginning of a query may become, likeliest first."""
    pairs = params.decode(request.query_string)
    asked, limit, problems = params.read_suggest(pairs, state().limits)
    wrong = (*problems, *_unfit(pairs, params.SUGGEST_PARAMETERS))
    if wrong:
        return invalid_parameters(wrong)
    return jsonify(query=asked, suggestions=suggestions(state().index.get(), asked, limit))


@api.get("/articles/", defaults={"id_": None})
@api.get("/articles/<path:id_>")
def article(id_: str | None) -> Response:
    """Answer with an article; with ``q``, the marks of its hits stand beside every text."""
    pairs = params.decode(request.query_string)
    wanted = _wanted(id_, pairs)
    asked, problems = params.read_article(pairs, state().limits)
    wrong = (*problems, *_unfit(pairs, params.ARTICLE_PARAMETERS))
    if wrong:
        return invalid_parameters(wrong)
    index = state().index.get()
    document = index.article(unicodedata.normalize("NFC", wanted))
    answer = {**document_of(document), "reprints": [one.id for one in index.reprints(document.id)]}
    if asked.q:
        answer["query"] = asked.q
        answer["marks"] = marks_of(index.highlight(document.id, asked.q, exact=asked.exact))
    answer["links"] = {
        "self": article_path(document.id, asked),
        "html": article_url(document.id, asked),
        "related": urls.article_address(url_for("api.related"), document.id, []),
    }
    return jsonify(answer)


@api.get("/related/", defaults={"id_": None})
@api.get("/related/<path:id_>")
def related(id_: str | None) -> Response:
    """Answer with articles about the same matter as one, best first."""
    pairs = params.decode(request.query_string)
    limit, problems = listparams.read_related(pairs)
    wrong = (*problems, *_unfit(pairs, listparams.RELATED_PARAMETERS))
    if wrong:
        return invalid_parameters(wrong)
    index = state().index.get()
    document = index.article(unicodedata.normalize("NFC", _wanted(id_, pairs)))
    hits = [hit_of(hit, SearchRequest()) for hit in index.related(document.id, limit)]
    return jsonify(id=document.id, hits=hits, links={"article": article_path(document.id, SearchRequest())})


@api.get("/facets/<facet>")
def facet(facet: str) -> Response:
    """Answer with the values that a facet has in a search, all of them or those that hold a text."""
    if facet not in FACETS:
        abort(404)
    pairs = params.decode(request.query_string)
    asked, problems = params.read_search(pairs, state().limits)
    wanted, more = listparams.read_values(pairs)
    wrong = (*problems, *more, *_unfit(pairs, listparams.VALUES_PARAMETERS))
    if wrong:
        return invalid_parameters(wrong)
    page = run(state().index.get(), replace(asked, per_page=1))
    found = arranged(page.facets[facet], wanted.match, wanted.order)
    return jsonify(
        facet=facet,
        query=page.query,
        match=wanted.match,
        order=wanted.order,
        articles=page.total,
        partial=page.partial,
        total=len(found),
        values=values_of(found[: wanted.limit]),
    )


@api.get("/export")
def export() -> Response:
    """Send the whole result of a search as a file."""
    pairs = params.decode(request.query_string)
    asked, problems = params.read_search(pairs, state().limits)
    suffix, limit, more = listparams.read_export(pairs, state().most_exported)
    wrong = (*problems, *more, *_unfit(pairs, listparams.EXPORT_PARAMETERS))
    if wrong:
        return invalid_parameters(wrong)
    return send(asked, EXPORT_FORMATS[suffix], limit, spoken=False)


@api.get("/openapi.json")
def openapi() -> Response:
    """Describe this API (OpenAPI 3.1)."""
    response = jsonify(describe(url_for("api.search").removesuffix("/search"), state().limits, state().most_exported))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@api.after_request
def _described(response: Response) -> Response:
    """Say of every answer where it is described (RFC 8631)."""
    response.headers.add("Link", f'<{url_for("api.openapi")}>; rel="service-desc"')
    return response


def _unfit(pairs: params.Pairs, known: tuple[str, ...]) -> tuple[paramvalues.ParamProblem, ...]:
    """Return what is wrong with parameters whatever they ask for: unknown ones, and what only a form would send."""
    fitting = [pair for pair in pairs if pair[0] in known]
    longest = {"q": state().limits.max_query, "match": listparams.LONGEST_MATCH}
    return (*params.unknown(pairs, known), *params.loose(fitting, state().locales, longest))


def _wanted(id_: str | None, pairs: params.Pairs) -> str:
    """Return the id that a path or a query string names."""
    wanted = id_ if id_ is not None else next((value for name, value in pairs if name == "id"), "")
    if not wanted:
        abort(404)
    return wanted
