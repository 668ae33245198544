"""Does the command line explain itself, and answer every mistake with one line and the exit code of the table?"""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer import Exit
from indexer.__main__ import main
from indexer.commands import cli
from indexer.exits import MEANINGS
from indexer.settings import Options
from search import AnalyzerChanged, IndexStale, open_writer

from .conftest import TWENTY, Run, Source, events, found

COMMANDS = ("build", "update", "verify", "info", "remove", "restore", "backup", "rollback")


def test_the_help_names_every_command_and_exit_code() -> None:
    text = CliRunner().invoke(cli, ["--help"]).output
    assert [name for name in COMMANDS if not re.search(rf"^  {name} ", text, re.MULTILINE)] == []
    assert [
        code for code in Exit if not re.search(rf"^  {code.value} +{MEANINGS[code][:20]}", text, re.MULTILINE)
    ] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    text = CliRunner().invoke(cli, [command, "-h"]).output
    assert "--index" in text
    assert "TIMTIN_INDEX" in text


def test_every_option_of_a_run_can_be_given() -> None:
    names = {parameter.name for command in ("build", "update") for parameter in cli.commands[command].params}
    assert set(Options.__dataclass_fields__) <= names


MISTAKES = [
    pytest.param(["build", "{tmp}/none"], 3, "check the path", id="unknown folder"),
    pytest.param(["build", "{tmp}/empty"], 3, "holds no file", id="empty folder"),
    pytest.param(["update", "{tmp}/none"], 3, "check the path", id="update from an unknown folder"),
    pytest.param(["update", "{tmp}/empty"], 3, "holds no file", id="update from an empty folder"),
    pytest.param(["update", "{tmp}/articles", "{tmp}/none"], 3, "{tmp}/none", id="one of two is unknown"),
    pytest.param(["build", "{tmp}/articles", "--index", "{tmp}/file"], 7, "is a file", id="index is a file"),
    pytest.param(["info", "--index", "{tmp}/file/sub"], 7, "is a file", id="index below a file"),
    pytest.param(["info"], 7, "timtin-index build", id="no index"),
    pytest.param(["verify"], 7, "timtin-index build", id="nothing to verify"),
    pytest.param(["backup", "{tmp}/copy"], 7, "timtin-index build", id="nothing to copy"),
    pytest.param(["rollback"], 7, "timtin-index build", id="nothing to go back to"),
    pytest.param(["info", "--index", "opensearch://a:9200/News"], 2, "lower case", id="no address"),
    pytest.param(["info", "--index", "opensearch://u:w@a/news"], 2, "OPENSEARCH_PASSWORD", id="password in an address"),
    pytest.param(["info", "--index", "opensearch://127.0.0.1:1/news"], 14, "no host takes", id="no cluster"),
    pytest.param(["build", "--index", "opensearch://127.0.0.1:1/news", "{tmp}/articles"], 14, "no host", id="none yet"),
    pytest.param(["backup", "--index", "opensearch://a/news", "{tmp}/copy"], 7, "snapshots", id="copy of a cluster"),
    pytest.param(["build", "{tmp}/articles", "--settings", "{tmp}/none.toml"], 2, "none.toml", id="no settings"),
    pytest.param(["build", "{tmp}/articles", "--settings", "{tmp}/file"], 2, "TOML", id="settings are no TOML"),
    pytest.param(["build", "{tmp}/articles", "--workers", "many"], 2, "'many'", id="no number of workers"),
    pytest.param(["build", "{tmp}/articles", "--max-removals", "200"], 2, "200", id="more than everything"),
    pytest.param(["build", "{tmp}/articles", "--report", "{tmp}/none/r.jsonl"], 13, "none", id="report into nowhere"),
    pytest.param(["remove"], 2, "ID", id="no id"),
    pytest.param(["rebuild"], 2, "rebuild", id="unknown command"),
]


@pytest.mark.parametrize(("words", "code", "told"), MISTAKES)
def test_mistakes(source: Source, tmp_path: Path, words: list[str], code: int, told: str) -> None:
    source.put("a.jsonl", *TWENTY)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("Kính gửi")
    environment = {"TIMTIN_INDEX": str(tmp_path / "index")}
    result = CliRunner().invoke(cli, [word.format(tmp=tmp_path) for word in words], env=environment)
    assert result.exit_code == code, result.output
    assert told.format(tmp=tmp_path) in result.stderr
    assert "Traceback" not in result.output
    if code != Exit.USAGE or "TOML" in told:
        assert result.stderr.splitlines()[-1].startswith("timtin-index: ")


