"""How do many analysed documents become postings?

Documents come in as token arrays, one item per token of the whole batch. Every field is then one sort, of integers that
hold a term and a document; it is made when it is about to be written, so that memory holds one at a time. What comes
out is the same as :func:`search.analysis.views.field_terms` says of each document, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ...analysis.views import JOINER, Field
from ...document import ZONES
from ..batch import Batch
from ..integers import stable_order
from .field_arrays import FieldArrays
from .forward import Tokens, pack_kinds
from .terms import pair_keys

Ints = NDArray[np.int64]

_Mask = NDArray[np.bool_]

_JOINER = JOINER.encode()


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Where terms of a view stand: the one with key ``keys[i]`` (see :class:`search.engines.whoosh.terms.FieldTerms`)
    at token ``at[i]`` of the batch, or from there on.
    """

    keys: Ints
    at: Ints


_View = Callable[[_Mask], Occurrences]
"""Returns what stands at the tokens that are marked."""


@dataclass(frozen=True, slots=True)
class Inverted:
    """A batch as postings: the ``lexicons`` by view, the ``tokens`` in their order, and each field when asked for."""

    lexicons: dict[str, list[bytes]]
    tokens: Tokens
    _batch: Batch
    _views: dict[str, _View]

    def field(self, spec: Field) -> FieldArrays:
        """Return the postings of a field."""
        inside = np.asarray([zone in spec.zones for zone in self._batch.zone_names])[self._batch.zones]
        seen = self._views[spec.view](inside)
        return (_placed if spec.positions and not spec.whole_text else _counted)(spec, seen, self._batch)


def invert(batch: Batch) -> Inverted:
    """Return ``batch`` as postings."""
    folded, folded_ranks = _ranked([key.encode() for key in batch.surfaces.folded])
    exact, exact_ranks = _ranked([key.encode() for key in batch.surfaces.exact])
    plain = folded_ranks[batch.surfaces.folded_of[batch.tokens]]
    accented = exact_ranks[batch.surfaces.exact_of[batch.tokens]]
    compounds, joined = _compounds(folded, plain, batch)
    keys, marked = _keys(batch)
    return Inverted(
        lexicons={"S": folded, "E": exact, "C": compounds, "D": keys},
        tokens=_tokens(batch, folded_ranks, exact_ranks),
        _batch=batch,
        _views={
            "S": partial(_both, partial(_words, plain), partial(_listed, _numerals(batch, folded_ranks))),
            "E": partial(_words, accented),
            "B": partial(_pairs, plain, batch),
            "EB": partial(_pairs, accented, batch),
            "C": partial(_listed, joined),
            "D": partial(_listed, marked),
        },
    )


def _ranked(terms: Sequence[bytes]) -> tuple[list[bytes], Ints]:
    """Return ``terms`` sorted, and the rank of each by its index."""
    order = sorted(range(len(terms)), key=terms.__getitem__)
    ranks = np.empty(len(terms), np.int64)
    ranks[order] = np.arange(len(terms))
    return [terms[index] for index in order], ranks


def _words(ranks: Ints, inside: _Mask) -> Occurrences:
    at = np.flatnonzero(inside)
    return Occurrences(ranks[at], at)


def _pairs(ranks: Ints, batch: Batch, inside: _Mask) -> Occurrences:
    at = np.flatnonzero(inside[:-1] & ~batch.starts_block[1:])
    return Occurrences(pair_keys(ranks[at], ranks[at + 1]), at)


def _listed(every: Occurrences, inside: _Mask) -> Occurrences:
    chosen = inside[every.at]
    return Occurrences(every.keys[chosen], every.at[chosen])


def _both(one: _View, other: _View, inside: _Mask) -> Occurrences:
    found = one(inside), other(inside)
    return Occurrences(np.concatenate([each.keys for each in found]), np.concatenate([each.at for each in found]))


def _numerals(batch: Batch, ranks: Ints) -> Occurrences:
    """Return the numbers that Roman numerals stand for."""
    at = batch.numerals
    return Occurrences(ranks[batch.surfaces.roman_of[batch.tokens[at]]], at)


