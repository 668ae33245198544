"""How does the index come to hold the corpus?

The front door of the indexer, for those who would rather call it than start ``timtin-index``. Everything public is
listed in ``__all__``.

>>> from indexer import build, update
>>> outcome = build("var/index", ["articles"])
>>> outcome.documents, outcome.counts["refused"]
>>> update("var/index").problems      # from then on; the sources are remembered
()

Nothing of ``search`` or ``corpus`` is imported before it is needed, so that the command line can first check that
they are timtin's.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .building import build
    from .errors import IndexerError
    from .exits import Exit
    from .inspection import Summary, backup, info, rollback, verify
    from .parts import build_part
    from .renewing import build_from
    from .report import Outcome, Report, ReportFile
    from .settings import Limits, Options, Settings, load_settings
    from .shares import Part
    from .updating import update
    from .verification import Verification
    from .watching import Stop, watch
    from .withdrawal import Withdrawn, remove, restore

__all__ = [
    "Exit",
    "IndexerError",
    "Limits",
    "Options",
    "Outcome",
    "Part",
    "Report",
    "ReportFile",
    "Settings",
    "Stop",
    "Summary",
    "Verification",
    "Withdrawn",
    "backup",
    "build",
    "build_from",
    "build_part",
    "info",
    "load_settings",
    "remove",
    "restore",
    "rollback",
    "update",
    "verify",
    "watch",
]

_HOMES = {
    "Exit": "exits",
    "IndexerError": "errors",
    "Limits": "settings",
    "Options": "settings",
    "Outcome": "report",
    "Part": "shares",
    "Report": "report",
    "ReportFile": "report",
    "Settings": "settings",
    "Stop": "watching",
    "Summary": "inspection",
    "Verification": "verification",
    "Withdrawn": "withdrawal",
    "backup": "inspection",
    "build": "building",
    "build_from": "renewing",
    "build_part": "parts",
    "info": "inspection",
    "load_settings": "settings",
    "remove": "withdrawal",
    "restore": "withdrawal",
    "rollback": "inspection",
    "update": "updating",
    "verify": "inspection",
    "watch": "watching",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