FAILURES = [
    pytest.param(OSError(errno.ENOSPC, "No space left on device", "/x/seg"), 10, "make room", id="disk full"),
    pytest.param(
        PermissionError(errno.EACCES, "Permission denied", "/x/CURRENT"), 13, "/x/CURRENT", id="no permission"
    ),
    pytest.param(AnalyzerChanged("a", "b", Path("/x")), 8, "rebuild it", id="analyzer changed"),
    pytest.param(IndexStale("1", "2", Path("/x")), 8, "rebuild it", id="stale"),
    pytest.param(KeyboardInterrupt(), 130, "as it was before", id="Ctrl-C"),
]


@pytest.mark.parametrize(("failure", "code", "told"), FAILURES)
@pytest.mark.parametrize("command", ["build", "update"])
def test_failures_while_writing(
    run: Run,
    source: Source,
    index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    failure: BaseException,
    code: int,
    told: str,
) -> None:
    source.put("a.jsonl", *TWENTY)
    run("build", source.root)
    source.put("b.jsonl", ("x", "Cầu treo thôn Nà Lốc"))
    with open_writer(index, workers=0) as writer:
        kind = type(writer)

    def fail(*_: object, **__: object) -> None:
        raise failure

    with monkeypatch.context() as patched:
        patched.setattr(kind, "commit", fail)
        result = run(command, "--report", tmp_path / "r.jsonl", code=code)
    assert told in result.stderr.splitlines()[-1]
    assert events(tmp_path / "r.jsonl")[-1]["exit"] == code
    assert len(found(index)) == 20, "the live index is as it was"
    run(command)
    assert len(found(index)) == 21


def test_a_fault_of_the_program_is_not_hidden(source: Source, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source.put("a.jsonl", *TWENTY)
    monkeypatch.setattr("indexer.run.document_of", lambda _: 1 / 0)
    result = CliRunner().invoke(cli, ["build", "--workers", "0", "--index", str(index), str(source.root)])
    assert isinstance(result.exception, ZeroDivisionError)


@pytest.mark.parametrize("command", ["build", "update", "remove", "restore"])
def test_a_held_lock(run: Run, source: Source, index: Path, command: str) -> None:
    source.put("a.jsonl", *TWENTY)
    run("build", source.root)
    with open_writer(index, workers=0):
        assert "another process" in run(command, *(["bài-0"] if command.startswith("re") else []), code=5).stderr
        run("info")
        run("verify", "--sample", 1)
        run("update", "--dry-run")


def test_a_damaged_ledger(run: Run, source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    run("build", source.root)
    with open_writer(index, workers=0) as writer:
        writer.commit(user_data=b"ttledger\x01damaged")
    for command in ("update", "info", "verify"):
        assert f"timtin-index build --index {index}" in run(command, code=9).stderr
    run("build", source.root)
    run("update")


def test_the_index_comes_from_option_environment_default(source: Source, tmp_path: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    places = {"option": tmp_path / "option", "environment": tmp_path / "env", "default": tmp_path / "var" / "index"}
    runner = CliRunner()
    for name, place in places.items():
        words = ["build", "--quiet", "--workers", "0", str(source.root)]
        words += ["--index", str(place)] if name == "option" else []
        environment = {} if name == "default" else {"TIMTIN_INDEX": str(places["environment"])}
        before = Path.cwd()
        os.chdir(tmp_path)
        try:
            assert runner.invoke(cli, words, env=environment).exit_code == 0
        finally:
            os.chdir(before)
        assert found(place) == {id_ for id_, _ in TWENTY}


def test_the_report_file_appears_whole(run: Run, source: Source, tmp_path: Path) -> None:
    source.put("a.jsonl", *TWENTY, raw='{"id": "x", "title": "B", "published": "32/13/2021"}\n')
    report = tmp_path / "report.jsonl"
    report.write_text("of the last run")
    run("build", source.root, "--report", report, "--quiet")
    lines = events(report)
    assert [line["kind"] for line in lines] == ["added"] * 20 + ["refusal", "summary"]
    assert (lines[20]["id"], lines[20]["line"], lines[20]["code"]) == ("x", 21, "bad-date")
    assert lines[21]["exit"] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles", "index", "report.jsonl"]


def test_many_refusals_are_summed_up(run: Run, source: Source) -> None:
    bad = [json.dumps({"id": f"x{number}", "title": "Bản Lũng", "published": "32/13/2021"}) for number in range(30)]
    source.put("a.jsonl", *TWENTY, raw="\n".join(bad))
    text = run("build", source.root).stdout
    assert text.count("a.jsonl:") == 20
    assert "refused: 10 more (10 × bad-date)" in text


def test_python_m_runs_it(source: Source, index: Path) -> None:
    source.put("a.jsonl", *TWENTY)
    words = [sys.executable, "-m", "indexer", "build", "--quiet", "--index", str(index), str(source.root)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""
    assert len(found(index)) == 20


def test_help_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["timtin-index", "--help"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0
