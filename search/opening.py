"""How does one get hold of an index?"""

from __future__ import annotations

from pathlib import Path

from .engines.base import Writer
from .engines.opensearch.address import Address, is_address
from .equivalents.file import EquivalentsFile
from .errors import InvalidRequest
from .index import Index

MEMORY = "memory:"
"""The name that opens an empty index in memory."""


def open_index(path: str | Path, *, generation: int | None = None) -> Index:
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
    if is_address(path):
        from .engines.opensearch.engine import OpenSearchEngine

        return Index(OpenSearchEngine(Address.parse(str(path)), generation=generation))
    from .engines.whoosh.engine import WhooshEngine

    return Index(WhooshEngine(Path(path), generation=generation), EquivalentsFile(Path(path)))


def open_writer(path: str | Path, *, rebuild: bool = False, workers: int = 1) -> Writer:
    """Open the index in folder ``path``, or on a cluster, for writing; one process at a time may.

    Commits go to the live generation, which is created where there is none; with ``rebuild`` to a new, empty
    generation that
    ``publish()`` makes the live one. ``workers`` is the number of processes that analyse. Raises
    :class:`~search.errors.IndexLocked`, :class:`~search.errors.AnalyzerChanged` or
    :class:`~search.errors.IndexStale` (not with ``rebuild``).
    """
    if is_address(path):
        from .engines.opensearch.writer import open_writer as open_opensearch_writer

        return open_opensearch_writer(Address.parse(str(path)), rebuild=rebuild, workers=workers)
    from .engines.whoosh.writer import open_writer as open_whoosh_writer

    return open_whoosh_writer(Path(path), rebuild=rebuild, workers=workers)


def backup(source: str | Path, target: str | Path) -> None:
    """Copy the live generation of the index in ``source`` to the new or empty folder ``target``, consistently, while
    others write.

    Raises :class:`~search.errors.IndexMissing`; :class:`FileExistsError` where ``target`` holds something;
    :class:`~search.errors.InvalidRequest` for an index on a cluster, which has snapshots of its own.
    """
    for name, place in (("source", source), ("target", target)):
        if is_address(place):
            raise InvalidRequest(name, str(place), "a folder; an index on a cluster is backed up by its snapshots")
    from .engines.whoosh.backup import copy_index

    copy_index(Path(source), Path(target))
