"""Do many machines, each building a part, make the index that one would have made?"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from indexer.commands import cli
from indexer.ledger import Origin, load
from indexer.report import ranges
from indexer.shares import part_of
from search import ClusterUnavailable, PartWriter, open_index
from search.engines.opensearch import upkeep
from search.engines.opensearch.assembly import Assembly
from search.engines.opensearch.tally import LISTED

from .conftest import TWENTY, Run, Source, counts

OF = 3

LONG = "Sáng nay nước sông Ngà dâng nhanh ngập bãi mía của bà con ở bến đò và bờ kè bị lở một đoạn dài phía đầu làng"
"""A title that is enough to tell a reprint by."""


@pytest.fixture(autouse=True)
def few_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMTIN_OPENSEARCH_SHARDS", "2")
    monkeypatch.setenv("TIMTIN_OPENSEARCH_REPLICAS", "0")
    monkeypatch.setattr(upkeep, "PURGING_SECONDS", 1.0)


@pytest.fixture
def run(run: Run, tmp_path: Path) -> Run:
    """The same with a small sample where an index is verified, which many requests are otherwise."""
    settings = tmp_path / "settings.toml"
    settings.write_text("[index]\nsample = 3\n", encoding="utf-8")

    def invoke(command: str, *arguments: object, **more: Any) -> Any:
        options = {"build": ["--settings", settings], "verify": ["--sample", 3]}.get(command, [])
        return run(command, *options, *arguments, **more)

    return invoke


@pytest.fixture
def archive(source: Source) -> Source:
    """One large file and small ones, with something to refuse; two articles with one id in files of different parts."""
    source.put("a/kho.jsonl", *TWENTY, raw="{\n")
    for number in range(6):
        source.put(f"b/{number}.jsonl", (f"tin-{number}", f"Tin vắn số {number} của huyện"), ("trùng", f"Bản {number}"))
    source.put("b/6.jsonl", ("in-lại", LONG))
    source.put("c.jsonl", ("in", LONG.upper()), ("trùng", "Bản sau cùng"), (TWENTY[3][0], "Bài đã có"))
    parts = {part_of(Origin(str(source.root), f"b/{number}.jsonl"), OF) for number in range(6)}
    assert len(parts) > 1
    return source


def held(url: str) -> dict[str, Any]:
    """What an index shows: its state, its record of sources, its words, and what it answers."""
    with open_index(url) as index:
        info = index.info()
        ledger = load(index.user_data)
        reader = index._engine.reader()  # the words can be listed by nothing else
        words = {name: sorted(reader.vocabulary(name)) for name in LISTED}
        answers = {
            query: [(hit.id, hit.title) for hit in index.search(query).hits]
            for query in ("khe nhan", '"họp dân"', "trùng bản", "tin vắn số 3", "huyen")
        }
        groups = reader.groups.families
        assert index.check() == []
    return {
        "state": (info.documents, info.generation, info.commit, info.analyzer),
        "ledger": replace(ledger, run=ledger.run and replace(ledger.run, finished="")),
        "words": words,
        "answers": answers,
        "groups": groups,
    }


def test_parts_make_what_one_build_makes(
    run: Run, archive: Source, cluster_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, parts = f"{cluster_url}-one", f"{cluster_url}-parts"
    run("build", archive.root, at=one)

    # A part that died has sent articles that are gone when it is run again.
    names = [f"b/{number}-cũ.jsonl" for number in range(20)]
    gone = next(name for name in names if part_of(Origin(str(archive.root), name), OF) == 2)
    archive.put(gone, ("cũ", "Tin cũ"))
    with monkeypatch.context() as dying:
        dying.setattr(PartWriter, "_sweep", _killed)
        run("build", "--part", f"2/{OF}", archive.root, at=parts, code=14)
    (archive.root / gone).unlink()

    assert "still missing: parts 1, 3" in run("build", "--part", f"2/{OF}", archive.root, at=parts).stdout
    run("info", at=parts, code=7)
    assert "still missing: part 1 " in run("build", "--part", f"3/{OF}", archive.root, at=parts).stdout
    assert "nothing was read" in run("build", "--part", f"3/{OF}", archive.root, at=parts).stdout
    last = run("build", "--part", f"1/{OF}", archive.root, "--report", tmp_path / "report", at=parts)
    assert "the index is live and holds 29 articles" in last.stdout
    assert counts(tmp_path / "report")["refused"] == 1 + 6 + 1

    shown, expected = held(parts), held(one)
    assert shown.keys() == expected.keys()
    assert (("in", "in-lại"),) in expected["groups"]
    for name, value in expected.items():
        assert shown[name] == value
    run("update", "--report", tmp_path / "report", at=parts)
    assert set(counts(tmp_path / "report")) <= {"unchanged", "refused", "known-refused"}
    archive.put("d.jsonl", ("mới", "Tin mới"))
    run("update", at=parts)
    run("verify", at=parts)
    with open_index(parts) as index:
        assert [hit.id for hit in index.search("tin mới", per_page=1).hits] == ["mới"]


def _killed(*_: object) -> None:
    raise ClusterUnavailable("the cluster", "the machine lost its power", 1.0)


def test_what_breaks_off_is_gone_on_with_and_what_was_withdrawn_stays_out(
    run: Run, archive: Source, cluster_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("build", archive.root, at=cluster_url)
    run("build", "--part", "1/2", at=cluster_url)
    # An update of the live index meanwhile spares what the parts have sent.
    run("remove", TWENTY[0][0], TWENTY[1][0], at=cluster_url)
    with monkeypatch.context() as breaking:
        breaking.setattr(Assembly, "publish", _killed)
        run("build", "--part", "2/2", at=cluster_url, code=14)
    shown = run("info", at=cluster_url).stdout
    assert ("generation 1," in shown, "generation 2, of whose 2 parts 2 are done" in shown) == (True, True)
    assert "the index is live" in run("build", "--part", "1/2", at=cluster_url).stdout
    shown = run("info", at=cluster_url).stdout
    assert ("generation 2," in shown, "withdrawn  2" in shown, "parts" in shown) == (True, True, False)
    with open_index(cluster_url) as index:
        assert index.info().documents == 27
        assert not set(index.ids()) & {TWENTY[0][0], TWENTY[1][0]}
        assert index.check() == []


def test_parts_that_do_not_fit_are_refused(
    run: Run, archive: Source, cluster_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("build", "--part", "1/3", archive.root, at=cluster_url)
    refused = {
        "other parts": (["--part", "2/4", archive.root], "in 3 parts is going on, of which 1 are done"),
        "other sources": (["--part", "2/3", archive.root / "b"], "other sources"),
        "other settings": (["--part", "2/3", archive.root, "--settings", tmp_path / "s"], "other settings"),
    }
    (tmp_path / "s").write_text('[reader]\ndefault_source = "Báo tỉnh"\n', encoding="utf-8")
    for arguments, reason in refused.values():
        found = run("build", *arguments, at=cluster_url, code=2)
        assert reason in found.stderr
        assert "--afresh" in found.stderr

    def meanwhile(self: PartWriter) -> None:
        for arguments in (["--part", "2/3"], [], ["--part", "1/2", "--afresh"]):
            found = run("build", *arguments, archive.root, at=cluster_url, code=5)
            assert "part 2/3" in found.stderr
        sweep(self)

    sweep = PartWriter._sweep
    with monkeypatch.context() as during:
        during.setattr(PartWriter, "_sweep", meanwhile)
        run("build", "--part", "2/3", archive.root, at=cluster_url)
    assert "still missing: part 2 " in run("build", "--part", "1/2", "--afresh", archive.root, at=cluster_url).stdout
    run("build", archive.root, at=cluster_url)
    assert "still missing" in run("build", "--part", "2/2", archive.root, at=cluster_url).stdout


def test_parts_at_once(source: Source, cluster_url: str) -> None:
    for number in range(0, 20, 4):
        source.put(f"{number}.jsonl", *TWENTY[number : number + 4])
    settings = source.root.parent / "settings.toml"
    settings.write_text("[index]\nsample = 3\n", encoding="utf-8")
    program = [sys.executable, "-m", "indexer", "build", "--workers", "0", "--settings", str(settings)]
    program += ["--index", cluster_url, str(source.root), "--part"]
    running = [subprocess.Popen([*program, part], stdout=subprocess.PIPE, text=True) for part in ("1/2", "2/2")]
    told = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0], told
    assert any("the index is live and holds 20 articles" in text for text in told)
    with open_index(cluster_url) as index:
        assert index.info().documents == 20


@pytest.mark.parametrize("text", ["0/3", "4/3", "x", "1/100000", "3", "1/0", "-1/3", "1/3/5", ""])
def test_what_is_no_part_is_refused(text: str, source: Source) -> None:
    found = CliRunner().invoke(cli, ["build", "--index", "opensearch://a:9200/a", "--part", text, str(source.root)])
    assert found.exit_code == 2
    assert re.search(r"write 3/16|the parts are 1/3 to 3/3|there can be 1 to 256 parts", found.stderr)


def test_parts_need_a_cluster(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    assert "--workers" in run("build", "--part", "1/2", source.root, code=2).stderr
    run("build", "--afresh", source.root, code=2)
    run("build", "--part", "1/2", "--from", index, code=2)
    assert not index.exists()


def test_every_file_belongs_to_one_part() -> None:
    origins = [Origin("/tin", f"{year}/{month}.jsonl") for year in range(2000, 2020) for month in range(12)]
    parts = [part_of(origin, 16) for origin in origins]
    assert set(parts) == set(range(1, 17))
    assert max(map(parts.count, range(1, 17))) < 2.5 * len(parts) / 16
    # As every version of every machine has it.
    assert [part_of(Origin("/tin", "a.jsonl"), 16), part_of(Origin("/mnt/a.jsonl", ""), 16)] == [15, 15]


def test_numbers_in_a_row_are_told_as_a_range() -> None:
    assert ranges((1, 2, 3, 5, 8, 9)) == "1–3, 5, 8–9"
