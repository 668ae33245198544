"""How does a batch of documents become a segment on disk?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...document import Document
from .arrays import ArrayFile, ArrayWriter
from .batch import analyze_batch
from .codec import DOCUMENTS_EXT, ID_FIELD, POSTINGS_EXT, ArraySegment
from .documents import Documents, write_documents
from .invert import invert
from .postings import FieldArrays, FieldPostings
from .terms import pack_terms

INDEX_NAME = "MAIN"
"""Whoosh's default name, so that ``open_dir`` needs none."""


def write_segment(folder: Path, documents: Sequence[Document]) -> ArraySegment:
    """Analyse ``documents`` (normalized, ids distinct), write them as one durable segment into ``folder``, and
    return it.
    """
    batch = analyze_batch(documents)
    segment = ArraySegment(INDEX_NAME, len(documents))
    with ArrayWriter(segment.path(folder, POSTINGS_EXT)) as file:
        id_arrays([document.id for document in documents]).write(file, ID_FIELD)
        for name, arrays in invert(batch).items():
            arrays.write(file, name)
    with ArrayWriter(segment.path(folder, DOCUMENTS_EXT)) as file:
        write_documents(file, documents, batch.offsets)
    return segment


def id_arrays(ids: Sequence[str]) -> FieldArrays:
    """Return the postings of the id field: each id is a term that stands once in its document."""
    encoded = [id_.encode() for id_ in ids]
    order = sorted(range(len(ids)), key=encoded.__getitem__)
    terms, ends = pack_terms([encoded[number] for number in order])
    ones = np.ones(len(ids), np.uint8)
    return FieldArrays(
        terms=terms,
        term_ends=ends,
        starts=np.arange(len(ids) + 1, dtype=np.uint32),
        docs=np.asarray(order, np.int64),
        counts=ones,
        lengths=ones,
    )


@dataclass(frozen=True, slots=True)
class OpenSegment:
    """A segment whose files are open."""

    segment: ArraySegment
    fields: dict[str, FieldPostings]
    documents: Documents
    files: tuple[ArrayFile, ArrayFile]

    @classmethod
    def open(cls, folder: Path, segment: ArraySegment) -> OpenSegment:
        """Open both files; raises :class:`FileNotFoundError` or :class:`~search.errors.IndexCorrupt`."""
        postings = ArrayFile(segment.path(folder, POSTINGS_EXT))
        documents = ArrayFile(segment.path(folder, DOCUMENTS_EXT))
        names = [name.removesuffix("/terms") for name in postings.names() if name.endswith("/terms")]
        fields = {name: FieldPostings(FieldArrays.read(postings, name)) for name in names}
        return cls(segment, fields, Documents(documents), (postings, documents))

    def number(self, id_: str) -> int | None:
        """Return the number of the live document with ``id_`` within the segment, or None."""
        found = self.fields[ID_FIELD].term(id_.encode("utf-8", "replace"))
        if found is None or self.segment.is_deleted(int(found.docs[0])):
            return None
        return int(found.docs[0])

    def ids(self) -> list[str]:
        """Return the ids by document number, deleted ones too."""
        field = self.fields[ID_FIELD]
        listed = [""] * len(self.documents)
        for term, number in zip(field.terms, field.arrays.docs.tolist(), strict=True):
            listed[number] = term.decode()
        return listed

    def check(self) -> list[str]:
        """Read everything; return what is wrong."""
        problems = [problem for file in self.files for problem in file.check()]
        if problems:
            return problems
        size = self.segment.doc_count_all()
        if len(self.documents) != size or len(self.fields[ID_FIELD].terms) != size:
            problems.append(f"{self.segment.segment_id()}: holds {len(self.documents)} documents, should hold {size}")
        return problems + [line for number in range(len(self.documents)) for line in self._misplaced(number)]

    def _misplaced(self, number: int) -> list[str]:
        stored = self.documents.stored(number)
        lengths = {(zone, at): len(text) for zone, at, text in stored.document.blocks()}
        return [
            f"{stored.document.id}: offsets of {block.zone} {block.number} reach beyond the text"
            for block in stored.offsets.blocks
            if block.ends[-1] > lengths.get((block.zone, block.number), 0)
        ]
