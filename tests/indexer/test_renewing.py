"""Does an index come out of another one without the files?"""

from __future__ import annotations

from pathlib import Path

from search import open_index

from .conftest import TWENTY, Run, Source, found


def test_articles_sources_and_what_was_withdrawn_go_over(run: Run, source: Source, index: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    source.put("a.jsonl", *TWENTY)
    run("build", source.root)
    run("remove", TWENTY[0][0])
    run("build", "--from", index, at=other)
    with open_index(index) as one, open_index(other) as moved:
        assert list(moved.documents()) == list(one.documents())
        assert moved.search("", sort="newest").total == len(TWENTY) - 1

    source.put("b.jsonl", ("mới", "Cầu treo thôn Nà Lốc"))
    assert "19  unchanged" in run("update", at=other).stdout
    assert found(other, "nà lốc") == {"mới"}


def test_an_index_is_renewed_from_itself(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    run("build", source.root)
    with open_index(index) as opened:
        before = list(opened.documents())
        run("build", "--from", index)
        assert list(opened.documents()) == before
        assert opened.info().generation == 2


def test_what_cannot_be_taken_over_is_said(run: Run, source: Source, tmp_path: Path, index: Path) -> None:
    assert "no index" in run("build", "--from", tmp_path / "nowhere", code=7).stderr
    source.put("a.jsonl", *TWENTY)
    assert "no SOURCE" in run("build", source.root, "--from", tmp_path, code=2).stderr
    assert "would" in run("build", source.root, "--dry-run").stdout
    run("build", source.root)
    run("build", "--from", index, "--dry-run", at=tmp_path / "new")
    assert not (tmp_path / "new" / "CURRENT").exists()
