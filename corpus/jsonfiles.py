"""JSON Lines, and JSON documents of one article or of many, read without holding more than one article.

Every line, or every object that stands directly in an array of a document, is parsed by itself, so that a bad one
costs itself and no other. A document that fits into one article's limit and has a title or a text itself is one
article.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .encoding import decode
from .errors import Refused
from .jsoncut import CutObject, ObjectCutter
from .records import Record
from .reports import RefusalCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase

    from .fieldnames import FieldNames
    from .settings import ReaderSettings

TEXT_FIELDS = ("title", "lead", "body")
_PEEK = 256
_OBJECTS = re.compile(rb"\[\s*\{")


@dataclass(slots=True)
class JsonReader:
    """Reads the articles of one JSON file."""

    stream: BufferedIOBase
    names: FieldNames
    settings: ReaderSettings
    named_lines: bool = False

    def records(self) -> Iterator[Record | Refused]:
        """Yield the articles and what is refused. `named_lines` says that the file calls itself JSON Lines."""
        limit = self.settings.max_article_bytes
        first = following = b""
        while not first and (line := self.stream.readline(limit + 1)):
            first = _bare(line)
        if len(line) <= limit:
            following = self.stream.readline(_PEEK).strip()
        self.stream.seek(0)
        return self._document() if self._is_document(first, following) else self._lines()

    def _is_document(self, first: bytes, following: bytes) -> bool:
        """Whether one JSON value spreads over the file, rather than an object a line."""
        if not first.startswith(b"{"):
            return first.startswith(b"[")
        if len(first) > self.settings.max_article_bytes:
            return not self.named_lines
        try:
            value = self._parse(first, 1)
        except Refused:
            # A broken first line is followed by the next object; in a document a "{" follows only "[" or ":".
            next_object = following.startswith(b"{") and not first.endswith((b"[", b":"))
            return not next_object and _ends_outside_string(first)
        return isinstance(self._record_of(value, 1, numbered=True), Refused) and _OBJECTS.search(first) is not None

    def _lines(self) -> Iterator[Record | Refused]:
        """Read one object a line. A file of a single line is one article, unless its name speaks of lines."""
        limit = self.settings.max_article_bytes
        number, waiting, alone = 0, None, not self.named_lines
        while line := self.stream.readline(limit + 1):
            number += 1
            if not _bare(line):
                continue
            if waiting is not None:
                alone = False
                yield self._record(waiting, numbered=True)
            oversize = len(line) > limit
            waiting = CutObject(None if oversize else line, number)
            while oversize and line and not line.endswith(b"\n"):
                line = self.stream.readline(limit)
        yield self._record(waiting, numbered=not alone) if waiting is not None else Refused(RefusalCode.EMPTY)

    def _document(self) -> Iterator[Record | Refused]:
        """Read a document that is one article, or holds articles in arrays."""
        whole = self.stream.read(self.settings.max_article_bytes + 1)
        if len(whole) <= self.settings.max_article_bytes and (record := self._lone_article(whole)):
            yield record
            return
        self.stream.seek(0)
        results: list[Record | Refused] = []

        def accept(found: CutObject) -> bool:
            results.append(self._record(found, numbered=True))
            last = results[-1]
            return not (isinstance(last, Refused) and last.code is RefusalCode.BAD_JSON)

        count = 0
        for _ in ObjectCutter(self.stream, self.settings.max_article_bytes).objects(accept):
            count += len(results)
            yield from results
            results.clear()
        if not count:
            yield self._fault_of(whole)

    def _lone_article(self, whole: bytes) -> Record | None:
        try:
            value = self._parse(whole, 1)
        except Refused:
            return None
        if not isinstance(value, dict) or not {"title", "body"} & self.names.group(value.items()).keys():
            return None
        record = self._record_of(value, 1, numbered=False)
        return record if isinstance(record, Record) else None

    def _fault_of(self, whole: bytes) -> Refused:
        """Say why no object could be cut out of a document."""
        try:
            return Refused(RefusalCode.NO_ARTICLES, self._parse(whole, 1))
        except Refused as refused:
            return refused

    def _record(self, found: CutObject, *, numbered: bool) -> Record | Refused:
        if found.data is None:
            limit = f"more than {self.settings.max_article_bytes} bytes"
            return Refused(RefusalCode.TOO_LARGE, limit, line=found.line)
        try:
            return self._record_of(self._parse(found.data, found.line), found.line, numbered=numbered)
        except Refused as refused:
            return refused

    def _parse(self, data: bytes, line: int) -> object:
        """Parse bytes that begin on `line`. Raises `Refused`, with the line of the fault."""
        try:
            # strict=False: exports leave line breaks and tabs inside strings.
            return json.loads(decode(data, self.settings.syllable_share).lstrip("\ufeff"), strict=False)
        except json.JSONDecodeError as error:
            near = error.doc[max(0, error.pos - 20) : error.pos + 40]
            detail = f"{error.msg}, column {error.colno}"
            raise Refused(RefusalCode.BAD_JSON, near, detail, line=line + error.lineno - 1) from error
        except RecursionError as error:
            raise Refused(RefusalCode.BAD_JSON, data[:60], "nested too deeply", line=line) from error
        except ValueError as error:
            raise Refused(RefusalCode.BAD_JSON, data[:60], str(error), line=line) from error
        except Refused as refused:
            refused.line = refused.line or line
            raise

    def _record_of(self, value: object, line: int, *, numbered: bool) -> Record | Refused:
        if not isinstance(value, dict):
            return Refused(RefusalCode.NO_ARTICLES, value, "expected an object", line=line)
        values = self.names.group(value.items())
        if not any(name in values for name in TEXT_FIELDS):
            values |= self._wrapped(value)
        if not any(name in values for name in (*TEXT_FIELDS, "captions")):
            return Refused(RefusalCode.EMPTY, ", ".join(value), "the object has no title and no text", line=line)
        return Record(values, line, numbered=numbered)

    def _wrapped(self, value: dict[str, object]) -> dict[str, list[object]]:
        """Return the fields of an inner object: exports wrap them once more ("_source", "attributes", "node")."""
        for inner in value.values():
            if isinstance(inner, dict):
                values = self.names.group(inner.items())
                if any(name in values for name in TEXT_FIELDS):
                    return values
        return {}


def _bare(line: bytes) -> bytes:
    return line.strip().removeprefix(codecs.BOM_UTF8).strip()


def _ends_outside_string(line: bytes) -> bool:
    bare = re.sub(rb"\\.", b"", line)
    return bare.count(b'"') % 2 == 0 and bare.count(b"{") + bare.count(b"[") > bare.count(b"}") + bare.count(b"]")
