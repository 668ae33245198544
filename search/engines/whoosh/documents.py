"""How are documents, and what is known of each for sorting and facets, kept?

::

    stored, stored_ends   per document: its record (see .record), compressed
    instants              int64   seconds since 1970 of publication, or NO_INSTANT
    days                  int32   its day in Vietnam as date.toordinal(), or 0
    sketches              uint8   the sketch of its text (see search.analysis.sketch), SKETCH_BYTES of each
    F/values, F/value_ends   the values of facet F as written, sorted
    F/codes, F/docs          one item per document and value: the value's rank, the document's number (ascending)
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ...analysis.sketch import SKETCH_BYTES
from ...document import Document
from ...facets import facet_values
from ...page import FACETS
from ..integers import smallest
from .arrays import Array, ArrayFile, ArrayWriter
from .compression import compressed, decompressed
from .postings_file import PostingsFile
from .record import Record, pack_record, unpack_heading
from .terms import pack_terms

NO_INSTANT = np.iinfo(np.int64).min


def write_documents(
    file: ArrayWriter, documents: Sequence[Document], offsets: Sequence[bytes], sketches: Array
) -> None:
    """Write everything of this file for ``documents``, whose packed token offsets and sketches run parallel."""
    write_stored(file, list(compressed(map(pack_record, documents, offsets))))
    instants = [document.instant for document in documents]
    file.add("instants", np.asarray([NO_INSTANT if value is None else value for value in instants], np.int64))
    days = [document.day for document in documents]
    file.add("days", np.asarray([day.toordinal() if day else 0 for day in days], np.int32))
    file.add("sketches", sketches)
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
        self.sketches = file["sketches"].reshape(-1, SKETCH_BYTES)
        self._blob = file["stored"].data
        self._ends = file["stored_ends"]

    def __len__(self) -> int:
        return len(self.instants)

    def packed(self, number: int) -> bytes:
        """Return the packed record of a document."""
        start = int(self._ends[number - 1]) if number else 0
        return bytes(self._blob[start : int(self._ends[number])])

    def stored(self, number: int, postings: PostingsFile) -> Record:
        """Return a document; ``postings`` are those of the same segment."""
        return Record(decompressed(self.packed(number)), number, postings)

    def heading(self, number: int) -> tuple[str, str]:
        """Return (id, title) of a document."""
        return unpack_heading(decompressed(self.packed(number)))

    def facet(self, facet: str) -> tuple[list[str], Array, Array]:
        """Return (values, codes, docs) of a facet."""
        data = self.file[f"{facet}/values"].tobytes()
        bounds = pairwise([0, *self.file[f"{facet}/value_ends"].tolist()])
        values = [data[start:end].decode() for start, end in bounds]
        return values, self.file[f"{facet}/codes"], self.file[f"{facet}/docs"]
