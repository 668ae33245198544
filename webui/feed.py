"""What does a feed reader get? Any search as an Atom feed (RFC 4287), in pages (RFC 5005, 3), with OpenSearch counts.

A feed is of what is new: unless the address asks for another order, the newest articles come first.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request, url_for

from search import Hit, Page

from . import params, urls
from .addresses import HitAddress, search_url, web_address, whole
from .index_access import run
from .messages import gettext as _
from .messages import spoken
from .params import SearchRequest
from .state import state
from .wording import notices

MEDIA_TYPE = "application/atom+xml"

NAMES = uuid.UUID("6b1f1d0a-6c0f-5b0e-9b5e-0a7b3c1d2e4f")
"""The space of names in which the ids of feeds and entries are made; they are the same under every address."""

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""When an article is said to have changed of which nothing is known: entries must say it, and this one is never new."""

NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML document may hold, however they are written."""

feeds = Blueprint("feeds", __name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of a feed; ``summary`` is HTML, ``via`` where it was published first, or None."""

    id: str
    title: str
    updated: str
    published: str | None
    address: str
    via: str | None
    authors: tuple[str, ...]
    category: str | None
    summary: str


@feeds.get("/feed.atom")
def feed() -> Response:
    """Answer with a page of a search; what cannot be used of its parameters is left out, as on the page."""
    asked, _problems = params.read_search(params.decode(request.query_string), state().limits)
    asked = replace(asked, explain=False)
    index = state().index.get()
    page = run(index, replace(asked, sort=asked.sort or "newest"))
    text = render_template(
        "feed.xml",
        asked=asked,
        page=page,
        id=_urn("feed", urls.query_string(urls.search_pairs(replace(asked, page=1), 0))),
        title=asked.q or _("Mọi bài"),
        updated=_time(index.updated or UNDATED),
        notices=notices(page) if page.partial else [],
        language=spoken().name,
        links=_links(asked, page),
        entries=_entries(page.hits, asked),
        start=(page.page - 1) * page.per_page + 1,
    )
    return Response(NO_XML.sub("\ufffd", text), content_type=f"{MEDIA_TYPE}; charset=utf-8")


def feed_url(asked: SearchRequest) -> str:
    """Return the address of the feed of a search, from its first page on."""
    return _address(replace(asked, page=1, explain=False))


def _address(asked: SearchRequest) -> str:
    return url_for("feeds.feed") + urls.query_string(urls.search_pairs(asked, state().limits.per_page))


def _links(asked: SearchRequest, page: Page) -> Mapping[str, str]:
    """Return the addresses of the feed by their relation."""
    last = max(page.pages, 1)
    numbers = {
        "self": page.page,
        "first": 1,
        "previous": min(page.page - 1, last),
        "next": page.page + 1 if page.page < last else 0,
        "last": last,
    }
    links = {relation: whole(_address(replace(asked, page=number))) for relation, number in numbers.items() if number}
    return links | {"alternate": whole(search_url(asked))}


def _entries(hits: tuple[Hit, ...], asked: SearchRequest) -> list[Entry]:
    address = HitAddress(asked)
    return [
        Entry(
            id=_urn("article", hit.id),
            title=hit.title or _("(không có tiêu đề)"),
            updated=_published(hit) or _time(UNDATED),
            published=_published(hit),
            address=whole(address.bare(hit.id)),
            via=web_address(hit.url),
            authors=tuple(filter(str.strip, hit.authors)) or tuple(filter(None, (hit.source,))),
            category=hit.category,
            summary=" … ".join(passage.marked.__html__() for passage in hit.highlights.passages),
        )
        for hit in hits
    ]


def _urn(kind: str, name: str) -> str:
    return uuid.uuid5(NAMES, f"{kind}:{name}").urn


def _published(hit: Hit) -> str | None:
    if hit.published is None:
        return None
    if isinstance(hit.published, datetime):
        return _time(hit.published)
    return _time(datetime(hit.published.year, hit.published.month, hit.published.day, tzinfo=spoken().zone))


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
