"""Are the packages that Python finds ours? ``search`` and ``corpus`` are generic names, and another one may stand
before them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from .errors import ForeignPackage

NEEDED = ("corpus", "search")
HOME = Path(__file__).resolve().parent.parent
"""All rooms of timtin lie side by side, in a checkout and where it is installed."""


def check_packages() -> None:
    """Raise :class:`ForeignPackage` for the first needed package that does not lie beside this one; imports
    nothing."""
    for name in NEEDED:
        if found := _found_elsewhere(name):
            raise ForeignPackage(name, found)


def _found_elsewhere(name: str) -> str | None:
    try:
        spec = find_spec(name)
    except ValueError:  # a module without a spec, put into sys.modules by hand
        spec = None
    if spec is None:
        return "(none at all)"
    places = list(spec.submodule_search_locations or ())
    if HOME / name in (Path(place).resolve() for place in places):
        return None
    return spec.origin or ", ".join(places)
