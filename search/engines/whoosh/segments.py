"""What does a segment on disk hold?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .arrays import Array, ArrayFile
from .codec import DOCUMENTS_EXT, POSTINGS_EXT, ArraySegment
from .documents import Documents
from .forward import Forward
from .postings import FieldPostings
from .postings_file import ID_FIELD, PostingsFile
from .record import Record

INDEX_NAME = "MAIN"
"""Whoosh's default name, so that ``open_dir`` needs none."""


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

    @property
    def live(self) -> NDArray[np.bool_]:
        """Which of the documents are not deleted."""
        live = np.ones(len(self.documents), np.bool_)
        live[list(self.segment.deleted_docs())] = False
        return live

    def stored(self, number: int) -> Record:
        """Return a document with its offsets and its words."""
        return self.documents.stored(number, self.postings)

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

    def forget(self) -> None:
        """Let go of the memory that what was read takes in this process."""
        for file in self.files:
            file.forget()

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
