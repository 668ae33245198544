"""Is the ``search`` that Python finds ours? The name is common, and a file beside the caller may hide it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from .errors import ForeignSearch

EXPECTED = Path(__file__).resolve().parent.parent / "search"
"""Both packages come in one distribution, so ours lies beside this one."""


def check_search() -> None:
    """Raise :class:`ForeignSearch` unless ``import search`` gives the package beside this one. Imports nothing."""
    try:
        spec = find_spec("search")
    except ValueError:  # a module without a spec was put into sys.modules by hand
        spec = None
    if spec is None:
        raise ForeignSearch(None, EXPECTED)
    places = [Path(place).resolve() for place in spec.submodule_search_locations or ()]
    if EXPECTED not in places:
        raise ForeignSearch(Path(spec.origin) if spec.origin else None, EXPECTED)
