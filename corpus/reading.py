"""Reads the articles of one file, whatever its format and encoding."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .article import Article
from .assemble import Place, assemble
from .boilerplate import CATEGORY_SLUGS
from .compressed import naming_damage, opened
from .encoding import decode
from .errors import Refused
from .fieldnames import FieldNames
from .frontmatter import has_front_matter, read_front_matter
from .jsonfiles import JsonReader
from .markup import is_page, page_values
from .records import Record
from .reports import Notice, NoticeCode, Refusal, RefusalCode, excerpt
from .scanning import SourceFile, scan
from .settings import ReaderSettings
from .sniff import Format, is_lines_name, refuse_binary, sniff
from .text import clean, strip_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import BufferedReader
    from pathlib import Path

HEAD = 1 << 16


def read_file(
    file: SourceFile, settings: ReaderSettings | None = None, *, takes: Callable[[int], bool] | None = None
) -> Iterator[Article | Refusal | Notice]:
    """Yield the articles of one file, the refusals, and the notices about articles (each right after its article).

    Lazy: of a file of many articles one is held at a time. Nothing is raised for what the file holds or for a file
    that cannot be read. Ids are not compared with each other: see `SeenIds`. Records for whose number in the file,
    from 0, `takes` says no are passed over, which costs little; what ends the file counts as one more.
    """
    settings = settings or ReaderSettings()
    place = Place(file.relative, _category_of(file, settings))
    number = 0
    try:
        with naming_damage(), opened(file.path, settings.max_file_bytes) as stream:
            for item in _records(stream, file, settings):
                if takes is None or takes(number):
                    yield from _results(item, file, place, settings)
                number += 1
    except Refused as refused:
        if takes is None or takes(number):
            yield _refusal(refused, file)
        return
    yield from _changed(file)


def _results(
    item: Record | Refused, file: SourceFile, place: Place, settings: ReaderSettings
) -> Iterator[Article | Refusal | Notice]:
    if isinstance(item, Refused):
        yield _refusal(item, file)
        return
    try:
        article, remarks = assemble(item, place, settings)
    except RecursionError:
        yield _refusal(Refused(RefusalCode.BAD_FIELD, "", "nested too deeply", line=item.line), file)
        return
    except Refused as refused:
        refused.line = refused.line or item.line
        yield _refusal(refused, file)
        return
    yield article
    for code, value in remarks.found:
        yield Notice(file.path, code, item.line, value, article_id=article.id)


def _records(stream: BufferedReader, file: SourceFile, settings: ReaderSettings) -> Iterator[Record | Refused]:
    head = stream.read(HEAD)
    stream.seek(0)
    if not head.strip():
        raise Refused(RefusalCode.EMPTY)
    name = file.path.name
    names = FieldNames(settings.field_map)
    if sniff(head, name) is Format.JSON:
        yield from JsonReader(stream, names, settings, is_lines_name(name)).records()
    else:
        refuse_binary(head)
        yield _text_record(stream, names, settings)


def _text_record(stream: BufferedReader, names: FieldNames, settings: ReaderSettings) -> Record:
    """Read a file that is one text: with front matter, an HTML page, or plain."""
    data = stream.read(settings.max_article_bytes + 1)
    if len(data) > settings.max_article_bytes:
        raise Refused(RefusalCode.TOO_LARGE, f"more than {settings.max_article_bytes} bytes")
    text = decode(data, settings.syllable_share)
    if has_front_matter(text):
        return read_front_matter(text, names)
    if is_page(text):
        return Record(page_values(text), line=1)
    return Record({"body": [text]}, line=1, text_first=True)


def _refusal(refused: Refused, file: SourceFile) -> Refusal:
    return Refusal(file.path, refused.code, refused.line, excerpt(refused.value), refused.detail, refused.article_id)


def _changed(file: SourceFile) -> Iterator[Notice]:
    try:
        status = file.path.stat()
    except OSError:
        return
    if (status.st_size, status.st_mtime_ns) != (file.size, file.mtime_ns):
        yield Notice(file.path, NoticeCode.CHANGED_WHILE_READ)


_NO_NAME = re.compile(r"[\d\W_]*")


def _category_of(file: SourceFile, settings: ReaderSettings) -> str | None:
    """Return the category that the nearest folder below the root names; folders of numbers and dates name none."""
    folder = next((part for part in reversed(file.relative.split("/")[:-1]) if not _NO_NAME.fullmatch(part)), None)
    if folder is None:
        return None
    name = clean(folder.replace("_", " "))
    for known in (settings.categories, CATEGORY_SLUGS):
        slugs = {_slug(key): value for key, value in known.items()}
        if _slug(name) in slugs:
            return slugs[_slug(name)]
    return name


def _slug(name: str) -> str:
    return "-".join(re.findall(r"\w+", strip_marks(name)))


@dataclass(slots=True)
class SeenIds:
    """Remembers the ids of a run, so that the second article with an id is refused. One per run, in one process."""

    _paths: dict[str, Path] = field(default_factory=dict)

    def claim(self, article_id: str, path: Path, line: int | None = None) -> Refusal | None:
        """Return None when the id is new, else the refusal of this article, naming where the first one stands."""
        first = self._paths.get(article_id)
        if first is None:
            self._paths[article_id] = path
            return None
        return Refusal(
            path, RefusalCode.DUPLICATE_ID, line, excerpt(article_id), f"first in {first}", article_id=article_id
        )


def read(root: str | Path, settings: ReaderSettings | None = None) -> Iterator[Article | Refusal | Notice]:
    """Yield all articles below `root`, refusals and notices: `scan`, `read_file` and `SeenIds` in one.

    Files that are still being written are passed over, as in `scan`.
    """
    found = scan(root, settings)
    yield from found.problems
    seen = SeenIds()
    for file in found.files:
        for item in read_file(file, settings):
            refusal = seen.claim(item.id, file.path) if isinstance(item, Article) else None
            yield refusal or item
