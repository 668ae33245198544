"""Does every import follow the table of rooms, and is there no cycle inside a room?

Read from the source, so imports inside functions, under TYPE_CHECKING and through importlib.import_module count too.
"""

from __future__ import annotations

import ast
import fnmatch
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "corpus": frozenset(),
    "search": frozenset(),
    "indexer": frozenset({"corpus", "search"}),
    "webui": frozenset({"search"}),
    "tests": frozenset({"corpus", "search", "indexer", "webui"}),
}
"""The arrows between rooms; ARCHITECTURE.md shows the same table."""

BESIDE_ROOMS = {".ci", ".git"}
"""Directories that may stand beside the rooms, besides what .gitignore names."""


IMPORTERS = {"import_module", "__import__"}
"""Functions that import the module their first argument names."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import in ``module`` at ``line`` of ``target``, a dotted name ("?" where it is computed)."""

    module: str
    line: int
    target: str
    relative: bool


def modules_of(root: Path, room: str) -> dict[str, Path]:
    """Every module of a room: dotted name → file. A package goes by its own name, not by ``__init__``."""
    found = {}
    for path in sorted((root / room).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(module: str, path: Path) -> Iterator[Import]:
    """Every import of one module, wherever in it."""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, node.lineno, alias.name, relative=False)
        elif isinstance(node, ast.ImportFrom):
            base = _climb(package, node.level)
            start = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield Import(module, node.lineno, f"{start}.{alias.name}", relative=node.level > 0)
        elif isinstance(node, ast.Call) and _name(node.func) in IMPORTERS:
            yield _called_import(module, package, node)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _called_import(module: str, package: list[str], call: ast.Call) -> Import:
    first = call.args[0] if call.args else next((word.value for word in call.keywords if word.arg == "name"), None)
    if isinstance(first, ast.JoinedStr):  # f".{name}" stays in the package, whatever the name is
        first = first.values[0]
        if isinstance(first, ast.Constant) and first.value == ".":
            return Import(module, call.lineno, ".".join([*package, "?"]), relative=True)
    elif isinstance(first, ast.Constant) and isinstance(first.value, str):
        name = first.value.lstrip(".")
        dots = len(first.value) - len(name)
        return Import(module, call.lineno, ".".join([*_climb(package, dots), name]), relative=dots > 0)
    return Import(module, call.lineno, "?", relative=False)


def _climb(package: list[str], dots: int) -> list[str]:
    """The package that so many leading dots mean; none of it is left where they lead out of the room."""
    return package[: max(len(package) - dots + 1, 0)] if dots else []


def wrong_imports(root: Path, room: str) -> list[str]:
    """The imports of a room that the table forbids, and those that name their own room absolutely."""
    wrong = []
    files = {path.stem for path in root.glob("*.py")}
    for module, path in modules_of(root, room).items():
        for found in imports_of(module, path):
            target = found.target.split(".")[0]
            place = f"{path.relative_to(root)}:{found.line}"
            if found.target == "?":
                if room != "tests":
                    wrong.append(f"{place} imports a module whose name is computed")
            elif target == room and not found.relative:
                wrong.append(f"{place} imports {found.target} absolutely from inside its room")
            elif target in MAY_IMPORT and target != room and target not in MAY_IMPORT[room]:
                wrong.append(f"{place} imports {found.target}: {room} may not import {target}")
            elif target in files and room != "tests":
                wrong.append(f"{place} imports {found.target}, which belongs to no room")
            elif found.relative and target != room:
                wrong.append(f"{place} leaves its room by a relative import")
    return wrong


def graph_of(root: Path, room: str) -> dict[str, set[str]]:
    """Which modules of a room import which others of it; ``from .x import name`` means x.name if that is a module."""
    modules = modules_of(root, room)
    graph: dict[str, set[str]] = {module: set() for module in modules}
    for module, path in modules.items():
        for found in imports_of(module, path):
            target = found.target if not found.target.endswith("?") else ""
            while target and target not in modules:
                target = target.rpartition(".")[0]
            if target:
                graph[module].add(target)
    return graph


def cycles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """One cycle through every module that stands on one, the shortest, each cycle once."""
    found: dict[frozenset[str], list[str]] = {}
    for start in sorted(graph):
        paths = [[start]]
        seen: set[str] = set()
        while paths:
            path = paths.pop(0)
            for following in sorted(graph[path[-1]]):
                if following == start:
                    found.setdefault(frozenset(path), [*path, start])
                    paths.clear()
                    break
                if following not in seen:
                    seen.add(following)
                    paths.append([*path, following])
    return list(found.values())


def stray_directories(root: Path) -> list[str]:
    """The top-level directories that are neither rooms nor named by .gitignore."""
    lines = (root / ".gitignore").read_text(encoding="utf-8").split()
    ignored = [line.rstrip("/") for line in lines if line.endswith("/")]
    return [
        entry.name
        for entry in sorted(root.iterdir())
        if entry.is_dir()
        and entry.name not in MAY_IMPORT
        and entry.name not in BESIDE_ROOMS
        and not any(fnmatch.fnmatch(entry.name, pattern) for pattern in ignored)
    ]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_follow_the_table(room: str) -> None:
    assert modules_of(ROOT, room)
    assert wrong_imports(ROOT, room) == []


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_no_module_imports_itself_by_a_detour(room: str) -> None:
    assert cycles(graph_of(ROOT, room)) == []


def test_nothing_but_rooms_and_files_at_the_top() -> None:
    assert stray_directories(ROOT) == []


