"""What can go wrong before a page can be served, as one tree.

::

    WebuiError
    ├── SettingError      a setting has a value that makes no sense
    ├── UnknownSetting    something is set that is no setting
    ├── ConfigFileError   the file of settings cannot be read
    ├── QueryLogError     the log of queries cannot be reported on
    └── AddressError      the address cannot be listened on

All of them can be mended by the person who starts the server: the message says how. Every error keeps its parts as
attributes.
"""

from __future__ import annotations

from pathlib import Path


class WebuiError(Exception):
    """Base of everything this package raises on purpose."""


class SettingError(WebuiError):
    """The setting ``name`` has ``value``, but needs ``wanted``; ``where`` is what gave it."""

    def __init__(self, name: str, value: object, wanted: str, where: str = "") -> None:
        self.name = name
        self.value = value
        self.wanted = wanted
        self.where = where or name
        super().__init__(f"Thiết lập {self.where} = {value!r} không dùng được; cần {wanted}.")


class UnknownSetting(WebuiError):
    """There is no setting ``name``, a variable or a key with its file; ``known`` are the nearest there are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.name = name
        self.known = known
        meant = f"có phải là {known[0]}?" if len(known) == 1 else f"các thiết lập: {', '.join(known)}."
        super().__init__(f"Không có thiết lập {name}; {meant}")


class ConfigFileError(WebuiError):
    """The file of settings at ``path`` cannot be read, for ``reason``."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"Không đọc được tệp thiết lập {path}: {reason}")


class QueryLogError(WebuiError):
    """The log of queries at ``path`` cannot be read, for ``reason``."""

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"Không đọc được nhật ký câu tìm {path}: {reason}.")


class AddressError(WebuiError):
    """``host``:``port`` cannot be listened on, for ``reason``."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        self.host = host
        self.port = port
        self.reason = reason
        super().__init__(f"Không mở được địa chỉ {host}, cổng {port}: {reason}")
