"""How are the documents of the book of an index read and written?

What is larger than a document may be stands in several, its pieces.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ...errors import ClusterFailure, IndexLocked
from . import layout
from .client import Client
from .patience import QUICK, Patience

CHUNK = 700_000
"""Bytes in one document; as text they are 1 MB at most."""

MANAGER = {"cluster_manager_timeout": "30s"}

NOT_FOUND, CONFLICT = 404, 409


class Kept(NamedTuple):
    """What stands in pieces beside a state: the commit that wrote it, in how many ``chunks``, and its ``digest``."""

    commit: int = 0
    chunks: int = 0
    digest: str = ""


NOTHING = Kept()


class Book:
    """The index of states, and what else is noted beside the articles. Requests have ``patience`` unless a call brings
    its own.
    """

    def __init__(self, client: Client, patience: Patience = QUICK) -> None:
        self.client = client
        self._patience = patience
        self.name = client.address.name
        self._index = layout.control(self.name)

    def prepare(self) -> None:
        """Make the index of states where there is none."""
        self._make(self._index, layout.control_body())

    def note(self, name: str) -> bytes | None:
        """Return what was noted beside the generations as ``name``."""
        found = self._get(f"note-{name}")
        return b64decode(found["_source"]["value"]["base64"]) if found else None

    def write_note(self, name: str, data: bytes) -> None:
        """Note ``data``, some megabytes at most, beside the generations, in one step."""
        self._put(f"note-{name}", "note", {"base64": b64encode(data).decode()}, {})

    def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, object] | None = None,
        *,
        patience: Patience | None = None,
    ) -> Any:
        return self.client.request(method, path, body, params, patience=patience or self._patience)

    @property
    def place(self) -> str:
        """The address, as errors name it."""
        return str(self.client.address)

    def _make(self, index: str, body: Mapping[str, Any]) -> None:
        """Make an index; it may be there, by a try whose answer was lost."""
        try:
            self._ask("PUT", f"/{index}", body, MANAGER)
        except ClusterFailure as failure:
            if failure.kind != "resource_already_exists_exception":
                raise

    def _keep(self, start: str, commit: int, data: bytes) -> Kept:
        """Write ``data`` of a commit under ids that begin with ``start``."""
        pieces = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
        for number, piece in enumerate(pieces):
            self._put(f"{start}{number}", "data", {"base64": b64encode(piece).decode()}, {})
        return Kept(commit, len(pieces), digest(data))

    def _read_pieces(self, start: str, kept: Kept, patience: Patience | None = None) -> bytes | None:
        """Return what was written so, or None where some of it is damaged or missing; nothing where nothing was."""
        found = [self._get(f"{start}{number}", patience) for number in range(kept.chunks)]
        read = b"".join(b64decode(one["_source"]["value"]["base64"]) for one in found if one)
        return read if digest(read) == (kept.digest or digest(b"")) else None

    def _get(self, id_: str, patience: Patience | None = None) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._ask("GET", f"/{self._index}/_doc/{id_}", patience=patience)
        except ClusterFailure as failure:
            if failure.status == NOT_FOUND:
                return None
            raise
        return found

    def _put(self, id_: str, kind: str, value: Mapping[str, Any], params: Mapping[str, object]) -> dict[str, int]:
        """Write a document; where a first try had been heard, whose answer was lost, that is no conflict."""
        try:
            body = {"kind": kind, "value": value}
            return version_of(self._ask("PUT", f"/{self._index}/_doc/{id_}", body, params))
        except ClusterFailure as failure:
            if failure.status != CONFLICT:
                raise
            there = self._get(id_)
            if there and there["_source"]["value"] == value:
                return version_of(there)
            raise IndexLocked(self.place) from failure

    def _remove(self, ids: Iterable[str]) -> None:
        for id_ in ids:
            try:
                self._ask("DELETE", f"/{self._index}/_doc/{id_}")
            except ClusterFailure as failure:
                if failure.status != NOT_FOUND:
                    raise

    def _ids(self, *kinds: str) -> list[str]:
        """Return the ids of the documents of these kinds, as many as a search gives."""
        self._ask("POST", f"/{self._index}/_refresh")
        # There may be many pieces of data: they are the last.
        body = {"query": {"terms": {"kind": kinds}}, "size": 10_000, "sort": [{"kind": "desc"}], "_source": False}
        return [hit["_id"] for hit in self._ask("POST", f"/{self._index}/_search", body)["hits"]["hits"]]


def digest(data: bytes) -> str:
    """Return what tells whether what was read is what was written."""
    return hashlib.sha256(data).hexdigest()


def version_of(found: Mapping[str, Any]) -> dict[str, int]:
    """Return where a document stands among its versions, as a request names it."""
    return {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
