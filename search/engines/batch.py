"""How do many documents become arrays?

The same analysis as :func:`search.analysis.views.analyze`, laid out with one array item per token, for all texts of
all documents at once (see :mod:`search.analysis.pieces`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analysis.offsets import PackedTokens, expected_sizes
from ..analysis.pieces import Analysed, SurfaceTable, known_pieces
from ..analysis.stretches import find_many
from ..analysis.structured import Structured, resolved
from ..analysis.views import Field, Key, labels
from ..document import ZONES, Document

Ints = NDArray[Any]

ZONE_NAMES = (*ZONES, "category", "source", "place")
_ZONE_NUMBERS = {zone: number for number, zone in enumerate(ZONE_NAMES)}


@dataclass(frozen=True, slots=True)
class Batch:
    """Analysed documents. Arrays with one item per token: ``tokens`` (its spelling, a row of ``surfaces``), ``docs``,
    ``places`` (token number within the document), ``zones`` (index into ``zone_names``), ``starts_block``. Compounds
    and keys name their first token by its index in these. ``gaps`` has the code points between each token and the one
    before, or the start of its text, ``sizes`` its own. ``counts`` says for each view how many of its terms stand in
    each zone of each document (an array of documents × zones). Of each document ``marked`` has the structured
    stretches, and ``blank`` says which of its texts have no token.
    """

    size: int
    surfaces: SurfaceTable
    tokens: Ints
    docs: Ints
    places: Ints
    zones: Ints
    starts_block: NDArray[np.bool_]
    compound_firsts: Ints
    compound_sizes: Ints
    keys: list[str]
    key_firsts: Ints
    gaps: Ints
    sizes: Ints
    counts: dict[str, Ints]
    marked: list[list[Key]]
    blank: list[list[int]]
    zone_names: tuple[str, ...] = ZONE_NAMES

    @property
    def numerals(self) -> Ints:
        """Return which tokens, by their index, are Roman numerals that stand for a number where they are."""
        numeral = self.surfaces.roman_of[self.tokens[1:]] >= 0
        after_context = self.surfaces.context_of[self.tokens[:-1]] & ~self.starts_block[1:]
        found: Ints = np.flatnonzero(numeral & after_context) + 1
        return found

    @property
    def text_bounds(self) -> Ints:
        """Return of each document the index of its first token and of the one after its last, as rows. Facet labels,
        which come last in each, are left out: they are no text.
        """
        in_text = np.bincount(self.docs[self.zones < len(ZONES)], minlength=self.size)
        begins = self.docs.searchsorted(np.arange(self.size))
        return np.stack((begins, begins + in_text), axis=1)

    def packed_offsets(self) -> list[bytes]:
        """Return the offsets of each document, packed (see :mod:`search.analysis.offsets`)."""
        expected = expected_sizes(self.surfaces.folded)[self.surfaces.folded_of[self.tokens]]
        tokens = PackedTokens.of(self.gaps, self.sizes, expected)
        return [
            tokens.pack(begin, end, blank, own)
            for (begin, end), blank, own in zip(self.text_bounds.tolist(), self.blank, self.marked, strict=True)
        ]

    def lengths(self, spec: Field) -> Ints:
        """Return the length of a field in each document (see :func:`search.analysis.views.field_length`)."""
        lengths: Ints = self.counts[spec.view][:, [self.zone_names.index(zone) for zone in spec.zones]].sum(axis=1)
        return lengths


@dataclass(frozen=True, slots=True)
class _Texts:
    """All texts of a batch: of which document and which zone of it each is; labels come last in a document."""

    texts: list[str]
    docs: Ints
    zones: Ints

    @classmethod
    def of(cls, documents: Sequence[Document]) -> _Texts:
        texts: list[str] = []
        rows: list[tuple[int, int]] = []
        for number, document in enumerate(documents):
            for zone, _, text in chain(document.blocks(), labels(document)):
                if text:
                    texts.append(text)
                    rows.append((number, _ZONE_NUMBERS[zone]))
        return cls(texts, *np.asarray(rows, np.int32).reshape(-1, 2).T)

    def without_tokens(self, counts: Ints, size: int) -> list[list[int]]:
        """Return for each of ``size`` documents which of its texts have no token, of which each text has ``counts``."""
        listed: list[list[int]] = [[] for _ in range(size)]
        (at,) = ((counts == 0) & (self.zones < len(ZONES))).nonzero()
        for doc, text in zip(
            self.docs[at].tolist(), (at - self.docs.searchsorted(self.docs[at])).tolist(), strict=True
        ):
            listed[doc].append(text)
        return listed


def analyze_batch(documents: Sequence[Document]) -> Batch:
    """Analyse ``documents`` (normalized); their numbers are their places in the sequence."""
    size = len(documents)
    texts = _Texts.of(documents)
    with known_pieces() as known:
        found = known.analyse(texts.texts)
        surfaces, tokens = known.surfaces.of(found.surfaces)
    docs, zones = np.repeat(texts.docs, found.counts), np.repeat(texts.zones, found.counts)
    starts_block = np.zeros(len(docs), bool)
    starts_block[found.firsts[found.counts > 0]] = True
    places = _places(docs, starts_block)
    keys = _Keys.of(documents, texts, found, places)

    def in_zones(tokens: Ints) -> Ints:
        return _per_zone(docs[tokens], zones[tokens], size)

    syllables = _per_zone(docs, zones, size)
    pairs = syllables - in_zones(np.flatnonzero(starts_block))
    counts = {"S": syllables, "E": syllables, "B": pairs, "EB": pairs}
    counts |= {"C": in_zones(found.compound_firsts), "D": in_zones(keys.firsts[keys.own])}
    return Batch(
        size,
        surfaces,
        tokens,
        docs,
        places,
        zones,
        starts_block,
        found.compound_firsts,
        found.compound_sizes,
        keys.texts,
        keys.firsts,
        found.gaps,
        found.ends - found.starts,
        counts,
        keys.of_documents,
        texts.without_tokens(found.counts, size),
    )


def _places(docs: Ints, starts_block: NDArray[np.bool_]) -> Ints:
    """Number the tokens of each document, leaving one number free between blocks."""
    numbers: Ints = np.arange(len(docs)) + starts_block.cumsum()
    (first,) = np.diff(docs, prepend=-1).nonzero()
    numbers -= numbers[first].repeat(np.diff(first, append=len(docs)))
    return numbers


def _per_zone(docs: Ints, zones: Ints, size: int) -> Ints:
    """Count in an array of documents × zones."""
    cells = docs * len(ZONE_NAMES) + zones
    return np.bincount(cells, minlength=size * len(ZONE_NAMES)).reshape(size, len(ZONE_NAMES))


@dataclass(frozen=True, slots=True)
class _Keys:
    """The structured stretches of each document, as its offsets keep them; and all keys, their own and the wider ones,
    each with its first token (in the batch).
    """

    of_documents: list[list[Key]]
    texts: list[str]
    firsts: Ints
    own: Ints

    @classmethod
    def of(cls, documents: Sequence[Document], texts: _Texts, found: Analysed, places: Ints) -> _Keys:
        of_documents: list[list[Key]] = [[] for _ in documents]
        keys: list[str] = []
        firsts: list[int] = []
        own: list[int] = []
        zones, docs = texts.zones.tolist(), texts.docs.tolist()
        for text, stretch, first, size, place in _stretches(texts.texts, found, places):
            number = docs[text]
            key = Key(place, size, stretch.key, stretch.wider + resolved(stretch.key, documents[number].day))
            if zones[text] < len(ZONES):
                of_documents[number].append(key)
            own.append(len(keys))
            keys += (key.key, *key.wider)
            firsts += [first] * (1 + len(key.wider))
        return cls(of_documents, keys, np.asarray(firsts, np.int64), np.asarray(own, np.int64))


def _stretches(texts: Sequence[str], found: Analysed, places: Ints) -> Iterator[tuple[int, Structured, int, int, int]]:
    """Yield of each structured stretch the number of its text, itself, its first token (in the batch), how many it
    has, and the number of the first one within the document.
    """
    stretches = list(find_many(texts))
    origins = found.origins[[text for text, _ in stretches]]
    first, after = (
        found.starts.searchsorted(origins + np.asarray(edges, found.starts.dtype))
        for edges in ([one.start for _, one in stretches], [one.end for _, one in stretches])
    )
    for (text, stretch), begin, end in zip(stretches, first.tolist(), after.tolist(), strict=True):
        if end > begin:
            yield text, stretch, begin, end - begin, int(places[begin])
