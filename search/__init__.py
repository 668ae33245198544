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

from importlib import import_module
from typing import TYPE_CHECKING

from .document import ZONES, Document, Paragraph
from .engines.base import Writer as IndexWriter
from .engines.opensearch.address import CLUSTER_VARIABLES, Address
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
    PartLocked,
    PartsDiffer,
    SearchError,
    SegmenterError,
)
from .index import Index
from .opening import (
    Location,
    backup,
    locate,
    open_assembly,
    open_index,
    open_part,
    open_writer,
    read_note,
    rollback,
    write_note,
)
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

if TYPE_CHECKING:
    from .engines.opensearch.assembly import Assembly
    from .engines.opensearch.parts import PartWriter
    from .export.cells import Wording as ExportWording
    from .export.files import save_export
    from .export.formats import EXPORT_FORMATS
    from .export.formats import Format as ExportFormat
    from .export.rows import EXPORT_COLUMNS, Export
    from .export.rows import Row as ExportRow

__all__ = [
    "CLUSTER_VARIABLES",
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
    "Assembly",
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
    "PartLocked",
    "PartWriter",
    "PartsDiffer",
    "Passage",
    "Reading",
    "Reference",
    "SearchError",
    "SegmenterError",
    "Suggestion",
    "WordMatch",
    "backup",
    "locate",
    "open_assembly",
    "open_index",
    "open_part",
    "open_writer",
    "read_note",
    "references",
    "rollback",
    "save_export",
    "write_note",
]

_LATER = {
    "Assembly": ("engines.opensearch.assembly", "Assembly"),
    "PartWriter": ("engines.opensearch.parts", "PartWriter"),
    "EXPORT_COLUMNS": ("export.rows", "EXPORT_COLUMNS"),
    "EXPORT_FORMATS": ("export.formats", "EXPORT_FORMATS"),
    "Export": ("export.rows", "Export"),
    "ExportFormat": ("export.formats", "Format"),
    "ExportRow": ("export.rows", "Row"),
    "ExportWording": ("export.cells", "Wording"),
    "save_export": ("export.files", "save_export"),
}
"""Public names of modules that are imported at their first use: no search needs them, nor what they import."""


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, own = _LATER[name]
    return getattr(import_module(f".{module}", __name__), own)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
