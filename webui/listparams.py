"""What does a query string ask for where the answer is a list of its own: facet values, related articles, an export?

As in :mod:`.params`, reading never fails, and says what was wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from search import EXPORT_FORMATS

from .params import SEVERAL, Pairs
from .paramvalues import ParamProblem, Report, choice, clean, number
from .valuelist import MOST, ORDERS

DEFAULT_RELATED = 5
MOST_RELATED = 50
LONGEST_MATCH = 100
"""Limits: of related articles, and of the code points of a text that values are to hold."""

DEFAULT_FORMAT = "jsonl"

SELECTION = ("q", "exact", "from", "to", "lang", *SEVERAL)
"""The parameters that say which articles are meant."""

RELATED_PARAMETERS = ("id", "limit", "lang")
VALUES_PARAMETERS = ("match", "order", "limit", *SELECTION)
EXPORT_PARAMETERS = ("format", "limit", "sort", *SELECTION)


@dataclass(frozen=True, slots=True)
class Values:
    """Which values of a facet are wanted: those that hold ``match``, in which order, and how many."""

    match: str
    order: str
    limit: int


def read_related(pairs: Pairs) -> tuple[int, tuple[ParamProblem, ...]]:
    """Return how many related articles are wanted, and what was wrong."""
    problems: list[ParamProblem] = []
    limit = number("limit", _single(pairs, "limit", problems.append), DEFAULT_RELATED, MOST_RELATED, problems.append)
    return limit, tuple(problems)


def read_values(pairs: Pairs) -> tuple[Values, tuple[ParamProblem, ...]]:
    """Return which values of a facet are wanted, and what was wrong."""
    problems: list[ParamProblem] = []
    report = problems.append
    match = _single(pairs, "match", report)
    if len(match) > LONGEST_MATCH:
        report(ParamProblem("match", match, "long", str(LONGEST_MATCH)))
    wanted = Values(
        match=match[:LONGEST_MATCH],
        order=choice("order", _single(pairs, "order", report), ORDERS, report) or ORDERS[0],
        limit=number("limit", _single(pairs, "limit", report), MOST, MOST, report),
    )
    return wanted, tuple(problems)


def read_export(pairs: Pairs, most: int) -> tuple[str, int, tuple[ParamProblem, ...]]:
    """Return the suffix of the wanted format, how many articles are wanted (up to ``most``), and what was wrong."""
    problems: list[ParamProblem] = []
    report = problems.append
    suffix = choice("format", _single(pairs, "format", report), tuple(EXPORT_FORMATS), report) or DEFAULT_FORMAT
    return suffix, number("limit", _single(pairs, "limit", report), most, most, report), tuple(problems)


def _single(pairs: Pairs, wanted: str, report: Report) -> str:
    """Return the value of a parameter that can be given once."""
    given = list(dict.fromkeys(clean(value) for name, value in pairs if name == wanted and clean(value)))
    for other in given[1:]:
        report(ParamProblem(wanted, other, "repeated"))
    return given[0] if given else ""
