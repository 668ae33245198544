"""Under which address is each page of this application? The routes of Flask before the query strings of ``urls``."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for

from . import urls
from .params import SearchRequest
from .state import state

NOTHING = SearchRequest()


class SearchAddress:
    """Gives the addresses of searches; a page has dozens of them, so the route is looked up once."""

    def __init__(self) -> None:
        self.base = url_for("pages.search")
        self.per_page = state().limits.per_page

    def __call__(self, asked: SearchRequest) -> str:
        """Return the address of ``asked``."""
        return self.base + urls.query_string(urls.search_pairs(asked, self.per_page))

    def adding(self, asked: SearchRequest, facet: str) -> urls.Adding:
        """Return what gives the addresses of ``asked`` with one more value of ``facet``."""
        return urls.Adding(self.base, asked, facet, self.per_page)

    def during(self, asked: SearchRequest) -> urls.During:
        """Return what gives the addresses of ``asked`` within other days."""
        return urls.During(self.base, asked, self.per_page)


def search_url(asked: SearchRequest) -> str:
    """Return the address of a search."""
    return SearchAddress()(asked)


def facet_url(facet: str, value: str) -> str:
    """Return the address of all articles that have ``value``."""
    return search_url(urls.include(blank(), facet, value))


def query_url(query: str) -> str:
    """Return the address of a search for ``query`` alone."""
    return url_for("pages.search") + urls.query_string([("q", query)])


def api_url(asked: SearchRequest) -> str:
    """Return the address of a search in the JSON API."""
    return url_for("api.search") + urls.query_string(urls.search_pairs(asked, state().limits.per_page))


def values_url(facet: str, asked: SearchRequest) -> str:
    """Return the address of the list of all values that ``facet`` has in a result."""
    pairs = [pair for pair in urls.search_pairs(asked, state().limits.per_page) if pair[0] not in {"page", "explain"}]
    return url_for("pages.values", facet=facet) + urls.query_string(pairs)


def article_url(id_: str, asked: SearchRequest = NOTHING) -> str:
    """Return the address of an article with the hits of ``asked`` marked."""
    kept = SearchRequest(q=asked.q, exact=asked.exact and bool(asked.q))
    return urls.article_address(url_for("pages.article"), id_, urls.search_pairs(kept, kept.per_page))


class HitAddress:
    """Gives the addresses of the articles of one result: each remembers the search, and its place in it."""

    def __init__(self, asked: SearchRequest) -> None:
        self._base = url_for("pages.article")
        pairs = urls.search_pairs(asked, state().limits.per_page)
        kept = [pair for pair in pairs if pair[0] not in {"page", "explain"}]
        self._search = urls.query_string([*kept, ("at", "")])

    def __call__(self, id_: str, place: int) -> str:
        """Return the address of the article that stands at ``place`` (from 1 on)."""
        address = self.bare(id_)
        search = "&" + self._search[1:] if "?" in address else self._search
        return f"{address}{search}{place}"

    def bare(self, id_: str) -> str:
        """Return the address of an article by itself."""
        return urls.article_address(self._base, id_, [])


def blank() -> SearchRequest:
    """Return the search for everything."""
    return SearchRequest(per_page=state().limits.per_page)


def whole(path: str) -> str:
    """Return the address of ``path`` with the name of this server, as one cites it."""
    return request.host_url.rstrip("/") + path


def web_address(url: str | None) -> str | None:
    """Return ``url`` if it can safely stand behind a link: http or https, with a host."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None
