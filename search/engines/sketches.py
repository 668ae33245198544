"""How are the sketches of a batch of documents computed (see :mod:`search.analysis.sketch`)?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..analysis.sketch import BINS, CODES, SHINGLE, SHORT, TEXT_ZONES, hashed_shingle, hashed_word, placed
from .batch import Batch, Ints

_NONE = np.iinfo(np.uint64).max

_STEP = 1 << 14
"""Shingles that are hashed at once: their arrays stay in the processor's cache, which takes a third of the time."""


def sketches(batch: Batch) -> NDArray[np.uint8]:
    """Return the sketches of the documents, one after another."""
    at = _text(batch)
    tokens, docs = batch.tokens[at], batch.docs[at]
    words = np.asarray([hashed_word(key) for key in batch.surfaces.folded], np.uint64)[batch.surfaces.folded_of]
    least = np.full(batch.size * BINS + 1, _NONE, np.uint64)
    for start in range(0, len(at) - SHINGLE + 1, _STEP):
        part = slice(start, start + _STEP + SHINGLE - 1)
        cells, values = _placed(words[tokens[part]], docs[part], batch.size * BINS)
        np.minimum.at(least, cells, values)
    codes = np.where(least == _NONE, 0, least % CODES + 1).astype(np.uint8)[:-1]
    return codes[::2] | codes[1::2] << np.uint8(4)


def _text(batch: Batch) -> Ints:
    """Return which tokens are those of the texts."""
    zones = [batch.zone_names.index(zone) for zone in TEXT_ZONES]
    chosen = np.zeros(len(batch.zone_names), np.bool_)
    chosen[zones] = True
    in_text = chosen[batch.zones]
    short = batch.counts["S"][:, zones].sum(axis=1) < SHORT
    (titles,) = (batch.zones == batch.zone_names.index("title")).nonzero()
    in_text[titles] = short[batch.docs[titles]]
    return np.flatnonzero(in_text)


def _placed(words: Ints, docs: Ints, nowhere: int) -> tuple[Ints, Ints]:
    """Return for the shingles of some words the bin among those of all documents, or ``nowhere`` for shingles that
    reach into another document, and what is compared there.
    """
    count = len(words) - SHINGLE + 1
    bins, values = placed(hashed_shingle([words[at : at + count] for at in range(SHINGLE)]))
    cells = docs[:count] * BINS + bins.astype(np.int64)
    cells[docs[:count] != docs[SHINGLE - 1 :]] = nowhere
    return cells, values
