"""How is an article cited?"""

from __future__ import annotations

from datetime import date, datetime

from .format import day
from .messages import gettext as _


def cite(
    authors: tuple[str, ...], title: str, source: str | None, published: date | datetime | None, address: str
) -> str:
    """Return an article as one line of text: authors, “title”, source, day, address; what is not known is left out."""
    parts = (
        ", ".join(authors),
        f"“{title or _('(không có tiêu đề)')}”",
        source or "",
        day(published) if published else "",
        address,
    )
    return ", ".join(part for part in parts if part)
