"""What can be set from a file? ::

[reader]                 # how sources are read: the fields of corpus.ReaderSettings
default_source = "Báo Lâm Bình"
settle_seconds = 3

[index]                  # the fields of Limits below
max_removals = 0.1
sample = 50
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from corpus import ReaderSettings, SettingsError

from .errors import SettingsFileError


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may do unasked.

    ``max_removals`` is the share (0 to 1) of the recorded articles that may leave the index in one run; ``sample``
    the number of known-item queries that verify it.
    """

    max_removals: float = 0.1
    sample: int = 50

    def __post_init__(self) -> None:
        if isinstance(self.max_removals, bool) or not isinstance(self.max_removals, int | float):
            raise TypeError(f"max_removals is {self.max_removals!r}; expected a number from 0 to 1")
        if not 0 <= self.max_removals <= 1:
            raise ValueError(f"max_removals is {self.max_removals!r}; expected a number from 0 to 1")
        if isinstance(self.sample, bool) or not isinstance(self.sample, int) or self.sample < 0:
            raise ValueError(f"sample is {self.sample!r}; expected a whole number, 0 or more")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a run."""

    reader: ReaderSettings = field(default_factory=ReaderSettings)
    limits: Limits = field(default_factory=Limits)


def load_settings(path: Path) -> Settings:
    """Read the settings file at ``path``. Raises :class:`SettingsFileError`, which names the file, the key and what
    is expected."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsFileError(path, f"cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsFileError(path, f"is not valid TOML in UTF-8: {error}") from error
    if unknown := sorted(content.keys() - {"reader", "index"}):
        raise SettingsFileError(path, f"has no place for {unknown[0]!r}: settings stand under [reader] or [index]")
    try:
        return Settings(
            reader=ReaderSettings(**_values(path, "reader", content, ReaderSettings)),
            limits=Limits(**_values(path, "index", content, Limits)),
        )
    except (SettingsError, ValueError, TypeError) as error:
        raise SettingsFileError(path, str(error)) from error


def _values(path: Path, section: str, content: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """The keys of one section, checked against the fields of ``kind``."""
    values = content.get(section, {})
    known = [entry.name for entry in fields(kind)]
    if not isinstance(values, dict):
        raise SettingsFileError(path, f"{section!r} must be a section: [{section}]")
    for key in values:
        if key not in known:
            raise SettingsFileError(path, f"[{section}] has no setting {key!r}; there are {', '.join(known)}")
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is to be done; the fields are the options of the command line.

    ``workers`` None is one for each core, at most eight. ``allow_removals`` lifts the guards on removals,
    ``checksum`` compares contents where sizes and times are the same, ``dry_run`` writes nothing, ``force`` skips
    the estimate of free space.
    """

    settings: Settings = field(default_factory=Settings)
    workers: int | None = None
    allow_removals: bool = False
    checksum: bool = False
    dry_run: bool = False
    force: bool = False
