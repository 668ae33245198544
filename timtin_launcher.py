"""Are the packages that a command is about to run ours?

``search``, ``indexer``, ``webui`` and ``corpus`` are common names: an older install, or a file on PYTHONPATH, may hide
one of them. The console scripts start here, in a module whose name nobody else has, so that an intruder is named by its
path instead of ending in an ImportError from the middle of somebody else's code.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

HOME = Path(__file__).resolve().parent
"""All packages of timtin lie beside this file, in a checkout and where it is installed."""

FOREIGN = 11
"""The exit code for a package that is not ours, the same as in timtin-index's table."""

NEEDS = {"search": ("search",), "indexer": ("corpus", "search", "indexer"), "webui": ("search", "webui")}
"""Which packages each room's command imports, itself among them."""


def search() -> None:
    """Run timtin-search."""
    _run("search")


def index() -> None:
    """Run timtin-index."""
    _run("indexer")


def serve() -> None:
    """Run timtin-serve."""
    _run("webui")


def foreign(name: str) -> str | None:
    """Return where Python finds another package than ours under ``name``, or None where it finds ours.

    Imports nothing.
    """
    try:
        spec = find_spec(name)
    except ValueError:  # put into sys.modules by hand, without a spec
        spec = None
    if spec is None:
        return "không có"
    places = list(spec.submodule_search_locations or ())
    if (HOME / name) in (Path(place).resolve() for place in places):
        return None
    return spec.origin or ", ".join(places)


def _run(room: str) -> None:
    for name in NEEDS[room]:
        found = foreign(name)
        if found is not None:
            sys.stderr.write(
                f"Lỗi: gói {name!r} mà Python tìm thấy không phải của timtin ({HOME / name}): {found}\n"
                "Hãy gỡ hoặc đổi tên gói đó, hoặc cài timtin trong một môi trường ảo riêng và bỏ PYTHONPATH.\n"
            )
            sys.exit(FOREIGN)
    # timtin multiplies no matrices: the threads that OpenBLAS would start with NumPy do nothing but wait, which keeps
    # a core busy for a tenth of a second in every process.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(import_module(f"{room}.__main__").main())
