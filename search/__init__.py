"""Which articles answer this query?

The front door of timtin's search: :func:`open_index` to search, :func:`open_writer` to write. Everything public is
listed in ``__all__``.

>>> from search import Document, open_index
>>> index = open_index("memory:")
>>> with index.writer() as writer:
...     writer.add(Document(id="1", title="Huyện uỷ Khe Nhạn họp phiên thường kỳ"))
...     writer.commit()
>>> page = index.search("huyen uy")
>>> page.total, page.hits[0].highlights.title.__html__()
(1, '<mark>Huyện uỷ</mark> Khe Nhạn họp phiên thường kỳ')
"""

from __future__ import annotations

from .document import ZONES, Document, Paragraph
from .engines.base import Writer as IndexWriter
from .engines.opensearch.address import Address
from .errors import (
    AnalyzerChanged,
    ClusterError,
    ClusterFailure,
    ClusterRefused,
    ClusterUnavailable,
    ClusterVersion,
    DocumentNotFound,
    DuplicateDocument,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    IndexStale,
    InvalidAddress,
    InvalidRequest,
    NoFormerGeneration,
    SearchError,
    SegmenterError,
)
from .export.cells import Wording as ExportWording
from .export.files import save_export
from .export.formats import EXPORT_FORMATS
from .export.formats import Format as ExportFormat
from .export.rows import EXPORT_COLUMNS, Export
from .export.rows import Row as ExportRow
from .index import Index
from .opening import Location, backup, locate, open_index, open_writer, read_note, rollback, write_note
from .page import (
    FACETS,
    HOW,
    MISSING,
    SORTS,
    Explanation,
    FacetValue,
    Highlights,
    Hit,
    IndexInfo,
    Mark,
    Marked,
    MarkedDocument,
    MatchedWord,
    Page,
    Passage,
    Reading,
    Suggestion,
    WordMatch,
)
from .references import REFERENCES, Reference, references

__all__ = [
    "EXPORT_COLUMNS",
    "EXPORT_FORMATS",
    "FACETS",
    "HOW",
    "MISSING",
    "REFERENCES",
    "SORTS",
    "ZONES",
    "Address",
    "AnalyzerChanged",
    "ClusterError",
    "ClusterFailure",
    "ClusterRefused",
    "ClusterUnavailable",
    "ClusterVersion",
    "Document",
    "DocumentNotFound",
    "DuplicateDocument",
    "Explanation",
    "Export",
    "ExportFormat",
    "ExportRow",
    "ExportWording",
    "FacetValue",
    "Highlights",
    "Hit",
    "Index",
    "IndexCorrupt",
    "IndexInfo",
    "IndexLocked",
    "IndexMissing",
    "IndexStale",
    "IndexWriter",
    "InvalidAddress",
    "InvalidRequest",
    "Location",
    "Mark",
    "Marked",
    "MarkedDocument",
    "MatchedWord",
    "NoFormerGeneration",
    "Page",
    "Paragraph",
    "Passage",
    "Reading",
    "Reference",
    "SearchError",
    "SegmenterError",
    "Suggestion",
    "WordMatch",
    "backup",
    "locate",
    "open_index",
    "open_writer",
    "read_note",
    "references",
    "rollback",
    "save_export",
    "write_note",
]
