"""``timtin-index`` and ``python -m indexer``."""

from __future__ import annotations

import sys

from .errors import ForeignPackage
from .foreign import check_packages


def main() -> None:
    """Check that the packages that are about to be imported are timtin's, then run the command line.

    Ends the process with one of the exit codes of ``indexer.exits`` (11 where a package is not timtin's).
    """
    try:
        check_packages()
    except ForeignPackage as error:
        print(f"timtin-index: {error}", file=sys.stderr)
        sys.exit(11)
    from .commands import cli

    cli(prog_name="timtin-index")


if __name__ == "__main__":
    main()
