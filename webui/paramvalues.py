"""What does the value of one parameter mean, and what is wrong with it?

Reading never fails: whatever cannot be used is replaced by something sensible and named in a :class:`ParamProblem`.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ParamProblem:
    """Parameter ``name`` had ``value``; ``code`` says what is wrong with it and ``allowed`` what would do.

    Codes: number, choice, date, long, many, swapped, repeated, unknown, spaces.
    """

    name: str
    value: str
    code: str
    allowed: str = ""


Report = Callable[[ParamProblem], None]


def clean(text: str) -> str:
    """Return ``text`` with runs of white space and control characters as one space, without any at the ends."""
    spaced = "".join(" " if unicodedata.category(char) in {"Cc", "Cs"} else char for char in text)
    return " ".join(spaced.split())


def number(name: str, text: str, default: int, highest: int, report: Report) -> int:
    """Return the number (1 to ``highest``) that ``text`` is, or ``default`` where it is empty."""
    if not text:
        return default
    digits = text.lstrip("0") if re.fullmatch(r"[0-9]+", text) else ""
    if digits and len(digits) <= len(str(highest)) and int(digits) <= highest:
        return int(digits)
    report(ParamProblem(name, text, "number", f"1–{highest}"))
    return highest if digits else default


def choice(name: str, text: str, choices: Sequence[str], report: Report) -> str | None:
    """Return ``text`` if it is one of ``choices``, else None."""
    if not text or text in choices:
        return text or None
    report(ParamProblem(name, text, "choice", ", ".join(choices)))
    return None


SWITCH = {"": False, "0": False, "false": False, "off": False, "1": True, "true": True, "on": True}


def switch(name: str, text: str, report: Report) -> bool:
    """Return whether ``text`` switches on; empty does not."""
    if text.lower() not in SWITCH:
        report(ParamProblem(name, text, "choice", "0, 1"))
    return SWITCH.get(text.lower(), False)


DATE_FORMS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?P<y>\d{4})(-(?P<m>\d{1,2})(-(?P<d>\d{1,2}))?)?",
        r"((?P<d>\d{1,2})[/.-])?(?P<m>\d{1,2})[/.-](?P<y>\d{4})",
    )
)
"""2021, 2021-06, 2021-06-12; 12/6/2021, 6/2021, also with dots and hyphens. The range's end fills what is missing."""


def dates(single: Mapping[str, str], report: Report) -> tuple[date | None, date | None]:
    """Return the first and the last day that ``from`` and ``to`` name, in this order whichever is which."""
    first = _date("from", single.get("from", ""), report, end=False)
    last = _date("to", single.get("to", ""), report, end=True)
    if first and last and first > last:
        report(ParamProblem("from", first.isoformat(), "swapped", last.isoformat()))
        return _date("from", single["to"], report, end=False), _date("to", single["from"], report, end=True)
    return first, last


def _date(name: str, text: str, report: Report, *, end: bool) -> date | None:
    if not text:
        return None
    for form in DATE_FORMS:
        match = form.fullmatch(text)
        if match:
            try:
                return _day(match, end=end)
            except ValueError:
                break
    report(ParamProblem(name, text, "date"))
    return None


def _day(match: re.Match[str], *, end: bool) -> date:
    year = int(match["y"])
    month = int(match["m"] or (12 if end else 1))
    if match["d"]:
        return date(year, month, int(match["d"]))
    return date(year, month, monthrange(year, month)[1] if end else 1)
