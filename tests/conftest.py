"""What the tests of the whole share: the sample articles, an index of them, and the commands."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from .commands import ROOT, Commands

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
