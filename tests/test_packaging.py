"""Does what is built hold what it should, and does it work where there is no checkout? Is the lock whole?"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from . import licences
from .commands import ROOT, Commands, fetch

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = ("corpus", "search", "indexer", "webui")
LOCKS = ("requirements.txt", "requirements-extras.txt", "requirements-dev.txt")
SETUP = "requirements-setup.txt"
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
MODULES = {"opensearch_py": "opensearchpy"}
"""What is imported of a package, where that is not its name."""
SCRIPTS = tuple(PROJECT["project"]["scripts"])

wheel_test = pytest.mark.wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as a release is, with the build tools of this environment."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """A new virtual environment with the wheel and what the wheel declares to need, and nothing else.

    What it needs is linked from this environment, so that it has the locked versions and no network is used;
    ``pip check`` says whether that is all.
    """
    return _install(wheel, tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="session")
def installed_with(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Commands]:
    """Makes such an environment with what an extra needs."""
    return cache(lambda extra: _install(wheel, tmp_path_factory.mktemp(extra), extra))


def _install(wheel: Path, folder: Path, extra: str = "") -> Commands:
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python3*/site-packages")
    for needed in _needs("timtin", wheel, extra):
        _link(needed, site)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(folder / "bin" / "python")]
    for command in (["install", "--no-index", "--no-deps", str(wheel)], ["check"]):
        done = subprocess.run([*pip, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return Commands(folder / "bin")


def _needs(name: str, wheel: Path, extra: str) -> list[Distribution]:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA"))
        lines = archive.read(metadata).decode("utf-8").split("\n\n")[0].splitlines()
    waiting = [line.removeprefix("Requires-Dist: ") for line in lines if line.startswith("Requires-Dist: ")]
    found: dict[str, Distribution] = {}
    while waiting:
        wanted = Requirement(waiting.pop())
        key = canonicalize_name(wanted.name)
        if key in found or key == name or (wanted.marker and not wanted.marker.evaluate({"extra": extra})):
            continue
        found[key] = distribution(key)
        waiting += found[key].requires or []
    return list(found.values())


def _link(needed: Distribution, site: Path) -> None:
    tops = {file.parts[0] for file in needed.files or []} - {"..", "__pycache__"}
    for top in tops:
        (site / top).symlink_to(Path(str(needed.locate_file(top))).resolve())


@pytest.fixture(scope="session")
def names(wheel: Path) -> list[str]:
    """The names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@wheel_test
def test_the_wheel_holds_the_packages_and_nothing_else(names: list[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    version = PROJECT["project"]["version"]
    assert tops == {*ROOMS, "timtin_launcher.py", f"timtin-{version}.dist-info"}
    assert [name for name in names if name.endswith((".pyc", ".whl")) or "/." in name] == []


@wheel_test
@pytest.mark.parametrize(
    ("folder", "pattern"),
    [
        *((room, "**/*.py") for room in ROOMS),
        *((room, "py.typed") for room in ROOMS),
        ("corpus/sample", "**/*.*"),
        ("search/equivalents", "*.tsv"),
        ("webui/templates", "**/*.*"),
        ("webui/static", "**/*.*"),
    ],
)
def test_the_wheel_holds_every_file(names: list[str], folder: str, pattern: str) -> None:
    expected = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).glob(pattern) if path.is_file()}
    assert expected
    assert expected - set(names) == set()


@wheel_test
def test_the_wheel_holds_compiled_catalogues_and_the_licence(names: list[str]) -> None:
    sources = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("webui/translations/*/LC_MESSAGES/*.po")]
    assert sources
    assert {name.removesuffix("po") + "mo" for name in sources} - set(names) == set()
    assert [name for name in names if name.endswith("licenses/LICENSE")]


@wheel_test
def test_the_installed_wheel_indexes_searches_and_serves(installed: Commands, tmp_path: Path) -> None:
    show = "import corpus, search; print(corpus.__file__); print(search.__file__)"
    places = [Path(line) for line in installed.run("python", "-c", show, cwd=tmp_path).stdout.splitlines()]
    assert all(place.is_relative_to(installed.bin.parent) for place in places)
    (tmp_path / "settings.toml").write_text("[reader]\nsettle_seconds = 0\n", encoding="utf-8")
    sample = places[0].parent / "sample"

    built = installed.run("timtin-index", "build", "--settings", "settings.toml", sample, cwd=tmp_path)
    assert re.search(r"^\s*0\s+refused$", built.stdout, re.MULTILINE)
    found = installed.run("timtin-search", "huyen", "uy", "khe", "nhan", cwd=tmp_path)
    assert "[Huyện ủy Khe Nhạn]" in found.stdout
    installed.run("timtin-search", "--export", "all.xlsx", cwd=tmp_path)
    assert zipfile.is_zipfile(tmp_path / "all.xlsx")
    with installed.serving("timtin-serve", "--port", "0", log=tmp_path / "log", cwd=tmp_path) as address:
        page = fetch(f"{address}/search?q=huyen+uy+khe+nhan")
        assert '<html lang="vi">' in page
        assert "<mark>Huyện ủy Khe Nhạn</mark>" in page
        assert '<html lang="en">' in fetch(f"{address}/?lang=en")
        assert fetch(f"{address}{_first_stylesheet(page)}")


