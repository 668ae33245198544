"""What can go wrong before a page can be served, as one tree.

::

    WebuiError
    ├── SettingError      a setting has a value that makes no sense
    ├── ForeignSearch     the ``search`` that Python finds belongs to another project
    └── AddressError      the address cannot be listened on

All of them can be mended by the person who starts the server: the message says how. Every error keeps its parts as
attributes.
"""

from __future__ import annotations

from pathlib import Path


class WebuiError(Exception):
    """Base of everything this package raises on purpose."""


class SettingError(WebuiError):
    """The setting ``name`` has ``value``, but needs ``wanted``."""

    def __init__(self, name: str, value: object, wanted: str) -> None:
        self.name = name
        self.value = value
        self.wanted = wanted
        super().__init__(f"Thiết lập {name} = {value!r} không dùng được; cần {wanted}.")


class ForeignSearch(WebuiError):
    """``import search`` finds ``found``, or nothing (None), instead of the package at ``expected``."""

    def __init__(self, found: Path | None, expected: Path) -> None:
        self.found = found
        self.expected = expected
        super().__init__(
            f"Không thấy gói `search` của timtin ở {expected}; hãy cài lại timtin."
            if found is None
            else f"Gói `search` của một dự án khác che mất gói của timtin: {found}. "
            "Hãy gỡ gói đó, hoặc chạy timtin trong một môi trường ảo riêng và từ một thư mục khác."
        )


class AddressError(WebuiError):
    """``host``:``port`` cannot be listened on, for ``reason``."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        self.host = host
        self.port = port
        self.reason = reason
        super().__init__(f"Không mở được địa chỉ {host}, cổng {port}: {reason}")
