"""What can go wrong in a search, as one tree.

::

    SearchError
    ├── IndexMissing          no index in that folder: build one
    ├── IndexStale            the index's layout cannot be read by this version: rebuild it
    ├── AnalyzerChanged       the index was analysed differently: it can be searched, not updated
    ├── IndexCorrupt          a file of the index is damaged or missing
    ├── IndexLocked           another process is writing
    │   └── PartLocked            another process is building the same part
    ├── PartsDiffer           a part of a build does not fit the others: give it what they were given
    ├── NoFormerGeneration    there is nothing to go back to
    ├── DuplicateDocument     an id was added that is there already
    ├── DocumentNotFound      no document has that id
    ├── SegmenterError        pyvi's segmentation model is missing or another one: reinstall pyvi
    ├── ClusterError
    │   ├── ClusterUnavailable   no host of the cluster answers, or it cannot now: try again
    │   ├── ClusterRefused       user, password, certificate or rights are wrong: set them right
    │   ├── ClusterVersion       the cluster's version cannot be used
    │   └── ClusterFailure       the cluster answered with an error that nobody reckoned with
    ├── InvalidAddress        the address of an index on a cluster cannot be read
    └── InvalidRequest        an argument that the caller chose (facet, sort, page size) does not exist

Nothing that a person types as a *query* raises any of these: a query is always understood as something.
Messages are safe to show; every error keeps its parts as attributes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Refusal = Literal["settings", "user", "rights", "blocked", "https", "http", "expired", "host", "authority", "size"]
"""What is in the way between timtin and a cluster: its own ``settings`` of credentials; ``user``, password or API key
are not accepted; the user lacks ``rights``; changes are ``blocked``; it speaks only ``https``, or only ``http``; its
certificate has ``expired``, is for another ``host``, or signed by no known ``authority``; a proxy refuses the ``size``
of a request.
"""


class SearchError(Exception):
    """Base of everything this package raises on purpose."""


class IndexMissing(SearchError):
    """There is no index at ``path``."""

    def __init__(self, path: Path | str) -> None:
        self.path = path
        super().__init__(f"no index at {path}; build one with: timtin-index build --index {path} SOURCE")


class IndexStale(SearchError):
    """The layout of the index is ``found``; this version reads ``expected``."""

    def __init__(self, found: str, expected: str, path: Path | str | None = None) -> None:
        self.found = found
        self.expected = expected
        self.path = path
        super().__init__(
            f"the index has layout {found}, this version reads {expected}; "
            f"rebuild it with: timtin-index build --index {path or 'DIR'} SOURCE"
        )


class AnalyzerChanged(SearchError):
    """The index was written with analyzer ``found``; this version's analyzer is ``expected``."""

    def __init__(self, found: str, expected: str, path: Path | str) -> None:
        self.found = found
        self.expected = expected
        self.path = path
        super().__init__(
            f"the index at {path} was analysed by {found}, this version analyses by {expected}; it can still be "
            f"searched, but not updated: rebuild it with: timtin-index build --index {path} SOURCE"
        )


class IndexCorrupt(SearchError):
    """A file of the index at ``path`` does not hold what it should, for ``reason``."""

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}; restore a backup or rebuild the index")


class IndexLocked(SearchError):
    """Another process holds the write lock of the index at ``path``."""

    def __init__(self, path: Path | str) -> None:
        self.path = path
        super().__init__(f"another process is writing the index at {path}; wait until it has ended")


class PartLocked(IndexLocked):
    """Another process builds ``part`` (as ``3/16``) of the index at ``path``."""

    def __init__(self, path: Path | str, part: str) -> None:
        super().__init__(path)
        self.part = part
        self.args = (f"part {part} of the index at {path} is being built by another process; wait until it has ended",)


class PartsDiffer(SearchError):
    """A part does not fit the build of the index at ``path`` that is going on, for ``reason``."""

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(
            f"{reason}; give every part the same, or drop the parts that are there and begin anew with --afresh "
            f"(as a build without --part does too). The index at {path} is as it was"
        )


class NoFormerGeneration(SearchError):
    """The index at ``path`` has no generation that was live before."""

    def __init__(self, path: Path | str) -> None:
        self.path = path
        super().__init__(f"the index at {path} keeps no former generation; there is nothing to go back to")


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


class ClusterError(SearchError):
    """Base of what goes wrong with an OpenSearch cluster."""


class ClusterUnavailable(ClusterError):
    """The cluster at ``place`` gives no answer, for ``reason``; ask again after ``retry_after`` seconds."""

    def __init__(self, place: str, reason: str, retry_after: float) -> None:
        self.place = place
        self.reason = reason
        self.retry_after = retry_after
        super().__init__(f"the cluster at {place} cannot be used now: {reason}; try again in a moment")


class ClusterRefused(ClusterError):
    """The cluster does not let timtin in, or timtin does not trust it, for ``cause``; the message says what to do."""

    def __init__(self, cause: Refusal, message: str) -> None:
        self.cause = cause
        super().__init__(message)


class ClusterVersion(ClusterError):
    """The cluster at ``place`` runs version ``found``."""

    def __init__(self, place: str, found: str) -> None:
        self.place = place
        self.found = found
        super().__init__(f"the cluster at {place} runs {found}; timtin needs OpenSearch 2.19 or newer, or 3")


class ClusterFailure(ClusterError):
    """The cluster answered with HTTP ``status`` and an error of ``kind``, for ``reason``."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        self.status = status
        self.kind = kind
        self.reason = reason
        super().__init__(f"the cluster answered {status}, {kind}: {reason}")


class InvalidAddress(SearchError, ValueError):
    """The address of an index on a cluster cannot be read, for ``reason``, which repeats no secret."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"the address of an index on a cluster {reason}; write opensearch://HOST:9200,HOST:9200/NAME, or "
            "opensearch+https://…"
        )


class InvalidRequest(SearchError, ValueError):
    """The argument ``name`` had ``value``, which is none of ``allowed``."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        self.name = name
        self.value = value
        self.allowed = allowed
        super().__init__(f"{name}: {value!r} is not possible; allowed: {allowed}")
