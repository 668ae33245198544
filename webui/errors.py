"""What can go wrong before a page can be served, as one tree.

::

    WebuiError
    ├── SettingError      a setting has a value that makes no sense
    └── AddressError      the address cannot be listened on

All of them can be mended by the person who starts the server: the message says how. Every error keeps its parts as
attributes.
"""

from __future__ import annotations


class WebuiError(Exception):
    """Base of everything this package raises on purpose."""


class SettingError(WebuiError):
    """The setting ``name`` has ``value``, but needs ``wanted``."""

    def __init__(self, name: str, value: object, wanted: str) -> None:
        self.name = name
        self.value = value
        self.wanted = wanted
        super().__init__(f"Thiết lập {name} = {value!r} không dùng được; cần {wanted}.")


class AddressError(WebuiError):
    """``host``:``port`` cannot be listened on, for ``reason``."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        self.host = host
        self.port = port
        self.reason = reason
        super().__init__(f"Không mở được địa chỉ {host}, cổng {port}: {reason}")
