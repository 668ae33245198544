"""What does a query string ask for, and what was wrong with it?

Reading never fails: whatever cannot be used is replaced by something sensible and named as a problem
(:mod:`.paramvalues`). The pages show those, the API refuses them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import parse_qsl

from search import FACETS, SORTS

from .paramvalues import ParamProblem, Report, choice, clean, dates, number, switch

MAX_PAGE = 1_000_000
MAX_PER_PAGE = 100
MAX_FIELDS = 300
MAX_VALUES = 50
MAX_VALUE = 300
"""Limits: of the page number, hits on a page, fields of a query string, selected values, code points in one."""

DEFAULT_SUGGESTIONS = 8
MAX_SUGGESTIONS = 20

EXCLUDE = "-"
"""Put before a facet's name, it excludes: ``-category=…``."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a reader asks for: the arguments of ``Index.search`` as the query string gave them.

    ``sort`` is None where the reader chose none. ``filters`` and ``exclude`` have one entry per facet in use, in the
    order of ``search.FACETS``, values in the order in which they were chosen. ``explain`` asks why each hit is found.
    """

    q: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date_from: date | None = None
    date_to: date | None = None
    exact: bool = False
    sort: str | None = None
    page: int = 1
    per_page: int = 10
    explain: bool = False

    @property
    def effective_sort(self) -> str:
        """The order to search with: by relevance where there is a query, else newest first."""
        if self.sort and (self.q or self.sort != "relevance"):
            return self.sort
        return "relevance" if self.q else "newest"

    @property
    def narrowed(self) -> bool:
        """Whether anything besides the query chooses among the articles."""
        return bool(self.filters or self.exclude or self.date_from or self.date_to)


@dataclass(frozen=True, slots=True)
class Limits:
    """What an installation may set: hits on a page unless chosen otherwise, and the longest query in code points."""

    per_page: int = 10
    max_query: int = 1000


Pairs = Sequence[tuple[str, str]]


def decode(query_string: bytes) -> list[tuple[str, str]]:
    """Return the (name, value) pairs of a query string as they stand there.

    Bytes that are not UTF-8 become U+FFFD; fields after the first :data:`MAX_FIELDS` are dropped.
    """
    text = query_string.decode("utf-8", "replace")
    fields = "&".join(text.split("&", MAX_FIELDS)[:MAX_FIELDS])
    return parse_qsl(fields, keep_blank_values=True, errors="replace")


def read_search(pairs: Pairs, limits: Limits) -> tuple[SearchRequest, tuple[ParamProblem, ...]]:
    """Return what ``pairs`` ask for, and what was wrong with them."""
    problems: list[ParamProblem] = []
    report = problems.append
    single = _single(pairs, report)
    first, last = dates(single, report)
    request = SearchRequest(
        q=query(single.get("q", ""), limits.max_query, report),
        filters=_values(pairs, "", report),
        exclude=_values(pairs, EXCLUDE, report),
        date_from=first,
        date_to=last,
        exact=switch("exact", single.get("exact", ""), report),
        sort=choice("sort", single.get("sort", ""), SORTS, report),
        page=number("page", single.get("page", ""), 1, MAX_PAGE, report),
        per_page=number("per_page", single.get("per_page", ""), limits.per_page, MAX_PER_PAGE, report),
        explain=switch("explain", single.get("explain", ""), report),
    )
    return _without_conflicts(request), tuple(problems)


def read_article(pairs: Pairs, limits: Limits) -> tuple[SearchRequest, tuple[ParamProblem, ...]]:
    """Return the query whose hits are to be marked in an article, and what was wrong with it."""
    kept = [pair for pair in pairs if pair[0] in {"q", "exact"}]
    return read_search(kept, limits)


def read_place(pairs: Pairs, limits: Limits) -> tuple[SearchRequest, int]:
    """Return the search whose result an article was opened from, and its place therein (1 for the first hit).

    The place is 0 where the address names none. What cannot be used is left out: the article itself is what counts.
    """
    kept = [pair for pair in pairs if pair[0] in SEARCH_PARAMETERS and pair[0] not in {"page", "explain"}]
    request, _ = read_search(kept, limits)
    given = next((clean(value) for name, value in pairs if name == "at"), "")
    return request, number("at", given, 0, MAX_PAGE, lambda _: None)


def read_suggest(pairs: Pairs, limits: Limits) -> tuple[str, int, tuple[ParamProblem, ...]]:
    """Return the text that is being typed, the number of suggestions wanted, and what was wrong with them."""
    problems: list[ParamProblem] = []
    single = _single(pairs, problems.append)
    given = next((clean(value) for name, value in pairs if name == "limit"), "")
    limit = number("limit", given, DEFAULT_SUGGESTIONS, MAX_SUGGESTIONS, problems.append)
    return query(single.get("q", ""), limits.max_query, problems.append), limit, tuple(problems)


def unknown(pairs: Pairs, known: Iterable[str]) -> tuple[ParamProblem, ...]:
    """Return a problem for every name that is not ``known``."""
    names = tuple(known)
    return tuple(ParamProblem(name, value, "unknown", ", ".join(names)) for name, value in pairs if name not in names)


def loose(pairs: Pairs, languages: Sequence[str], longest: Mapping[str, int]) -> tuple[ParamProblem, ...]:
    """Return a problem for every value that only a form would send, or that nobody can mean: an empty one, one with
    spaces around it, a language that is not spoken, more than is read although it comes to less. A query may be empty.
    ``longest`` has the limits of texts by parameter.
    """
    problems: list[ParamProblem] = []
    report = problems.append
    for name, value in pairs:
        if len(value) > longest.get(name, len(value)) >= len(clean(value)):
            report(ParamProblem(name, value, "long", str(longest[name])))
        elif name == "lang" and value:
            choice(name, value, languages, report)
        elif (name in SEVERAL and not value.strip()) or (
            name not in (*FREE, *SEVERAL) and (not value or clean(value) != value)
        ):
            report(ParamProblem(name, value, "spaces"))
    for name in SEVERAL:
        given = [value for other, value in pairs if other == name]
        if len(given) > MAX_VALUES >= len(set(given)):
            report(ParamProblem(name, str(len(given)), "many", str(MAX_VALUES)))
    return tuple(problems)


SEVERAL = (*FACETS, *(EXCLUDE + facet for facet in FACETS))
FREE = ("q", "match", "id")
"""Parameters that may be given more than once, and texts that may be anything."""

SINGLE = ("q", "exact", "from", "to", "sort", "page", "per_page", "explain", "lang")
SEARCH_PARAMETERS = (*SINGLE, *SEVERAL)
ARTICLE_PARAMETERS = ("id", "q", "exact", "lang")
SUGGEST_PARAMETERS = ("q", "limit", "lang")


def is_blank(pairs: Pairs) -> bool:
    """Say whether no pair asks for anything (``lang`` does not)."""
    return not any(clean(value) and name in SEARCH_PARAMETERS and name != "lang" for name, value in pairs)


def _single(pairs: Pairs, report: Report) -> dict[str, str]:
    single: dict[str, str] = {}
    for name, value in ((name, clean(value)) for name, value in pairs):
        if name not in SINGLE or not value:
            continue
        if name in single and single[name] != value:
            report(ParamProblem(name, value, "repeated"))
        else:
            single[name] = value
    return single


def query(text: str, longest: int, report: Report) -> str:
    """Return a query, cut to ``longest`` code points."""
    if len(text) <= longest:
        return text
    report(ParamProblem("q", text, "long", str(longest)))
    return text[:longest].rstrip()


def _values(pairs: Pairs, prefix: str, report: Report) -> Mapping[str, tuple[str, ...]]:
    chosen: dict[str, tuple[str, ...]] = {}
    for facet in FACETS:
        name = prefix + facet
        given = dict.fromkeys(
            unicodedata.normalize("NFC", value) for key, value in pairs if key == name and value.strip()
        )
        for value in [value for value in given if len(value) > MAX_VALUE]:
            report(ParamProblem(name, value, "long", str(MAX_VALUE)))
            del given[value]
        if len(given) > MAX_VALUES:
            report(ParamProblem(name, str(len(given)), "many", str(MAX_VALUES)))
        if given:
            chosen[facet] = tuple(given)[:MAX_VALUES]
    return chosen


def _without_conflicts(request: SearchRequest) -> SearchRequest:
    """What is both wanted and unwanted is unwanted: an exclusion is the narrower wish."""
    kept = {
        facet: tuple(value for value in values if value not in request.exclude.get(facet, ()))
        for facet, values in request.filters.items()
    }
    return replace(request, filters={facet: values for facet, values in kept.items() if values})
