"""What is sent to the cluster of many articles?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...document import Document
from .encoding import Encoded
from .tally import Tally

REQUEST_BYTES = 5_000_000
"""A request with articles ends with the one that makes it so long."""

LONGEST_ID = 512
"""Bytes of the id of a document on a cluster."""

FIRST = 1
"""The number of a generation's first commit."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Articles ready to be sent: the bodies of ``requests``, a ``tally`` of their terms, their ``sketches`` by id."""

    requests: tuple[bytes, ...]
    tally: Tally
    sketches: Mapping[str, bytes]


def analysed(documents: Sequence[Document], commit: int, index: str) -> Batch:
    """Analyse ``documents``, normal ones, to be added to ``index`` under the number of a commit."""
    requests: list[bytes] = []
    lines: list[bytes] = []
    size = 0
    encoded = Encoded(documents)
    for document, source in zip(documents, encoded.sources(commit), strict=True):
        action = _line({"index": {"_index": index, "_id": cluster_id(document.id, commit)}})
        lines += (action, source, b"\n")
        size += len(action) + len(source) + 1
        if size >= REQUEST_BYTES:
            requests.append(b"".join(lines))
            lines, size = [], 0
    if lines:
        requests.append(b"".join(lines))
    tally = Tally()
    tally.add(encoded)
    sketches = dict(zip((document.id for document in documents), encoded.sketches, strict=True))
    return Batch(tuple(requests), tally, sketches)


def deletions(index: str, ids: Sequence[str]) -> bytes:
    """Return the body of a request that deletes documents of the cluster."""
    return b"".join(_line({"delete": {"_index": index, "_id": id_}}) for id_ in ids)


def cluster_id(id_: str, commit: int) -> str:
    """Return the id on the cluster of the version of an article that a commit adds.

    It depends on nothing else, so sending a version once more changes nothing.
    """
    found = id_ if commit == FIRST else f"{id_}\n{commit}"
    # An id with a line break could be taken for that of a later version.
    if len(found.encode()) > LONGEST_ID or "\n" in id_:
        return "~" + hashlib.sha256(found.encode()).hexdigest()
    return found


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
