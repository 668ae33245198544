"""How is the application put together?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from threading import BoundedSemaphore

from flask import Flask

from . import (
    addresses,
    api,
    assets,
    citing,
    compression,
    conditional,
    cors,
    discovery,
    exports,
    feed,
    format,  # noqa: A004 - our format
    headers,
    health,
    i18n,
    location,
    logs,
    messages,
    metrics,
    observing,
    preferences,
    problems,
    querylog,
    ratelimit,
    state,
    urls,
    views,
    why,
)
from .index_access import IndexAccess
from .logo import read_logo
from .params import Limits
from .resolving import load
from .settings import SETTINGS


def build(config: Mapping[str, object]) -> Flask:
    """Return the application, set up from ``config``, the environment and the defaults. Raises ``SettingError``."""
    app = Flask("webui")
    app.config.from_mapping(load(config, os.environ))
    access = IndexAccess(app.config["TIMTIN_INDEX"])
    app.extensions[state.KEY] = state.State(
        index=access,
        limits=Limits(app.config["PER_PAGE"], app.config["MAX_QUERY"]),
        locales=i18n.available(app.config["LANGUAGES"]),
        default_locale=app.config["DEFAULT_LOCALE"],
        site_name=app.config["SITE_NAME"],
        newest=app.config["NEWEST"],
        most_exported=app.config["MAX_EXPORT"],
        origins=tuple(app.config["CORS_ORIGINS"].split()),
        edition=conditional.edition(app.config[setting.name] for setting in SETTINGS),
        export_slots=BoundedSemaphore(exports.AT_ONCE),
        facets=app.config["FACETS"],
        logo=read_logo(app.config["SITE_LOGO"]),
    )
    app.url_map.merge_slashes = False  # an unknown address is a 404, never a redirect to something near it
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of DefaultJSONProvider
    app.json.sort_keys = False  # type: ignore[attr-defined]
    _observe(app, access)
    compression.init(app)
    i18n.init(app)
    preferences.init(app)
    headers.init(app)
    problems.init(app)
    _prepare_templates(app)
    for room in (views.pages, exports.exports, feed.feeds, discovery.discovery, citing.citing, api.api, health.health):
        app.register_blueprint(room)
    conditional.init(app)
    ratelimit.init(app, app.config["RATE_LIMIT"])
    cors.init(app)
    location.init(app, app.config["PROXIES"], app.config["BASE_URL"])
    return app


def _observe(app: Flask, access: IndexAccess) -> None:
    observers = [logs.observer(queries=app.config["LOG_QUERIES"])]
    if app.config["METRICS"]:
        counted = metrics.Metrics(access)
        observers.append(counted.observe)
        metrics.init(app, counted, app.config["METRICS_TOKEN"])
    if app.config["QUERY_LOG"]:
        log = querylog.QueryLog(Path(app.config["QUERY_LOG"]), app.config["QUERY_LOG_DAYS"])
        observers.append(log.observe)
    observing.init(app, observers)


def _prepare_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=format.number,
        articles=format.articles,
        percent=format.percent,
        day=format.day,
        typed_day=format.typed_day,
        moment=format.moment,
        facet_value=format.facet_value,
        shortened=format.shortened,
        why=why.tell,
    )
    app.jinja_env.globals.update(
        static_url=assets.static_url,
        article_url=addresses.article_url,
        facet_url=addresses.facet_url,
        query_url=addresses.query_url,
        language_links=i18n.links,
        preference_links=preferences.links,
        preference=preferences.current,
        query_string=urls.query_string,
        ngettext=messages.ngettext,
        ZONE_LABELS=format.ZONE_LABELS,
    )

    @app.context_processor
    def _context() -> dict[str, object]:
        language = messages.spoken()
        kept = state.state()
        return {"site_name": kept.site_name, "logo": kept.logo, "locale": language.name, "_": language.markup}
