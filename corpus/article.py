"""What an article is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph of a body. `crosshead` marks a sub-heading between paragraphs."""

    text: str
    crosshead: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """One news article.

    Always present: `id` and `title`, neither empty. Everything else is optional: text is then "", a tuple is then
    empty, and `category`, `published`, `source` and `url` are then None.

    - `id` is stable from run to run: the one given, else the url, else the path below the source root (POSIX
      separators, NFC), followed inside a file of many articles by "#" and a hash of title and date.
    - `lead` is the sapo (one paragraph); `body` the paragraphs after it; `captions` the captions of pictures and
      the credits of pictures, videos and charts; `authors` the names of the byline.
    - `published` is a `date`, or a `datetime` that always has a zone.
    - `url` is an http or https address.

    The readers give every text in NFC, in one line, without control or invisible formatting characters, with runs
    of white space reduced to one space. Offsets of the search side count code points of these texts.
    """

    id: str
    title: str
    lead: str = ""
    body: tuple[Block, ...] = ()
    captions: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    category: str | None = None
    places: tuple[str, ...] = ()
    published: date | datetime | None = None
    source: str | None = None
    url: str | None = None
