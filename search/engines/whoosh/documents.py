"""How are documents, and what is known of each for sorting and facets, kept?

::

    stored, stored_ends   per document: a JSON head and the packed offsets (see pack_record), compressed
    instants              int64   seconds since 1970 of publication, or NO_INSTANT
    days                  int32   its day in Vietnam as date.toordinal(), or 0
    F/values, F/value_ends   the values of facet F as written, sorted
    F/codes, F/docs          one item per document and value: the value's rank, the document's number (ascending)
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from itertools import pairwise

import numpy as np

from ...analysis.offsets import Offsets
from ...document import Document, Paragraph
from ...facets import facet_values
from ...page import FACETS
from .arrays import Array, ArrayFile, ArrayWriter
from .compression import compressed, decompressed
from .postings import Ints, smallest
from .terms import pack_terms

NO_INSTANT = np.iinfo(np.int64).min

_NAMES = tuple(field.name for field in fields(Document))
_SIZE = struct.Struct("<I")
_JSON = json.JSONDecoder()
_TITLE = ',"title":'


def pack_record(document: Document, offsets: bytes) -> bytes:
    """Return a document with its packed offsets as bytes: the length of the JSON head, the head, the offsets."""
    values = ((name, getattr(document, name)) for name in _NAMES)
    record = {name: value for name, value in values if value not in (None, (), "")}
    if document.body:
        record["body"] = [[one.text, 1] if one.crosshead else [one.text] for one in document.body]
    if document.published is not None:
        record["published"] = document.published.isoformat()
    head = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return _SIZE.pack(len(head)) + head + offsets


def unpack_record(plain: bytes, expected: Ints, counts: Sequence[int]) -> tuple[Document, Offsets]:
    """Return what :func:`pack_record` packed; ``expected`` has the length of the folded key of each token, ``counts``
    the number of tokens of each text that has any.
    """
    document, end = unpack_document(plain)
    return document, Offsets.unpack(memoryview(plain)[end:], document, expected, counts)


def unpack_document(plain: bytes) -> tuple[Document, int]:
    """Return the document that :func:`pack_record` packed, and where its head ends."""
    (size,) = _SIZE.unpack_from(plain)
    end = _SIZE.size + size
    record = json.loads(plain[_SIZE.size : end].decode("utf-8", "surrogatepass"))
    published = record.get("published")
    record["body"] = tuple(Paragraph(text, bool(cross)) for text, *cross in record.get("body", ()))
    record |= {name: tuple(record.get(name, ())) for name in ("captions", "authors", "places")}
    record["published"] = _moment(published) if published else None
    record.setdefault("title", "")
    return Document(**record), end


def unpack_heading(plain: bytes) -> tuple[str, str]:
    """Return (id, title) of what :func:`pack_record` packed; they stand at its beginning."""
    (size,) = _SIZE.unpack_from(plain)
    head = plain[_SIZE.size : _SIZE.size + size].decode("utf-8", "surrogatepass")
    id_, end = _JSON.raw_decode(head, len('{"id":'))
    return id_, _JSON.raw_decode(head, end + len(_TITLE))[0] if head.startswith(_TITLE, end) else ""


def _moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def write_documents(file: ArrayWriter, documents: Sequence[Document], offsets: Sequence[bytes]) -> None:
    """Write everything of this file for ``documents``, whose packed token offsets run parallel."""
    write_stored(file, list(compressed(map(pack_record, documents, offsets))))
    instants = [document.instant for document in documents]
    file.add("instants", np.asarray([NO_INSTANT if value is None else value for value in instants], np.int64))
    days = [document.day for document in documents]
    file.add("days", np.asarray([day.toordinal() if day else 0 for day in days], np.int32))
    for facet in FACETS:
        pairs = [
            (number, value) for number, document in enumerate(documents) for value in facet_values(document, facet)
        ]
        write_facet(file, facet, [number for number, _ in pairs], [value.encode() for _, value in pairs])


def write_stored(file: ArrayWriter, blobs: Sequence[bytes]) -> None:
    """Write packed documents, in order."""
    file.add("stored", np.frombuffer(b"".join(blobs), np.uint8))
    file.add("stored_ends", np.cumsum([0, *map(len, blobs)])[1:].astype(np.uint64))


def write_facet(file: ArrayWriter, facet: str, docs: Sequence[int], values: Sequence[bytes]) -> None:
    """Write one facet: ``values[i]`` belongs to document ``docs[i]``."""
    distinct = sorted(set(values))
    ranks = {value: rank for rank, value in enumerate(distinct)}
    blob, ends = pack_terms(distinct)
    file.add(f"{facet}/values", blob)
    file.add(f"{facet}/value_ends", ends)
    file.add(f"{facet}/codes", smallest(np.asarray([ranks[value] for value in values], np.int64)))
    file.add(f"{facet}/docs", smallest(np.asarray(docs, np.int64)))


class Documents:
    """Reads the documents of one segment."""

    def __init__(self, file: ArrayFile) -> None:
        self.file = file
        self.instants = file["instants"]
        self.days = file["days"]
        self._blob = file["stored"].data
        self._ends = file["stored_ends"]

    def __len__(self) -> int:
        return len(self.instants)

    def packed(self, number: int) -> bytes:
        """Return the packed record of a document."""
        start = int(self._ends[number - 1]) if number else 0
        return bytes(self._blob[start : int(self._ends[number])])

    def stored(self, number: int, expected: Ints, counts: Sequence[int]) -> tuple[Document, Offsets]:
        """Return a document with its offsets; see :func:`unpack_record`."""
        return unpack_record(decompressed(self.packed(number)), expected, counts)

    def document(self, number: int) -> Document:
        """Return a document alone."""
        return unpack_document(decompressed(self.packed(number)))[0]

    def heading(self, number: int) -> tuple[str, str]:
        """Return (id, title) of a document."""
        return unpack_heading(decompressed(self.packed(number)))

    def facet(self, facet: str) -> tuple[list[str], Array, Array]:
        """Return (values, codes, docs) of a facet."""
        data = self.file[f"{facet}/values"].tobytes()
        bounds = pairwise([0, *self.file[f"{facet}/value_ends"].tolist()])
        values = [data[start:end].decode() for start, end in bounds]
        return values, self.file[f"{facet}/codes"], self.file[f"{facet}/docs"]
