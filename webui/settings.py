"""What can be set, and from where?

Each setting has one row in :data:`SETTINGS`. A value is taken from the mapping given to ``create_app``, else from the
environment (:attr:`Setting.variable`), else from the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from .errors import SettingError

LOCALES = ("vi", "en")
"""The languages of the interface; messages are written in the first."""


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("một chữ, không rỗng")
    return value.strip()


def _locale(value: object) -> str:
    if value not in LOCALES:
        raise ValueError(" hoặc ".join(LOCALES))
    return str(value)


def _zone(value: object) -> str:
    try:
        ZoneInfo(str(value))
    except (OSError, ValueError, KeyError) as error:  # a folder's name, ../, an unknown name
        raise ValueError("tên một múi giờ, như Asia/Ho_Chi_Minh") from error
    return str(value)


def _between(low: int, high: int) -> Callable[[object], int]:
    def parse(value: object) -> int:
        wanted = f"một số nguyên từ {low} đến {high}"
        try:
            number = int(str(value))
        except ValueError:
            raise ValueError(wanted) from None
        if not low <= number <= high:
            raise ValueError(wanted)
        return number

    return parse


def _origins(value: object) -> str:
    origins = str(value).lower().split()
    if not all(origin == "*" or _ORIGIN.fullmatch(origin) for origin in origins):
        raise ValueError("* hoặc những địa chỉ như https://bao.example, cách nhau bằng dấu cách")
    return " ".join(origins)


_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its ``name`` in ``app.config``, its ``default``, one sentence of ``help``.

    ``parse`` returns the value from what was given, or raises ValueError with what is wanted.
    """

    name: str
    default: str | int
    help: str
    parse: Callable[[object], str | int] = _text

    @property
    def variable(self) -> str:
        """The environment variable of the setting."""
        return self.name if self.name.startswith("TIMTIN_") else f"TIMTIN_{self.name}"


SETTINGS = (
    Setting(
        "TIMTIN_INDEX",
        "var/index",
        "Folder of the index, or memory: for an empty one that lasts as long as the process.",
    ),
    Setting("SITE_NAME", "timtin", "Name in the page's head and title."),
    Setting("PER_PAGE", 10, "Hits on a page where the reader chose no other number.", _between(1, 100)),
    Setting("NEWEST", 10, "Newest articles on the start page.", _between(0, 100)),
    Setting("MAX_QUERY", 1000, "Longest query that is read, in code points.", _between(10, 100_000)),
    Setting("DEFAULT_LOCALE", "vi", "Language of the interface (vi or en) where the reader's is not known.", _locale),
    Setting("TIME_ZONE", "Asia/Ho_Chi_Minh", "Zone in which times of publication are shown.", _zone),
    Setting("MAX_EXPORT", 100_000, "Most articles in one export.", _between(1, 1_000_000)),
    Setting(
        "RATE_LIMIT",
        0,
        "Requests a minute that one client may send to the API, exports and feeds; 0 sets no limit.",
        _between(0, 1_000_000),
    ),
    Setting(
        "CORS_ORIGINS",
        "",
        "Origins whose scripts may read the API, separated by spaces; * is any.",
        _origins,
    ),
    Setting("PROXIES", 0, "Number of proxies in front whose X-Forwarded-* headers are believed.", _between(0, 10)),
)


def load(config: Mapping[str, object], environ: Mapping[str, str]) -> dict[str, object]:
    """Return a value for every setting, and every other key of ``config`` as it is. Raises :class:`SettingError`."""
    loaded = dict(config)
    for setting in SETTINGS:
        value = config.get(setting.name)
        if value is None:
            value = environ.get(setting.variable) or setting.default
        try:
            loaded[setting.name] = setting.parse(value)
        except ValueError as error:
            raise SettingError(setting.name, value, str(error)) from error
    return loaded
