"""How are numbers, dates and names written in the reader's language?"""

from __future__ import annotations

from datetime import date, datetime

from search import MISSING

from .messages import format_day, format_moment, format_number, language
from .messages import gettext as _
from .messages import lazy_gettext as _l

DAY_PATTERNS = {"vi": "d/M/y"}
MOMENT_PATTERNS = {"vi": "HH:mm, d/M/y"}
"""Vietnamese papers write 27/11/2023; other languages take the medium form of their locale."""

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


def percent(share: float) -> str:
    """Return a share (0 to 1) in whole per cent; what is more than nothing is never 0%."""
    return "<1%" if 0 < share < LEAST_SHARE else f"{round(share * 100)}%"


def day(published: date | datetime) -> str:
    """Return the day of publication, of a moment in the zone of the site."""
    pattern = DAY_PATTERNS.get(language(), "d MMM y")
    return format_moment(published, pattern) if isinstance(published, datetime) else format_day(published, pattern)


def moment(published: date | datetime) -> str:
    """Return the time and day of publication where the time is known, else the day."""
    if isinstance(published, datetime):
        return format_moment(published, MOMENT_PATTERNS.get(language(), "d MMM y, HH:mm"))
    return day(published)


def facet_value(value: str) -> str:
    """Return the value of a facet as it is shown."""
    return _("(không có)") if value == MISSING else value


def shortened(text: str, longest: int = 60) -> str:
    """Return ``text``, cut with an ellipsis where it has more than ``longest`` code points."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
