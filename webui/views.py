"""Which page answers which address?"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from search import FACETS, SearchError

from . import assets, params, urls
from .addresses import SearchAddress, api_url, article_url, query_url, search_url, web_address, whole
from .citation import Cited, citations
from .examples import make_examples
from .exports import cap_notice, export_urls
from .feed import MEDIA_TYPE, feed_url
from .format import day
from .hits import make_rows
from .index_access import run
from .listing import make_listing
from .location import LONGEST
from .marks import number_hits, unmarked
from .messages import gettext as _
from .observing import note_click
from .params import SearchRequest
from .rescue import make_rescue
from .state import state
from .timeline import make_timeline
from .trail import make_trail
from .valuelist import make_value_list
from .wording import complaints, notices

RELATED = 5
"""Articles about the same matter that stand beside an article."""

pages = Blueprint("pages", __name__)


@pages.get("/")
def start() -> str | Response:
    """Show the search box, the newest articles and the categories; an address with a query is that of a search."""
    pairs = params.decode(request.query_string)
    if not params.is_blank(pairs):
        return _to_search(pairs)
    newest = state().newest
    asked = SearchRequest(per_page=state().limits.per_page)
    page = state().index.get().search("", sort="newest", per_page=max(newest, 1))
    return render_template(
        "start.html",
        page=page,
        rows=make_rows(page.hits[:newest], asked, 1),
        timeline=make_timeline(asked, page.months, SearchAddress()),
        asked=asked,
        notices=notices(page),
        search_address=search_url(asked),
    )


def _to_search(pairs: params.Pairs) -> Response:
    address = url_for("pages.search") + urls.query_string(pairs)
    if len(address) > LONGEST:  # what came unescaped has grown
        abort(414)
    return redirect(address)


@pages.get("/search")
def search() -> Response:
    """Show a page of a search; blank fields, which forms send, are dropped from the address first."""
    pairs = params.decode(request.query_string)
    filled = [pair for pair in pairs if pair[1].strip() or pair[0] not in params.SEARCH_PARAMETERS]
    if len(filled) < len(pairs):
        return _to_search(filled)
    asked, problems = params.read_search(pairs, state().limits)
    index = state().index.get()
    page = run(index, asked)
    shown = render_template(
        "search.html",
        asked=asked,
        page=page,
        listing=make_listing(asked, page, SearchAddress(), _range_ends(asked)),
        rescue=None if page.total else make_rescue(index, asked),
        complaints=complaints(problems),
        notices=notices(page),
        kept=_kept_by_forms(asked),
        exports=export_urls(asked),
        cap=cap_notice(page.total),
        feed=feed_url(asked),
    )
    response = make_response(shown)
    for address, media_type in ((feed_url(asked), MEDIA_TYPE), (api_url(asked), "application/json")):
        response.headers.add("Link", f'<{address}>; rel="alternate"; type="{media_type}"')
    return response


@pages.get("/values/<facet>")
def values(facet: str) -> str:
    """Show every value that a facet has in a search, with a box to look for one."""
    if facet not in FACETS:
        abort(404)
    pairs = params.decode(request.query_string)
    asked, problems = params.read_search(pairs, state().limits)
    asked = replace(asked, page=1, explain=False)
    page = run(state().index.get(), replace(asked, per_page=1))
    return render_template(
        "values.html",
        asked=asked,
        page=page,
        listed=make_value_list(asked, page, facet, pairs),
        back=search_url(asked),
        complaints=(notices(page) if page.partial else []) + complaints(problems),
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
    _query, problems = params.read_article(pairs, state().limits)
    asked, place = params.read_place(pairs, state().limits)
    index = state().index.get()
    document = index.article(unicodedata.normalize("NFC", wanted))
    marked = index.highlight(document.id, asked.q, exact=asked.exact) if asked.q else unmarked(document)
    if asked.q and place and _opened_from_results():
        note_click(asked.q, place)
    bare = article_url(document.id)
    original = web_address(document.url)
    return render_template(
        "article.html",
        asked=asked,
        document=document,
        shown=number_hits(marked, document.day, query_url),
        trail=make_trail(index, asked, place),
        original=original,
        citations=citations(Cited.of(document, original or whole(bare))),
        complaints=complaints(problems),
        canonical=bare,
        reprints=index.reprints(document.id),
        related=index.related(document.id, RELATED),
    )


@pages.get("/help")
def manual() -> str:
    """Show what can be typed into the search box, also where there is no index to try it on."""
    try:
        examples = make_examples(state().index.get())
    except SearchError:
        examples = make_examples(None)
    return render_template("help.html", asked=SearchRequest(), examples=examples)


@pages.get("/assets/<name>")
def bundle(name: str) -> Response:
    """Give a style sheet or script, which is kept in parts."""
    if name not in assets.BUNDLES:
        abort(404)
    return Response(assets.bundled(name), mimetype=assets.TYPES[name.rpartition(".")[2]])


@pages.get("/logo")
def logo() -> Response:
    """Give the picture of the site, where it has one of its own."""
    picture = state().logo
    if picture is None:
        abort(404)
    return Response(picture.content, mimetype=picture.type)


def _opened_from_results() -> bool:
    """Say whether a reader came here from a result, and not by a link that was kept, or from article to article."""
    try:
        came_from = urlsplit(request.referrer or "").path
    except ValueError:
        return False
    return came_from == url_for("pages.search") and "Sec-Purpose" not in request.headers


def _range_ends(asked: SearchRequest) -> list[tuple[str, str, str]]:
    first, last = asked.date_from, asked.date_to
    if first and last:
        return [(_("Thời gian"), day(first) if first == last else f"{day(first)} – {day(last)}", "both")]
    ends = ((_("Từ ngày"), first, "from"), (_("Đến ngày"), last, "to"))
    return [(label, day(end), name) for label, end, name in ends if end]


def _kept_by_forms(asked: SearchRequest) -> Sequence[tuple[str, str]]:
    """Return what the forms of a result page send along besides their own fields."""
    return [pair for pair in urls.search_pairs(asked, state().limits.per_page) if pair[0] != "page"]
