"""How is a configuration shown? As the TOML file that would bring it about, every line with where its value is from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from .checks import Value
from .resolving import Resolved

HEAD = "# Mọi thiết lập đang có hiệu lực; ghi lại thành tệp thì dùng được với --config.\n"

SOURCES = {
    "default": "mặc định",
    "option": "lựa chọn {where}",
    "environment": "biến môi trường {where}",
    "file": "tệp {where}",
}
"""How a line names where its value is from."""


def show(resolved: Iterable[Resolved]) -> str:
    """Return a TOML file of all settings in force. What is secret is a comment that says only that it is set."""
    return HEAD + "".join(f"\n{block}" for block in _blocks(resolved))


def _blocks(resolved: Iterable[Resolved]) -> Iterator[str]:
    for found in resolved:
        setting = found.setting
        source = SOURCES[found.source].format(where=found.where)
        hidden = setting.secret and found.value
        line = f"# {setting.key}: đã đặt, không hiện" if hidden else f"{setting.key} = {toml(found.value)}"
        yield f"# {setting.vi} Cần {setting.allowed.vi}.\n{line}  # {source}\n"


def toml(value: Value) -> str:
    """Return ``value`` as TOML writes it."""
    if isinstance(value, tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    # A JSON string is a TOML string but for the delete character, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
