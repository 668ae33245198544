"""What does a search give back?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

FACETS = ("category", "year", "place", "author", "source")
"""The facets that every search counts."""

MISSING = "(không có)"
"""The facet value that stands for documents without one."""

SORTS = ("relevance", "newest", "oldest")
"""The orders of a result. Documents without a date come last in the two orders by date."""

State = Literal["none", "included", "excluded"]
SuggestionKind = Literal["query", "category", "place", "author", "source", "title"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One hit inside a text: code points ``start`` to ``end`` (exclusive) of that text.

    ``exact`` says that the accents stand there as they were typed; ``phrase`` that the mark is a whole quoted phrase.
    """

    start: int
    end: int
    exact: bool = False
    phrase: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with its hits, in order and without overlap."""

    text: str
    marks: tuple[Mark, ...] = ()

    def __html__(self) -> str:
        """Return the text as HTML: escaped, each hit inside ``<mark>``."""
        from html import escape  # and its tables, which no search needs

        parts: list[str] = []
        at = 0
        for mark in self.marks:
            parts.append(escape(self.text[at : mark.start]))
            parts.append(f"<mark>{escape(self.text[mark.start : mark.end])}</mark>")
            at = mark.end
        parts.append(escape(self.text[at:]))
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Passage:
    """A cut of one paragraph. ``zone`` is one of ``search.ZONES`` but for the title, ``number`` the paragraph within
    that zone,
    ``start`` the offset of the cut in the paragraph; ``cut_before`` and ``cut_after`` say that the paragraph goes on
    there.
    """

    zone: str
    number: int
    start: int
    marked: Marked
    cut_before: bool = False
    cut_after: bool = False


@dataclass(frozen=True, slots=True)
class Highlights:
    """What of a hit is shown in the result list: its title, and its one to three best passages in reading order."""

    title: Marked
    passages: tuple[Passage, ...] = ()


HOW = (
    "exact",
    "date",
    "document",
    "measure",
    "time",
    "number",
    "folded",
    "joined",
    "equivalent",
    "prefix",
    "phrase",
    "compound",
    "pair",
    "part",
)
"""How a typed word can match, what tells most of it first.

