"""How does one get hold of an index?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .engines.base import Writer
from .engines.opensearch.address import Address, is_address
from .equivalents.file import EquivalentsFile
from .errors import InvalidRequest, NoFormerGeneration
from .index import Index

if TYPE_CHECKING:
    from .engines.opensearch.assembly import Assembly
    from .engines.opensearch.parts import PartWriter

MEMORY = "memory:"
"""The name that opens an empty index in memory."""


Location = Path | Address
"""Where an index is: a folder, or an address on a cluster."""


def locate(place: str | Location) -> Location:
    """Return where ``place`` says that an index is; raises :class:`~search.errors.InvalidAddress`."""
    if isinstance(place, Path | Address):
        return place
    return Address.parse(place) if is_address(place) else Path(place)


def open_index(path: str | Location, *, generation: int | None = None) -> Index:
    """Open the index in folder ``path`` for searching, or on an OpenSearch cluster
    (``opensearch://HOST:9200,HOST:9200/NAME``, with TLS ``opensearch+https://…``); ``memory:`` gives an empty one in
    memory.

    Equivalent forms (acronyms) are those of ``equivalents.tsv`` in that folder, read again when it changes, else those
    that come with timtin. ``generation`` opens a generation that is not the live one, to verify it.
    Open only folders that you trust: Whoosh's table of contents is a pickle. Raises
    :class:`~search.errors.IndexMissing`, :class:`~search.errors.IndexStale` or :class:`~search.errors.IndexCorrupt`;
    :class:`~search.errors.ClusterError` or :class:`~search.errors.InvalidAddress`.
    """
    if str(path) == MEMORY:
        from .engines.memory import MemoryEngine

        return Index(MemoryEngine())
    place = locate(path)
    if isinstance(place, Address):
        from .engines.opensearch.engine import OpenSearchEngine

        return Index(OpenSearchEngine(place, generation=generation))
    from .engines.whoosh.engine import WhooshEngine

    return Index(WhooshEngine(place, generation=generation), EquivalentsFile(place))


def open_writer(path: str | Location, *, rebuild: bool = False, workers: int = 1) -> Writer:
    """Open the index in folder ``path``, or on a cluster, for writing; one process at a time may.

    Commits go to the live generation, which is created where there is none; with ``rebuild`` to a new, empty
    generation that
    ``publish()`` makes the live one. ``workers`` is the number of processes that analyse. Raises
    :class:`~search.errors.IndexLocked`, :class:`~search.errors.AnalyzerChanged` or
    :class:`~search.errors.IndexStale` (not with ``rebuild``).
    """
    place = locate(path)
    if isinstance(place, Address):
        from .engines.opensearch.opening import open_writer as open_opensearch_writer

        return open_opensearch_writer(place, rebuild=rebuild, workers=workers)
    from .engines.whoosh.writer import open_writer as open_whoosh_writer

    return open_whoosh_writer(place, rebuild=rebuild, workers=workers)


def open_part(
    address: Address,
    number: int,
    of: int,
    *,
    terms: Mapping[str, Any] | None = None,
    decided: Any = None,
    workers: int = 1,
    afresh: bool = False,
) -> PartWriter:
    """Open part ``number`` (from 1) of ``of`` parts in which many machines build the index at ``address`` anew.

    The first part to be opened begins the build, with ``afresh`` also where another one is going on, which is dropped.
    All must bring the same ``terms``, by what they are called in messages, and go by what the first one has ``decided``
    (both JSON). Raises :class:`~search.errors.PartLocked` where another process has this part,
    :class:`~search.errors.PartsDiffer`, and :class:`~search.errors.IndexLocked` where a build has to be begun and
    another process is writing.
    """
    from .engines.opensearch.parts import open_part as open_part_of

    return open_part_of(address, number, of, terms=terms or {}, decided=decided, workers=workers, afresh=afresh)


def open_assembly(address: Address, *, workers: int = 1) -> Assembly | None:
    """Open the write side of the build in parts that is going on at ``address``, to take over what they reported, to
    commit and publish it. None where there is none any more: it was finished meanwhile.

    Raises :class:`~search.errors.IndexLocked` where another process goes on writing.
    """
    from .engines.opensearch.assembly import open_assembly as open_assembly_of

    return open_assembly_of(address, workers=workers)


def rollback(path: str | Location) -> int:
    """Make the generation of the index at ``path`` live again that was so before the last rebuild; return its number.

    Raises :class:`~search.errors.NoFormerGeneration`, :class:`~search.errors.IndexMissing`,
    :class:`~search.errors.IndexLocked`; :class:`~search.errors.IndexStale` where this version cannot read it.
    """
    place = locate(path)
    if isinstance(place, Address):
        from .engines.opensearch.opening import roll_back

        return roll_back(place)
    from .engines.whoosh.folder import Folder, write_lock

    folder = Folder(place)
    folder.current()
    with write_lock(place):
        former = folder.former()
        if former is None:
            raise NoFormerGeneration(place)
        open_index(place, generation=former).close()
        folder.publish(former)
    return former


def read_note(address: Address, name: str) -> bytes | None:
    """Return what :func:`write_note` wrote beside an index on a cluster, or None."""
    from .engines.opensearch.book import Book
    from .engines.opensearch.client import Client

    return Book(Client(address)).note(name)


def write_note(address: Address, name: str, data: bytes) -> None:
    """Keep ``data`` beside an index on a cluster, whatever becomes of its generations, in one step."""
    from .engines.opensearch.book import Book
    from .engines.opensearch.client import Client
    from .engines.opensearch.patience import PATIENT

    book = Book(Client(address), PATIENT)
    book.prepare()
    book.write_note(name, data)


def backup(source: str | Location, target: str | Location) -> None:
    """Copy the live generation of the index in ``source`` to the new or empty folder ``target``, consistently, while
    others write.

    Raises :class:`~search.errors.IndexMissing`; :class:`FileExistsError` where ``target`` holds something;
    :class:`~search.errors.InvalidRequest` for an index on a cluster, which has snapshots of its own.
    """
    for name, place in (("source", source), ("target", target)):
        if is_address(place):
            raise InvalidRequest(name, str(place), "a folder; an index on a cluster is backed up by its snapshots")
    from .engines.whoosh.backup import copy_index

    copy_index(Path(str(source)), Path(str(target)))
