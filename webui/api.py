"""The JSON API under ``/api/v1``: the same searches and articles as the pages, for programs.

Parameters are those of the pages. What a page forgives is refused here: an unknown parameter, a value out of range.
Texts are NFC; marks are [start, end) in code points of the text beside them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from flask import Blueprint, Response, abort, jsonify, request, url_for

from search import Document, Explanation, Hit, Marked, MarkedDocument, Page, Passage, Reading

from . import params, urls
from .addresses import article_url, search_url
from .index_access import run
from .params import SearchRequest
from .problems import invalid_parameters
from .state import state
from .suggestions import suggestions

api = Blueprint("api", __name__, url_prefix="/api/v1")

Json = dict[str, object]


@api.get("/search")
def search() -> Response:
    """Answer a search with a flat object; its links lead through the whole result."""
    pairs = params.decode(request.query_string)
    asked, problems = params.read_search(pairs, state().limits)
    wrong = (*problems, *params.unknown(pairs, params.SEARCH_PARAMETERS))
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
        facets={
            name: [{"value": value.value, "count": value.count, "state": value.state} for value in values]
            for name, values in page.facets.items()
        },
        months=dict(page.months),
        links=_links(asked, page),
    )


@api.get("/suggest")
def suggest() -> Response:
    """Answer with what the beginning of a query may become, likeliest first."""
    pairs = params.decode(request.query_string)
    asked, limit, problems = params.read_suggest(pairs, state().limits)
    wrong = (*problems, *params.unknown(pairs, params.SUGGEST_PARAMETERS))
    if wrong:
        return invalid_parameters(wrong)
    return jsonify(query=asked, suggestions=suggestions(state().index.get(), asked, limit))


@api.get("/articles/", defaults={"id_": None})
@api.get("/articles/<path:id_>")
def article(id_: str | None) -> Response:
    """Answer with an article; with ``q``, the marks of its hits stand beside every text."""
    pairs = params.decode(request.query_string)
    wanted = id_ if id_ is not None else next((value for name, value in pairs if name == "id"), "")
    if not wanted:
        abort(404)
    asked, problems = params.read_article(pairs, state().limits)
    wrong = (*problems, *params.unknown(pairs, params.ARTICLE_PARAMETERS))
    if wrong:
        return invalid_parameters(wrong)
    index = state().index.get()
    document = index.article(unicodedata.normalize("NFC", wanted))
    answer = _document(document)
    if asked.q:
        answer["query"] = asked.q
        answer["marks"] = _document_marks(index.highlight(document.id, asked.q, exact=asked.exact))
    answer["links"] = {"self": _article_path(document.id, asked), "html": article_url(document.id, asked)}
    return jsonify(answer)


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
        pairs = urls.search_pairs(replace(asked, page=number), state().limits.per_page)
        return url_for("api.search") + urls.query_string(pairs)

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
