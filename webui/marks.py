"""How are the hits inside an article numbered and joined, so that a reader can walk through them without JavaScript?

Every hit has the anchor ``hit-N``. Behind it stands a small bar with links to its neighbours, which the style sheet
shows only for the hit that the address names (``:target``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from markupsafe import Markup

from search import Marked, MarkedDocument

from .messages import gettext as _
from .messages import language


@dataclass(frozen=True, slots=True)
class NumberedDocument:
    """The texts of an article as HTML with numbered hits, in the order of the page; ``hits`` is their number."""

    title: Markup
    lead: Markup
    body: tuple[Markup, ...]
    captions: tuple[Markup, ...]
    authors: tuple[Markup, ...]
    hits: int


def number_hits(document: MarkedDocument) -> NumberedDocument:
    """Return ``document`` as escaped HTML, its hits numbered from 1: title, lead, body, captions, authors."""
    numbers, total = count(1), document.hits
    return NumberedDocument(
        title=_numbered(document.title, numbers, total),
        lead=_numbered(document.lead, numbers, total),
        body=tuple(_numbered(text, numbers, total) for text in document.body),
        captions=tuple(_numbered(text, numbers, total) for text in document.captions),
        authors=tuple(_numbered(text, numbers, total) for text in document.authors),
        hits=total,
    )


def _numbered(marked: Marked, numbers: Iterator[int], total: int) -> Markup:
    parts: list[Markup] = []
    at = 0
    for mark in marked.marks:
        number = next(numbers)
        parts.append(Markup.escape(marked.text[at : mark.start]))
        parts.append(Markup('<mark id="hit-{}">{}</mark>').format(number, marked.text[mark.start : mark.end]))
        if total > 1:
            parts.append(_neighbours(number, total))
        at = mark.end
    parts.append(Markup.escape(marked.text[at:]))
    return Markup("").join(parts)


def _neighbours(number: int, total: int) -> Markup:
    """Return the bar of one hit; after the last comes the first."""
    return Markup(
        '<span class="hit-nav" lang="{}"><a href="#hit-{}" rel="prev" aria-label="{}">‹</a> <b>{}/{}</b> '
        '<a href="#hit-{}" rel="next" aria-label="{}">›</a></span>'
    ).format(
        language(),
        number - 1 or total,
        _("Chỗ khớp trước"),
        number,
        total,
        number % total + 1,
        _("Chỗ khớp sau"),
    )
