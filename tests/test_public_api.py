"""Is what each room shows the world named in ``__all__``, explained, typed, and cheap to import?"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("corpus", "search", "indexer", "webui")

NEVER_WITH_SEARCH = (
    "flask",
    "numpy",
    "sklearn",
    "scipy",
    "pyvi.ViTokenizer",
    "unidecode",
    "xlsxwriter",
    "corpus",
    "indexer",
    "webui",
)
"""What ``import search`` must not pull in: web frameworks, the slow parts of its own dependencies, its siblings."""


def own_names(front_door: Path) -> set[str]:
    """The public names that a front door defines, or imports from its own room (under TYPE_CHECKING too)."""
    names: set[str] = set()
    for node in _statements(ast.parse(front_door.read_text(encoding="utf-8")).body):
        if isinstance(node, ast.ImportFrom) and node.level:
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in names if not name.startswith("_")}


def _statements(body: list[ast.stmt]) -> list[ast.stmt]:
    inner = [statement for node in body if isinstance(node, ast.If) for statement in _statements(node.body)]
    return [*body, *inner]


def explained(room: str, name: str, thing: object) -> bool:
    """Whether a class or function has a docstring of its own, or a constant a text below it where it is assigned."""
    if inspect.isclass(thing):
        return bool(vars(thing).get("__doc__")) and not _generated(thing)
    if callable(thing):
        return bool(inspect.getdoc(thing))
    return any(_explains(path, name) for path in (ROOT / room).rglob("*.py"))


def _generated(kind: type) -> bool:
    return (kind.__doc__ or "").startswith(f"{kind.__name__}(")


def _explains(path: Path, name: str) -> bool:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for node, following in pairwise(body):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
    return False


@pytest.fixture(params=ROOMS)
def room(request: pytest.FixtureRequest) -> ModuleType:
    return importlib.import_module(request.param)


def test_all_names_what_is_public(room: ModuleType) -> None:
    assert room.__file__
    assert sorted(room.__all__) == sorted(own_names(Path(room.__file__)))
    assert len(set(room.__all__)) == len(room.__all__)


def test_every_public_name_is_there(room: ModuleType) -> None:
    assert [name for name in room.__all__ if not hasattr(room, name)] == []


def test_every_public_thing_is_explained(room: ModuleType) -> None:
    assert room.__doc__
    assert [name for name in room.__all__ if not explained(room.__name__, name, getattr(room, name))] == []


def test_packages_are_typed(room: ModuleType) -> None:
    assert room.__file__
    assert (Path(room.__file__).parent / "py.typed").is_file()


def test_importing_search_pulls_in_nothing_heavy() -> None:
    code = "import json, sys, search; print(json.dumps([search.__file__, sorted(sys.modules)]))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    file, modules = json.loads(done.stdout)
    assert Path(file).parent == ROOT / "search"
    assert [name for name in NEVER_WITH_SEARCH if name in modules] == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("from .a import B, _c\nfrom os import path\nimport json\nD = 1\n_E = 2", {"B", "D"}),
        ("if TYPE_CHECKING:\n    from .a import B as C\ndef f(): ...\nclass G: ...\nh: int = 3", {"C", "f", "G", "h"}),
    ],
)
def test_own_names_are_read_right(tmp_path: Path, source: str, names: set[str]) -> None:
    (tmp_path / "__init__.py").write_text(source, encoding="utf-8")
    assert own_names(tmp_path / "__init__.py") == names
