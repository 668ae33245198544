"""How does a batch of documents become a segment on disk?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...analysis.views import FIELDS
from ...document import Document
from ..base import Stored
from .arrays import Array, ArrayFile, ArrayWriter
from .batch import analyze_batch
from .codec import DOCUMENTS_EXT, POSTINGS_EXT, ArraySegment
from .documents import Documents, write_documents
from .forward import Forward, write_forward
from .invert import Inverted, invert
from .postings import FieldArrays, FieldPostings
from .postings_file import ID_FIELD, PostingsFile
from .sketches import sketches
from .terms import LEXICONS, write_lexicon

INDEX_NAME = "MAIN"
"""Whoosh's default name, so that ``open_dir`` needs none."""


def write_segment(folder: Path, documents: Sequence[Document]) -> ArraySegment:
    """Analyse ``documents`` (normalized, ids distinct), write them as one durable segment into ``folder``, and
    return it.
    """
    batch = analyze_batch(documents)
    segment = ArraySegment(INDEX_NAME, len(documents))
    with ArrayWriter(segment.path(folder, POSTINGS_EXT)) as file:
        write_ids(file, [document.id.encode() for document in documents])
        write_inverted(file, invert(batch))
    with ArrayWriter(segment.path(folder, DOCUMENTS_EXT)) as file:
        write_documents(file, documents, batch.offsets, sketches(batch))
    return segment


def write_inverted(file: ArrayWriter, inverted: Inverted) -> None:
    """Write the lexicons, the postings of every field, and the tokens."""
    for view, terms in inverted.lexicons.items():
        write_lexicon(file, view, terms)
    for spec in FIELDS:
        inverted.fields[spec.name].write(file, spec.name, spec.view, len(inverted.lexicons[LEXICONS[spec.view]]))
    write_forward(file, inverted.tokens, inverted.lexicons["S"])


def write_ids(file: ArrayWriter, ids: Sequence[bytes]) -> None:
    """Write the id field: each of ``ids``, by document number, is a term that stands once in its document."""
    order = sorted(range(len(ids)), key=ids.__getitem__)
    write_lexicon(file, ID_FIELD, [ids[number] for number in order])
    ones = np.ones(len(ids), np.uint8)
    FieldArrays(
        keys=np.arange(len(ids)),
        starts=np.arange(len(ids) + 1),
        docs=np.asarray(order, np.int64),
        counts=ones,
        lengths=ones,
    ).write(file, ID_FIELD, ID_FIELD, len(ids))


@dataclass(frozen=True, slots=True)
class OpenSegment:
    """A segment whose files are open."""

    segment: ArraySegment
    postings: PostingsFile
    documents: Documents
    files: tuple[ArrayFile, ArrayFile]

    @classmethod
    def open(cls, folder: Path, segment: ArraySegment) -> OpenSegment:
        """Open both files; raises :class:`FileNotFoundError` or :class:`~search.errors.IndexCorrupt`."""
        postings = ArrayFile(segment.path(folder, POSTINGS_EXT))
        documents = ArrayFile(segment.path(folder, DOCUMENTS_EXT))
        return cls(segment, PostingsFile(postings), Documents(documents), (postings, documents))

    @property
    def fields(self) -> dict[str, FieldPostings]:
        """The postings by field."""
        return self.postings.fields

    @property
    def forward(self) -> Forward:
        """The tokens of the documents."""
        return self.postings.forward

    def stored(self, number: int) -> Stored:
        """Return a document with its offsets and its words."""
        tokens = self.forward.tokens(number)
        document, offsets = self.documents.stored(number, *self.forward.sizes_of(tokens))
        return Stored(document, offsets, lambda wanted: self.postings.words.find(tokens, wanted))

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
        for term, number in zip(field.terms, self.documents_by_id().tolist(), strict=True):
            listed[number] = term.decode()
        return listed

    def documents_by_id(self) -> Array:
        """Return the document number of each id, in the order of the ids."""
        field = self.fields[ID_FIELD]
        return field.postings(range(len(field.terms)))[0]

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
        stored = self.stored(number)
        lengths = {(zone, at): len(text) for zone, at, text in stored.document.blocks()}
        return [
            f"{stored.document.id}: offsets of {block.zone} {block.number} reach beyond the text"
            for block in stored.offsets.blocks
            if block.ends[-1] > lengths.get((block.zone, block.number), 0)
        ]
