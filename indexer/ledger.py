"""What was indexed, from which file? The ledger travels inside the index, committed in one step with the articles.

On disk (the index's ``user_data``)::

    8 bytes   b"ttledger"
    1 byte    version of the layout, 1
    4 bytes   CRC-32 of what follows, big-endian
    rest      zlib stream of one JSON object, ASCII:

    {"fingerprint": str,            what decided how files become documents
     "run": [command, time, {name: count}] or null,
     "sources": number,             how many of the roots are the sources of the last run; they come first
     "roots": [absolute path, …],
     "files": [[root number, path below the root], …],
     "read": {file number: [size, mtime_ns, digest, articles, refusals, unnamed refusals, again], …},
     "ids": [id, …], "in": [file number, …], "digests": "…",     of the articles; 16 characters of digest each
     "withdrawn": {id: [time, file number or -1], …}}

File names that are no UTF-8 keep Python's lone surrogates, which JSON escapes carry.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from .errors import LedgerDamaged, RebuildNeeded

MAGIC = b"ttledger"
VERSION = 1
DIGEST_LENGTH = 16
_HEAD = len(MAGIC) + 5


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an article stands: ``root``, the absolute path of a source, and ``path``, the file below it."""

    root: str
    path: str

    def __str__(self) -> str:
        return f"{self.root}/{self.path}" if self.path else self.root


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file as it was when it was last read.

    ``size`` in bytes; ``mtime_ns`` in ns since 1970; ``digest`` of its bytes; ``articles`` counts those indexed
    from it; ``refusals`` counts what was refused in it, ``unnamed`` those refusals whose article id is not known
    and that cannot hide an article recorded before; ``again`` says that the next update reads it even where it has
    not changed.
    """

    size: int
    mtime_ns: int
    digest: str
    articles: int = 0
    refusals: int = 0
    unnamed: int = 0
    again: bool = False


_FILE_FIELDS = tuple(entry.name for entry in fields(FileRecord))


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """Where an indexed article came from, and the digest of the document that was indexed."""

    origin: Origin
    digest: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When an article was withdrawn (ISO 8601), and where it stood when it was last seen."""

    when: str
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A recorded run: ``command`` is build, update, remove or restore; ``finished`` is ISO 8601; ``counts`` by
    name."""

    command: str
    finished: str
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The record of everything that was indexed. Two are equal when they record the same."""

    fingerprint: str = ""
    run: Run | None = None
    roots: tuple[str, ...] = ()
    files: Mapping[Origin, FileRecord] = field(default_factory=dict)
    articles: Mapping[str, ArticleRecord] = field(default_factory=dict)
    withdrawn: Mapping[str, Withdrawal] = field(default_factory=dict)


def dump(ledger: Ledger) -> bytes:
    """Write ``ledger`` in the layout above."""
    roots = list(dict.fromkeys([*ledger.roots, *(origin.root for origin in _origins(ledger))]))
    root_number = {root: number for number, root in enumerate(roots)}
    number = {origin: number for number, origin in enumerate(dict.fromkeys(_origins(ledger)))}
    content = {
        "fingerprint": ledger.fingerprint,
        "run": [ledger.run.command, ledger.run.finished, dict(ledger.run.counts)] if ledger.run else None,
        "sources": len(ledger.roots),
        "roots": roots,
        "files": [[root_number[origin.root], origin.path] for origin in number],
        "read": {
            number[origin]: [getattr(file, name) for name in _FILE_FIELDS] for origin, file in ledger.files.items()
        },
        "ids": list(ledger.articles),
        "in": [number[article.origin] for article in ledger.articles.values()],
        "digests": "".join(article.digest for article in ledger.articles.values()),
        "withdrawn": {
            id_: [gone.when, number[gone.origin] if gone.origin else -1] for id_, gone in ledger.withdrawn.items()
        },
    }
    packed = zlib.compress(json.dumps(content, separators=(",", ":")).encode("ascii"), 6)
    return MAGIC + bytes([VERSION]) + zlib.crc32(packed).to_bytes(4, "big") + packed


def load(data: bytes | None) -> Ledger:
    """Read what :func:`dump` wrote; None and nothing are an empty ledger.

    Raises :class:`LedgerDamaged`, or :class:`RebuildNeeded` where a newer version of timtin wrote it.
    """
    if not data:
        return Ledger()
    if data[: len(MAGIC)] != MAGIC or len(data) < _HEAD:
        raise LedgerDamaged("it does not begin as a ledger does")
    if data[len(MAGIC)] != VERSION:
        raise RebuildNeeded(f"the record of articles has layout {data[len(MAGIC)]}, this version reads {VERSION}")
    packed = data[_HEAD:]
    if zlib.crc32(packed) != int.from_bytes(data[len(MAGIC) + 1 : _HEAD], "big"):
        raise LedgerDamaged("its checksum does not fit")
    try:
        return _ledger(json.loads(zlib.decompress(packed)))
    except (zlib.error, ValueError, LookupError, TypeError, AttributeError) as error:
        raise LedgerDamaged(f"{type(error).__name__}: {error}") from error


def _origins(ledger: Ledger) -> Iterator[Origin]:
    yield from ledger.files
    yield from (article.origin for article in ledger.articles.values())
    yield from (gone.origin for gone in ledger.withdrawn.values() if gone.origin)


def _ledger(content: dict[str, Any]) -> Ledger:
    roots = content["roots"]
    origins = [Origin(roots[root], path) for root, path in content["files"]]
    digests = content["digests"]
    ids = content["ids"]
    if len(digests) != len(ids) * DIGEST_LENGTH:
        raise ValueError(f"{len(ids)} articles, but {len(digests)} characters of digests")
    starts = range(0, len(digests), DIGEST_LENGTH)
    return Ledger(
        fingerprint=content["fingerprint"],
        run=Run(*content["run"]) if content["run"] else None,
        roots=tuple(roots[: content["sources"]]),
        files={origins[int(number)]: FileRecord(*values) for number, values in content["read"].items()},
        articles={
            id_: ArticleRecord(origins[number], digests[start : start + DIGEST_LENGTH])
            for id_, number, start in zip(ids, content["in"], starts, strict=True)
        },
        withdrawn={
            id_: Withdrawal(when, origins[number] if number >= 0 else None)
            for id_, (when, number) in content["withdrawn"].items()
        },
    )
