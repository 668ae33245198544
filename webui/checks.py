"""How is the value of a setting checked?

A check takes what was given, a string from the environment or any value from TOML or Python, and returns the value to
work with. It raises :class:`Unfit`, which says what is allowed in both languages of the interface.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

Value = str | int | float | tuple[str, ...]
Check = Callable[[object], Value]


class Unfit(ValueError):
    """A value will not do: ``vi`` and ``en`` say what is allowed."""

    def __init__(self, vi: str, en: str) -> None:
        self.vi = vi
        self.en = en
        super().__init__(vi)


def text(value: object) -> str:
    """Accept a text that is not blank."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise Unfit("một dòng chữ, không rỗng", "a line of text, not blank")
    return value.strip()


def between(low: int, high: int) -> Check:
    """Accept whole numbers from ``low`` to ``high``."""

    def check(value: object) -> int:
        given = str(value)
        if not re.fullmatch(r"[0-9]{1,9}", given) or not low <= int(given) <= high:
            raise Unfit(f"một số nguyên từ {low} đến {high}", f"a whole number from {low} to {high}")
        return int(given)

    return check


def seconds(low: float, high: float) -> Check:
    """Accept times from ``low`` to ``high``, in seconds."""

    def check(value: object) -> float:
        given = str(value)
        if not re.fullmatch(r"[0-9]{0,9}(\.[0-9]{1,9})?", given) or not given or not low <= float(given) <= high:
            raise Unfit(f"một số giây từ {low:g} đến {high:g}", f"a number of seconds from {low:g} to {high:g}")
        return float(given)

    return check


SWITCH = {"true": True, "1": True, "on": True, "yes": True, "false": False, "0": False, "off": False, "no": False}


def switch(value: object) -> bool:
    """Accept on and off, in the spellings of :data:`SWITCH`."""
    given = str(value).lower()
    if given not in SWITCH:
        raise Unfit("true hoặc false", "true or false")
    return SWITCH[given]


def switch_needing(module: str, extra: str) -> Check:
    """Accept on and off, on only where ``module`` is installed, which ``extra`` of timtin brings."""

    def check(value: object) -> bool:
        wanted = switch(value)
        if wanted and find_spec(module) is None:
            need = f"pip install 'timtin[{extra}]'"
            raise Unfit(f"true hoặc false; true chỉ sau khi đã cài: {need}", f"true or false; true only after {need}")
        return wanted

    return check


def one_of(*choices: str) -> Check:
    """Accept one of some words."""

    def check(value: object) -> str:
        if value not in choices:
            raise Unfit(" hoặc ".join(choices), " or ".join(choices))
        return str(value)

    return check


def some_of(choices: Sequence[str], *, least: int = 0) -> Check:
    """Accept a list of different ones among ``choices``; as a string, they are separated by commas or spaces."""

    def check(value: object) -> tuple[str, ...]:
        chosen = value.replace(",", " ").split() if isinstance(value, str) else value
        listed = tuple(chosen) if isinstance(chosen, list | tuple) else (None,)
        if len(listed) < least or len(set(map(str, listed))) < len(listed) or not all(one in choices for one in listed):
            names = ", ".join(choices)
            few_vi, few_en = (", ít nhất một", ", at least one") if least else (", hoặc danh sách rỗng", ", or none")
            raise Unfit(f"một danh sách trong số {names}{few_vi}", f"a list of some of {names}{few_en}")
        return tuple(map(str, listed))

    return check


def zone(value: object) -> str:
    """Accept the name of a time zone."""
    try:
        ZoneInfo(str(value))
    except (OSError, ValueError, KeyError) as error:  # a folder's name, ../, an unknown name
        raise Unfit(
            "tên một múi giờ, như Asia/Ho_Chi_Minh", "the name of a time zone, like Asia/Ho_Chi_Minh"
        ) from error
    return str(value)


HOST = re.compile(r"([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


def base_url(value: object) -> str:
    """Accept nothing, or the address of a site without query; a slash at its end is dropped."""
    given = str(value).strip().rstrip("/")
    try:
        parts = urlsplit(given)
        fits = parts.scheme in {"http", "https"} and HOST.fullmatch(parts.netloc.lower()) and "//" not in parts.path
    except ValueError:
        fits = False
    if given and (not fits or re.search(r"[?#\s\\%]", given) or not given.isascii()):
        raise Unfit(
            "địa chỉ của trang như người đọc gõ, như https://tin.example/kho, hoặc để trống",
            "the address of the site as readers type it, like https://tin.example/archive, or nothing",
        )
    return given


def file_to_write(value: object) -> str:
    """Accept nothing, or the name of a file that can be written in a folder that is there."""
    given = str(value)
    if not isinstance(value, str | Path) or (given and not _writable(Path(given))):
        raise Unfit(
            "tên một tệp ghi được, trong một thư mục đã có, hoặc để trống",
            "the name of a file that can be written, in a folder that exists, or nothing",
        )
    return given


def _writable(path: Path) -> bool:
    if not str(path).isprintable():
        return False
    return os.access(path, os.W_OK) and path.is_file() if path.exists() else os.access(path.parent, os.W_OK)


LOGO_KINDS = {".svg": b"<", ".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".webp": b"RIFF"}
"""The kinds of pictures by the ends of their names, and how such a file begins."""

MOST_LOGO_BYTES = 200_000


def picture(value: object) -> str:
    """Accept nothing, or the name of a small picture."""
    given = str(value)
    if not isinstance(value, str | Path) or (given and not _is_picture(Path(given))):
        kinds = ", ".join(LOGO_KINDS)
        raise Unfit(
            f"tên một tệp ảnh ({kinds}) không quá {MOST_LOGO_BYTES // 1000} kB, hoặc để trống",
            f"the name of a picture ({kinds}) of at most {MOST_LOGO_BYTES // 1000} kB, or nothing",
        )
    return given


def _is_picture(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_LOGO_BYTES + 1)
    except (OSError, ValueError):
        return False
    begins = LOGO_KINDS.get(path.suffix.lower())
    return (
        begins is not None
        and content.lstrip(b"\xef\xbb\xbf \r\n").startswith(begins)
        and (len(content) <= MOST_LOGO_BYTES)
    )


def secret(value: object) -> str:
    """Accept nothing, or what nobody guesses."""
    given = str(value)
    if not isinstance(value, str) or (given and not re.fullmatch(r"[!-~]{16,200}", given)):
        raise Unfit(
            "ít nhất 16 ký tự ASCII, không có dấu cách, hoặc để trống",
            "at least 16 ASCII characters without spaces, or nothing",
        )
    return given


_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")


def origins(value: object) -> str:
    """Accept origins (https://bao.example) and ``*``, separated by spaces; none will do."""
    found = str(value).lower().split()
    if not all(origin == "*" or _ORIGIN.fullmatch(origin) for origin in found):
        raise Unfit(
            "* hoặc những địa chỉ như https://bao.example, cách nhau bằng dấu cách",
            "* or addresses like https://bao.example, separated by spaces",
        )
    return " ".join(found)
