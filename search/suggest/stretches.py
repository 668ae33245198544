"""Which stretches of a query are no words of a language?"""

from __future__ import annotations

import re

from ..analysis.fold import fold
from ..analysis.structured import find
from ..query.syntax import BOUNDS, FIELDS

_LABEL = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)?:(?=\S)")

_NAMES = FIELDS.keys() | BOUNDS.keys()

_KINDS = frozenset("ntu")
"""Kinds of structured stretches in which letters are no words: document numbers, times, measures. A date may hold
some: ``ngay 12 thang 6``.
"""


class NoWords:
    """The stretches of one text (NFC) that are field names, document numbers, times or measures."""

    def __init__(self, text: str) -> None:
        self._spans = [(one.start, one.end) for one in find(text) if one.key[0] in _KINDS]
        if ":" in text:
            self._spans += [match.span() for match in _LABEL.finditer(text) if _name(match[0]) in _NAMES]
        self._literal = "*" in text or "+" in text
        self._text = text

    def __contains__(self, span: tuple[int, int]) -> bool:
        """Say whether the code points ``span`` lie in such a stretch, or carry an operator that takes them
        literally (``+duong``, ``huy*``).
        """
        start, end = span
        return any(first <= start < last for first, last in self._spans) or (
            self._literal and self._operator(start, end)
        )

    def _operator(self, start: int, end: int) -> bool:
        before, after = self._text[:start], self._text[end:]
        return after[:1] == "*" or (before[-1:] == "+" and before[-2:-1].strip("( ") == "")


def _name(label: str) -> str:
    return "".join(map(fold, label[:-1].split()))
