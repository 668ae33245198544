"""How do several segments become one?

In bulk, by array: the terms of a field are united, every posting is renumbered and sorted into its new place, range
of terms by range of terms, so that only a few million postings are in memory at a time. Deleted documents are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path

import numpy as np

from ...page import FACETS
from .arrays import Array, ArrayWriter
from .codec import DOCUMENTS_EXT, POSTINGS_EXT, ArraySegment
from .documents import write_facet, write_stored
from .postings import FieldArrays, FieldPostings, Ints, runs, smallest, stable_order
from .segments import INDEX_NAME, OpenSegment
from .terms import pack_terms

CHUNK = 1 << 22
"""Postings that are sorted at a time."""


def merge_segments(folder: Path, parts: Sequence[OpenSegment]) -> ArraySegment:
    """Write the live documents of ``parts``, in order, as one new durable segment into ``folder``, and return it."""
    maps, size = _renumber(parts)
    merged = ArraySegment(INDEX_NAME, size)
    with ArrayWriter(merged.path(folder, POSTINGS_EXT)) as file:
        for name in parts[0].fields:
            _merge_field([part.fields[name] for part in parts], maps).write(file, name)
    with ArrayWriter(merged.path(folder, DOCUMENTS_EXT)) as file:
        _merge_documents(file, parts, maps)
    return merged


def _renumber(parts: Sequence[OpenSegment]) -> tuple[list[Ints], int]:
    """Return for each part the new number of each document, -1 for deleted ones, and the number of live documents."""
    maps, at = [], 0
    for part in parts:
        live = np.ones(len(part.documents), bool)
        live[list(part.segment.deleted_docs())] = False
        numbers = np.cumsum(live) - 1 + at
        numbers[~live] = -1
        maps.append(numbers)
        at += int(live.sum())
    return maps, at


def _merge_field(fields: Sequence[FieldPostings], maps: Sequence[Ints]) -> FieldArrays:
    united = sorted(set(chain.from_iterable(field.terms for field in fields)))
    rank_of = {term: rank for rank, term in enumerate(united)}
    ranks = [np.fromiter(map(rank_of.__getitem__, field.terms), np.int64, len(field.terms)) for field in fields]
    del rank_of
    with_positions = fields[0].arrays.positions is not None
    docs, counts, positions, per_term = [], [], [], np.zeros(len(united), np.int64)
    per_term_places = np.zeros(len(united), np.int64)
    for first, after in _ranges(fields, ranks, len(united)):
        chunk = [
            _slice(field, numbers, rank, first, after) for field, numbers, rank in zip(fields, maps, ranks, strict=True)
        ]
        words = np.concatenate([part[0] for part in chunk])
        order = stable_order(words - first)
        words = words[order]
        held = np.concatenate([part[2] for part in chunk])[order]
        docs.append(_narrow(np.concatenate([part[1] for part in chunk])[order], maps))
        counts.append(smallest(held))
        per_term += np.bincount(words, minlength=len(united))
        per_term_places += np.bincount(words, weights=held, minlength=len(united)).astype(np.int64)
        if with_positions:
            positions.append(_gather(chunk, order))
    kept = per_term > 0
    terms, ends = pack_terms([term for term, keep in zip(united, kept.tolist(), strict=True) if keep])
    return FieldArrays(
        terms=terms,
        term_ends=ends,
        starts=np.concatenate(([0], np.cumsum(per_term[kept]))).astype(np.uint32),
        docs=_joined(docs),
        counts=_joined(counts),
        lengths=_joined([field.arrays.lengths[numbers >= 0] for field, numbers in zip(fields, maps, strict=True)]),
        places=np.concatenate(([0], np.cumsum(per_term_places[kept]))).astype(np.uint32) if with_positions else None,
        positions=_joined(positions) if with_positions else None,
    )


def _joined(arrays: Sequence[Array]) -> Array:
    return np.concatenate(arrays) if arrays else np.empty(0, np.uint8)


def _narrow(docs: Ints, maps: Sequence[Ints]) -> Array:
    top = max((int(numbers.max()) for numbers in maps if numbers.size), default=0)
    return docs.astype(np.min_scalar_type(max(top, 0)))


def _ranges(fields: Sequence[FieldPostings], ranks: Sequence[Ints], size: int) -> Iterator[tuple[int, int]]:
    """Cut the united terms into ranges of about :data:`CHUNK` postings."""
    per_term = np.zeros(size, np.int64)
    for field, rank in zip(fields, ranks, strict=True):
        per_term[rank] += _sizes(field.arrays.starts)
    chunk_of = np.cumsum(per_term) // CHUNK
    bounds = [0, *(np.flatnonzero(np.diff(chunk_of)) + 1).tolist(), size]
    return ((first, after) for first, after in pairwise(bounds) if after > first)


def _sizes(starts: Array) -> Ints:
    """Return the number of postings of each term."""
    bounds = starts.astype(np.int64)
    return bounds[1:] - bounds[:-1]


def _slice(
    field: FieldPostings, numbers: Ints, ranks: Ints, first: int, after: int
) -> tuple[Ints, Ints, Ints, Array, Ints]:
    """Return (word, new document, count, positions, first position) of the live postings of one part's terms in a
    range.
    """
    low, high = np.searchsorted(ranks, (first, after)).tolist()
    arrays = field.arrays
    start, end = int(arrays.starts[low]), int(arrays.starts[high])
    words = np.repeat(ranks[low:high], _sizes(arrays.starts[low : high + 1]))
    docs = numbers[arrays.docs[start:end]]
    counts = arrays.counts[start:end].astype(np.int64)
    positions: Array = np.empty(0, np.uint8)
    if arrays.positions is not None and arrays.places is not None:
        positions = arrays.positions[int(arrays.places[low]) : int(arrays.places[high])]
    live = docs >= 0
    return words[live], docs[live], counts[live], positions, (np.cumsum(counts) - counts)[live]


def _gather(chunk: Sequence[tuple[Ints, Ints, Ints, Array, Ints]], order: Ints) -> Array:
    """Return the positions of the postings in their new order."""
    bases = np.cumsum([0, *(len(part[3]) for part in chunk)])[:-1]
    firsts = np.concatenate([part[4] + base for part, base in zip(chunk, bases, strict=True)])[order]
    counts = np.concatenate([part[2] for part in chunk])[order]
    every = np.concatenate([part[3] for part in chunk])
    return every[runs(firsts, counts)]


def _merge_documents(file: ArrayWriter, parts: Sequence[OpenSegment], maps: Sequence[Ints]) -> None:
    live = [np.flatnonzero(numbers >= 0) for numbers in maps]
    write_stored(
        file,
        [part.documents.packed(number) for part, chosen in zip(parts, live, strict=True) for number in chosen.tolist()],
    )
    for name in ("instants", "days"):
        file.add(name, np.concatenate([part.files[1][name][chosen] for part, chosen in zip(parts, live, strict=True)]))
    for facet in FACETS:
        docs: list[int] = []
        values: list[bytes] = []
        for part, numbers in zip(parts, maps, strict=True):
            names, codes, holders = part.documents.facet(facet)
            renumbered = numbers[holders]
            kept = renumbered >= 0
            docs += renumbered[kept].tolist()
            encoded = [name.encode() for name in names]
            values += [encoded[code] for code in codes[kept].tolist()]
        write_facet(file, facet, docs, values)
