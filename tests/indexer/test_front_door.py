"""Can everything be called from Python, with typed results?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import indexer
from indexer import IndexerError, Options, Outcome, Report, build, info, update
from indexer.exits import MEANINGS, Exit, exit_of

from .conftest import TWENTY, Source, found

ALONE = Options(workers=0)


def test_build_and_update(source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY, raw="{")
    outcome = build(str(index), [str(source.root)], options=ALONE)
    assert isinstance(outcome, Outcome)
    assert (outcome.documents, outcome.counts["added"], outcome.counts["refused"]) == (20, 20, 1)
    assert [refusal.line for refusal in outcome.refusals] == [21]
    assert outcome.problems == ()
    source.put("a.jsonl", *TWENTY[:3])
    outcome = update(index, options=ALONE)
    assert outcome.counts["held"] == 17
    assert [exit_of(problem) for problem in outcome.problems] == [Exit.REMOVALS_HELD]
    assert outcome.generation == info(index).index.generation
    assert len(found(index)) == 20


def test_a_report_can_be_watched(source: Source, index: Path) -> None:
    class Watching(Report):
        seen: list[str] = []  # noqa: RUF012

        def article(self, what: str, id_: str, **more: str) -> None:
            self.seen.append(id_)
            super().article(what, id_, **more)

    source.put("a.jsonl", *TWENTY)
    update(index, [source.root], options=ALONE, report=Watching())
    assert Watching.seen == [id_ for id_, _ in TWENTY]


def test_names_that_are_not_there() -> None:
    with pytest.raises(AttributeError, match="rebuild"):
        _ = indexer.rebuild
    assert dir(indexer) == sorted(indexer.__all__)


def test_importing_it_imports_no_sibling() -> None:
    code = "import sys, indexer; print(sorted({'search', 'corpus', 'click'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def leaves(kind: type[Exception]) -> list[type[Exception]]:
    return [kind, *(leaf for below in kind.__subclasses__() for leaf in leaves(below))]


@pytest.mark.parametrize("kind", leaves(IndexerError)[1:], ids=lambda kind: kind.__name__)
def test_every_error_has_its_exit_code_and_its_place_in_the_tree(kind: type[IndexerError]) -> None:
    assert exit_of(kind.__new__(kind)) is not Exit.FAILED
    assert f"── {kind.__name__} " in (indexer.errors.__doc__ or "")


def test_every_exit_code_is_explained() -> None:
    assert list(MEANINGS) == sorted(Exit)
