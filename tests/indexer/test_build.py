"""Does a build put a verified generation in the place of the live one, or else leave that as it was?"""

from __future__ import annotations

from collections import namedtuple
from pathlib import Path

import pytest

import indexer.building
import indexer.verification
from indexer import Verification, build, info
from indexer.errors import NotEnoughSpace, RemovalsHeld, SourceError, VerificationFailed
from indexer.space import FLOOR
from search import Index, IndexCorrupt, open_index

from .conftest import TWENTY, Run, Source, counts, found

OTHER = [(f"khác-{number}", f"Bản Lũng đón khách số {number}") for number in range(20)]


def test_a_new_generation_takes_the_place_of_the_live_one(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    run("build", source.root)
    first = info(index).index.generation
    with open_index(index) as running:
        source.put("a.jsonl", *TWENTY, ("mới", "Cầu treo thôn Nà Lốc"))
        run("build", source.root)
        assert running.search("cau treo").total == 1, "a search that runs sees it too"
    assert info(index).index.generation > first
    assert info(index).run is not None


def test_it_tells_what_is_different_from_the_live_one(run: Run, source: Source, tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"
    source.put("a.jsonl", *TWENTY)
    run("build", source.root)
    source.put("a.jsonl", *TWENTY[2:], ("mới", "Cầu treo thôn Nà Lốc"))
    run("build", "--report", report)
    assert counts(report) == {"added": 1, "unchanged": 18, "removed": 2}


def test_an_update_goes_on_from_a_build(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    run("build", source.root)
    assert "20  unchanged" in run("update").stdout
    source.put("b.jsonl", ("mới", "Cầu treo thôn Nà Lốc"))
    run("update")
    assert found(index, "nà lốc") == {"mới"}


@pytest.mark.parametrize(
    ("found_wrong", "told"),
    [
        (Verification(("the segment seg_1 has a wrong checksum",), 20, 0), "wrong checksum"),
        (Verification(tuple(f"problem {number}" for number in range(30)), 20, 0), "and 10 more"),
    ],
)
def test_a_failed_verification_leaves_the_live_index(
    run: Run,
    source: Source,
    index: Path,
    monkeypatch: pytest.MonkeyPatch,
    found_wrong: Verification,
    told: str,
) -> None:
    source.put("a.jsonl", *TWENTY)
    run("build", source.root)
    before = info(index)
    source.put("b.jsonl", *OTHER)
    with monkeypatch.context() as patched:
        patched.setattr(indexer.building, "verify_index", lambda *_, **__: found_wrong)
        result = run("build", code=6)
    assert told in result.stderr
    assert "the live index is as it was" in result.stderr
    assert info(index) == before
    run("build")
    assert len(found(index)) == 40


def test_an_article_that_is_not_found_fails_the_build(
    run: Run, source: Source, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.put("a.jsonl", *TWENTY)
    monkeypatch.setattr(indexer.verification, "plain_words", lambda _: "không có ở đâu cả")
    assert "'bài-0' is not found by its title" in run("build", source.root, code=6).stderr
    with pytest.raises(VerificationFailed) as caught:
        build(index, [source.root])
    assert len(caught.value.problems) == 20


def test_an_index_that_would_lose_too_much_is_not_built(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    run("build", source.root)
    source.put("a.jsonl", *TWENTY[:15])
    assert "5 of 20 articles" in run("build", code=4).stderr
    with pytest.raises(RemovalsHeld):
        build(index)
    assert len(found(index)) == 20
    run("build", "--allow-removals")
    assert len(found(index)) == 15


def test_the_articles_of_other_sources_are_not_lost_unasked(
    run: Run, source: Source, index: Path, tmp_path: Path
) -> None:
    other = Source(tmp_path / "other")
    source.put("a.jsonl", *TWENTY)
    other.put("b.jsonl", *OTHER)
    run("build", source.root, other.root)
    run("build", source.root, code=4)
    assert len(found(index)) == 40
    run("build", source.root, "--allow-removals")
    assert len(found(index)) == 20
    assert info(index).roots == (str(source.root),)


@pytest.mark.parametrize("what", ["missing", "empty"])
def test_a_source_that_is_not_there_leaves_the_live_index(
    run: Run, source: Source, index: Path, tmp_path: Path, what: str
) -> None:
    other = Source(tmp_path / "other")
    source.put("a.jsonl", *TWENTY)
    path = other.put("b.jsonl", ("x", "Cầu treo thôn Nà Lốc"))
    run("build", source.root, other.root)
    before = info(index)
    path.unlink()
    if what == "missing":
        other.root.rmdir()
    assert str(other.root) in run("build", code=3).stderr
    assert info(index) == before
    with pytest.raises(SourceError):
        build(index)
    run("build", "--allow-removals")
    assert len(found(index)) == 20


def test_articles_that_cannot_be_read_this_time_are_carried_over(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    source.put("b.jsonl", ("x", "Cầu treo thôn Nà Lốc"))
    source.put("c.jsonl", ("y", "Trường học bản Lũng"))
    run("build", source.root)
    source.put("b.jsonl", raw="{")
    source.put("c.jsonl", ("z", "Trường học bản Lũng mở cửa"), now=True)
    assert "2  kept" in run("build").stdout
    assert found(index) == {id_ for id_, _ in TWENTY} | {"x", "y"}
    assert found(index, '"cau treo"') == {"x"}
    source.put("b.jsonl", ("x", "Cầu treo thôn Nà Lốc hỏng"))
    source.put("c.jsonl", ("z", "Trường học bản Lũng mở cửa"))
    run("update")
    assert found(index, '"na loc hong"') == {"x"}
    assert found(index, '"truong hoc"') == {"z"}


def test_where_nothing_can_be_read_nothing_is_built(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", raw="{")
    assert "a.jsonl:1" in run("build", source.root, code=3).stderr
    source.put("a.jsonl", *TWENTY, now=True)
    assert "run again in a moment" in run("build", source.root, code=3).stderr
    assert "timtin-index build" in run("info", code=7).stderr


def test_without_a_source_there_is_nothing_to_build(run: Run) -> None:
    assert "SOURCE" in run("build", code=3).stderr
    assert "SOURCE" in run("update", code=3).stderr


def test_a_damaged_index_is_cured_by_a_build(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    run("build", source.root)
    run("remove", "bài-3")
    for path in (index / "generations").rglob("*"):
        if path.is_file():
            path.write_bytes(b"damaged")
    with pytest.raises(IndexCorrupt):
        open_index(index)
    run("update", source.root, code=9)
    assert "cannot be read" in run("build", source.root).stdout
    assert found(index) == {id_ for id_, _ in TWENTY} - {"bài-3"}, "what was withdrawn stays out"
    run("restore", "bài-3")
    run("update")
    assert len(found(index)) == 20


def test_a_full_disk_is_told_before(run: Run, source: Source, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source.put("a.jsonl", *TWENTY)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(0, 0, FLOOR))
    result = run("build", source.root, code=10)
    assert "16.8 MB are free" in result.stderr
    with pytest.raises(NotEnoughSpace) as caught:
        build(index, [source.root])
    assert caught.value.needed > caught.value.available == FLOOR
    run("build", source.root, "--force")
    assert len(found(index)) == 20


def test_a_dry_run_writes_nothing(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    assert "20  added" in run("build", source.root, "--dry-run").stdout
    assert not index.exists()


def test_a_generation_can_be_searched_while_the_next_is_made(
    run: Run, source: Source, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.put("a.jsonl", *TWENTY)
    run("build", source.root)
    seen = []

    def look(fresh: Index, *_: object, **__: object) -> Verification:
        seen.append((fresh.search("").total, len(found(index))))
        return Verification((), 0, 0)

    source.put("b.jsonl", *OTHER)
    monkeypatch.setattr(indexer.building, "verify_index", look)
    run("build")
    assert seen == [(40, 20)]
    assert len(found(index)) == 40
