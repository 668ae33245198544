"""Which days does a date typed as a bound mean?"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple


class Span(NamedTuple):
    """The first and the last day that something written may mean."""

    first: date
    last: date


_FORMS = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})[-/](?P<m>\d{1,2})"),
    re.compile(r"(?P<m>\d{1,2})[-/](?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})"),
)


def parse_span(text: str) -> Span | None:
    """Return the days that ``text`` means (a day, a month or a year, in the orders used in Viet Nam or ISO), or
    None.
    """
    for form in _FORMS:
        match = form.fullmatch(text)
        if match and match[0].isascii():
            parts = {name: int(value) for name, value in match.groupdict().items()}
            try:
                return _span(parts["y"], parts.get("m"), parts.get("d"))
            except ValueError:
                return None
    return None


def _span(year: int, month: int | None, day: int | None) -> Span:
    if month is None:
        return Span(date(year, 1, 1), date(year, 12, 31))
    if day is None:
        first = date(year, month, 1)
        last = date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(days=1)
        return Span(first, last)
    return Span(date(year, month, day), date(year, month, day))
