"""How does stock Whoosh read our segments?

Whoosh asks a segment for its codec, and the codec for readers of terms and documents; ours answer from the arrays. So
``whoosh.index.open_dir`` opens a generation, and stock queries (terms, boolean, phrases, prefixes) and scorers run
on it. Writing goes through :mod:`.writer` only: a stock writer would rewrite our segments in its own format.

The path of :class:`ArraySegment` and what it pickles are part of the format on disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh import fields
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from ...analysis.views import FIELDS
from .arrays import ArrayFile
from .documents import Documents
from .postings import FieldPostings, TermPostings
from .postings_file import PostingsFile

if TYPE_CHECKING:
    from .matcher import ArrayMatcher

POSTINGS_EXT = ".tpo"
DOCUMENTS_EXT = ".tdo"


def schema() -> fields.Schema:
    """Return the Whoosh schema of a generation. It pickles no class of ours: its analyzer splits at spaces, terms
    come analysed.
    """
    made = fields.Schema(
        id=fields.ID(stored=True, unique=True), body=fields.STORED, published=fields.STORED, url=fields.STORED
    )
    for spec in FIELDS:
        made.add(
            spec.name,
            fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=spec.positions, stored=spec.name in _STORED),
        )
    return made


_STORED = frozenset({"title", "lead", "captions", "authors", "category", "source", "place"})


class ArraySegment(base.Segment):  # type: ignore[misc]  # Whoosh counts as untyped
    """One segment: two files of arrays, and which of its documents are deleted."""

    def __init__(self, indexname: str, size: int = 0, deleted: frozenset[int] = frozenset()) -> None:
        super().__init__(indexname)
        self._size = size
        self._deleted = deleted

    def __getstate__(self) -> dict[str, Any]:
        return {
            "indexname": self.indexname,
            "segid": self.segid,
            "compound": False,
            "_size": self._size,
            "_deleted": self._deleted,
        }

    def codec(self) -> ArrayCodec:
        """Return the codec that reads this segment."""
        return ArrayCodec()

    def should_assemble(self) -> bool:
        """Say that the two files stay apart."""
        return False

    def set_doc_count(self, doccount: int) -> None:
        """Set the number of documents."""
        self._size = doccount

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones too."""
        return self._size

    def deleted_count(self) -> int:
        """Return the number of deleted documents."""
        return len(self._deleted)

    def deleted_docs(self) -> frozenset[int]:
        """Return the numbers of the deleted documents."""
        return self._deleted

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document is deleted."""
        return docnum in self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Mark a document as deleted, or no longer so."""
        self._deleted = self._deleted | {docnum} if delete else self._deleted - {docnum}

    def without(self, numbers: frozenset[int]) -> ArraySegment:
        """Return the same segment with more documents deleted; the one that readers hold does not change."""
        other = ArraySegment(self.indexname, self._size, self._deleted | numbers)
        other.segid = self.segid
        return other

    def path(self, folder: Path, ext: str) -> Path:
        """Return the path of one of the segment's files."""
        return folder / str(self.make_filename(ext))


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """Opens segments for stock Whoosh; does not write."""

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:  # noqa: ARG002
        """Return a new, empty segment."""
        return ArraySegment(indexname)

    def terms_reader(self, storage: Any, segment: ArraySegment) -> ArrayTermsReader:
        """Return a reader of the segment's terms."""
        return ArrayTermsReader(PostingsFile(ArrayFile(segment.path(Path(storage.folder), POSTINGS_EXT))))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> ArrayDocumentReader:
        """Return a reader of the segment's documents."""
        folder = Path(storage.folder)
        return ArrayDocumentReader(
            segment,
            Documents(ArrayFile(segment.path(folder, DOCUMENTS_EXT))),
            PostingsFile(ArrayFile(segment.path(folder, POSTINGS_EXT))),
        )

    def per_document_writer(self, storage: Any, segment: ArraySegment) -> Any:
        """Refuse: segments are written whole."""
        raise NotImplementedError("write with search.open_writer; a stock Whoosh writer cannot write these segments")

    field_writer = per_document_writer

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:  # noqa: ARG002
        """Refuse: segments are written whole."""
        return self.per_document_writer(None, None)  # type: ignore[arg-type]

    postings_reader = postings_writer


