"""Which articles are reprints of which, in the obvious way: each is compared with every other one."""

from __future__ import annotations

from collections.abc import Iterable

from ..analysis.sketch import alike
from .groups import Groups, Text


def all_groups(texts: Iterable[Text]) -> Groups:
    """Return the groups of an index of ``texts``."""
    groups: list[list[Text]] = []
    for text in sorted(texts):
        for group in groups:
            if all(_same(text, other) for other in group):
                group.append(text)
                break
        else:
            groups.append([text])
    return Groups(tuple((tuple(text.id for text in group),) for group in groups if len(group) > 1))


def _same(one: Text, other: Text) -> bool:
    exchanged = one.numbers - other.numbers and other.numbers - one.numbers
    return not exchanged and alike(one.sketch, other.sketch)
