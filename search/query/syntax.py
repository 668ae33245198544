"""What did the person type?

Reads a query into a tree. Nothing is an error: what is no operator is a word. The rules that keep pasted text text:

- ``-`` and ``+`` count only after a space, a bracket or at the start, and glued to what follows; not in
  ``S -400``, the name of a thing cut into tokens.
- ``OR`` and ``HOẶC`` count only in capitals, between two sides, and not where everything is in capitals. They bind
loosest:
  ``hội nghị OR đại hội`` is (hội nghị) OR (đại hội).
- A field name counts only with a glued colon and a value glued to it; ``từ:`` and ``đến:`` only before a date.
- Quotes count only where they are glued to the words inside: ``"đề án"`` is a phrase, ``" đề án "`` (a headline cut
into tokens) is not.
- Quotes that are not closed and brackets without a partner are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, TypeAlias

from ..analysis.fold import fold
from ..analysis.normalize import nfc
from .dates import Span, parse_span

MAX_LENGTH = 1000
"""Code points of a query that are read."""

MAX_DEPTH = 12
"""Brackets inside brackets that are followed; deeper ones are read as if they were not there."""

FIELDS = {
    "title": "title", "tieude": "title",
    "author": "authors", "tacgia": "authors",
    "category": "category", "chuyenmuc": "category",
    "source": "source", "nguon": "source",
    "place": "place", "diaban": "place", "noi": "place",
}  # fmt: skip
"""Field names as a person may write them (folded, without spaces), and the field that each names."""

BOUNDS = {"tu": "from", "from": "from", "den": "to", "to": "to"}

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂″", '"'))
_NAME = re.compile(r"([^\W\d_]+(?: [^\W\d_]+)?):(?=[^\s:)])")
_SHORT_NAME = re.compile(r"([^\W\d_]+):(?=[^\s:)])")
_QUOTED = re.compile(r'"(?=\S)([^"]*)(?<=\S)"')
_DESIGNATION = re.compile(r"\b[A-ZĐ][A-Za-z]{0,2} $")
_CHUNK = re.compile(r'[^\s"()]+')


@dataclass(frozen=True, slots=True)
class Words:
    """Plain words in a row, as they were typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """A phrase: these words, in this order, next to each other."""

    text: str


@dataclass(frozen=True, slots=True)
class Required:
    """``+đường``: this word or phrase with exactly these accents."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """``huyen*``: every word that starts so."""

    text: str


@dataclass(frozen=True, slots=True)
class Excluded:
    """``-bỏ``: documents with this are left out."""

    node: Node


@dataclass(frozen=True, slots=True)
class InField:
    """``tiêu đề:…``: the node, looked for in one field only."""

    field: str
    node: Node


@dataclass(frozen=True, slots=True)
class Bound:
    """``từ:2021`` or ``đến:30/6/2021``: the first or last day."""

    side: str
    day: date


@dataclass(frozen=True, slots=True)
class All:
    """Everything of this."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of this."""

    nodes: tuple[Node, ...]


Node: TypeAlias = Words | Quoted | Required | Prefix | Excluded | InField | Bound | All | Any


class Query(NamedTuple):
    """A query as it was read; ``shortened`` says that its end was cut off."""

    root: All
    shortened: bool = False


def parse(text: str) -> Query:
    """Read ``text`` into a tree; any string is accepted."""
    clean = nfc("".join(char if char.isprintable() else " " for char in text[: MAX_LENGTH * 4])).translate(_QUOTES)
    letters = [char for char in clean if char.isalpha()]
    shouted = all(char.isupper() for char in letters)
    parser = _Parser(clean[:MAX_LENGTH], joins=frozenset() if shouted else frozenset({"OR", "HOẶC"}))
    return Query(_as_all(parser.group(0)), len(clean.rstrip()) > MAX_LENGTH)


def is_headline(query: Query) -> bool:
    """Say whether a query is words with some of them in quotes, as a pasted headline is, and no other operators."""
    kinds = {type(node) for node in query.root.nodes}
    return kinds == {Words, Quoted}


def unquoted(text: str) -> str:
    """Return a query whose phrases are plain words."""
    return nfc(text).translate(_QUOTES).replace('"', " ")


