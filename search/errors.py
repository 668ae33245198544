"""What can go wrong in a search, as one tree.

::

    SearchError
    ├── IndexMissing          no index in that folder: build one
    ├── IndexStale            the index's layout cannot be read by this version: rebuild it
    ├── AnalyzerChanged       the index was analysed differently: it can be searched, not updated
    ├── IndexCorrupt          a file of the index is damaged or missing
    ├── IndexLocked           another process is writing
    ├── DuplicateDocument     an id was added that is there already
    ├── DocumentNotFound      no document has that id
    ├── SegmenterError        pyvi's segmentation model is missing or another one: reinstall pyvi
    └── InvalidRequest        an argument that the caller chose (facet, sort, page size) does not exist

Nothing that a person types as a *query* raises any of these: a query is always understood as something.
Messages are safe to show; every error keeps its parts as attributes.
"""

from __future__ import annotations

from pathlib import Path


class SearchError(Exception):
    """Base of everything this package raises on purpose."""


class IndexMissing(SearchError):
    """There is no index at ``path``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"no index at {path}; build one with: timtin-index build --index {path} SOURCE")


class IndexStale(SearchError):
    """The layout of the index is ``found``; this version reads ``expected``."""

    def __init__(self, found: str, expected: str, path: Path | None = None) -> None:
        self.found = found
        self.expected = expected
        self.path = path
        super().__init__(
            f"the index has layout {found}, this version reads {expected}; "
            f"rebuild it with: timtin-index build --index {path or 'DIR'} SOURCE"
        )


class AnalyzerChanged(SearchError):
    """The index was written with analyzer ``found``; this version's analyzer is ``expected``."""

    def __init__(self, found: str, expected: str, path: Path) -> None:
        self.found = found
        self.expected = expected
        self.path = path
        super().__init__(
            f"the index at {path} was analysed by {found}, this version analyses by {expected}; it can still be "
            f"searched, but not updated: rebuild it with: timtin-index build --index {path} SOURCE"
        )


class IndexCorrupt(SearchError):
    """A file of the index at ``path`` does not hold what it should, for ``reason``."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}; restore a backup or rebuild the index")


class IndexLocked(SearchError):
    """Another process holds the write lock of the index at ``path``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"another process is writing the index at {path}; wait until it has ended")


class DuplicateDocument(SearchError):
    """``add`` was given an id that the index holds already."""

    def __init__(self, id_: str) -> None:
        self.id = id_
        super().__init__(f"the index already holds a document with id {id_!r}; use replace()")


class DocumentNotFound(SearchError):
    """No document has the id."""

    def __init__(self, id_: str) -> None:
        self.id = id_
        super().__init__(f"no document with id {id_!r}")


class SegmenterError(SearchError):
    """The segmentation model at ``path`` cannot be used, for ``reason``."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}; reinstall it with: pip install --force-reinstall pyvi==0.1.1")


class InvalidRequest(SearchError, ValueError):
    """The argument ``name`` had ``value``, which is none of ``allowed``."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        self.name = name
        self.value = value
        self.allowed = allowed
        super().__init__(f"{name}: {value!r} is not possible; allowed: {allowed}")