def _compounds(terms: list[bytes], ranks: Ints, batch: Batch) -> tuple[list[bytes], Occurrences]:
    """Name the compounds by their syllables, those of each size at once."""
    names: list[bytes] = []
    found = np.empty(len(batch.compound_firsts), np.int64)
    for size in np.flatnonzero(np.bincount(batch.compound_sizes)).tolist():
        (of_size,) = (batch.compound_sizes == size).nonzero()
        distinct, numbers = _distinct_rows(ranks[batch.compound_firsts[of_size, None] + np.arange(size)])
        found[of_size] = numbers + len(names)
        names += [_JOINER.join([terms[rank] for rank in row]) for row in distinct.tolist()]
    return _named(names, found, batch.compound_firsts)


def _distinct_rows(rows: Ints) -> tuple[Ints, Ints]:
    """Return the distinct ``rows`` of a matrix, and of each row its number among them."""
    order = np.arange(len(rows))
    for column in rows.T[::-1]:
        order = order[stable_order(column[order])]
    ordered = rows[order]
    new = np.ones(len(rows), bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    numbers = np.empty(len(rows), np.int64)
    numbers[order] = new.cumsum() - 1
    return ordered[new], numbers


def _keys(batch: Batch) -> tuple[list[bytes], Occurrences]:
    numbers: dict[str, int] = {}
    found = [numbers.setdefault(key, len(numbers)) for key in batch.keys]
    return _named([key.encode() for key in numbers], np.asarray(found, np.int64), batch.key_firsts)


def _named(names: Sequence[bytes], found: Ints, firsts: Ints) -> tuple[list[bytes], Occurrences]:
    """Return ``names`` (distinct) sorted, and where they stand: ``names[found[i]]`` from token ``firsts[i]`` on."""
    lexicon, ranks = _ranked(names)
    return lexicon, Occurrences(ranks[found], firsts)


def _tokens(batch: Batch, folded_ranks: Ints, exact_ranks: Ints) -> Tokens:
    surfaces = batch.surfaces
    numeral = np.where(surfaces.roman_of >= 0, folded_ranks[surfaces.roman_of] + 1, 0)
    packed = pack_kinds(folded_ranks[surfaces.folded_of], exact_ranks[surfaces.exact_of], numeral)
    kinds, kind_of = np.unique(packed, return_inverse=True)
    at = np.flatnonzero(batch.zones < len(ZONES))
    docs, kind = batch.docs[at], kind_of[batch.tokens[at]]
    blocks = np.bincount(docs[batch.starts_block[at]], minlength=batch.size)
    sizes = np.bincount(docs, minlength=batch.size) + blocks
    tokens = np.zeros(int(sizes.sum()), np.int64)
    tokens[(np.cumsum(sizes) - sizes)[docs] + batch.places[at]] = kind + 1
    held = np.bincount(kind, minlength=len(kinds))
    return Tokens(kinds, held, tokens, sizes)


def _counted(spec: Field, seen: Occurrences, batch: Batch) -> FieldArrays:
    """Return a field that keeps no positions of its own."""
    # A batch has few documents, so a key and a document fit into one integer.
    bits = batch.size.bit_length()
    packed = seen.keys << bits
    packed |= batch.docs[seen.at]
    packed.sort()
    first = np.flatnonzero(_changes(packed))
    postings = packed[first]
    keys = postings >> bits
    new_key = np.flatnonzero(_changes(keys))
    return FieldArrays(
        keys=keys[new_key],
        starts=np.append(new_key, len(keys)),
        docs=postings & ((1 << bits) - 1),
        counts=np.diff(first, append=len(packed)),
        lengths=batch.lengths(spec),
    )


def _placed(spec: Field, seen: Occurrences, batch: Batch) -> FieldArrays:
    """Return a field with its positions."""
    in_text = stable_order(seen.at)
    order = in_text[stable_order(seen.keys[in_text])]
    keys, at = seen.keys[order], seen.at[order]
    docs = batch.docs[at]
    new_key = _changes(keys)
    first = np.flatnonzero(new_key | _changes(docs))
    return FieldArrays(
        keys=keys[new_key],
        starts=np.append(np.flatnonzero(new_key[first]), len(first)),
        docs=docs[first],
        counts=np.diff(first, append=len(keys)),
        lengths=batch.lengths(spec),
        places=np.append(np.flatnonzero(new_key), len(keys)),
        positions=batch.places[at],
    )


def _changes(values: Ints) -> _Mask:
    changed = np.ones(len(values), bool)
    changed[1:] = values[1:] != values[:-1]
    return changed
