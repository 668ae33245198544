"""How does a batch of documents become a segment on disk?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...analysis.views import FIELDS
from ...document import Document
from ..batch import analyze_batch
from ..sketches import sketches
from .arrays import ArrayWriter
from .codec import DOCUMENTS_EXT, POSTINGS_EXT, ArraySegment
from .documents import write_documents
from .field_arrays import FieldArrays
from .forward import write_forward
from .invert import Inverted, invert
from .postings_file import ID_FIELD
from .segments import INDEX_NAME
from .terms import LEXICONS, write_lexicon


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
        write_documents(file, documents, batch.packed_offsets(), sketches(batch))
    return segment


def write_inverted(file: ArrayWriter, inverted: Inverted) -> None:
    """Write the lexicons, the postings of every field, and the tokens."""
    for view, terms in inverted.lexicons.items():
        write_lexicon(file, view, terms)
    for spec in FIELDS:
        inverted.field(spec).write(file, spec.name, spec.view, len(inverted.lexicons[LEXICONS[spec.view]]))
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
