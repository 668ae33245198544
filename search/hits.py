"""How does a document become a hit?"""

from __future__ import annotations

from .document import Document
from .highlight import opening
from .page import Explanation, Highlights, Hit, Marked
from .ranking import SCORE_DIGITS


def hit_of(document: Document, score: float, highlights: Highlights, explanation: Explanation | None = None) -> Hit:
    """Return the hit that shows ``highlights`` of a document, of which the heading is enough."""
    return Hit(
        id=document.id,
        title=document.title,
        url=document.url,
        published=document.published,
        source=document.source,
        category=document.category,
        authors=document.authors,
        places=document.places,
        score=round(score, SCORE_DIGITS),
        highlights=highlights,
        explanation=explanation,
    )


def opened(document: Document, score: float = 0.0) -> Hit:
    """Return the hit that shows the opening of a document."""
    return hit_of(document, score, Highlights(Marked(document.title), opening(document)))
