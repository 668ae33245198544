"""How does one get hold of an index?"""

from __future__ import annotations

from pathlib import Path

from .engines.base import Writer
from .equivalents.file import EquivalentsFile
from .index import Index

MEMORY = "memory:"
"""The name that opens an empty index in memory."""


def open_index(path: str | Path, *, generation: int | None = None) -> Index:
    """Open the index in folder ``path`` for searching; ``memory:`` gives an empty one in memory.

    Equivalent forms (acronyms) are those of ``equivalents.tsv`` in that folder, read again when it changes, else those
    that come with timtin. ``generation`` opens a generation that is not the live one, to verify it.
    Open only folders that you trust: Whoosh's table of contents is a pickle. Raises
    :class:`~search.errors.IndexMissing`, :class:`~search.errors.IndexStale` or :class:`~search.errors.IndexCorrupt`.
    """
    if str(path) == MEMORY:
        from .engines.memory import MemoryEngine

        return Index(MemoryEngine())
    from .engines.whoosh.engine import WhooshEngine

    return Index(WhooshEngine(Path(path), generation=generation), EquivalentsFile(Path(path)))


def open_writer(path: str | Path, *, rebuild: bool = False, workers: int = 1) -> Writer:
    """Open the index in folder ``path`` for writing; one process at a time may.

    Commits go to the live generation, which is created where there is none; with ``rebuild`` to a new, empty
    generation that
    ``publish()`` makes the live one. ``workers`` is the number of processes that analyse. Raises
    :class:`~search.errors.IndexLocked`, :class:`~search.errors.AnalyzerChanged` or
    :class:`~search.errors.IndexStale` (not with ``rebuild``).
    """
    from .engines.whoosh.writer import open_writer as open_whoosh_writer

    return open_whoosh_writer(Path(path), rebuild=rebuild, workers=workers)


def backup(source: str | Path, target: str | Path) -> None:
    """Copy the live generation of the index in ``source`` to the new or empty folder ``target``, consistently, while
    others write.

    Raises :class:`~search.errors.IndexMissing`; :class:`FileExistsError` where ``target`` holds something.
    """
    from .engines.whoosh.backup import copy_index

    copy_index(Path(source), Path(target))
