"""In which order are the tests run, by how many processes, so that nobody waits for long?

Whoever breaks the cluster has it alone, and whoever else needs it waits. So all tests that break it are one batch of
work, for one process; meanwhile the others do what is slow, then what needs no cluster, and last what shares it, the
longest first.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .cluster.fixtures import needs_cluster

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

BREAKING = ("test_cluster.py", "test_node_lost.py", "test_faults.py")
"""Files of tests/cluster that break it."""

LONG = ("test_cluster_writing.py", "test_parts.py", "test_writing.py", "test_threads.py")
"""Files that share it for a minute or longer."""

SLOW = {"browser", "wheel"}
"""Markers of what is slow by itself."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the cluster (`pytest -m "not cluster"` leaves it out), and bring the files in order."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        if needs_cluster(item):
            item.add_marker("cluster")
        files.setdefault(item.path, []).append(item)
    items[:] = [item for _, file in sorted(files.items(), key=_rank) for item in file]


def _rank(file: tuple[Path, Sequence[pytest.Item]]) -> int:
    path, items = file
    if _breaks(path):
        return 0
    marks = {mark.name for item in items for mark in item.iter_markers()}
    if marks & SLOW:
        return 1
    if "cluster" not in marks:
        return 2
    return 3 if path.name in LONG else 4


def _breaks(path: Path) -> bool:
    return path.parent.name == "cluster" and path.name in BREAKING


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """As many processes as there are processors, and one that mostly waits for nodes that were lost."""
    return (os.cpu_count() or 1) + ("not cluster" not in config.option.markexpr)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Give whole files to processes, in that order, and to one of them all files that break the cluster."""
    from xdist.scheduler import LoadFileScheduling

    class InOrder(LoadFileScheduling):  # type: ignore[misc]  # it has no types
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return "breaking" if _breaks(Path(file)) else file

    config.option.loadscopereorder = False
    return InOrder(config, log)