class ArrayTermsReader(base.TermsReader):  # type: ignore[misc]
    """Terms of one segment."""

    def __init__(self, file: PostingsFile) -> None:
        self._fields = file.fields

    def indexed_field_names(self) -> list[str]:
        """Return the names of the fields."""
        return list(self._fields)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        name, text = term
        return name in self._fields and self._fields[name].terms.find(text) >= 0

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Yield (field, term), fields and terms in order."""
        return ((name, text) for name in sorted(self._fields) for text in self._fields[name].terms)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield (field, term) from ``prefix`` on to the end of the field."""
        terms = self._fields[fieldname].terms
        return ((fieldname, terms[rank]) for rank in range(terms.prefixed(prefix).start, len(terms)))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Yield every term with its statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Yield terms of a field from ``prefix`` on with their statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def _postings(self, fieldname: str, text: bytes) -> tuple[FieldPostings, TermPostings]:
        if fieldname in self._fields:
            found = self._fields[fieldname].term(text)
            if found is not None:
                return self._fields[fieldname], found
        raise TermNotFound(f"no term {fieldname}:{text!r}")

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return the statistics of a term; raises :class:`KeyError` where there is none, as Whoosh expects."""
        try:
            field, postings = self._postings(fieldname, text)
        except TermNotFound as error:
            raise KeyError(text) from error
        lengths = field.lengths[postings.docs]
        return TermInfo(
            weight=float(postings.counts.sum()),
            df=len(postings),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(postings.counts.max()),
            minid=int(postings.docs[0]),
            maxid=int(postings.docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Return how often the term stands in the segment."""
        return float(self.term_info(fieldname, text).weight())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Return how many documents hold the term."""
        return int(self.term_info(fieldname, text).doc_frequency())

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:  # noqa: ARG002
        """Return a matcher over the postings of a term."""
        from .matcher import ArrayMatcher  # stock queries alone need it, and all of whoosh.query with it

        field, postings = self._postings(fieldname, text)
        return ArrayMatcher(postings, field.lengths, scorer, (fieldname, text))

    def cursor(self, fieldname: str, fieldobj: Any) -> FieldCursor:  # noqa: ARG002
        """Return a cursor over the terms of a field."""
        return FieldCursor(self._fields[fieldname])

    def close(self) -> None:
        """Let go of the arrays."""
        self._fields = {}


class FieldCursor(base.FieldCursor):  # type: ignore[misc]
    """Walks the terms of a field in order."""

    def __init__(self, field: FieldPostings) -> None:
        self._terms = field.terms
        self._rank = 0

    def first(self) -> bytes | None:
        """Go to the first term."""
        self._rank = 0
        return self.term()

    def find(self, string: bytes) -> bytes | None:
        """Go to the first term that is not before ``string``."""
        text = string.encode() if isinstance(string, str) else string
        self._rank = self._terms.prefixed(text).start
        return self.term()

    def next(self) -> bytes | None:
        """Go to the next term."""
        self._rank += 1
        return self.term()

    def term(self) -> bytes | None:
        """Return the term that the cursor stands at, or None at the end."""
        return self._terms[self._rank] if self._rank < len(self._terms) else None

    def text(self) -> str | None:
        """Return the term that the cursor stands at as text."""
        term = self.term()
        return None if term is None else term.decode()

    def is_valid(self) -> bool:
        """Say whether the cursor stands at a term."""
        return self._rank < len(self._terms)


class ArrayDocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Documents of one segment."""

    def __init__(self, segment: ArraySegment, documents: Documents, postings: PostingsFile) -> None:
        self._segment = segment
        self._documents = documents
        self._postings = postings
        self._lengths = {name: field.lengths for name, field in postings.fields.items()}

    def close(self) -> None:
        """Let go of the arrays."""
        self._lengths = {}

    def doc_count(self) -> int:
        """Return the number of live documents."""
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones too."""
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        """Say whether documents are deleted."""
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document is deleted."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> frozenset[int]:
        """Return the numbers of the deleted documents."""
        return self._segment.deleted_docs()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the length of a field in a document."""
        return int(self._lengths[fieldname][docnum]) if fieldname in self._lengths else default

    def field_length(self, fieldname: str) -> int:
        """Return the length of a field in all documents."""
        return int(self._lengths[fieldname].sum(dtype="int64")) if fieldname in self._lengths else 0

    def min_field_length(self, fieldname: str) -> int:
        """Return the smallest length of a field."""
        return int(self._lengths[fieldname].min()) if fieldname in self._lengths else 0

    def max_field_length(self, fieldname: str) -> int:
        """Return the largest length of a field."""
        return int(self._lengths[fieldname].max()) if fieldname in self._lengths else 0

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored document as plain values."""
        document = self._documents.stored(docnum, self._postings).document
        return {
            "id": document.id,
            "title": document.title,
            "lead": document.lead,
            "body": "\n".join(paragraph.text for paragraph in document.body),
            "captions": "\n".join(document.captions),
            "authors": ", ".join(document.authors),
            "category": document.category,
            "source": document.source,
            "place": ", ".join(document.places),
            "published": document.published,
            "url": document.url,
        }
