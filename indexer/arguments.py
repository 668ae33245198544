"""Which options and arguments do several commands take, and how are they read?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from search import InvalidAddress, Location, locate

from .run import default_workers
from .shares import Part

DEFAULT_INDEX = "var/index"
ENVIRONMENT = "TIMTIN_INDEX"

PATH = click.Path(path_type=Path, readable=False)
"""Whether a path can be read, and what to say otherwise, is decided where it is read."""


def place(context: click.Context, parameter: click.Parameter, value: str | None) -> Location | None:
    """Read a folder, or an address on a cluster; what an address must not hold is never repeated."""
    try:
        return None if value is None else locate(value)
    except InvalidAddress as error:
        raise click.BadParameter(str(error), context, parameter) from error


def part(context: click.Context, parameter: click.Parameter, value: str | None) -> Part | None:
    """Read a part of a build."""
    try:
        return None if value is None else Part.parse(value)
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from error


def index_option(function: Callable[..., None]) -> Callable[..., None]:
    """Add the option that names the index."""
    return click.option(
        "--index",
        callback=place,
        metavar="PLACE",
        envvar=ENVIRONMENT,
        default=DEFAULT_INDEX,
        show_default=True,
        show_envvar=True,
        help="Folder of the index, or its address on a cluster: opensearch://HOST:9200,HOST:9200/NAME.",
    )(function)


def quiet_option(function: Callable[..., None]) -> Callable[..., None]:
    """Add the option that silences a command."""
    return click.option("--quiet", is_flag=True, help="Write nothing unless something is wrong.")(function)


SETTINGS = click.option("--settings", type=PATH, help="TOML file with [reader] and [index] settings.")
MAX_REMOVALS = click.option(
    "--max-removals",
    type=click.FloatRange(0, 100),
    help="Percentage of the recorded articles that may leave the index unasked.  [default: 10]",
)

RUN_OPTIONS = (
    click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=PATH),
    SETTINGS,
    MAX_REMOVALS,
    click.option(
        "--allow-removals", is_flag=True, help="Remove what is gone, however much; a missing source counts as empty."
    ),
    click.option(
        "--workers",
        type=click.IntRange(0, 64),
        help=f"Processes that analyse; 0 uses this one alone.  [default: one a core, here {default_workers()}]",
    ),
    click.option("--report", type=PATH, help="Write everything that happened to this file, as JSON Lines."),
    click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing to the index."),
)


def run_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a build or an update."""
    for decorate in reversed(RUN_OPTIONS):
        function = decorate(function)
    return index_option(quiet_option(function))