``exact``: with the accents as typed; ``folded``: whatever the accents; ``date``, ``time``, ``document`` (number),
``measure``: by the key that all its spellings share; ``number``; ``joined``: its syllables written apart or as one, or
a Roman numeral as a number; ``equivalent``: an acronym or what it stands for; ``prefix``: a word that starts so;
``phrase``: within the whole of what was typed, word after word; ``compound``, ``pair``: together with its neighbours;
``part``: some syllables of something that stands there only in part.
"""


@dataclass(frozen=True, slots=True)
class WordMatch:
    """One way in which a typed word adds to a score: ``how`` (one of ``search.page.HOW``), in which ``zone`` (one of
    ``search.ZONES``, ``category``, ``source``, ``place``, or ``text`` for the article as a whole), and its ``share``
    of the score (0 to 1).
    """

    how: str
    zone: str
    share: float


@dataclass(frozen=True, slots=True)
class MatchedWord:
    """A typed word, phrase, number or date that matches, as it was typed; ``how`` is the most telling of its
    ``matches``, which come in descending order of their shares and add up to ``share``.
    """

    text: str
    how: str
    share: float
    matches: tuple[WordMatch, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a document scores as it does.

    ``score`` is what its relevance adds up to, also where the order is by date. ``words`` come as they were typed;
    their shares and ``rest``, the share that no typed word accounts for, add up to 1 unless the score is 0.
    ``missing`` are the typed words that the document does not hold, or holds in part only.
    """

    score: float
    words: tuple[MatchedWord, ...] = ()
    missing: tuple[str, ...] = ()
    rest: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """One found document; ``score`` is 0 where the order is by date, ``explanation`` None unless it was asked for.

    ``reprints`` are the hits further down on the same page that have the same text as this one, in the order of the
    page; each names this one as ``reprint_of``, by its id. To fold a page, show the hits that are no reprint, each with
    its reprints.
    """

    id: str
    title: str
    url: str | None
    published: date | datetime | None
    source: str | None
    category: str | None
    authors: tuple[str, ...]
    places: tuple[str, ...]
    score: float
    highlights: Highlights
    explanation: Explanation | None = None
    reprints: tuple[Hit, ...] = ()
    reprint_of: str | None = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, how many documents of the result have it, and whether it is selected.

    The count leaves out the selection made in the same facet, so it says what choosing the value would add.
    """

    value: str
    count: int
    state: State = "none"


@dataclass(frozen=True, slots=True)
class Reading:
    """How the query was understood.

    ``text`` is the query written out again with its operators explicit; ``notices`` are machine-readable hints:
    ``relaxed`` (most words match, not all of them: "khớp phần lớn từ"), ``shortened`` (the query was longer than is
    read), ``fallback`` (nothing holds all words; what is shown holds most of them), ``ignored`` (nothing searchable
    was typed), ``partial`` (the time budget ended the search: counts are lower bounds).
    ``expansions`` are the forms that were looked for beside what was typed, as
    (typed, forms) in the order of the query: ``("HĐND", ("Hội đồng nhân dân",))``.
    """

    text: str = ""
    notices: tuple[str, ...] = ()
    expansions: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may be meant by what is being typed.

    ``kind`` says what it is: a ``query`` to search for; a value of the facet ``category``, ``place``, ``author`` or
    ``source``, which ``count`` articles have; or the ``title`` of the article ``id``. ``marked`` is its text with one
    mark, on the part that was typed; the mark is ``exact`` where it stands there letter by letter, but for case.
    """

    kind: SuggestionKind
    marked: Marked
    id: str | None = None
    count: int | None = None

    @property
    def text(self) -> str:
        """What is shown, and for a query what is put into the search box."""
        return self.marked.text


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the result of a search.

    ``total`` counts the whole result, and facets and hits describe exactly that set. ``months`` has, in order, the
    number of documents by month of publication (``2021-06``); like a facet's own selection, the days that were selected
    are left out of it. ``query`` is the text as it was
    given, ``restored`` the same with the accents that it probably wants, ``did_you_mean`` a correction of it; both are
    None where there is nothing to offer, and neither changes what is found. ``page`` counts from 1; a page past the
    end has no hits. ``took_ms`` is the time in milliseconds from text to page.
    """

    query: str
    reading: Reading
    total: int
    page: int
    per_page: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    took_ms: float
    months: Mapping[str, int] = field(default_factory=dict)
    sort: str = "relevance"
    partial: bool = False
    restored: str | None = None
    did_you_mean: str | None = None

    @property
    def pages(self) -> int:
        """The number of pages of the whole result."""
        return -(-self.total // self.per_page)


@dataclass(frozen=True, slots=True)
class MarkedDocument:
    """A whole document with every hit of a query marked; the lists run parallel to those of the document."""

    title: Marked
    lead: Marked
    body: tuple[Marked, ...] = ()
    captions: tuple[Marked, ...] = ()
    authors: tuple[Marked, ...] = ()

    @property
    def hits(self) -> int:
        """The number of marks in the whole document."""
        parts = (self.title, self.lead, *self.body, *self.captions, *self.authors)
        return sum(len(part.marks) for part in parts)


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """The state of an open index.

    ``generation`` and ``commit`` count rebuilds and commits; ``bytes`` is the size on disk; ``analyzer`` the
    fingerprint that the index was written with and ``stale`` whether it differs from this version's; ``updated`` the
    time of the last commit. With ``partial`` a part of it cannot be searched just now.
    """

    path: str
    engine: str
    documents: int
    deleted: int
    segments: int
    generation: int
    commit: int
    bytes: int
    analyzer: str
    stale: bool
    updated: datetime | None = None
    partial: bool = False
    details: Mapping[str, str] = field(default_factory=dict)
