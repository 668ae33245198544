"""How is an article cited? As a line of text, after the manner of APA, and for programs that manage references."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from flask import url_for

from search import Document

from .examples import plain
from .format import apa_day, day
from .messages import Lazy, spoken
from .messages import gettext as _
from .messages import lazy_gettext as _l
from .urls import query_string


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation tells of an article; ``address`` is where it can be read."""

    id: str
    authors: tuple[str, ...]
    title: str
    source: str | None
    published: date | datetime | None
    address: str

    @classmethod
    def of(cls, document: Document, address: str) -> Cited:
        """Return what is cited of ``document``, which can be read at ``address``; every part is one line."""
        return cls(
            id=document.id,
            authors=tuple(filter(None, map(_line, document.authors))),
            title=_line(document.title) or _("(không có tiêu đề)"),
            source=_line(document.source or "") or None,
            published=document.published,
            address=_line(address),
        )

    @property
    def day(self) -> date | None:
        """The day of publication in the zone of the site."""
        if isinstance(self.published, datetime):
            return self.published.astimezone(spoken().zone).date()
        return self.published


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation to be shown: in which style, the ``text``, where it can be had as a file; with ``lines`` its line ends
    matter.
    """

    label: str
    text: str
    address: str
    lines: bool


@dataclass(frozen=True, slots=True)
class Style:
    """One style: its name, how it is written, and what a file of it is."""

    label: str | Lazy
    write: Callable[[Cited], str]
    suffix: str
    media_type: str
    lines: bool = False


def citations(cited: Cited) -> list[Citation]:
    """Return a citation in every style, plain text first."""
    return [
        Citation(
            label=str(style.label),
            text=style.write(cited),
            address=url_for("citing.citation", style=name) + query_string([("id", cited.id)]),
            lines=style.lines,
        )
        for name, style in STYLES.items()
    ]


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


def _text(cited: Cited) -> str:
    return cite(cited.authors, cited.title, cited.source, cited.published, cited.address)


def apa(cited: Cited) -> str:
    """Return a reference after the manner of APA 7: author, (date), title, newspaper, address.

    Vietnamese names are not turned round, and bylines are often pen names: they stay as they are. Where there is no
    author, the title stands first.
    """
    moment = apa_day(cited.day) if cited.day else _("không rõ ngày")
    *others, last = cited.authors or ("",)
    names = f"{', '.join(others)}{', ' if len(others) > 1 else ' '}& {last}" if others else last
    parts = (names, f"({moment})", cited.title) if names else (cited.title, f"({moment})")
    sentences = [_ended(part) for part in (*parts, cited.source or "") if part]
    return " ".join((*sentences, cited.address))


def bibtex(cited: Cited) -> str:
    """Return an entry for BibTeX and BibLaTeX, in UTF-8. Names and the title stand in braces: they are not to be taken
    apart, nor made small.
    """
    fields = {
        "author": " and ".join(f"{{{_tex(author)}}}" for author in cited.authors),
        "title": f"{{{_tex(cited.title)}}}",
        "journal" if cited.source else "howpublished": _tex(cited.source or ""),
        "year": f"{cited.day.year}" if cited.day else "",
        "month": _MONTHS[cited.day.month - 1] if cited.day else "",
        "day": f"{cited.day.day}" if cited.day else "",
        "url": quote(cited.address, safe=_IN_ADDRESS),
        "langid": "vietnamese",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join((f"@{'article' if cited.source else 'misc'}{{{_key(cited)},", *lines, "}"))


def ris(cited: Cited) -> str:
    """Return a record in RIS, of type NEWS (newspaper article), in UTF-8."""
    moment = cited.day
    fields = (
        ("TY", "NEWS"),
        *(("AU", author) for author in cited.authors),
        ("TI", cited.title),
        ("T2", cited.source or ""),
        ("PY", f"{moment.year}" if moment else ""),
        ("DA", f"{moment:%Y/%m/%d}/" if moment else ""),
        ("UR", cited.address),
        ("LA", "vi"),
    )
    return "\n".join((*(f"{tag}  - {value}" for tag, value in fields if value), "ER  - "))


STYLES = {
    "text": Style(_l("Văn bản"), _text, "txt", "text/plain"),
    "apa": Style("APA", apa, "txt", "text/plain"),
    "bibtex": Style("BibTeX", bibtex, "bib", "application/x-bibtex", lines=True),
    "ris": Style("RIS", ris, "ris", "application/x-research-info-systems", lines=True),
}
"""The styles by the name that their addresses have."""

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_IN_ADDRESS = ":/?#[]@!$&'()*+,;=%~"
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{char: f"\\{char}" for char in "&%$#_"},
    }
)
"""BibTeX counts braces even after a backslash, so that none may stand alone."""


def _tex(text: str) -> str:
    return text.translate(_TEX)


def _key(cited: Cited) -> str:
    """Return a key such as hoai2023huyen: the author's last name or the source, the year, a word of the title."""
    who = re.findall(r"[a-z0-9]+", plain((*cited.authors[:1], cited.source or "", "bai")[0]))
    words = re.findall(r"[a-z0-9]+", plain(cited.title))
    return "".join((who[-1] if who else "bai", str(cited.day.year) if cited.day else "", *words[:1]))


def _line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."
