"""From where is the value of each setting?

It is taken from the mapping given to ``create_app`` (where ``timtin-serve`` puts its options), else from the
environment (:attr:`Setting.variable`), else from a TOML file (:attr:`Setting.key`), else from the table.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from search import CLUSTER_VARIABLES

from .checks import Value
from .errors import ConfigFileError, SettingError, UnknownSetting
from .settings import CONFIG, PREFIX, SETTINGS, Setting


@dataclass(frozen=True, slots=True)
class Resolved:
    """The ``value`` of a setting that is in force. ``source`` is option, environment, file or default, ``where`` what
    a person changes: an option, a variable, a file and its key.
    """

    setting: Setting
    value: Value
    source: str
    where: str


def load(config: Mapping[str, object], environ: Mapping[str, str]) -> dict[str, object]:
    """Return a value for every setting, and every other key of ``config`` as it is. Raises as :func:`resolve`."""
    return dict(config) | {found.setting.name: found.value for found in resolve(config, environ)}


def resolve(
    config: Mapping[str, object], environ: Mapping[str, str], option: Callable[[Setting], str] = attrgetter("name")
) -> tuple[Resolved, ...]:
    """Return every setting with where it comes from; the file is that of :data:`CONFIG` in one of the mappings.

    ``option`` gives the words under which a person knows what stands in ``config``.

    A value of None in ``config`` and an empty one in ``environ`` count as not given. Raises
    :class:`~webui.errors.SettingError`, :class:`~webui.errors.UnknownSetting` or
    :class:`~webui.errors.ConfigFileError`.
    """
    path = config.get(CONFIG) or environ.get(CONFIG)
    written = _read(Path(str(path))) if path else {}
    _demand_known(environ, written, str(path))
    resolved = tuple(
        _resolve(
            setting,
            ("option", option(setting), config.get(setting.name)),
            ("environment", setting.variable, environ.get(setting.variable) or None),
            ("file", f"{path}: {setting.key}", written.get(setting.key)),
            ("default", setting.name, setting.default),
        )
        for setting in SETTINGS
    )
    _demand_harmony({found.setting.name: found for found in resolved})
    return resolved


def _resolve(setting: Setting, *given: tuple[str, str, object]) -> Resolved:
    """Return the first of ``given``, each a source, what a person changes there, and a value or None."""
    source, where, value = next(row for row in given if row[2] is not None)
    try:
        return Resolved(setting, setting.parse(value), source, where)
    except ValueError as error:
        raise SettingError(setting.name, "…" if setting.secret else value, str(error), where) from error


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigFileError(path, error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigFileError(path, f"không phải TOML đúng cách: {error}") from error


def _demand_known(environ: Mapping[str, str], written: Mapping[str, object], path: str) -> None:
    variables = [*(setting.variable for setting in SETTINGS), *CLUSTER_VARIABLES]
    keys = [setting.key for setting in SETTINGS]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in variables and name != CONFIG:
            near = _near(name.removeprefix(PREFIX), [variable.removeprefix(PREFIX) for variable in variables])
            raise UnknownSetting(name, tuple(PREFIX + one for one in near))
    for key in written:
        if key not in keys:
            raise UnknownSetting(f"{path}: {key}", _near(key, keys))


def _near(name: str, known: list[str]) -> tuple[str, ...]:
    return tuple(difflib.get_close_matches(name, known, 1)) or tuple(known)


def _demand_harmony(found: Mapping[str, Resolved]) -> None:
    """Raise :class:`SettingError` for settings that do not go together."""
    default, languages = found["DEFAULT_LOCALE"], found["LANGUAGES"].value
    assert isinstance(languages, tuple)  # noqa: S101 - for the type checker; its check made it one
    if default.value not in languages:
        wanted = f"một trong các ngôn ngữ của LANGUAGES: {', '.join(languages)}"
        raise SettingError(default.setting.name, default.value, wanted, default.where)
