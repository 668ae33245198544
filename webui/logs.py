"""What does the server write down, and in which form? One line for everything, as text or as JSON.

A line about a request holds no address of a person, no cookie, and the words that were searched only where the setting
LOG_QUERIES wants them.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime

from .observing import Observed, Observer, request_id

ACCESS = logging.getLogger("timtin.access")

FORMATS = ("text", "json")

FIELDS = "fields"
"""The attribute of a log record that holds what a line says beside its message."""


def configure(form: str, *, access: bool, queries: bool) -> None:
    """Let everything that is logged go to standard error, in one of :data:`FORMATS`; requests only with ``access``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    if not queries:
        handler.addFilter(_hide)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(capture=True)
    ACCESS.setLevel(logging.INFO if access else logging.CRITICAL)


def observer(*, queries: bool) -> Observer:
    """Return what logs requests, with what was searched for where ``queries`` are wanted."""

    def log(observed: Observed) -> None:
        if ACCESS.isEnabledFor(logging.INFO):
            ACCESS.info("request", extra={FIELDS: _fields(observed, queries=queries)})

    return log


def _fields(observed: Observed, *, queries: bool) -> dict[str, object]:
    fields: dict[str, object] = {
        "method": observed.method,
        "path": observed.path,
        "route": observed.route,
        "status": observed.status,
        "bytes": observed.bytes,
        "took_ms": round(observed.took_ms, 1),
        "request_id": observed.id,
    }
    if observed.searches:
        fields["search_ms"] = round(sum(one.page.took_ms for one in observed.searches), 1)
        fields["found"] = observed.searches[0].page.total
        if queries:
            fields["query"] = observed.searches[0].asked.q
    return fields


BREAKS = re.compile(r"[\x7f-\x9f\u2028\u2029]")
"""What JSON lets stand in a string, but some readers take for the end of a line."""


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, then what else the record says."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of ``record``."""
        return _json(_line(self, record))


class TextFormatter(logging.Formatter):
    """One line: time, level, logger, message, then ``name=value``; below it the traceback, if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of ``record``."""
        line = _line(self, record)
        traceback = line.pop("exception", "")
        head = " ".join(_plain(str(line.pop(name))) for name in ("time", "level", "logger"))
        message = str(line.pop("message"))
        rest = "".join(f" {name}={_quoted(value)}" for name, value in line.items())
        return f"{head} {_plain(message)}{rest}" + (f"\n{traceback}" if traceback else "")


def _line(formatter: logging.Formatter, record: logging.LogRecord) -> dict[str, object]:
    line: dict[str, object] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
        **getattr(record, FIELDS, {}),
    }
    if "request_id" not in line and request_id():
        line["request_id"] = request_id()
    if record.exc_info:
        line["exception"] = formatter.formatException(record.exc_info)
    return line


def _plain(text: str) -> str:
    """Return ``text`` on one line."""
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")


def _quoted(value: object) -> str:
    text = "-" if value is None or value == "" else str(value)
    return text if re.fullmatch(r"[^\s\"=]+", text) and text.isprintable() else _json(text)


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


CLIENT = re.compile(r"""\bip=\S+|\?\S+|'.*'|".*\"""", re.DOTALL)
"""What gunicorn writes of a client and of its address line when something is wrong with a request."""


def _hide(record: logging.LogRecord) -> bool:
    if record.name.startswith("gunicorn"):
        record.msg, record.args = CLIENT.sub("…", record.getMessage()), ()
    return True
