"""Text with a head of "key: value" lines between two lines of "---".

Not YAML: titles hold colons and dates hold slashes, and the people who write these heads know no quoting rules. A
value ends with its line; it goes on in indented lines. A list is "[a, b]", "- a" lines below its key, or the key
repeated; a pair of quotes around a value goes; lines that begin with "#" are comments.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .errors import Refused
from .records import Record
from .reports import RefusalCode
from .text import clean, lines_of

if TYPE_CHECKING:
    from .fieldnames import FieldNames

FENCE = re.compile(r"\ufeff?---+\s*")
_CLOSING = re.compile(r"(?:---+|\.\.\.)\s*")
_PAIR = re.compile(r"(?P<key>[^\W\d_][\w \-.]{0,39}?)\s*[:：](?P<value>.*)")
_ITEM = re.compile(r"\s*[-*•]\s+(?P<value>.*)")
_BLOCK_SIGNS = frozenset(("|", ">", "|-", ">-"))


def has_front_matter(text: str) -> bool:
    """Whether `text` begins with a fence that a "key: value" line follows."""
    lines = [line for line in lines_of(text[:4096]) if line.strip() and not line.startswith("#")][:2]
    return len(lines) == 2 and bool(FENCE.fullmatch(lines[0]) and _PAIR.match(lines[1]))


def read_front_matter(text: str, names: FieldNames) -> Record:
    """Split `text` into its head and its body. Raises `Refused` (bad-front-matter) where the head does not end."""
    lines = lines_of(text)
    start = next(number for number, line in enumerate(lines) if line.strip()) + 1
    end = next((n for n in range(start, len(lines)) if _CLOSING.fullmatch(lines[n])), None)
    if end is None:
        raise Refused(RefusalCode.BAD_FRONT_MATTER, lines[start], 'no closing line of "---"', line=start)
    pairs: list[tuple[str, list[str]]] = []
    for number in range(start, end):
        _read_line(lines[number], number + 1, pairs)
    values = names.group((key, items) for key, items in _merged(pairs))
    body = "\n".join(lines[end + 1 :])
    return Record({**values, "body": [*values.get("body", []), body]}, line=1, text_first=True)


def _read_line(line: str, number: int, pairs: list[tuple[str, list[str]]]) -> None:
    stripped = line.strip()
    if not stripped or stripped.startswith("#"):
        return
    indented = line[0] in " \t"
    item = _ITEM.match(line)
    pair = _PAIR.match(line) if not indented else None
    if item and pairs:
        pairs[-1][1].append(_unquote(item["value"]))
    elif pair:
        pairs.append((pair["key"], _items(pair["value"].strip())))
    elif indented and pairs:
        pairs[-1][1][:] = [*pairs[-1][1][:-1], clean(" ".join([*pairs[-1][1][-1:], stripped]))]
    else:
        raise Refused(RefusalCode.BAD_FRONT_MATTER, line, 'expected "key: value"', line=number)


def _items(value: str) -> list[str]:
    if value in _BLOCK_SIGNS:
        return []
    if value.startswith("[") and value.endswith("]"):
        return [_unquote(part) for part in value[1:-1].split(",") if part.strip()]
    return [_unquote(value)] if value else []


def _unquote(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _merged(pairs: list[tuple[str, list[str]]]) -> list[tuple[str, object]]:
    """Join repeated keys; a single item stands for itself."""
    merged: dict[str, list[str]] = {}
    for key, items in pairs:
        merged.setdefault(key, []).extend(items)
    return [(key, items[0] if len(items) == 1 else items) for key, items in merged.items()]
