"""How do many analysed documents become postings?

Documents come in as token arrays, one item per token of the whole batch; every field is then one sort. What comes
out is the same as :func:`search.analysis.views.field_terms` says of each document, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...analysis.views import FIELDS, JOINER, Field
from ...document import ZONES
from .batch import Batch
from .forward import Tokens, pack_kinds
from .postings import FieldArrays, stable_order
from .terms import pair_keys

Ints = NDArray[np.int64]

_JOINER = JOINER.encode()


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Where terms stand: the term with key ``keys[i]`` (see :class:`search.engines.whoosh.terms.FieldTerms`) in
    document ``docs[i]`` at position ``places[i]``.

    Sorted by document and position.
    """

    keys: Ints
    docs: Ints
    places: Ints
    zones: Ints


@dataclass(frozen=True, slots=True)
class Inverted:
    """A batch as postings: the ``lexicons`` by view, the fields by name, the tokens in their order."""

    lexicons: dict[str, list[bytes]]
    fields: dict[str, FieldArrays]
    tokens: Tokens


def invert(batch: Batch) -> Inverted:
    """Return the postings of every field."""
    folded, folded_ranks = _ranked([key.encode() for key in batch.surfaces.folded])
    exact, exact_ranks = _ranked([key.encode() for key in batch.surfaces.exact])
    plain = folded_ranks[batch.surfaces.folded_of[batch.tokens]]
    accented = exact_ranks[batch.surfaces.exact_of[batch.tokens]]
    compounds, joined = _compounds(folded, plain, batch)
    keys, marked = _keys(batch)
    where = (batch.docs, batch.places, batch.zones)
    views = {
        "S": _with_numerals(Occurrences(plain, *where), batch, folded_ranks),
        "E": Occurrences(accented, *where),
        "B": _pairs(plain, batch),
        "EB": _pairs(accented, batch),
        "C": joined,
        "D": marked,
    }
    return Inverted(
        lexicons={"S": folded, "E": exact, "C": compounds, "D": keys},
        fields={spec.name: _field(spec, views[spec.view], batch) for spec in FIELDS},
        tokens=_tokens(batch, folded_ranks, exact_ranks),
    )


def _ranked(terms: Sequence[bytes]) -> tuple[list[bytes], Ints]:
    """Return ``terms`` sorted, and the rank of each by its index."""
    order = sorted(range(len(terms)), key=terms.__getitem__)
    ranks = np.empty(len(terms), np.int64)
    ranks[order] = np.arange(len(terms))
    return [terms[index] for index in order], ranks


def _with_numerals(plain: Occurrences, batch: Batch, ranks: Ints) -> Occurrences:
    """Add the numbers that Roman numerals stand for, at the same positions."""
    surfaces, tokens = batch.surfaces, batch.tokens
    numeral = surfaces.roman_of[tokens[1:]] >= 0
    after_context = surfaces.context_of[tokens[:-1]] & ~batch.starts_block[1:]
    at = np.flatnonzero(numeral & after_context) + 1
    numbers = ranks[surfaces.roman_of[tokens[at]]]
    return Occurrences(
        np.insert(plain.keys, at + 1, numbers),
        *(np.insert(values, at + 1, values[at]) for values in (plain.docs, plain.places, plain.zones)),
    )


def _pairs(ranks: Ints, batch: Batch) -> Occurrences:
    at = np.flatnonzero(~batch.starts_block[1:])
    return Occurrences(pair_keys(ranks[at], ranks[at + 1]), batch.docs[at], batch.places[at], batch.zones[at])


def _compounds(terms: list[bytes], ranks: Ints, batch: Batch) -> tuple[list[bytes], Occurrences]:
    """Name the compounds by their syllables, those of each size at once."""
    names: list[bytes] = []
    found = np.empty(len(batch.compound_firsts), np.int64)
    for size in np.flatnonzero(np.bincount(batch.compound_sizes)).tolist():
        (of_size,) = (batch.compound_sizes == size).nonzero()
        distinct, numbers = _distinct_rows(ranks[batch.compound_firsts[of_size, None] + np.arange(size)])
        found[of_size] = numbers + len(names)
        names += [_JOINER.join([terms[rank] for rank in row]) for row in distinct.tolist()]
    return _placed(names, found, batch, batch.compound_firsts)


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
    return _placed([key.encode() for key in numbers], np.asarray(found, np.int64), batch, batch.key_firsts)


def _placed(names: Sequence[bytes], found: Ints, batch: Batch, firsts: Ints) -> tuple[list[bytes], Occurrences]:
    """Return ``names`` (distinct) sorted, and where they stand: ``names[found[i]]`` from token ``firsts[i]`` on."""
    lexicon, ranks = _ranked(names)
    return lexicon, Occurrences(ranks[found], batch.docs[firsts], batch.places[firsts], batch.zones[firsts])


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


def _field(spec: Field, seen: Occurrences, batch: Batch) -> FieldArrays:
    inside = np.isin(seen.zones, [batch.zone_names.index(zone) for zone in spec.zones])
    keys, docs, places = seen.keys[inside], seen.docs[inside], seen.places[inside]
    order = stable_order(keys)
    keys, docs, places = keys[order], docs[order], places[order]
    new_key = _changes(keys)
    new_posting = new_key | _changes(docs)
    first = np.flatnonzero(new_posting)
    kept = spec.positions and not spec.whole_text
    return FieldArrays(
        keys=keys[new_key],
        starts=np.append(np.flatnonzero(new_key[first]), len(first)),
        docs=docs[first],
        counts=np.diff(np.append(first, len(keys))),
        lengths=batch.lengths(spec),
        places=np.append(np.flatnonzero(new_key), len(keys)) if kept else None,
        positions=places if kept else None,
    )


def _changes(values: Ints) -> NDArray[np.bool_]:
    changed = np.ones(len(values), bool)
    changed[1:] = values[1:] != values[:-1]
    return changed
