"""What does SETTINGS.md say? ``make settings`` writes it from the table; a test holds it to that."""

from __future__ import annotations

import sys

from .configuration import toml
from .settings import CONFIG, SETTINGS, Setting

PAGE = """\
# Settings of timtin-serve

<!-- Written by `make settings` from webui/settings.py; change the table there. -->

A setting is given as an option of `timtin-serve`, else as an environment variable, else in a TOML file, else it has its
default. The file is named by `--config FILE` or `{config}`; it holds lines like `site_name = "Tin huyện"`, under the
names of the first column. A list is `["vi", "en"]` in the file and `vi,en` in a variable; an empty variable counts as
not set. Names of files are read from the folder in which the server is started.

`timtin-serve --print-config` shows what is in force, and where each value is from, as such a file. A setting that is
unknown, or has a value that is not allowed, stops the start with a sentence that names it.

| name | variable | default | allowed | meaning | nghĩa |
|---|---|---|---|---|---|
{rows}
"""


def render() -> str:
    """Return SETTINGS.md."""
    return PAGE.format(config=CONFIG, rows="\n".join(map(_row, SETTINGS)))


def _row(setting: Setting) -> str:
    default = toml(setting.default)
    cells = (f"`{setting.key}`", f"`{setting.variable}`", f"`{default}`", setting.allowed.en, setting.help, setting.vi)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # of a real stdout
    sys.stdout.write(render())
