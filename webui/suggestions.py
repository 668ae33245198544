"""What is offered while somebody types, and where does each suggestion lead?"""

from __future__ import annotations

from search import Index

from .addresses import query_url


def suggestions(index: Index, text: str, limit: int) -> list[dict[str, object]]:
    """Return up to ``limit`` suggestions for ``text``, likeliest first, as the API gives them."""
    return [{"text": one, "kind": "query", "marks": [], "url": query_url(one)} for one in index.complete(text, limit)]
