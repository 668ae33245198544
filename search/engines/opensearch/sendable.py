"""What is sent to a cluster: one body, or several searches?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

JSON = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Search:
    """One search of several: in ``index``, with ``search_type`` where it is not the usual one."""

    index: str
    body: JSON
    search_type: str = ""

    def lines(self, preference: str) -> bytes:
        """Return what is sent; ``preference`` says which nodes to prefer, if any."""
        told = {"index": self.index, "search_type": self.search_type, "preference": preference}
        header = {name: value for name, value in told.items() if value}
        return encoded(header) + b"\n" + encoded(self.body) + b"\n"


def encoded(body: JSON | bytes | Sequence[Search], preference: str = "") -> bytes:
    """Return a body as it is sent; ``preference`` says which nodes searches prefer, if any."""
    if isinstance(body, bytes):
        return body
    if not isinstance(body, Mapping):
        return b"".join(search.lines(preference) for search in body)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
