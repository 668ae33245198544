"""Which articles are reprints of which?

The same article in another paper, or once more in the same one: near-identical text, whatever stands above it. Any
two articles of a group are alike by their sketches (see :mod:`search.analysis.sketch`), and no number of the one is
replaced by another in the other. So weather bulletins, prices and notices that a paper prints again and again with
other figures stay apart.

Groups are made at indexing: article after article, in the order of their ids, each joins the first group that it fits,
or begins one. So they depend on nothing but which articles there are. Articles that are alike, directly or by way of
others, are a *family*: what is added or removed changes the groups of its own family only, and few more articles than
those are read for it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple, TypeAlias

import numpy as np

from .resemblance import Sketches, alike, as_sketches, families

Group: TypeAlias = tuple[str, ...]
Family: TypeAlias = tuple[Group, ...]


class Text(NamedTuple):
    """What is compared of an article: its ``sketch`` and the ``numbers`` in its text."""

    id: str
    sketch: bytes
    numbers: frozenset[str]


@dataclass(frozen=True)
class Groups:
    """The groups of an index by family, each of two articles or more, though a group may be one article."""

    families: tuple[Family, ...] = ()

    @cached_property
    def _of(self) -> dict[str, Group]:
        return {id_: group for family in self.families for group in family for id_ in group}

    def of(self, id_: str) -> Group:
        """Return the ids of the articles that are the same text as that with ``id_``, itself too, in their order."""
        return self._of.get(id_, (id_,))

    def changed(
        self,
        ids: Collection[str],
        alike_ones: Collection[str],
        read: Callable[[Sequence[str]], Iterable[Text]],
    ) -> Groups:
        """Return the groups after the articles ``ids`` were added, replaced or removed, of which some are alike to
        others: these and those are ``alike_ones``. ``read`` gives what is compared of articles, of those that are there
        still.
        """
        concerned = {*ids, *alike_ones}
        kept: list[Family] = []
        again = set(alike_ones)
        for family in self.families:
            members = set(chain.from_iterable(family))
            if concerned.isdisjoint(members):
                kept.append(family)
            else:
                again |= members
        return Groups(tuple(sorted(kept + divided(read(sorted(again))))))

    def packed(self) -> bytes:
        """Return them as bytes."""
        return zlib.compress(json.dumps(self.families, ensure_ascii=False, separators=(",", ":")).encode())

    @classmethod
    def unpacked(cls, data: bytes) -> Groups:
        """Read what :meth:`packed` gave; raises :class:`ValueError` where that is damaged."""
        try:
            read = json.loads(zlib.decompress(data))
        except zlib.error as error:
            raise ValueError(str(error)) from error
        return cls(tuple(tuple(tuple(group) for group in family) for family in read))


def divided(texts: Iterable[Text]) -> list[Family]:
    """Return the families among ``texts``, in no particular order."""
    ordered = sorted(texts)
    sketches = as_sketches(b"".join(text.sketch for text in ordered))
    members: dict[int, list[int]] = {}
    for at, head in enumerate(families(sketches).tolist()):
        members.setdefault(head, []).append(at)
    return [_family([ordered[at] for at in own], sketches[own]) for own in members.values() if len(own) > 1]


def _family(texts: Sequence[Text], sketches: Sketches) -> Family:
    groups: list[list[int]] = []
    numbers: list[set[frozenset[str]]] = []
    sizes, of = np.zeros((2, len(texts)), np.intp)
    for at, text in enumerate(texts):
        near = np.bincount(of[:at][alike(sketches[at], sketches[:at])], minlength=len(groups))
        fitting = (
            number
            for number in np.flatnonzero(near == sizes[: len(groups)]).tolist()
            if all(text.numbers <= one or text.numbers >= one for one in numbers[number])
        )
        of[at] = number = next(fitting, len(groups))
        if number == len(groups):
            groups.append([])
            numbers.append(set())
        groups[number].append(at)
        sizes[number] += 1
        numbers[number].add(text.numbers)
    return tuple(tuple(texts[at].id for at in group) for group in groups)
