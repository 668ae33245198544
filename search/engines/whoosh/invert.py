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
from .batch import Batch
from .postings import FieldArrays, stable_order
from .terms import pack_terms

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Where terms stand: term ``words[i]`` (an index into sorted ``terms``) in document ``docs[i]`` at position
    ``places[i]``.

    Sorted by document and position.
    """

    terms: Sequence[bytes]
    words: Ints
    docs: Ints
    places: Ints
    zones: Ints


def invert(batch: Batch) -> dict[str, FieldArrays]:
    """Return the postings of every field, by field name."""
    views = _views(batch)
    return {spec.name: _field(spec, views[spec.view], batch) for spec in FIELDS}


def _views(batch: Batch) -> dict[str, Occurrences]:
    folded, folded_ranks = _ranked(batch.surfaces.folded)
    exact, exact_ranks = _ranked(batch.surfaces.exact)
    plain = folded_ranks[batch.surfaces.folded_of[batch.tokens]]
    accented = exact_ranks[batch.surfaces.exact_of[batch.tokens]]
    where = (batch.docs, batch.places, batch.zones)
    return {
        "S": _with_numerals(Occurrences(folded, plain, *where), batch, folded_ranks),
        "E": Occurrences(exact, accented, *where),
        "B": _pairs(folded, plain, batch),
        "EB": _pairs(exact, accented, batch),
        "C": _compounds(folded, plain, batch),
        "D": _keys(batch),
    }


def _ranked(strings: Sequence[str]) -> tuple[list[bytes], Ints]:
    """Return ``strings`` sorted as bytes, and the rank of each by its index."""
    encoded = [string.encode() for string in strings]
    order = sorted(range(len(encoded)), key=encoded.__getitem__)
    ranks = np.empty(len(encoded), np.int64)
    ranks[order] = np.arange(len(encoded))
    return [encoded[index] for index in order], ranks


def _with_numerals(plain: Occurrences, batch: Batch, ranks: Ints) -> Occurrences:
    """Add the numbers that Roman numerals stand for, at the same positions."""
    roman = batch.surfaces.roman_of[batch.tokens]
    after_context = np.zeros(len(roman), bool)
    after_context[1:] = batch.surfaces.context_of[batch.tokens[:-1]] & ~batch.starts_block[1:]
    at = np.flatnonzero((roman >= 0) & after_context)
    if not at.size:
        return plain
    merged = np.concatenate((np.arange(len(roman)), at))
    order = np.argsort(merged, kind="stable")
    words = np.concatenate((plain.words, ranks[roman[at]]))
    picked = merged[order]
    return Occurrences(plain.terms, words[order], plain.docs[picked], plain.places[picked], plain.zones[picked])


def _pairs(terms: list[bytes], words: Ints, batch: Batch) -> Occurrences:
    at = np.flatnonzero(~batch.starts_block[1:])
    codes = words[at] * len(terms) + words[at + 1]
    distinct, index = np.unique(codes, return_inverse=True)
    joiner = JOINER.encode()
    lefts, rights = np.divmod(distinct, max(1, len(terms)))
    pairs = [terms[left] + joiner + terms[right] for left, right in zip(lefts.tolist(), rights.tolist(), strict=True)]
    return Occurrences(pairs, index.astype(np.int64), batch.docs[at], batch.places[at], batch.zones[at])


def _compounds(terms: list[bytes], words: Ints, batch: Batch) -> Occurrences:
    joiner = JOINER.encode()
    firsts, sizes = batch.compound_firsts, batch.compound_sizes
    numbers: dict[bytes, int] = {}
    known: dict[tuple[int, ...], int] = {}
    listed = words.tolist()
    found = []
    for first, size in zip(firsts.tolist(), sizes.tolist(), strict=True):
        parts = tuple(listed[first : first + size])
        number = known.get(parts)
        if number is None:
            term = joiner.join(terms[part] for part in parts)
            number = known[parts] = numbers.setdefault(term, len(numbers))
        found.append(number)
    return _named(list(numbers), found, batch.docs[firsts], batch.places[firsts], batch.zones[firsts])


def _keys(batch: Batch) -> Occurrences:
    numbers: dict[bytes, int] = {}
    found = [numbers.setdefault(key.encode(), len(numbers)) for key in batch.keys]
    firsts = batch.key_firsts
    return _named(list(numbers), found, batch.docs[firsts], batch.places[firsts], batch.zones[firsts])


def _named(terms: list[bytes], words: list[int], docs: Ints, places: Ints, zones: Ints) -> Occurrences:
    order = sorted(range(len(terms)), key=terms.__getitem__)
    ranks = np.empty(len(terms), np.int64)
    ranks[order] = np.arange(len(terms))
    return Occurrences([terms[index] for index in order], ranks[np.asarray(words, np.int64)], docs, places, zones)


def _field(spec: Field, seen: Occurrences, batch: Batch) -> FieldArrays:
    inside = np.isin(seen.zones, [batch.zone_names.index(zone) for zone in spec.zones])
    words, docs, places = seen.words[inside], seen.docs[inside], seen.places[inside]
    order = stable_order(words)
    words, docs, places = words[order], docs[order], places[order]
    new_word = _changes(words)
    new_posting = new_word | _changes(docs)
    first = np.flatnonzero(new_posting)
    counts = np.diff(np.append(first, len(words)))
    held = words[new_word]
    terms, ends = pack_terms([seen.terms[word] for word in held.tolist()])
    return FieldArrays(
        terms=terms,
        term_ends=ends,
        starts=np.append(np.flatnonzero(new_word[first]), len(first)).astype(np.uint32),
        docs=docs[first],
        counts=counts,
        lengths=batch.lengths(spec),
        places=np.append(np.flatnonzero(new_word), len(words)).astype(np.uint32) if spec.positions else None,
        positions=places if spec.positions else None,
    )


def _changes(values: Ints) -> NDArray[np.bool_]:
    changed = np.ones(len(values), bool)
    changed[1:] = values[1:] != values[:-1]
    return changed
