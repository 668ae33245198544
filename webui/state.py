"""What does one application keep from request to request?"""

from __future__ import annotations

from dataclasses import dataclass
from threading import BoundedSemaphore

from flask import current_app

from .index_access import IndexAccess
from .logo import Logo
from .params import Limits

KEY = "timtin"


@dataclass(frozen=True, slots=True)
class State:
    """The index, the limits of a request, the languages on offer, what the settings say about the pages and the API,
    and a text that changes with the settings and with timtin itself.
    """

    index: IndexAccess
    limits: Limits
    locales: tuple[str, ...]
    default_locale: str
    site_name: str
    newest: int
    most_exported: int
    origins: tuple[str, ...]
    edition: str
    export_slots: BoundedSemaphore
    facets: tuple[str, ...]
    logo: Logo | None


def state() -> State:
    """Return the state of the application that answers the current request."""
    kept = current_app.extensions[KEY]
    assert isinstance(kept, State)  # noqa: S101 - for the type checker; put there by app.build
    return kept
