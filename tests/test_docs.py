"""Do the documents tell the truth? What README shows is run, and what it shows as output has to come out."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from shlex import split

import pytest

from .commands import ROOT, Commands, fetch

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(ROOT.glob("*.md"))
SUBCOMMANDS = ("build", "update", "remove", "restore", "info", "verify", "backup", "rollback", "watch")
COMMANDS = ("timtin-search", "timtin-serve", "timtin-index", *(f"timtin-index {name}" for name in SUBCOMMANDS))

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_SHOWN_PORT = "8080"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that README shows: a shell command with its output, or a Python block."""

    kind: str
    text: str
    shown: tuple[str, ...] = ()


def blocks(kind: str) -> list[str]:
    """The fenced blocks of one kind, in order."""
    return [text for name, text in _FENCE.findall(README) if name == kind]


def steps() -> list[Step]:
    """What README shows, in order. In a console block, a line that starts with "$ " is a command."""
    found = []
    for kind, text in _FENCE.findall(README):
        if kind == "python":
            found.append(Step("python", text))
        elif kind == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, *shown = part.splitlines()
                found.append(Step("server" if "timtin-serve" in command else "shell", command, tuple(shown)))
    return found


def matches(shown: tuple[str, ...], output: str) -> bool:
    """Whether the output is as shown, where "…" stands for anything, and alone on a line for any lines."""
    pattern = "\n".join(line.rstrip() for line in shown).strip()
    parts = (re.escape(part) for part in pattern.split("…"))
    text = "\n".join(line.rstrip() for line in output.splitlines()).strip()
    return re.fullmatch(".*?".join(parts), text, re.DOTALL) is not None


@pytest.fixture(scope="module")
def helps(commands: Commands) -> dict[str, str]:
    """What each command says of itself."""
    return {command: commands.run(*command.split(), "--help").stdout for command in COMMANDS}


def test_readme_shows_what_happens(commands: Commands, sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample, tmp_path / "corpus" / "sample")
    done = []
    for step in steps():
        if step.kind == "python":
            (tmp_path / "snippet.py").write_text(step.text, encoding="utf-8")
            output = commands.run("python", "snippet.py", cwd=tmp_path).stdout
            assert output, step.text
        elif step.kind == "server":
            command = [word if word != _SHOWN_PORT else "0" for word in split(step.text)]
            with commands.serving(*command, log=tmp_path / "log", cwd=tmp_path) as address:
                assert "<mark>" in fetch(f"{address}/search?q=huyen+uy")
                assert '"total"' in fetch(f"{address}/api/v1/search?q=huyen+uy")
                assert fetch(f"{address}/healthz")
            shown = "\n".join(step.shown).replace(f"http://127.0.0.1:{_SHOWN_PORT}", address)
            assert shown in (tmp_path / "log").read_text(encoding="utf-8")
        else:
            output = commands.run(*split(step.text), cwd=tmp_path).stdout
            assert matches(step.shown, output), f"$ {step.text}\n{output}"
        done.append(step.kind)
    assert {"shell", "server", "python"} <= set(done)


def test_every_query_of_the_readme_finds_something(commands: Commands, sample_index: Path) -> None:
    rows = re.findall(r"^\| (`.*?) \|", README, re.MULTILINE)
    queries = [query for row in rows for query in re.findall(r"`([^`]+)`", row) if not query.endswith(":")]
    assert len(queries) >= 8
    code = (
        "import sys; from search import open_index\n"
        "for query in sys.argv[2:]: print(query, open_index(sys.argv[1]).search(query).total, sep='\\t')"
    )
    lines = commands.run("python", "-c", code, sample_index, *queries).stdout.splitlines()
    assert [line for line in lines if line.endswith("\t0")] == []
    assert len(lines) == len(queries)


def test_the_test_command_of_the_readme_is_the_one_of_the_ci() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake (\w+)", README))
    assert {"demo", "test"} <= named
    assert named - targets == set()
    assert "\nmake test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_readme_is_short() -> None:
    assert len(README.splitlines()) <= 137


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_its_options(helps: dict[str, str], command: str) -> None:
    assert f"Usage: {command}" in helps[command]
    assert re.search(r"^  (-h, )?--help ", helps[command], re.MULTILINE)


def test_every_subcommand_is_named_in_the_readme(helps: dict[str, str]) -> None:
    listed = re.findall(r"^  ([a-z]+)  ", helps["timtin-index"], re.MULTILINE)
    assert sorted(listed) == sorted(SUBCOMMANDS)
    assert [name for name in SUBCOMMANDS if not re.search(rf"(`|timtin-index ){name}\b", README)] == []


def test_every_option_in_the_readme_exists(helps: dict[str, str]) -> None:
    told = "".join(helps.values())
    prose = re.sub(r"^```sh\n.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"(?<![\w-])(--[a-z][\w-]+|TIMTIN_\w+)", prose))
    assert named
    assert {name for name in named if name not in told} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files(document: Path) -> None:
    links = [link for link in _LINK.findall(document.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (document.parent / link.split("#")[0]).exists()] == []


def test_architecture_names_what_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    parts = {part.split("\n")[0].split(":")[0]: part for part in re.split(r"^## ", text, flags=re.MULTILINE)}
    for title, rooms in (("search", ["search"]), ("indexer and webui", ["indexer", "webui"])):
        named = set(re.findall(r"`([a-z]+(?:/[a-z]+)*)/?`", parts[title])) - set(rooms)
        files = {path.with_suffix("").as_posix() for room in rooms for path in (ROOT / room).rglob("*.py")}
        folders = {str(Path(file).parent) for file in files}
        assert named
        assert [name for name in sorted(named) if not any(x.endswith(f"/{name}") for x in files | folders)] == []


def test_the_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert text.startswith("# Changelog\n")
    assert versions[0] == "[Unreleased]"
    assert [name for name in versions[1:] if not re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", name)] == []
    kinds = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.mark.parametrize(
    ("shown", "output", "same"),
    [
        (("a … c",), "a b c\n", True),
        (("a", "…", "d"), "a\nb\nc\nd", True),
        (("a", "…"), "a\nb\n", True),
        (("a",), "a\nb\n", False),
        (("a … c",), "a b d", False),
        (("a.c",), "abc", False),
    ],
)
def test_output_is_compared(shown: tuple[str, ...], output: str, same: bool) -> None:
    assert matches(shown, output) is same
