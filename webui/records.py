"""How does what the API answers look as JSON? The schemas of :mod:`.schemas` describe the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import url_for

from search import (
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

from . import urls
from .addresses import api_url, article_url, search_url
from .params import SearchRequest

Json = dict[str, object]


def values_of(values: Sequence[FacetValue]) -> list[Json]:
    """Return the values of a facet."""
    return [{"value": value.value, "count": value.count, "state": value.state} for value in values]


def reading_of(reading: Reading) -> Json:
    """Return how a query was read."""
    return {
        "text": reading.text,
        "notices": list(reading.notices),
        "expansions": [{"typed": typed, "forms": list(forms)} for typed, forms in reading.expansions],
    }


def hit_of(hit: Hit, asked: SearchRequest) -> Json:
    """Return an article of a result; its address keeps the query that it was ``asked`` with."""
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
        "links": {"self": article_path(hit.id, asked), "html": article_url(hit.id, asked)},
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


def document_of(document: Document) -> Json:
    """Return a whole article."""
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


def marks_of(marked: MarkedDocument) -> Json:
    """Return the marks of the hits in every text of an article."""
    return {
        "title": _marks(marked.title),
        "lead": _marks(marked.lead),
        "body": [_marks(text) for text in marked.body],
        "captions": [_marks(text) for text in marked.captions],
        "authors": [_marks(text) for text in marked.authors],
    }


def links_of(asked: SearchRequest, page: Page) -> Json:
    """Return the addresses of the pages around a page of a result."""
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


def article_path(id_: str, asked: SearchRequest) -> str:
    """Return the address of an article here, with the query whose hits are to be marked."""
    kept = SearchRequest(q=asked.q, exact=asked.exact and bool(asked.q))
    return urls.article_address(url_for("api.article"), id_, urls.search_pairs(kept, kept.per_page))