def test_architecture_md_shows_the_same_table() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)/` \|.*\| ([^|]*) \|$", text, re.MULTILINE)
    everything = frozenset(room for room, _ in rows) - {"tests"}
    shown = {room: everything if arrows == "all" else frozenset(re.findall(r"\w+/", arrows)) for room, arrows in rows}
    assert {room: frozenset(name.rstrip("/") for name in names) for room, names in shown.items()} == MAY_IMPORT


# A checker that finds nothing proves nothing: each of these trees has a fault, and the fault has to be found.
@pytest.mark.parametrize(
    ("file", "source", "fault"),
    [
        ("search/a.py", "import indexer", "search may not import indexer"),
        ("search/a.py", "import corpus.text as t", "search may not import corpus"),
        ("corpus/a.py", "from search import Document", "corpus may not import search"),
        ("webui/a.py", "def f():\n    from corpus import Article", "webui may not import corpus"),
        ("webui/a.py", "if TYPE_CHECKING:\n    import indexer.plan", "webui may not import indexer"),
        ("webui/a.py", "x = importlib.import_module('corpus.text')", "webui may not import corpus"),
        ("indexer/a.py", "x = import_module(name='webui')", "indexer may not import webui"),
        ("indexer/a.py", "class C:\n    x = __import__('tests.search')", "indexer may not import tests"),
        ("indexer/a.py", "import_module('web' + 'ui')", "whose name is computed"),
        ("indexer/a.py", "import_module(f'{room}.x')", "whose name is computed"),
        ("indexer/__main__.py", "import launcher", "launcher, which belongs to no room"),
        ("search/a.py", "from search.b import c", "absolutely from inside its room"),
        ("search/a.py", "import search", "absolutely from inside its room"),
        ("tests/search/test_a.py", "from tests.search import helpers", "absolutely from inside its room"),
        ("search/query/a.py", "from ...corpus import Article", "search may not import corpus"),
        ("search/a.py", "from .. import elsewhere", "leaves its room"),
        ("search/a.py", "from ..elsewhere import x", "leaves its room"),
        ("search/query/a.py", "from .....elsewhere import x", "leaves its room"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path: Path, file: str, source: str, fault: str) -> None:
    _plant(tmp_path, {file: source, "launcher.py": ""})
    found = wrong_imports(tmp_path, file.split("/", maxsplit=1)[0])
    assert len(found) == 1
    assert found[0].startswith(file)
    assert fault in found[0]


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("indexer/a.py", "import corpus\nfrom search import Document\nimport os.path"),
        ("webui/a.py", "from search import open_index\nfrom . import views\nfrom .in_.x import y"),
        ("search/query/a.py", "from ..analysis import fold\nimport_module('numpy')\nimport_module(f'.{x}', __name__)"),
        ("tests/webui/test_a.py", "import corpus, search, indexer, webui, launcher\nfrom .. import helpers"),
    ],
)
def test_an_allowed_import_is_let_through(tmp_path: Path, file: str, source: str) -> None:
    _plant(tmp_path, {file: source, "launcher.py": ""})
    assert wrong_imports(tmp_path, file.split("/", maxsplit=1)[0]) == []


@pytest.mark.parametrize(
    ("files", "cycle"),
    [
        ({"a": "from .b import x", "b": "from .a import y"}, "a b a"),
        ({"a": "from . import b", "b": "def f():\n    from . import a"}, "a b a"),
        ({"a": "from .b import x", "b": "from .c import y", "c": "from . import a"}, "a b c a"),
        ({"a": "from .sub.b import x", "sub/b": "from ..a import y"}, "a sub.b a"),
        ({"a": "import importlib\nimportlib.import_module('.b', __package__)", "b": "from .a import y"}, "a b a"),
        ({"a": "if TYPE_CHECKING:\n    from .b import x", "b": "from .a import y"}, "a b a"),
        ({"a": "from .a import x"}, "a a"),
    ],
)
def test_a_cycle_is_found(tmp_path: Path, files: dict[str, str], cycle: str) -> None:
    _plant(tmp_path, {f"search/{name}.py": source for name, source in files.items()})
    assert cycles(graph_of(tmp_path, "search")) == [[f"search.{name}" for name in cycle.split()]]


def test_a_cycle_through_the_front_door_is_found(tmp_path: Path) -> None:
    _plant(tmp_path, {"search/__init__.py": "from .a import Document", "search/a.py": "from . import Document"})
    assert cycles(graph_of(tmp_path, "search")) == [["search", "search.a", "search"]]


def test_shared_imports_are_no_cycle(tmp_path: Path) -> None:
    files = {
        "search/__init__.py": "from .a import A",
        "search/a.py": "from . import b, c",
        "search/b.py": "from .c import C",
    }
    _plant(tmp_path, files | {"search/c.py": "import search_of_others"})
    assert cycles(graph_of(tmp_path, "search")) == []


def test_a_stray_directory_is_found(tmp_path: Path) -> None:
    _plant(tmp_path, {".gitignore": ".venv/\n*.egg-info/\n*.mo\n", "search/a.py": "", "docs/a.md": "", ".venv/x": ""})
    _plant(tmp_path, {"timtin.egg-info/x": "", ".git/x": "", ".ci/run": "", "README.md": ""})
    assert stray_directories(tmp_path) == ["docs"]


def _plant(root: Path, files: Mapping[str, str]) -> None:
    for name, source in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(source, encoding="utf-8")
