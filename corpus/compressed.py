"""Opens a file, decompressed where its first bytes say that it is compressed."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import sys
import zlib
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import IO, TYPE_CHECKING, Protocol, cast

from .encoding import wide_encoding
from .errors import Refused
from .reports import RefusalCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from _typeshed import WriteableBuffer

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# First bytes → what opens the rest.
_OPENERS: dict[bytes, Callable[[IO[bytes]], AbstractContextManager[object]]] = {
    b"\x1f\x8b": lambda raw: gzip.GzipFile(fileobj=raw),
    b"\xfd7zXZ\x00": lzma.LZMAFile,
    b"\x28\xb5\x2f\xfd": zstd.ZstdFile,
    b"BZh": bz2.BZ2File,
}
_MAGIC_BYTES = 8
_SAMPLE_BYTES = 4096
BUFFER = 1 << 18
DAMAGE = (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, zstd.ZstdError)


class Recoder:
    """Recodes chunks of bytes in `encoding` to UTF-8."""

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")

    def __call__(self, chunk: bytes, final: bool) -> bytes:
        """Return the characters that `chunk` completes. Raises `Refused` (undecodable)."""
        try:
            return self._decoder.decode(chunk, final).encode("utf-8")
        except UnicodeError as error:
            raise Refused(RefusalCode.UNDECODABLE, chunk[:40], str(error)) from error


class _Source(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...


class BoundedReader(io.RawIOBase):
    """Reads from `source`, through `recode` if given, and no more than `limit` bytes; can be rewound.

    Raises `Refused` (file-too-large) where there is more.
    """

    def __init__(self, source: _Source, limit: int, recode: Callable[[], Recoder] | None = None) -> None:
        self._source = source
        self._limit = limit
        self._new_recoder = recode
        self._rewind()

    def _rewind(self) -> None:
        self._recode = self._new_recoder() if self._new_recoder else None
        self._count = 0
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True, for the beginning only."""
        return True

    def tell(self) -> int:
        """Return how many bytes were given."""
        return self._count

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go back to the beginning."""
        if (offset, whence) != (0, 0):
            raise io.UnsupportedOperation("only the beginning can be sought")
        self._source.seek(0)
        self._rewind()
        return 0

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer` as far as bytes are there; 0 at the end."""
        view = memoryview(buffer)
        while not self._ready and not self._ended:
            chunk = self._source.read(len(view))
            self._ended = not chunk
            self._ready = self._recode(chunk, not chunk) if self._recode else chunk
        taken, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(taken)] = taken
        self._count += len(taken)
        if self._count > self._limit:
            raise Refused(RefusalCode.FILE_TOO_LARGE, f"more than {self._limit} bytes")
        return len(taken)


@contextmanager
def opened(path: Path, limit: int) -> Iterator[io.BufferedReader]:
    """Open `path` for reading bytes: decompressed, UTF-16 and UTF-32 recoded to UTF-8, and no more than `limit` of
    them.

    Raises OSError where the file cannot be opened; damage shows while reading, see `naming_damage`.
    """
    with ExitStack() as stack:
        raw = stack.enter_context(path.open("rb"))
        head = raw.read(_MAGIC_BYTES)
        raw.seek(0)
        opener = next((opener for magic, opener in _OPENERS.items() if head.startswith(magic)), None)
        source = cast("_Source", stack.enter_context(opener(raw)) if opener else raw)
        wide = wide_encoding(source.read(_SAMPLE_BYTES))
        source.seek(0)
        reader = BoundedReader(source, limit, partial(Recoder, wide) if wide else None)
        yield stack.enter_context(io.BufferedReader(reader, BUFFER))


@contextmanager
def naming_damage() -> Iterator[None]:
    """Turn what damaged archives raise into `Refused` (broken-archive)."""
    try:
        yield
    except DAMAGE as error:
        raise Refused(RefusalCode.BROKEN_ARCHIVE, "", str(error)) from error
    except OSError as error:
        # bz2 says only OSError for bad data, without an errno.
        code = RefusalCode.UNREADABLE if error.errno is not None else RefusalCode.BROKEN_ARCHIVE
        raise Refused(code, "", error.strerror or str(error)) from error
