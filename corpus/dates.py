"""Dates as newspapers and content systems write them.

Read are ISO 8601 dates and datetimes, d/m/y with "/", "-" or "." (never m/d/y), "ngày 27 tháng 11 năm 2023", an
optional time before or after ("08:15", "8h15", "8 giờ 15"), an optional weekday and zone ("Thứ Hai, 27/11/2023,
08:15 (GMT+7)"), the dates of RSS (RFC 2822), and whole Unix times of 10 (seconds) or 13 digits (milliseconds).
Anything left over makes a date unreadable: a guess would put an article into a wrong year for good.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

from .errors import Refused
from .reports import RefusalCode
from .text import clean, strip_marks

FIRST_YEAR, LAST_YEAR = 1900, 2100
LONGEST_DATE = 100

_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_UNIX = re.compile(r"-?\d{10}(\d{3})?")
_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([t ].*)?", re.IGNORECASE)
_RFC2822 = re.compile(r"([a-z]{3}, ?)?\d{1,2} [a-z]{3} \d{4} \d\d:\d\d(:\d\d)?( .+)?", re.IGNORECASE)

# Looked for in a text without accents, each at most once.
_DAY = re.compile(
    r"(?<!\d)(?P<d>\d{1,2}) ?(?P<sep>[/.-]) ?(?P<m>\d{1,2}) ?(?P=sep) ?(?P<y>\d{4})(?!\d)"
    r"|(?<!\d)(?P<d2>\d{1,2}) thang (?P<m2>\d{1,2}),? nam (?P<y2>\d{4})(?!\d)"
    r"|(?<!\d)(?P<y3>\d{4})[/-](?P<m3>\d{1,2})[/-](?P<d3>\d{1,2})(?!\d)"
)
_TIME = re.compile(
    r"(?<!\d)(?P<h>\d{1,2}) ?(?::|h|g|gio) ?(?P<min>\d{2})(?: ?(?::|phut) ?(?P<s>\d{2})?)?(?!\d)"
    r"(?: ?(?P<half>am|pm|sa|ch)\b)?"
)
_ZONE = re.compile(r"(?:gmt|utc) ?(?:(?P<sign>[+-]) ?(?P<h>\d{1,2})(?::?(?P<m>\d{2}))?)?(?!\d)|(?<=\d)z\b")
_FILLER = re.compile(
    r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|t[2-7]|chu nhat|cn|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|ngay|luc|vao|hoi|dang|cap nhat|xuat ban)\b"
)


def parse_date(value: object, zone: tzinfo) -> date | datetime | None:
    """Read `value` as a date or a datetime; times that name no zone are in `zone`. Empty values give None.

    Raises `Refused` (bad-date) for anything that is not plainly one date.
    """
    if value is None or (isinstance(value, str) and not clean(value)):
        return None
    text = clean(value) if isinstance(value, str) else str(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise Refused(RefusalCode.BAD_DATE, value, "expected text or a whole Unix time")
    if len(text) > LONGEST_DATE:
        raise Refused(RefusalCode.BAD_DATE, text, f"longer than {LONGEST_DATE} characters")
    try:
        found = _read(text, zone)
        if found is not None and FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
    except (ValueError, OverflowError, TypeError) as error:
        raise Refused(RefusalCode.BAD_DATE, text, str(error)) from error
    raise Refused(RefusalCode.BAD_DATE, text, f"no date between {FIRST_YEAR} and {LAST_YEAR} in a known notation")


def _read(text: str, zone: tzinfo) -> date | datetime | None:
    if compact := _COMPACT.fullmatch(text):
        return date(*(int(part) for part in compact.groups()))
    if unix := _UNIX.fullmatch(text):
        seconds = int(text) / 1000 if unix[1] else int(text)
        return datetime.fromtimestamp(seconds, UTC).astimezone(zone)
    if _ISO.fullmatch(text) and (found := _iso(text, zone)):
        return found
    if _RFC2822.fullmatch(text):
        found = parsedate_to_datetime(text)
        return found if found.tzinfo else found.replace(tzinfo=zone)
    return _vietnamese(strip_marks(text), zone)


def _iso(text: str, zone: tzinfo) -> date | datetime | None:
    try:
        if len(text) == len("2023-11-27"):
            return date.fromisoformat(text)
        found = datetime.fromisoformat(text.replace(" +", "+"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _vietnamese(text: str, zone: tzinfo) -> date | datetime | None:
    named, rest = _take(_ZONE, text)
    day, rest = _take(_DAY, rest)
    clock, rest = _take(_TIME, rest)
    rest = _FILLER.sub(" ", rest)
    if day is None or any(c.isalnum() for c in rest):
        return None
    found = _day(day)
    if clock is None:
        return found
    return datetime.combine(found, _clock(clock), _zone(named) if named else zone)


def _take(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str] | None, str]:
    """Return the first match and the text without it."""
    match = pattern.search(text)
    return match, text if match is None else f"{text[: match.start()]} {text[match.end() :]}"


def _day(match: re.Match[str]) -> date:
    year, month, day = (next(int(match[f"{part}{n}"]) for n in ("", "2", "3") if match[f"{part}{n}"]) for part in "ymd")
    return date(year, month, day)


def _clock(match: re.Match[str]) -> time:
    hour = int(match["h"])
    if match["half"] in ("pm", "ch") and hour < 12:
        hour += 12
    elif match["half"] in ("am", "sa") and hour == 12:
        hour = 0
    return time(hour, int(match["min"]), int(match["s"] or 0))


def _zone(match: re.Match[str]) -> tzinfo:
    if match["h"] is None:
        return UTC
    offset = timedelta(hours=int(match["h"]), minutes=int(match["m"] or 0))
    return timezone(offset if match["sign"] == "+" else -offset)
