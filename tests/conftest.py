"""What the tests of the whole share: the sample articles, an index of them, and the commands."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from .browsing import Visitor
from .browsing import chromium as launched
from .cluster.fixtures import (
    cluster,
    cluster_of_run,
    cluster_url,
    pytest_collection_finish,
    pytest_configure,
    pytest_sessionfinish,
)
from .commands import ROOT, Commands
from .order import pytest_collection_modifyitems, pytest_xdist_auto_num_workers, pytest_xdist_make_scheduler

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = [
    "cluster",
    "cluster_of_run",
    "cluster_url",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_sessionfinish",
    "pytest_xdist_auto_num_workers",
    "pytest_xdist_make_scheduler",
]

# How long an example takes says more about the machine than about the code.
settings.register_profile("timtin", deadline=None)
settings.load_profile("timtin")


@pytest.fixture(scope="session")
def commands() -> Commands:
    """The console scripts of this environment."""
    return Commands(Path(sys.executable).parent)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample articles that was not written to for an hour, as no file just checked out is."""
    copy = tmp_path_factory.mktemp("sources") / "corpus" / "sample"
    shutil.copytree(ROOT / "corpus" / "sample", copy)
    age(copy)
    return copy


def age(folder: Path) -> None:
    """Let every file of a folder look an hour old: files that just changed are left for the next run."""
    for path in folder.rglob("*"):
        changed = path.stat().st_mtime
        os.utime(path, (changed - 3600, changed - 3600))


@pytest.fixture(scope="session")
def sample_index(commands: Commands, sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index that `make demo` serves, made by the same command."""
    index = tmp_path_factory.mktemp("index") / "demo"
    commands.run("timtin-index", "build", "--index", index, sample)
    return index


@pytest.fixture(scope="session")
def demo(commands: Commands, sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demo, served for real."""
    folder = tmp_path_factory.mktemp("demo")
    with commands.serving("timtin-serve", "--index", sample_index, "--port", "0", log=folder / "log") as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of the whole run."""
    with launched() as browser:
        yield browser


@pytest.fixture
def visitor(chromium: Browser, demo: str) -> Iterator[Visitor]:
    """A visitor of the demo; the test fails where a page throws, or the policy blocks something of ours."""
    visiting = Visitor(chromium, demo)
    yield visiting
    visiting.close()
    assert visiting.complaints == []
