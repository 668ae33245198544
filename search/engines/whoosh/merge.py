"""How do several segments become one?

In bulk, by array. The lexicons are united; as that keeps the order of terms, a term's postings in the whole are those
of the first segment, then those of the second, and so on. So where each posting goes is known without sorting any, and
each segment's are put there at once. Deleted documents are left out.

One field is in memory at a time (or three, see :func:`merge_segments`), in the types that it has on disk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from itertools import compress, islice
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...analysis.views import FIELDS, Field
from ...page import FACETS
from ..integers import Ints, distinct, runs
from .arrays import Array, ArrayWriter
from .codec import DOCUMENTS_EXT, POSTINGS_EXT, ArraySegment
from .documents import write_facet, write_stored
from .field_arrays import FieldArrays
from .forward import Tokens, pack_kinds, split_kinds, write_forward
from .segment_writer import write_ids
from .segments import INDEX_NAME, OpenSegment
from .terms import LEXICONS, PAIRS, pair_keys, split_pairs, write_lexicon

AHEAD = 2
"""Fields that are merged while another is written. Most of it are operations on arrays, beside which other threads run:
the merge of 40,000 articles takes 3.9 s on two cores instead of 5.1, and 160 MB more.
"""


_Write: TypeAlias = Callable[[ArrayWriter], None]
"""Writes to a file what was merged."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment to be merged: which of its documents are ``live``, and the new ``numbers`` of these (those of others
    mean nothing); ``ranks`` by view the new rank of each term of a lexicon, -1 where no live document holds it.
    """

    segment: OpenSegment
    live: NDArray[np.bool_]
    numbers: Array
    ranks: dict[str, Ints] = field(default_factory=dict)

    def codes(self) -> Array:
        """Return those of the tokens of live documents (uint32)."""
        codes = self.segment.forward.all_tokens()
        return codes if self.live.all() else codes[np.repeat(self.live, self.segment.forward.sizes)]

    def used(self, view: str) -> NDArray[np.bool_]:
        """Return which terms of a lexicon live documents hold."""
        used = np.zeros(len(self.segment.postings.lexicons[view]), bool)
        if self.live.all():
            return ~used
        for spec in FIELDS:
            if spec.view == view:
                postings = self.segment.fields[spec.name]
                live = self.live[postings.postings(range(len(postings.terms)))[0]]
                held = np.concatenate(([0], np.cumsum(live)))[postings.starts]
                used[postings.terms.keys[np.diff(held) > 0]] = True
        if view == "S":
            numerals = split_kinds(self.segment.forward.kinds()[_used_codes(self.codes()) - 1])[2]
            used[numerals[numerals > 0] - 1] = True
        return used


def merge_segments(folder: Path, segments: Sequence[OpenSegment], *, ahead: bool = False) -> ArraySegment:
    """Write the live documents of ``segments``, in order, as one new durable segment into ``folder``, and return it.

    With ``ahead`` more threads merge the next :data:`AHEAD` fields while one is written: all are in memory then.
    """
    parts, size = _parts(segments)
    lexicons = {view: _unite(parts, view) for view in dict.fromkeys(LEXICONS.values())}
    merged = ArraySegment(INDEX_NAME, size)
    with ArrayWriter(merged.path(folder, POSTINGS_EXT)) as file:
        write_ids(file, [id_.encode() for part in parts for id_ in compress(part.segment.ids(), part.live.tolist())])
        for view, terms in lexicons.items():
            write_lexicon(file, view, terms)
        for write in _in_turn(_steps(parts, size, lexicons), AHEAD if ahead else 0):
            write(file)
            del write  # with what it holds, before the next one is waited for
            for segment in segments:
                segment.forget()
    with ArrayWriter(merged.path(folder, DOCUMENTS_EXT)) as file:
        _merge_documents(file, parts)
    return merged


def _parts(segments: Sequence[OpenSegment]) -> tuple[list[_Part], int]:
    """Return the segments as parts, without ranks, and the number of live documents."""
    lives = [segment.live for segment in segments]
    size = sum(int(live.sum()) for live in lives)
    parts, at = [], 0
    for segment, live in zip(segments, lives, strict=True):
        numbers = np.maximum(np.cumsum(live) - 1 + at, 0).astype(np.min_scalar_type(max(0, size - 1)))
        parts.append(_Part(segment, live, numbers))
        at += int(live.sum())
    return parts, size


def _unite(parts: Sequence[_Part], view: str) -> list[bytes]:
    """Return the lexicon of the whole, and note in the parts which ranks their terms have in it."""
    used = [part.used(view) for part in parts]
    own = [
        list(compress(part.segment.postings.lexicons[view], mask.tolist()))
        for part, mask in zip(parts, used, strict=True)
    ]
    united = sorted(set().union(*own))
    rank_of = {term: rank for rank, term in enumerate(united)}
    for part, mask, terms in zip(parts, used, own, strict=True):
        ranks = part.ranks[view] = np.full(len(mask), -1, np.int64)
        ranks[mask] = np.fromiter(map(rank_of.__getitem__, terms), np.int64, len(terms))
    return united


def _steps(
    parts: Sequence[_Part], size: int, lexicons: Mapping[str, Sequence[bytes]]
) -> Iterator[Callable[[], _Write]]:
    """Yield what merges each field, and at last the tokens, and returns what writes that."""

    def merged_field(spec: Field) -> _Write:
        merged = _merge_field([_field(part, spec.name, spec.view) for part in parts], size)
        return lambda file: merged.write(file, spec.name, spec.view, len(lexicons[LEXICONS[spec.view]]))

    def merged_tokens() -> _Write:
        merged = _merge_tokens(parts)
        return lambda file: write_forward(file, merged, lexicons["S"])

    yield from (partial(merged_field, spec) for spec in FIELDS)
    yield merged_tokens


def _in_turn(steps: Iterator[Callable[[], _Write]], ahead: int) -> Iterator[_Write]:
    """Yield what each of ``steps`` returns, in order; as many as ``ahead`` are taken before they are asked for."""
    if not ahead:
        yield from (step() for step in steps)
        return
    with ThreadPoolExecutor(ahead) as threads:
        coming = deque(map(threads.submit, islice(steps, ahead)))
        while coming:
            wait([coming[0]])
            coming.extend(map(threads.submit, islice(steps, 1)))
            yield coming.popleft().result()


def _field(part: _Part, name: str, view: str) -> FieldArrays:
    """Return a field of one part under new ranks and document numbers, without its deleted documents."""
    postings = part.segment.fields[name]
    docs, counts = postings.postings(range(len(postings.terms)))
    keys, starts, positions = postings.terms.keys, postings.starts.astype(np.int64), postings.own_positions
    if not part.live.all():
        live = part.live[docs]
        starts = np.concatenate(([0], np.cumsum(live)))[starts]
        held = np.diff(starts) > 0
        keys, starts = keys[held], np.concatenate(([0], starts[1:][held]))
        positions = None if positions is None else positions[np.repeat(live, counts)]
        docs, counts = docs[live], counts[live]
    ranks = part.ranks[LEXICONS[view]]
    return FieldArrays(
        keys=pair_keys(*(ranks[half] for half in split_pairs(keys))) if view in PAIRS else ranks[keys],
        starts=starts,
        docs=part.numbers[docs],
        counts=counts,
        lengths=postings.lengths[part.live],
        positions=positions,
    )


def _merge_field(parts: Sequence[FieldArrays], size: int) -> FieldArrays:
    keys = distinct(np.concatenate([part.keys for part in parts]))
    ranks = [np.searchsorted(keys, part.keys) for part in parts]
    starts = _bounds(ranks, [np.diff(part.starts) for part in parts], len(keys))
    docs = np.empty(int(starts[-1]), np.min_scalar_type(max(0, size - 1)))
    counts = np.empty(len(docs), np.result_type(np.uint8, *(part.counts for part in parts)))
    free = starts[:-1].copy()
    for part, rank in zip(parts, ranks, strict=True):
        held = np.diff(part.starts)
        at = runs(free[rank], held)
        docs[at], counts[at] = part.docs, part.counts
        free[rank] += held
    with_positions = all(part.positions is not None for part in parts)
    places, positions = _merge_positions(parts, ranks, starts, counts) if with_positions else (None, None)
    return FieldArrays(
        keys=keys,
        starts=starts,
        docs=docs,
        counts=counts,
        lengths=np.concatenate([part.lengths for part in parts]),
        places=places,
        positions=positions,
    )


def _bounds(ranks: Sequence[Ints], held: Sequence[Ints], size: int) -> Ints:
    """Return where the items of each of ``size`` terms begin, of which parts hold ``held`` for the terms ``ranks``."""
    per_term = np.zeros(size, np.int64)
    for rank, own in zip(ranks, held, strict=True):
        per_term[rank] += own
    return np.concatenate(([0], np.cumsum(per_term)))


def _merge_positions(
    parts: Sequence[FieldArrays], ranks: Sequence[Ints], starts: Ints, counts: Array
) -> tuple[Ints, Array]:
    places = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))[starts]
    kept = [part.positions for part in parts if part.positions is not None]
    positions = np.empty(int(places[-1]), np.result_type(np.uint8, *kept))
    free = places[:-1].copy()
    for part, own, rank in zip(parts, kept, ranks, strict=True):
        held = np.diff(np.concatenate(([0], np.cumsum(part.counts, dtype=np.int64)))[part.starts])
        positions[runs(free[rank], held)] = own
        free[rank] += held
    return places, positions


def _merge_tokens(parts: Sequence[_Part]) -> Tokens:
    kinds = []
    for part in parts:
        codes = _used_codes(part.codes())
        folded, exact, numeral = split_kinds(part.segment.forward.kinds()[codes - 1])
        numbers = np.concatenate(([0], part.ranks["S"] + 1))[numeral]
        kinds.append((codes, pack_kinds(part.ranks["S"][folded], part.ranks["E"][exact], numbers)))
    united = distinct(np.concatenate([own for _, own in kinds]))
    counts = np.zeros(len(united) + 1, np.int64)
    tokens, sizes = [], []
    for part, (codes, own) in zip(parts, kinds, strict=True):
        forward = part.segment.forward
        renamed = np.zeros(len(forward.folded), np.uint32)
        renamed[codes] = np.searchsorted(united, own) + 1
        tokens.append(renamed[part.codes()])
        counts += np.bincount(tokens[-1], minlength=len(counts))
        sizes.append(forward.sizes[part.live])
    return Tokens(united, counts[1:], np.concatenate(tokens), np.concatenate(sizes))


def _used_codes(codes: Array) -> Ints:
    """Return the distinct ``codes`` but 0, ascending."""
    return np.flatnonzero(np.bincount(codes)[1:]) + 1


def _merge_documents(file: ArrayWriter, parts: Sequence[_Part]) -> None:
    live = [np.flatnonzero(part.live).tolist() for part in parts]
    write_stored(
        file, [part.segment.documents.packed(number) for part, own in zip(parts, live, strict=True) for number in own]
    )
    for name in ("instants", "days"):
        file.add(name, np.concatenate([part.segment.files[1][name][part.live] for part in parts]))
    sketches = [part.segment.documents.sketches[part.live] for part in parts]
    file.add("sketches", np.concatenate(sketches).ravel())
    for facet in FACETS:
        docs: list[int] = []
        values: list[bytes] = []
        for part in parts:
            names, codes, holders = part.segment.documents.facet(facet)
            kept = part.live[holders]
            docs += part.numbers[holders[kept]].tolist()
            encoded = [name.encode() for name in names]
            values += [encoded[code] for code in codes[kept].tolist()]
        write_facet(file, facet, docs, values)
