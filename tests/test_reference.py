"""Can the reference pages be made without a warning, and do the examples of the tutorials give what they show?"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import corpus
import indexer
import search

from .commands import ROOT

DOCS = ROOT / "webui" / "docs"


def sphinx(builder: str, folder: Path) -> str:
    command = [sys.executable, "-m", "sphinx", "-q", "-E", "-W", "--keep-going", "-b", builder, DOCS, folder]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    sphinx("html", folder)
    return folder


def test_the_examples_of_the_tutorials_run(tmp_path: Path) -> None:
    sphinx("doctest", tmp_path)
    said = (tmp_path / "output.txt").read_text(encoding="utf-8")
    assert re.search(r"^ +0 failures in tests$", said, re.MULTILINE)
    run = re.search(r"^ +(\d+) tests$", said, re.MULTILINE)
    assert run
    assert int(run[1]) >= 8


@pytest.mark.parametrize("module", [search, indexer, corpus], ids=lambda module: module.__name__)
def test_everything_public_has_its_place(pages: Path, module: object) -> None:
    name = getattr(module, "__name__", "")
    page = (pages / f"reference-{name}.html").read_text(encoding="utf-8")
    public = getattr(module, "__all__", ())
    assert [one for one in public if not re.search(rf'id="{name}\.(\w+\.)*{one}"', page)] == []
