"""What is offered while somebody types, and where does each suggestion lead?"""

from __future__ import annotations

from search import Index, Suggestion

from .addresses import article_url, facet_url, query_url


def suggestions(index: Index, text: str, limit: int) -> list[dict[str, object]]:
    """Return up to ``limit`` suggestions for ``text``, as the API gives them."""
    return [
        {
            "kind": one.kind,
            "text": one.text,
            "marks": [[mark.start, mark.end] for mark in one.marked.marks],
            "id": one.id,
            "count": one.count,
            "links": {"html": suggestion_url(one)},
        }
        for one in index.suggest(text, limit)
    ]


def suggestion_url(one: Suggestion) -> str:
    """Return where ``one`` leads: to an article, to the articles of a facet value, or to a search."""
    if one.id is not None:
        return article_url(one.id)
    return query_url(one.text) if one.kind == "query" else facet_url(one.kind, one.text)
