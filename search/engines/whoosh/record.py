"""How is one stored document laid out?

::

    head size   uint32   bytes of the head
    head        JSON     what the document has, id and title first
    offsets              those of its tokens (see search.analysis.offsets)

A list of results shows little of a document: what is not asked for is not made.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from ...analysis.offsets import Offsets, Packed, unpack_all
from ...document import Document
from ..base import Stored, Wanted, Words
from ..plain import heading, plain, whole
from .postings_file import PostingsFile

_SIZE = struct.Struct("<I")
_JSON = json.JSONDecoder()
_TITLE = ',"title":'


def pack_record(document: Document, offsets: bytes) -> bytes:
    """Return a document with its packed offsets as bytes."""
    head = json.dumps(plain(document), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return _SIZE.pack(len(head)) + head + offsets


def unpack_heading(packed: bytes) -> tuple[str, str]:
    """Return (id, title) of what :func:`pack_record` packed; they stand at its beginning."""
    (size,) = _SIZE.unpack_from(packed)
    head = packed[_SIZE.size : _SIZE.size + size].decode("utf-8", "surrogatepass")
    id_, end = _JSON.raw_decode(head, len('{"id":'))
    return id_, _JSON.raw_decode(head, end + len(_TITLE))[0] if head.startswith(_TITLE, end) else ""


class Record(Stored):
    """Reads what :func:`pack_record` packed of document ``number`` of the segment that ``postings`` belong to."""

    def __init__(self, packed: bytes, number: int, postings: PostingsFile) -> None:
        (size,) = _SIZE.unpack_from(packed)
        head = packed[_SIZE.size : _SIZE.size + size].decode("utf-8", "surrogatepass")
        self._record: dict[str, Any] = json.loads(head)
        self._packed_offsets = memoryview(packed)[_SIZE.size + size :]
        self._tokens = postings.forward.tokens(number)
        self._postings = postings
        self._offsets: Offsets | None = None

    @cached_property
    def document(self) -> Document:
        """The whole document."""
        return whole(self._record)

    @cached_property
    def heading(self) -> Document:
        """The document without its lead, body and captions."""
        return heading(self._record)

    def text_of(self, zone: str, number: int) -> str:
        """Return text ``number`` of a zone, as :meth:`Document.blocks` numbers them."""
        found = self._record[zone]
        if zone == "body":
            found = found[number][0]
        elif zone in {"captions", "authors"}:
            found = found[number]
        return str(found)

    @property
    def has_offsets(self) -> bool:
        """Whether the offsets are unpacked."""
        return self._offsets is not None

    @property
    def offsets(self) -> Offsets:
        """The offsets of its tokens."""
        if self._offsets is None:
            (self._offsets,) = unpack_all([self.packed_offsets()])
        return self._offsets

    @offsets.setter
    def offsets(self, offsets: Offsets) -> None:
        self._offsets = offsets

    def find(self, wanted: Wanted) -> Words:
        """Return its wanted tokens."""
        return self._postings.words.find(self._tokens, wanted)

    def packed_offsets(self) -> Packed:
        """Return the offsets of its tokens as they are stored."""
        return Packed(self._packed_offsets, self._names(), self._postings.forward.expected(self._tokens))

    def _names(self) -> list[tuple[str, int]]:
        """Return (zone, number) of its texts that are not empty, in their order."""
        return [
            *((zone, 0) for zone in ("title", "lead") if zone in self._record),
            *[("body", at) for at, paragraph in enumerate(self._record.get("body", ())) if paragraph[0]],
            *[(zone, at) for zone in ("captions", "authors") for at, text in enumerate(self._texts(zone)) if text],
        ]

    def _texts(self, name: str) -> tuple[str, ...]:
        return tuple(self._record.get(name, ()))


def unpack_offsets(records: Sequence[Record]) -> None:
    """Unpack the offsets of several records at once."""
    for record, offsets in zip(records, unpack_all([record.packed_offsets() for record in records]), strict=True):
        record.offsets = offsets
