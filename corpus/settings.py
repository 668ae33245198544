"""The settings of the reader: one frozen value, checked when it is made, loadable from a TOML file."""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import SettingsError
from .fieldnames import ARTICLE_FIELDS
from .text import clean, line_key

# Raised when the same bytes would be read into other articles than before.
READER_VERSION = 1


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """How sources are read.

    - `field_map`: foreign field names → ours (title, lead, body, captions, authors, category, places, published,
      source, url, id), besides those in `corpus.fieldnames`. Case, accents, spaces, "_" and "-" in names do not
      matter.
    - `boilerplate_cut`: further whole lines that end an article; they and all after them are left out.
    - `boilerplate_lines`: further whole lines that are left out alone. Case and tone placement do not matter in
      either.
    - `categories`: folder name → category, besides the slugs in `corpus.boilerplate`.
    - `max_article_bytes`, `max_file_bytes`: limits in bytes, after decompression.
    - `settle_seconds`: a file changed less than this many seconds ago is left for the next run; 0 reads everything.
    - `syllable_share`: from which share of valid Vietnamese syllables text counts as Vietnamese; see
      `corpus.encoding`.
    - `time_zone`: the zone of times that name none, an IANA name.
    - `default_source`: the source of articles that name none.

    Raises `SettingsError` when a value cannot be used.
    """

    field_map: Mapping[str, str] = field(default_factory=dict)
    boilerplate_cut: tuple[str, ...] = ()
    boilerplate_lines: tuple[str, ...] = ()
    categories: Mapping[str, str] = field(default_factory=dict)
    max_article_bytes: int = 4 * 1024 * 1024
    max_file_bytes: int = 16 * 1024**3
    settle_seconds: float = 3.0
    syllable_share: float = 0.7
    time_zone: str = "Asia/Ho_Chi_Minh"
    default_source: str | None = None

    def __post_init__(self) -> None:
        for name in ("field_map", "categories"):
            _check_names(name, getattr(self, name))
        for target in self.field_map.values():
            if target not in ARTICLE_FIELDS:
                raise SettingsError("field_map", target, f"one of {', '.join(ARTICLE_FIELDS)}")
        for name in ("boilerplate_cut", "boilerplate_lines"):
            _check_lines(name, getattr(self, name))
        for name in ("max_article_bytes", "max_file_bytes"):
            _check_number(name, getattr(self, name), 1, math.inf, whole=True)
        _check_number("settle_seconds", self.settle_seconds, 0, math.inf)
        _check_number("syllable_share", self.syllable_share, 0, 1)
        _check_zone(self.time_zone)
        if self.default_source is not None and not (
            isinstance(self.default_source, str) and clean(self.default_source)
        ):
            raise SettingsError("default_source", self.default_source, "a name, or nothing")

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times that name none."""
        return ZoneInfo(self.time_zone)

    def fingerprint(self) -> str:
        """A hash of all that decides what articles come out: when it changes, unchanged files must be read again."""
        values = asdict(self)
        del values["settle_seconds"]
        canonical = json.dumps([READER_VERSION, values], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode("utf-8", "backslashreplace")).hexdigest()[:16]

    @classmethod
    def from_toml(cls, path: str | Path) -> ReaderSettings:
        """Load the settings from a TOML file whose keys are the names of the fields above.

        Raises `SettingsError` for a file that cannot be read, for an unknown key and for a value that cannot be used.
        """
        shown = str(path)
        try:
            values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise SettingsError("file", error.strerror or shown, "a readable file", shown) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError("file", str(error), "valid TOML in UTF-8", shown) from error
        known = [entry.name for entry in fields(cls)]
        for key in values:
            if key not in known:
                raise SettingsError(key, values[key], f"no such setting; there are {', '.join(known)}", shown)
        ready: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
        }
        try:
            return cls(**ready)
        except SettingsError as error:
            raise SettingsError(error.key, error.value, error.expected, shown) from error


def _check_names(key: str, value: object) -> None:
    if not isinstance(value, Mapping) or not all(
        isinstance(name, str) and isinstance(target, str) for name, target in value.items()
    ):
        raise SettingsError(key, value, "a table of names")


def _check_lines(key: str, value: object) -> None:
    if not isinstance(value, tuple) or not all(isinstance(line, str) and line_key(clean(line)) for line in value):
        raise SettingsError(key, value, "a list of lines, each with a word")


def _check_number(key: str, value: object, low: float, high: float, *, whole: bool = False) -> None:
    kinds = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
        kind = "a whole number" if whole else "a number"
        limit = f"from {low} to {high}" if high < math.inf else f"of at least {low}"
        raise SettingsError(key, value, f"{kind} {limit}")


def _check_zone(name: object) -> None:
    try:
        ZoneInfo(name)  # type: ignore[arg-type]
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise SettingsError("time_zone", name, 'the IANA name of a time zone, such as "Asia/Ho_Chi_Minh"') from error
