"""What stands in the cells of a table, and around them?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ..document import LOCAL_ZONE
from .rows import EXPORT_COLUMNS

CHUNK = 1 << 15
"""Bytes that are gathered before they are handed on; the first row goes at once."""

BETWEEN = "; "
"""Stands between several values in one cell."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What an export says besides its rows, in the language of who reads it.

    ``columns`` are headings by the name of the column (the name itself unless given), ``sheet`` is the name of the
    sheet of a workbook. ``about`` are lines (label, value) about the search, and ``about_sheet`` the sheet that has
    them; formats without room for them leave them out.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str = "timtin"
    about_sheet: str = "about"
    about: tuple[tuple[str, str], ...] = ()

    def headings(self) -> list[str]:
        """Return the headings in the order of the columns."""
        return [self.columns.get(name, name) for name in EXPORT_COLUMNS]


_DANGEROUS = re.compile(r"(?:^|(?<=[\t\r\n;]))(?=[=+\-@\t\r\n＝＋－＠])")


def defused(text: str) -> str:
    """Return ``text`` such that no spreadsheet takes it, or a part of it after a separator that some countries use,
    for a formula: with an apostrophe before it where it begins as one.

    The list of beginnings is that of OWASP ("CSV Injection").
    """
    return _DANGEROUS.sub("'", text)


def local(published: date | datetime) -> date | datetime:
    """Return when an article was published, a moment as clocks in Vietnam showed it, without a zone."""
    if isinstance(published, datetime):
        return published.astimezone(LOCAL_ZONE).replace(tzinfo=None)
    return published


def joined(values: Iterable[str]) -> str:
    """Return several values as the text of one cell."""
    return BETWEEN.join(values)
