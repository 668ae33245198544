"""How are many arrays kept in one file?

::

    offset 0   magic            8 bytes  b"timtin\\x00\\x01"
    aligned    array 0          little-endian items
    to 64      array 1
    bytes      …
               directory        JSON {name: [dtype, offset, count, crc32]}
    end-24     directory offset uint64
               directory size   uint64
               directory crc32  uint32
               magic            4 bytes  b"tt\\x00\\x01"

A file is written once, synced, and never changed. Readers map it, so that all processes that read an index share its
pages.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ...errors import IndexCorrupt

Array = NDArray[Any]

_MAGIC = b"timtin\x00\x01"
_END_MAGIC = b"tt\x00\x01"
_END = struct.Struct("<QQI4s")
_ALIGN = 64
_CHUNK = 1 << 22
"""Bytes that are checked at once, so that checking takes no more memory than that."""


class ArrayWriter:
    """Writes arrays one after another; :meth:`close` writes the directory and syncs the file to disk."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb")
        self._file.write(_MAGIC)
        self._directory: dict[str, tuple[str, int, int, int]] = {}

    def add(self, name: str, array: Array) -> None:
        """Write ``array`` (one dimension) under ``name``; integers and floats become little-endian."""
        flat = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        self._file.write(b"\x00" * (-self._file.tell() % _ALIGN))
        offset = self._file.tell()
        data = flat.data.cast("B") if flat.size else memoryview(b"")
        self._file.write(data)
        self._directory[name] = (flat.dtype.str, offset, flat.size, zlib.crc32(data))

    def close(self) -> None:
        """Write the directory and make the file durable."""
        directory = json.dumps(self._directory).encode()
        offset = self._file.tell()
        self._file.write(directory)
        self._file.write(_END.pack(offset, len(directory), zlib.crc32(directory), _END_MAGIC))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._file.close()


class ArrayFile:
    """An open file of arrays. Its arrays are read-only views of the mapping and stay usable as long as they are
    referred to.

    Raises :class:`FileNotFoundError` where there is no file, :class:`IndexCorrupt` where it is not one of these or
    was cut off.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            self.size = size = os.fstat(file.fileno()).st_size
            if size < len(_MAGIC) + _END.size:
                raise IndexCorrupt(path, f"is only {size} bytes long")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        offset, length, crc, magic = _END.unpack_from(self._map, size - _END.size)
        if self._map[: len(_MAGIC)] != _MAGIC or magic != _END_MAGIC or offset + length + _END.size != size:
            raise IndexCorrupt(path, "is no file of arrays, or was cut off")
        directory = self._map[offset : offset + length]
        if zlib.crc32(directory) != crc:
            raise IndexCorrupt(path, "has a damaged directory")
        self._directory: dict[str, tuple[str, int, int, int]] = json.loads(directory)

    def __contains__(self, name: str) -> bool:
        return name in self._directory

    def __getitem__(self, name: str) -> Array:
        dtype, offset, count, _ = self._directory[name]
        return np.frombuffer(self._map, dtype=dtype, count=count, offset=offset)

    def get(self, name: str) -> Array | None:
        """Return an array, or None where there is none of that name."""
        return self[name] if name in self._directory else None

    def names(self) -> list[str]:
        """Return the names of the arrays, in the order in which they were written."""
        return list(self._directory)

    def check(self) -> list[str]:
        """Read everything; return a line for each array, and each gap between two, whose bytes are not those that were
        written.
        """
        problems, at = [], len(_MAGIC)
        for name, (dtype, offset, count, crc) in self._directory.items():
            if any(self._map[at:offset]):
                problems.append(f"{self.path.name}: the gap before array {name} is damaged")
            at = offset + count * np.dtype(dtype).itemsize
            if self._crc(offset, at) != crc:
                problems.append(f"{self.path.name}: array {name} is damaged")
        return problems

    def _crc(self, start: int, end: int) -> int:
        crc = 0
        with memoryview(self._map) as data:
            for at in range(start, end, _CHUNK):
                crc = zlib.crc32(data[at : min(at + _CHUNK, end)], crc)
                self.forget()
        return crc

    def forget(self) -> None:
        """Let go of the memory that read pages take in this process. They stay readable; the system still has them."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)
