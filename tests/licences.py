"""Under which licences is what timtin needs? LICENCES.md says it; ``make licences`` writes that page from the lock and
from what the installed packages say of themselves, and a test holds it to both.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements-extras.txt"

STATED = {
    "backports-zstd": "PSF-2.0",
    "blinker": "MIT",
    "brotlicffi": "MIT",
    "cffi": "MIT-0",
    "colorama": "BSD-3-Clause",
    "gunicorn": "MIT",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "pycparser": "BSD-3-Clause",
    "python-crfsuite": "MIT",
    "scipy": "BSD-3-Clause",
    "sklearn-crfsuite": "MIT",
    "typing-extensions": "PSF-2.0",
    "unidecode": "GPL-2.0-or-later",
    "waitress": "ZPL-2.1",
}
"""Licences (SPDX) of packages that name theirs in other words, or that are installed on other systems only; read in the
files of their licences.
"""

PAGE = """\
# Licences of what timtin needs

<!-- Written by `make licences` from requirements-extras.txt and the packages themselves. -->

All packages that an installation with every extra brings along, on any system; timtin itself is MIT. One of them,
Unidecode, is under the GPL: README says what follows from that.

| package | needed by | where | licence |
|---|---|---|---|
{rows}

## Known vulnerabilities

`make audit` compares the locked versions with the advisories of the Python Packaging Advisory Database (pip-audit, in
an environment of its own). It needs the network, and tells what is known on the day it is run; so it is no part of the
tests. Run it before a release and whenever the lock is renewed, and look at what it prints: a package that it could
not look up is named as such, and is not one without faults.
"""

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Locked:
    """A package of the lock, the packages that need it, and the environment marker under which they do."""

    name: str
    needed_by: tuple[str, ...]
    where: str


def locked() -> list[Locked]:
    """Return the packages of the lock, each once."""
    found: dict[str, list[re.Match[str]]] = {}
    for block in re.split(r"\n(?=[a-z0-9])", LOCK.read_text(encoding="utf-8"))[1:]:
        head = re.match(r"(?P<name>[a-z0-9._-]+)==[^ ]+(?: ; (?P<where>.+?))? \\\n(?P<rest>.*)", block, re.DOTALL)
        assert head, block
        found.setdefault(head["name"], []).append(head)
    return [
        # What has several rows is needed everywhere, in releases for several versions of Python.
        Locked(name, _needed_by(heads[0]["rest"]), "" if len(heads) > 1 else heads[0]["where"] or "")
        for name, heads in found.items()
    ]


def _needed_by(rest: str) -> tuple[str, ...]:
    lines = [line.strip().removeprefix("#").strip() for line in rest.splitlines() if line.startswith("    #")]
    names = (line.removeprefix("via").strip().partition(" ")[0] for line in lines)
    return tuple(filter(None, names))


def licence(name: str) -> str:
    """Return the licence of a package as an SPDX expression, or :data:`UNKNOWN`."""
    if name in STATED:
        return STATED[name]
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return UNKNOWN
    return next((text.strip() for key in ("License-Expression", "License") for text in said.get_all(key, [])), UNKNOWN)


def render() -> str:
    """Return LICENCES.md."""
    return PAGE.format(rows="\n".join(map(_row, locked())))


def _row(one: Locked) -> str:
    where = f"`{one.where}`" if one.where else ""
    return f"| {one.name} | {', '.join(one.needed_by)} | {where} | {licence(one.name)} |"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # of a real stdout
    sys.stdout.write(render())
