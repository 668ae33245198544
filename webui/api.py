"""The JSON API under ``/api/v1``: the same searches and articles as the pages, for programs.

Parameters are those of the pages. What a page forgives is refused here: an unknown parameter, a value out of range.
Texts are NFC; marks are [start, end) in code points of the text beside them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, Response, abort, jsonify, request, url_for

from search import (
    EXPORT_FORMATS,
    FACETS,
    Document,
    Explanation,
    FacetValue,
    Hit,
    Marked,
    MarkedDocument,
    Page,
    Passage,
    Reading,
)

from . import listparams, params, urls
from .addresses import api_url, article_url, search_url
from .exports import send
from .index_access import run
from .openapi import describe
from .params import SearchRequest
from .problems import invalid_parameters
from .state import state
from .suggestions import suggestions
from .valuelist import arranged

api = Blueprint("api", __name__, url_prefix="/api/v1")

Json = dict[str, object]


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
        reading=_reading(page.reading),
        restored=page.restored,
        did_you_mean=page.did_you_mean,
        total=page.total,
        partial=page.partial,
        page=page.page,
        pages=page.pages,
        per_page=page.per_page,
        sort=page.sort,
        took_ms=round(page.took_ms, 3),
        hits=[_hit(hit, asked) for hit in page.hits],
        facets={name: _values(values) for name, values in page.facets.items()},
        months=dict(page.months),
        links=_links(asked, page),
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
    answer = _document(document)
    if asked.q:
        answer["query"] = asked.q
        answer["marks"] = _document_marks(index.highlight(document.id, asked.q, exact=asked.exact))
    answer["links"] = {
        "self": _article_path(document.id, asked),
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
    hits = [_hit(hit, SearchRequest()) for hit in index.related(document.id, limit)]
    return jsonify(id=document.id, hits=hits, links={"article": _article_path(document.id, SearchRequest())})


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
        values=_values(found[: wanted.limit]),
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


def _unfit(pairs: params.Pairs, known: tuple[str, ...]) -> tuple[params.ParamProblem, ...]:
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


def _values(values: Sequence[FacetValue]) -> list[Json]:
    return [{"value": value.value, "count": value.count, "state": value.state} for value in values]


def _reading(reading: Reading) -> Json:
    return {
        "text": reading.text,
        "notices": list(reading.notices),
        "expansions": [{"typed": typed, "forms": list(forms)} for typed, forms in reading.expansions],
    }


def _hit(hit: Hit, asked: SearchRequest) -> Json:
    answer: Json = {
        "id": hit.id,
        "title": hit.title,
        "url": hit.url,
        "published": hit.published.isoformat() if hit.published else None,
        "source": hit.source,
        "category": hit.category,
        "authors": list(hit.authors),
        "places": list(hit.places),
        "score": round(hit.score, 6),
        "highlights": {
            "title": _marked(hit.highlights.title),
            "passages": [_passage(passage) for passage in hit.highlights.passages],
        },
        "reprints": [one.id for one in hit.reprints],
        "reprint_of": hit.reprint_of,
        "links": {"self": _article_path(hit.id, asked), "html": article_url(hit.id, asked)},
    }
    if hit.explanation is not None:
        answer["explanation"] = _explanation(hit.explanation)
    return answer


def _explanation(explanation: Explanation) -> Json:
    return {
        "score": round(explanation.score, 6),
        "words": [
            {
                "text": word.text,
                "how": word.how,
                "share": round(word.share, 4),
                "matches": [
                    {"how": match.how, "zone": match.zone, "share": round(match.share, 4)} for match in word.matches
                ],
            }
            for word in explanation.words
        ],
        "missing": list(explanation.missing),
        "rest": round(explanation.rest, 4),
    }


def _passage(passage: Passage) -> Json:
    return {
        "zone": passage.zone,
        "number": passage.number,
        "start": passage.start,
        "cut_before": passage.cut_before,
        "cut_after": passage.cut_after,
        **_marked(passage.marked),
    }


def _marked(marked: Marked) -> Json:
    return {"text": marked.text, "marks": _marks(marked)}


def _marks(marked: Marked) -> list[list[int]]:
    return [[mark.start, mark.end] for mark in marked.marks]


def _document(document: Document) -> Json:
    return {
        "id": document.id,
        "title": document.title,
        "lead": document.lead,
        "body": [{"text": paragraph.text, "crosshead": paragraph.crosshead} for paragraph in document.body],
        "captions": list(document.captions),
        "authors": list(document.authors),
        "category": document.category,
        "places": list(document.places),
        "published": document.published.isoformat() if document.published else None,
        "source": document.source,
        "url": document.url,
    }


def _document_marks(marked: MarkedDocument) -> Json:
    return {
        "title": _marks(marked.title),
        "lead": _marks(marked.lead),
        "body": [_marks(text) for text in marked.body],
        "captions": [_marks(text) for text in marked.captions],
        "authors": [_marks(text) for text in marked.authors],
    }


def _links(asked: SearchRequest, page: Page) -> Json:
    last = max(page.pages, 1)

    def at(number: int) -> str:
        return api_url(replace(asked, page=number))

    return {
        "self": at(page.page),
        "first": at(1),
        "prev": at(min(page.page - 1, last)) if page.page > 1 else None,
        "next": at(page.page + 1) if page.page < last else None,
        "last": at(last),
        "html": search_url(replace(asked, page=page.page)),
    }


def _article_path(id_: str, asked: SearchRequest) -> str:
    kept = SearchRequest(q=asked.q, exact=asked.exact and bool(asked.q))
    return urls.article_address(url_for("api.article"), id_, urls.search_pairs(kept, kept.per_page))
