"""Which page answers which address?"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from search import Document, Index, Marked, MarkedDocument

from . import params, urls
from .format import day
from .index_access import run
from .listing import make_listing
from .marks import number_hits
from .messages import gettext as _
from .params import SearchRequest
from .state import state
from .wording import complaints, notices

RELATED = 5
"""Articles about the same matter that stand below an article."""

NOTHING = SearchRequest()

pages = Blueprint("pages", __name__)


@pages.get("/")
def start() -> str | Response:
    """Show the search box, the newest articles and the categories; an address with a query is that of a search."""
    pairs = params.decode(request.query_string)
    if not params.is_blank(pairs):
        return redirect(url_for("pages.search") + urls.query_string(pairs))
    newest = state().newest
    page = state().index.get().search("", sort="newest", per_page=max(newest, 1))
    return render_template(
        "start.html",
        page=page,
        hits=page.hits[:newest],
        asked=SearchRequest(),
        search_address=search_url(SearchRequest()),
    )


@pages.get("/search")
def search() -> str | Response:
    """Show a page of a search; blank fields, which forms send, are dropped from the address first."""
    pairs = params.decode(request.query_string)
    filled = [pair for pair in pairs if pair[1].strip() or pair[0] not in params.SEARCH_PARAMETERS]
    if len(filled) < len(pairs):
        return redirect(url_for("pages.search") + urls.query_string(filled))
    asked, problems = params.read_search(pairs, state().limits)
    page = run(state().index.get(), asked)
    return render_template(
        "search.html",
        asked=asked,
        page=page,
        listing=make_listing(asked, page, search_url, _range_ends(asked)),
        complaints=complaints(problems),
        notices=notices(page),
        kept=_kept_by_forms(asked),
    )


@pages.get("/article/", defaults={"id_": None})
@pages.get("/article/<path:id_>")
def article(id_: str | None) -> str:
    """Show an article with every hit of ``q`` marked. An id that no path can carry is given as ``?id=``."""
    pairs = params.decode(request.query_string)
    wanted = id_ if id_ is not None else next((value for name, value in pairs if name == "id"), "")
    if not wanted:
        abort(404)
    asked, problems = params.read_article(pairs, state().limits)
    index = state().index.get()
    document = index.article(unicodedata.normalize("NFC", wanted))
    return render_template(
        "article.html",
        asked=asked,
        document=document,
        shown=number_hits(_marked(index, document, asked)),
        original=web_address(document.url),
        complaints=complaints(problems),
        canonical=article_url(document.id),
        related=index.related(document.id, RELATED),
    )


@pages.get("/help")
def manual() -> str:
    """Show what can be typed into the search box."""
    return render_template("help.html", asked=SearchRequest())


def search_url(asked: SearchRequest) -> str:
    """Return the address of a search."""
    return url_for("pages.search") + urls.query_string(urls.search_pairs(asked, state().limits.per_page))


def facet_url(facet: str, value: str) -> str:
    """Return the address of all articles that have ``value``."""
    return search_url(urls.include(SearchRequest(per_page=state().limits.per_page), facet, value))


def article_url(id_: str, asked: SearchRequest = NOTHING) -> str:
    """Return the address of an article with the hits of ``asked`` marked."""
    kept = SearchRequest(q=asked.q, exact=asked.exact and bool(asked.q))
    return urls.article_address(url_for("pages.article"), id_, urls.search_pairs(kept, kept.per_page))


def web_address(url: str | None) -> str | None:
    """Return ``url`` if it can safely stand behind a link: http or https, with a host."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def _marked(index: Index, document: Document, asked: SearchRequest) -> MarkedDocument:
    if asked.q:
        return index.highlight(document.id, asked.q, exact=asked.exact)
    return MarkedDocument(
        title=Marked(document.title),
        lead=Marked(document.lead),
        body=tuple(Marked(paragraph.text) for paragraph in document.body),
        captions=tuple(Marked(caption) for caption in document.captions),
        authors=tuple(Marked(author) for author in document.authors),
    )


def _range_ends(asked: SearchRequest) -> list[tuple[str, str, str]]:
    ends = ((_("Từ ngày"), asked.date_from, "from"), (_("Đến ngày"), asked.date_to, "to"))
    return [(label, day(end), name) for label, end, name in ends if end]


def _kept_by_forms(asked: SearchRequest) -> Sequence[tuple[str, str]]:
    """Return what the forms of a result page send along besides their own fields."""
    return [pair for pair in urls.search_pairs(asked, state().limits.per_page) if pair[0] != "page"]
