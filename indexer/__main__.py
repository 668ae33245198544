"""``timtin-index`` and ``python -m indexer``."""

from __future__ import annotations

from .commands import cli


def main() -> None:
    """Run the command line; ends the process with one of the exit codes of ``indexer.exits``."""
    cli(prog_name="timtin-index")


if __name__ == "__main__":
    main()
