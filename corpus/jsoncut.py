"""Cuts the objects of a large JSON document out of its bytes, one at a time, without parsing what lies between them.

UTF-8 and Windows-1258 keep ASCII for ASCII, so brackets and quotes can be found before anything is decoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import BufferedIOBase

CHUNK = 1 << 18
_OUTSIDE = re.compile(rb'["{}\[\]]')
_INSIDE = re.compile(rb'["\\]')
_INDENT = re.compile(rb"\n[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class CutObject:
    """The bytes of one object, and the 1-based line on which they begin.

    `data` is None where the object is larger than the limit; where the file ends inside the object it is the rest.
    """

    data: bytes | None
    line: int


class ObjectCutter:
    """Finds the objects that stand directly in an array, at whatever depth the array is; what they hold is theirs.

    `accept` is asked about every object cut out; when it says no, the brackets of that object cannot be trusted,
    and the search goes on at the next line inside it that begins with "{" at the same indentation. Holds at most
    `limit` bytes and one chunk.
    """

    def __init__(self, stream: BufferedIOBase, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._buffer = b""
        self._at = 0
        self._line = 1
        self._open = bytearray()

    def objects(self, accept: Callable[[CutObject], bool]) -> Iterator[CutObject]:
        """Yield the objects in their order."""
        while self._find():
            indent = self._indent()
            found = self._take()
            good = accept(found)
            yield found
            if good or found.data is None or indent is None:
                continue
            again = re.search(rb"\n" + indent + rb"\{", found.data[1:])
            if again:
                self._push_back(found, again.end())

    def _push_back(self, found: CutObject, offset: int) -> None:
        data = found.data or b""
        self._buffer = data[offset:] + self._buffer[self._at :]
        self._at = 0
        self._line = found.line + data.count(b"\n", 0, offset)

    def _indent(self) -> bytes | None:
        """The white space before the object where it begins a line, else None."""
        before = _INDENT.search(self._buffer, max(0, self._at - 200), self._at)
        return before[0][1:] if before else None

    def _advance(self, end: int) -> None:
        self._line += self._buffer.count(b"\n", self._at, end)
        self._at = end

    def _refill(self) -> bool:
        """Read on, keeping the indentation before what is being looked at; False at the end of the file."""
        chunk = self._stream.read(CHUNK)
        kept = max(0, self._at - 200)
        self._buffer = self._buffer[kept:] + chunk
        self._at -= kept
        return bool(chunk)

    def _find(self) -> bool:
        """Move to the next object that stands in an array; False at the end of the file."""
        in_string = False
        while True:
            token = (_INSIDE if in_string else _OUTSIDE).search(self._buffer, self._at)
            if token is None or (token[0] == b"\\" and token.end() >= len(self._buffer)):
                self._advance(token.start() if token else len(self._buffer))
                if not self._refill():
                    return False
                continue
            if token[0] == b"{" and self._open.endswith(b"["):
                self._advance(token.start())
                return True
            in_string = self._step(token[0], in_string)
            self._advance(token.end() + (token[0] == b"\\"))

    def _step(self, token: bytes, in_string: bool) -> bool:
        if token == b'"':
            return not in_string
        if not in_string:
            if token in b"[{":
                self._open += token
            elif self._open:
                del self._open[-1]
        return in_string

    def _take(self) -> CutObject:
        """Take the object that begins here, up to its closing bracket or the end of the file."""
        line, depth, in_string = self._line, 0, False
        start = look = self._at
        taken = bytearray()
        oversize = False
        while True:
            token = (_INSIDE if in_string else _OUTSIDE).search(self._buffer, look)
            if token is None or (token[0] == b"\\" and token.end() >= len(self._buffer)):
                look = token.start() if token else len(self._buffer)
                taken += self._buffer[start:look]
                oversize = oversize or len(taken) > self._limit
                if oversize:
                    taken.clear()
                self._advance(look)
                more = self._refill()
                start = look = self._at
                if not more:
                    self._advance(len(self._buffer))
                    return CutObject(None if oversize else bytes(taken), line)
                continue
            look = token.end() + (token[0] == b"\\")
            if token[0] == b'"':
                in_string = not in_string
            elif not in_string:
                depth += 1 if token[0] in b"[{" else -1
                if depth == 0:
                    taken += self._buffer[start:look]
                    self._advance(look)
                    oversize = oversize or len(taken) > self._limit
                    return CutObject(None if oversize else bytes(taken), line)
