"""What does a person see? The pages and the JSON API over an index, as a Flask application.

``create_app`` is all there is to import; ``timtin-serve`` (:mod:`webui.__main__`) runs it on a production server and
``flask --app webui run`` on the development one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["create_app"]


def create_app(config: Mapping[str, object] | None = None) -> Flask:
    """Return the WSGI application.

    ``config`` overrides the environment, which overrides the defaults of :data:`webui.settings.SETTINGS`; other keys
    go to Flask. The index need not exist yet: until it does, pages say how to build it. Raises
    :class:`webui.errors.SettingError` for a value that makes no sense.
    """
    from .app import build

    return build(config or {})