@wheel_test
@pytest.mark.parametrize("extra", EXTRAS)
def test_the_wheel_installs_alone_with_each_extra(
    installed_with: Callable[[str], Commands], tmp_path: Path, extra: str
) -> None:
    with_extra = installed_with(extra)
    names = (Requirement(line).name.replace("-", "_") for line in EXTRAS[extra])
    modules = [MODULES.get(name, name) for name in names]
    with_extra.run("python", "-c", f"import {', '.join(modules)}")
    words = ("timtin-serve", "--index", "memory:", "--port", "0", "--workers", "1")
    with with_extra.serving(*words, log=tmp_path / "log", cwd=tmp_path) as address:
        assert '"total":0' in fetch(f"{address}/api/v1/search?q=huyen")


@wheel_test
def test_figures_need_their_extra_and_nothing_more(
    installed: Commands, installed_with: Callable[[str], Commands], tmp_path: Path
) -> None:
    wanted = {"TIMTIN_METRICS": "yes", "TIMTIN_INDEX": "memory:"}
    refused = Commands(installed.bin, wanted).run("timtin-serve", expected=1)
    assert "TIMTIN_METRICS = 'yes' không dùng được" in refused.stderr
    assert "pip install 'timtin[metrics]'" in refused.stderr
    commands = Commands(installed_with("metrics").bin, wanted)
    with commands.serving("timtin-serve", "--port", "0", log=tmp_path / "log", cwd=tmp_path) as address:
        assert "timtin_index_documents 0.0" in fetch(f"{address}/metrics")


def _first_stylesheet(page: str) -> str:
    found = re.search(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert found
    return found[1]


@wheel_test
@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("file", ["search.py", "search/__init__.py"])
def test_an_intruder_is_named_and_not_run(installed: Commands, tmp_path: Path, script: str, file: str) -> None:
    intruder = tmp_path / "theirs" / file
    intruder.parent.mkdir(parents=True)
    intruder.write_text("raise SystemExit(0)\n", encoding="utf-8")
    commands = Commands(installed.bin, {"PYTHONPATH": str(tmp_path / "theirs")})
    done = commands.run(script, "--help", expected=None)
    assert done.returncode == 11
    assert str(intruder) in done.stderr
    assert done.stdout == ""


@wheel_test
@pytest.mark.parametrize(("script", "room"), [("timtin-index", "corpus"), ("timtin-serve", "webui")])
def test_intruders_in_other_rooms_are_named_too(installed: Commands, tmp_path: Path, script: str, room: str) -> None:
    (tmp_path / f"{room}.py").write_text("raise SystemExit(0)\n", encoding="utf-8")
    done = Commands(installed.bin, {"PYTHONPATH": str(tmp_path)}).run(script, "--help", expected=None)
    assert done.returncode == 11
    assert str(tmp_path / f"{room}.py") in done.stderr


@pytest.mark.parametrize(("part", "whole"), list(pairwise(LOCKS)))
def test_the_lock_files_agree(part: str, whole: str) -> None:
    small, large = set(_pins(part)), set(_pins(whole))
    # Where a marker differs, the larger file needs the package in more places than the smaller one.
    assert {pin.split(" ;")[0] for pin in small} <= {pin.split(" ;")[0] for pin in large}


@pytest.mark.parametrize("lock", [*LOCKS, SETUP])
def test_the_lock_pins_every_dependency_with_hashes(lock: str) -> None:
    pinned = {canonicalize_name(pin.split("==")[0]): pin for pin in _pins(lock)}
    groups = PROJECT["dependency-groups"]
    wanted = list(groups["setup"] if lock == SETUP else PROJECT["project"]["dependencies"])
    if lock in LOCKS[1:]:
        wanted += [line for extra in EXTRAS.values() for line in extra]
    if lock == "requirements-dev.txt":
        wanted += [*groups["dev"], *PROJECT["build-system"]["requires"]]
    assert {canonicalize_name(Requirement(line).name) for line in wanted} - pinned.keys() == set()
    for line in wanted:
        requirement = Requirement(line)
        version = pinned[canonicalize_name(requirement.name)].split("==")[1].split(" ")[0]
        assert requirement.specifier.contains(version, prereleases=True)


@pytest.mark.parametrize("lock", [*LOCKS, SETUP])
def test_the_lock_names_no_address_and_no_path(lock: str) -> None:
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        assert re.match(r"#|    # |[a-z0-9._-]+==[^ ]+( ; .+)? \\$|    --hash=sha256:[0-9a-f]{64}( \\)?$", line), line
        assert not re.search(r"://|--(index|extra|find|trusted)|[ ]/|\\\w", line), line


def _pins(lock: str) -> Iterator[str]:
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text(encoding="utf-8"))
    for block in blocks:
        if "==" in block.splitlines()[0]:
            assert "--hash=sha256:" in block, block
            yield block.splitlines()[0].removesuffix(" \\")


def test_the_licences_of_all_that_is_needed_are_listed() -> None:
    assert (ROOT / "LICENCES.md").read_text(encoding="utf-8") == licences.render(), "run make licences"
    assert [one.name for one in licences.locked() if licences.licence(one.name) == licences.UNKNOWN] == []


@pytest.mark.parametrize("name", sorted(licences.STATED))
def test_a_licence_that_is_stated_is_not_another_than_the_package_says(name: str) -> None:
    try:
        said = distribution(name).metadata
    except PackageNotFoundError:
        pytest.skip(f"{name} is for other systems")
    licence = licences.STATED[name]
    assert said.get_all("License-Expression", [licence]) == [licence]
    fields = ("License-Expression", "License", "Classifier")
    assert licence.partition("-")[0] in " ".join(text for field in fields for text in said.get_all(field, []))