class _Parser:
    def __init__(self, text: str, joins: frozenset[str]) -> None:
        self.text = text
        self.at = 0
        self.joins = joins

    def group(self, depth: int) -> Node:
        """Read up to the closing bracket or the end; OR binds loosest."""
        sides: list[list[Node]] = [[]]
        while (node := self.item(depth)) is not None:
            if node == "OR":
                sides.append([])
            elif not isinstance(node, str) and node != All(()):
                sides[-1].append(node)
        filled = [_join(side) for side in sides if side]
        return filled[0] if len(filled) == 1 else Any(tuple(filled)) if filled else All(())

    def item(self, depth: int) -> Node | str | None:
        """Read one thing; ``"OR"`` is the operator, ``""`` something that means nothing, None the end of the group."""
        self.spaces()
        if self.at >= len(self.text):
            return None
        char = self.text[self.at]
        if char == ")":
            self.at += 1
            return None if depth else ""
        if char in "+-" and self.operator_here():
            self.at += 1
            inner = self.item(depth)
            if inner is None or isinstance(inner, str):
                return ""
            return Excluded(inner) if char == "-" else _require(inner)
        return self.operand(depth)

    def operator_here(self) -> bool:
        before, after = self.text[self.at - 1 : self.at], self.text[self.at + 1 : self.at + 2]
        if after.isdecimal() and _DESIGNATION.search(self.text, 0, self.at):
            return False
        return (before in {"", "("} or before.isspace()) and (after.isalnum() or after in {'"', "("})

    def operand(self, depth: int) -> Node | str:
        char = self.text[self.at]
        if char == "(":
            self.at += 1
            if depth >= MAX_DEPTH:
                return ""
            return self.group(depth + 1)
        if char == '"':
            return self.quoted()
        return self.named(depth) or self.word()

    def quoted(self) -> Node | str:
        """Read a phrase, whose quotes are glued to its words; other quotes, as in a pasted headline, mean nothing."""
        match = _QUOTED.match(self.text, self.at)
        self.at = match.end() if match else self.at + 1
        return Quoted(match[1]) if match and any(map(str.isalnum, match[1])) else ""

    def named(self, depth: int) -> Node | None:
        """Read ``name:value`` where name is known and value can be used."""
        for pattern in (_NAME, _SHORT_NAME):
            match = pattern.match(self.text, self.at)
            name = "".join(map(fold, match[1].split())) if match else ""
            if match and name in BOUNDS:
                return self.bound(BOUNDS[name], match.end())
            if match and name in FIELDS and depth < MAX_DEPTH:
                before, self.at = self.at, match.end()
                value = self.operand(depth + 1)
                if not isinstance(value, str) and value != All(()):
                    return InField(FIELDS[name], value)
                self.at = before
                return None
        return None

    def bound(self, side: str, start: int) -> Node | None:
        chunk = _CHUNK.match(self.text, start)
        span: Span | None = parse_span(chunk[0].rstrip(".,;")) if chunk else None
        if chunk is None or span is None:
            return None
        self.at = chunk.end()
        return Bound(side, span.first if side == "from" else span.last)

    def word(self) -> Node | str:
        chunk = _CHUNK.match(self.text, self.at)
        assert chunk is not None  # noqa: S101  # every other character was handled before
        self.at = chunk.end()
        word = chunk[0]
        if word in self.joins:
            return "OR"
        stem = word[:-1]
        if word.endswith("*") and len(stem) > 1 and stem.isalnum():
            return Prefix(stem)
        return Words(word)

    def spaces(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1


def _require(node: Node) -> Node:
    return Required(node.text) if isinstance(node, Words | Quoted | Prefix) else node


def _as_all(node: Node) -> All:
    return node if isinstance(node, All) else All((node,))


def _join(nodes: Sequence[Node]) -> Node:
    """Join words that follow one another into one run, so that dates, names and compounds across them are seen."""
    joined: list[Node] = []
    for node in nodes:
        if isinstance(node, Words) and joined and isinstance(joined[-1], Words):
            joined[-1] = replace(joined[-1], text=f"{joined[-1].text} {node.text}")
        else:
            joined.append(node)
    return joined[0] if len(joined) == 1 else All(tuple(joined))


def write(node: Node, *, outermost: bool = True) -> str:
    """Write a tree out as a query again, with its operators explicit, for the line that says how it was read."""
    match node:
        case Words(text):
            return text
        case Quoted(text):
            return f'"{text}"'
        case Required(text):
            return f'+"{text}"' if " " in text else f"+{text}"
        case Prefix(text):
            return f"{text}*"
        case Excluded(inner):
            return f"-{_grouped(inner)}"
        case InField(field, inner):
            return f"{LABELS[field]}:{_grouped(inner)}"
        case Bound(side, day):
            return f"{'từ' if side == 'from' else 'đến'}:{day.isoformat()}"
        case Any(nodes):
            inside = " HOẶC ".join(write(inner, outermost=False) for inner in nodes)
            return inside if outermost else f"({inside})"
        case All(nodes):
            inside = " ".join(write(inner, outermost=False) for inner in nodes)
            return inside if outermost else f"({inside})"


LABELS = {
    "title": "tiêu đề",
    "authors": "tác giả",
    "category": "chuyên mục",
    "source": "nguồn",
    "place": "địa bàn",
}


def _grouped(node: Node) -> str:
    text = write(node, outermost=False)
    return f"({text})" if isinstance(node, Words) and " " in text else text
