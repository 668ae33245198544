"""How do groups of reprints follow what a commit changes (see :mod:`search.engines.groups`)?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate

import numpy as np

from ...analysis.sketch import SKETCH_BYTES
from ..compared import text_of
from ..groups import Groups, Text
from ..resemblance import Sketches, alike_to
from .segments import OpenSegment


def regrouped(
    before: Groups, kept: Sequence[OpenSegment], fresh: Sequence[OpenSegment], ids: Collection[str]
) -> Groups:
    """Return the groups of the live documents of the segments ``kept`` and ``fresh`` after a commit that added the
    latter; ``ids`` are those of the documents that it added, replaced or deleted.
    """
    whole = _Whole((*kept, *fresh))
    return before.changed(ids, whole.alike_to(len(kept)), whole.texts)


class _Whole:
    """Segments one after another."""

    def __init__(self, segments: Sequence[OpenSegment]) -> None:
        self._segments = segments
        self._bases = [0, *accumulate(len(segment.documents) for segment in segments)]

    def alike_to(self, first: int) -> set[str]:
        """Return the ids of documents that are alike to others, where one of the two is in a segment from ``first``
        on.
        """
        numbers = np.flatnonzero(np.concatenate([np.ones(0, np.bool_), *(segment.live for segment in self._segments)]))
        fresh = numbers >= self._bases[first]
        if not fresh.any():
            return set()
        return {self._id_of(number) for number in numbers[alike_to(self._sketches()[numbers], fresh)].tolist()}

    def texts(self, ids: Sequence[str]) -> Iterator[Text]:
        """Yield what is compared of the live documents among ``ids``."""
        for id_ in ids:
            for segment in self._segments:
                number = segment.number(id_)
                if number is not None:
                    sketch = segment.documents.sketches[number].tobytes()
                    yield text_of(id_, sketch, segment.stored(number))
                    break

    def _sketches(self) -> Sketches:
        nothing = np.zeros((0, SKETCH_BYTES), np.uint8)
        return np.concatenate([nothing, *(segment.documents.sketches for segment in self._segments)])

    def _id_of(self, number: int) -> str:
        at = bisect_right(self._bases, number) - 1
        return self._segments[at].documents.heading(number - self._bases[at])[0]
