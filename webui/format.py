"""How are numbers, dates and names written in the reader's language?"""

from __future__ import annotations

from datetime import date, datetime

from search import MISSING

from .messages import format_day, format_moment, format_number, ngettext, spoken
from .messages import gettext as _
from .messages import lazy_gettext as _l

DAY_PATTERNS = {"vi": "dd/MM/y"}
LONG_DAY_PATTERNS = {"vi": "d 'tháng' M, y"}
MOMENT_PATTERNS = {"vi": "d 'tháng' M, y, HH:mm"}
APA_DAY_PATTERNS = {"vi": "y, d 'tháng' M"}
MONTH_PATTERNS = {"vi": "'tháng' M, y"}
MONTH_NAME_PATTERNS = {"vi": "'tháng' M"}
SHORT_MONTH_PATTERNS = {"vi": "M"}
"""Vietnamese readers write 27/11/2023 in a list, 27 tháng 11, 2023 in full; other languages write 27 Nov 2023."""

FACET_LABELS = {
    "category": _l("Chuyên mục"),
    "year": _l("Năm"),
    "place": _l("Địa bàn"),
    "author": _l("Tác giả"),
    "source": _l("Nguồn"),
}

SORT_LABELS = {"relevance": _l("Liên quan nhất"), "newest": _l("Mới nhất"), "oldest": _l("Cũ nhất")}

ZONE_LABELS = {"captions": _l("Chú thích ảnh"), "authors": _l("Tác giả")}
"""Zones that a passage in the result list is labelled with; lead and body speak for themselves."""

LEAST_SHARE = 0.005
"""A share from which on it is a per cent."""


def number(value: float) -> str:
    """Return ``value`` with the thousands separated: 3.654 in Vietnamese, 3,654 in English."""
    return format_number(value)


def articles(count: int) -> str:
    """Return a number of articles: 3.654 bài."""
    return ngettext("%(number)s bài", "%(number)s bài", count) % {"number": number(count)}


def percent(share: float) -> str:
    """Return a share (0 to 1) in whole per cent; what is more than nothing is never 0%."""
    return "<1%" if 0 < share < LEAST_SHARE else f"{round(share * 100)}%"


def day(published: date | datetime) -> str:
    """Return the day of publication in short, of a moment in the zone of the site."""
    return _written(published, DAY_PATTERNS.get(spoken().name, "d MMM y"))


def typed_day(day: date) -> str:
    """Return a day as it is typed into a field, whatever the language: day, month, year."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def long_day(published: date | datetime) -> str:
    """Return the day of publication in full."""
    return _written(published, LONG_DAY_PATTERNS.get(spoken().name, "d MMMM y"))


def apa_day(day: date) -> str:
    """Return a day as references after APA have it: the year first."""
    return format_day(day, APA_DAY_PATTERNS.get(spoken().name, "y, MMMM d"))


def moment(published: date | datetime) -> str:
    """Return the day of publication in full, and the time where it is known."""
    if isinstance(published, datetime):
        return format_moment(published, MOMENT_PATTERNS.get(spoken().name, "d MMMM y, HH:mm"))
    return long_day(published)


def month(first: date) -> str:
    """Return a month and its year."""
    return format_day(first, MONTH_PATTERNS.get(spoken().name, "MMMM y"))


def month_name(first: date) -> str:
    """Return a month without its year."""
    return format_day(first, MONTH_NAME_PATTERNS.get(spoken().name, "MMMM"))


def month_span(first: date, last: date) -> str:
    """Return some months of one year."""
    pattern = SHORT_MONTH_PATTERNS.get(spoken().name, "MMM")
    ends = {"first": format_day(first, pattern), "last": format_day(last, pattern)}
    return _("tháng %(first)s–%(last)s, %(year)s", year=first.year, **ends)


def _written(published: date | datetime, pattern: str) -> str:
    return format_moment(published, pattern) if isinstance(published, datetime) else format_day(published, pattern)


def facet_value(value: str) -> str:
    """Return the value of a facet as it is shown."""
    return _("(không có)") if value == MISSING else value


def shortened(text: str, longest: int = 60) -> str:
    """Return ``text``, cut with an ellipsis where it has more than ``longest`` code points."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
