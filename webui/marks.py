"""How are the hits inside an article numbered and joined, and what of its text leads to a search?

A reader walks through the hits without JavaScript: every hit has the anchor ``hit-N``, and behind it stands a small bar
with links to its neighbours, which the style sheet shows only for the hit that the address names (``:target``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from markupsafe import Markup

from search import Document, Mark, Marked, MarkedDocument, Reference, references

from .messages import gettext as _
from .messages import spoken

SearchFor = Callable[[str], str]
"""Gives the address of a search for a query."""


@dataclass(frozen=True, slots=True)
class NumberedDocument:
    """The texts of an article as HTML with numbered hits, in the order of the page; ``hits`` is their number, and
    ``mentioned`` what the text refers to, each thing once, in the order of the text.
    """

    title: Markup
    lead: Markup
    body: tuple[Markup, ...]
    captions: tuple[Markup, ...]
    authors: tuple[Markup, ...]
    hits: int
    mentioned: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A document, day, person or place as the text writes it, and the ``address`` of a search for it."""

    kind: str
    text: str
    address: str


def number_hits(document: MarkedDocument, day: date | None, search_for: SearchFor) -> NumberedDocument:
    """Return ``document``, published on ``day``, as escaped HTML.

    Its hits are numbered from 1 on: title, lead, body, captions, authors. Of lead, body and captions, the first
    mention of each thing that one may look up is a link to a search for it, unless a hit is in it.
    """
    numbering = _Numbering(document.hits, search_for, day)
    return NumberedDocument(
        title=numbering.plain(document.title),
        lead=numbering.linked(document.lead),
        body=tuple(map(numbering.linked, document.body)),
        captions=tuple(map(numbering.linked, document.captions)),
        authors=tuple(map(numbering.plain, document.authors)),
        hits=document.hits,
        mentioned=tuple(numbering.mentioned.values()),
    )


def unmarked(document: Document) -> MarkedDocument:
    """Return ``document`` without any hit."""
    return MarkedDocument(
        title=Marked(document.title),
        lead=Marked(document.lead),
        body=tuple(Marked(paragraph.text) for paragraph in document.body),
        captions=tuple(Marked(caption) for caption in document.captions),
        authors=tuple(Marked(author) for author in document.authors),
    )


@dataclass(slots=True)
class _Numbering:
    """Goes through the texts of one article in order."""

    total: int
    search_for: SearchFor
    day: date | None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    mentioned: dict[str, Mention] = field(default_factory=dict)

    def plain(self, marked: Marked) -> Markup:
        return self._written(marked.text, marked.marks)

    def linked(self, marked: Marked) -> Markup:
        fresh = []
        for reference in references(marked.text, self.day):
            if reference.query not in self.mentioned:
                text = marked.text[reference.start : reference.end]
                self.mentioned[reference.query] = Mention(reference.kind, text, self.search_for(reference.query))
                if not any(mark.start < reference.end and reference.start < mark.end for mark in marked.marks):
                    fresh.append(reference)
        return self._written(marked.text, sorted((*marked.marks, *fresh), key=lambda part: part.start))

    def _written(self, text: str, parts: Iterable[Mark | Reference]) -> Markup:
        written: list[Markup] = []
        at = 0
        for part in parts:
            written.append(Markup.escape(text[at : part.start]))
            inner = text[part.start : part.end]
            if isinstance(part, Reference):
                link = Markup('<a class="ref" href="{}" rel="nofollow">{}</a>')
                written.append(link.format(self.mentioned[part.query].address, inner))
            else:
                number = next(self.numbers)
                written.append(Markup('<mark id="hit-{}">{}</mark>').format(number, inner))
                if self.total > 1:
                    written.append(_neighbours(number, self.total))
            at = part.end
        written.append(Markup.escape(text[at:]))
        return Markup("").join(written)


def _neighbours(number: int, total: int) -> Markup:
    """Return the bar of one hit; after the last comes the first."""
    return Markup(
        '<span class="hit-nav" lang="{}"><a href="#hit-{}" rel="prev" aria-label="{}">‹</a> <b>{}/{}</b> '
        '<a href="#hit-{}" rel="next" aria-label="{}">›</a></span>'
    ).format(
        spoken().name,
        number - 1 or total,
        _("Chỗ khớp trước"),
        number,
        total,
        number % total + 1,
        _("Chỗ khớp sau"),
    )
