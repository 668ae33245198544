"""Is an index on a cluster looked after as one in a folder is?"""

from __future__ import annotations

from pathlib import Path

import pytest

import search.engines.opensearch.upkeep as upkeep
import search.engines.opensearch.writer as writing
from search import Address, open_index, read_note

from .conftest import TWENTY, Run, Source


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "GRACE", 0.0)
    monkeypatch.setattr(upkeep, "PURGING_SECONDS", 1.0)
    monkeypatch.setenv("TIMTIN_OPENSEARCH_SHARDS", "2")


def held(url: str) -> set[str]:
    with open_index(url) as opened:
        return set(opened.ids())


def test_the_life_of_an_index(run: Run, source: Source, cluster_url: str) -> None:
    every = {id_ for id_, _ in TWENTY}
    source.put("a.jsonl", *TWENTY)
    assert "no index" in run("info", at=cluster_url, code=7).stderr
    run("build", "--dry-run", source.root, at=cluster_url)
    run("build", source.root, at=cluster_url)
    assert held(cluster_url) == every

    source.put("b.jsonl", ("moi", "Tin mới"))
    run("update", at=cluster_url)
    assert held(cluster_url) == {*every, "moi"}
    run("verify", at=cluster_url)
    assert "generation 1, commit 2" in run("info", at=cluster_url).stdout

    run("build", at=cluster_url)
    assert "generation 1 is live again" in run("rollback", at=cluster_url).stdout
    assert "generation 2 is live again" in run("rollback", at=cluster_url).stdout

    run("remove", "moi", at=cluster_url)
    assert b"moi" in (read_note(Address.parse(cluster_url), "withdrawn.jsonl") or b"")
    assert "no former generation" in run("rollback", at=cluster_url, code=7).stderr
    run("update", at=cluster_url)
    run("build", at=cluster_url)
    assert held(cluster_url) == every
    run("restore", "moi", at=cluster_url)
    run("update", at=cluster_url)
    assert held(cluster_url) == {*every, "moi"}


def test_refusals_are_named_and_removals_guarded(run: Run, source: Source, cluster_url: str, tmp_path: Path) -> None:
    source.put("a.jsonl", *TWENTY, raw="{\n")
    assert "a.jsonl" in run("build", source.root, at=cluster_url).output
    source.put("a.jsonl", *TWENTY[:10])
    assert "10 of 20" in run("update", at=cluster_url, code=4).stderr
    assert len(held(cluster_url)) == 20
    run("update", "--allow-removals", at=cluster_url)
    assert len(held(cluster_url)) == 10


def test_an_archive_moves_to_a_cluster_and_back(
    run: Run, source: Source, index: Path, cluster_url: str, tmp_path: Path
) -> None:
    source.put("a.jsonl", *TWENTY)
    run("build", source.root)
    run("remove", TWENTY[0][0])
    run("build", "--from", index, at=cluster_url)
    assert held(cluster_url) == {id_ for id_, _ in TWENTY[1:]}
    run("verify", at=cluster_url)

    source.put("b.jsonl", ("moi", "Tin mới"))
    run("update", at=cluster_url)
    run("build", "--from", cluster_url, at=str(tmp_path / "back"))
    assert held(str(tmp_path / "back")) == held(cluster_url) == {"moi", *(id_ for id_, _ in TWENTY[1:])}
