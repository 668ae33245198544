"""Compiles the message catalogues of the pages: webui/translations/*/LC_MESSAGES/*.po to .mo beside them.

Hatchling runs it for every wheel, editable ones included; ``python hatch_build.py`` does the same in a checkout.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent


class CompileCatalogues(BuildHookInterface[Any]):
    """The build hook; hatchling finds it as the only one in this file."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Compile before the files of the wheel are gathered."""
        compile_catalogues(Path(self.root))


def compile_catalogues(root: Path = ROOT) -> list[Path]:
    """Compile every catalogue under ``root`` and return the compiled files; a broken one raises babel's PoFileError."""
    compiled = []
    for source in sorted(root.glob("webui/translations/*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
        target = source.with_suffix(".mo")
        with target.open("wb") as file:
            write_mo(file, catalogue)
        compiled.append(target)
    return compiled


if __name__ == "__main__":
    compile_catalogues()
