"""How do many articles become what is sent of them?

They are analysed together (see :mod:`search.engines.batch`), and every term is written once a batch. What an article
has in a field is one string, joined from these.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from json.encoder import encode_basestring
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analysis.offsets import key_lines
from ...analysis.sketch import SKETCH_BYTES
from ...analysis.views import FIELDS, JOINER, Field
from ...document import Document
from ...facets import MISSING_KEY, facet_key, facet_values
from ...page import FACETS
from ..batch import Batch, analyze_batch
from ..plain import plain
from ..sketches import sketches
from .layout import (
    ALSO,
    EMPTY,
    LONGEST_TERM,
    SCORED,
    band_terms,
    day_number,
    facet_field,
    has_also,
    term,
    written_field,
)

Ints = NDArray[Any]

_JSON: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_TEXT = next(spec for spec in FIELDS if spec.name == "text")


class Encoded:
    """What is sent of ``documents``, normal ones."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._batch = analyze_batch(documents)
        self._terms = _Terms(self._batch)

    def sources(self, commit: int) -> Iterator[bytes]:
        """Yield the JSON of each document under the number of a commit, on one line."""
        lengths = self._batch.lengths(_TEXT).tolist()
        offsets = _offsets(self._documents, self._batch)
        fields = [self._terms.field(spec) for spec in FIELDS]
        each = zip(self._documents, offsets, self.sketches, strict=True)
        for number, (document, packed, sketch) in enumerate(each):
            known = {
                **_known(document, commit),
                "length": lengths[number],
                "offsets": packed,
                "sketch": {"code": b64encode(sketch).decode()},
                "bands": band_terms(sketch),
            }
            terms = "".join([of(number) for of in fields])
            yield f"{_JSON(known)[:-1]}{terms}}}".encode()

    @cached_property
    def sketches(self) -> list[bytes]:
        """The sketches of the documents."""
        return [row.tobytes() for row in sketches(self._batch).reshape(-1, SKETCH_BYTES)]

    def held(self, name: str) -> dict[str, int]:
        """Return how many of the documents hold each term of a field of syllables or of their pairs."""
        return self._terms.held(next(spec for spec in FIELDS if spec.name == name))


def _known(document: Document, commit: int) -> dict[str, Any]:
    """Return what needs no analysis."""
    found: dict[str, Any] = {
        "id": document.id,
        "commit": commit,
        "instant": document.instant,
        "day": day_number(document.day) if document.day else None,
        "month": document.day.isoformat()[:7] if document.day else None,
        "article": plain(document),
    }
    for facet in FACETS:
        values = facet_values(document, facet)
        found[facet_field(facet)] = [facet_key(value) for value in values] or [MISSING_KEY]
        found[written_field(facet)] = values
    return found


def _offsets(documents: Sequence[Document], batch: Batch) -> Iterator[dict[str, Any]]:
    """Yield the offsets of each document as few bytes: how far each token starts after the end of the one before, and
    its size.
    """
    gaps, sizes = batch.gaps.astype("<u4"), batch.sizes.astype("<u4")
    begins = np.flatnonzero(batch.starts_block)
    bounds = batch.text_bounds
    texts = begins.searchsorted(bounds).tolist()
    counts = np.diff(begins, append=len(gaps)).tolist()
    for document, (begin, end), (first, after), blank, keys in zip(
        documents, bounds.tolist(), texts, batch.blank, batch.marked, strict=True
    ):
        names = [(zone, number) for zone, number, text in document.blocks() if text]
        for at in reversed(blank):
            del names[at]
        packed = zlib.compress(gaps[begin:end].tobytes() + sizes[begin:end].tobytes(), 1)
        yield {
            "texts": [(*name, count) for name, count in zip(names, counts[first:after], strict=True)],
            "tokens": b64encode(packed).decode(),
            "keys": key_lines(keys),
        }


@dataclass(frozen=True, slots=True)
class _Column:
    """Texts in the order of documents and zones; ``bounds`` has the first of each zone of each document."""

    texts: Sequence[str]
    bounds: Sequence[int]


class _Terms:
    """The terms of a ``batch`` by view, ready to stand between quotes in JSON."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._zones = len(batch.zone_names)
        self._cells = batch.docs.astype(np.int64) * self._zones + batch.zones
        self._begins = np.flatnonzero(batch.starts_block)
        self._lengths = np.diff(self._begins, append=len(batch.docs))
        self._numerals_at = batch.numerals
        self._words = {
            "S": _Words(batch.surfaces.folded, batch.surfaces.folded_of[batch.tokens]),
            "E": _Words(batch.surfaces.exact, batch.surfaces.exact_of[batch.tokens]),
        }

    def field(self, spec: Field) -> Callable[[int], str]:
        """Return what gives the part of the JSON of a document that is a field of it."""
        values = [self._column(spec.view)]
        if spec.view == "S":
            values.append(self._numerals)
        first, after = self._range(spec)
        separator = '","' if spec.positions else " "
        start = f',"{spec.name}":["'
        nothing = f'{start}{EMPTY}"]' if spec.name in SCORED else ""
        again = f',"{spec.name}{ALSO}":["'
        numerals = set(self._batch.docs[self._numerals_at].tolist()) if has_also(spec) else ()

        def of(columns: Sequence[_Column], base: int) -> list[str]:
            return [text for one in columns for text in one.texts[one.bounds[base + first] : one.bounds[base + after]]]

        def part(number: int) -> str:
            base = number * self._zones
            texts = of(values, base)
            found = f'{start}{separator.join(texts)}"]' if texts else nothing
            if number in numerals and (texts := of([self._again], base)):
                found += f'{again}{separator.join(texts)}"]'
            return found

        return part

    def held(self, spec: Field) -> dict[str, int]:
        """Return how many documents hold each term of a field of syllables or of their pairs."""
        words = self._words["E" if spec.view in {"E", "EB"} else "S"]
        if spec.view in {"B", "EB"}:
            at = self._inside(spec, np.flatnonzero(~self._batch.starts_block[1:]))
            size = len(words.keys)
            found, counts = _distinct(words.numbers[at] * size + words.numbers[at + 1], self._batch.docs[at])
            pairs = zip((found // size).tolist(), (found % size).tolist(), strict=True)
            terms = [f"{words.keys[one]}{JOINER}{words.keys[other]}" for one, other in pairs]
        else:
            at = self._inside(spec, np.arange(len(words.numbers)))
            numerals = self._inside(spec, self._numerals_at if spec.view == "S" else at[:0])
            numbers = np.concatenate((words.numbers[at], self._roman(numerals)))
            found, counts = _distinct(numbers, self._batch.docs[np.concatenate((at, numerals))])
            terms = [words.keys[one] for one in found.tolist()]
        return dict(zip(map(term, terms) if 2 * words.longest >= LONGEST_TERM else terms, counts.tolist(), strict=True))

    def _range(self, spec: Field) -> tuple[int, int]:
        """Return the numbers of the first zone of a field and of the one after its last: they are in a row."""
        numbers = [self._batch.zone_names.index(zone) for zone in spec.zones]
        return min(numbers), max(numbers) + 1

    def _inside(self, spec: Field, at: Ints) -> Ints:
        first, after = self._range(spec)
        zones = self._batch.zones[at]
        inside: Ints = at[(zones >= first) & (zones < after)]
        return inside

    def _column(self, view: str) -> _Column:
        """Return the values of a view: a paragraph each where positions count, else a term each."""
        return {
            "S": lambda: self._folded,
            "E": lambda: self._paragraphs(self._words["E"]),
            "B": lambda: self._folded_pairs,
            "EB": lambda: self._pairs(self._words["E"]),
            "C": lambda: self._compounds,
            "D": lambda: self._marked,
        }[view]()

    def _at(self, texts: Sequence[str], at: Ints) -> _Column:
        """Return texts that stand at some tokens, or from there on, in the order of the tokens."""
        return _Column(texts, self._cells[at].searchsorted(np.arange(self._batch.size * self._zones + 1)).tolist())

    @cached_property
    def _folded(self) -> _Column:
        return self._paragraphs(self._words["S"])

    def _paragraphs(self, words: _Words) -> _Column:
        bounds = [*self._begins.tolist(), len(words.texts)]
        return self._at([" ".join(words.texts[first:after]) for first, after in pairwise(bounds)], self._begins)

    @cached_property
    def _numerals(self) -> _Column:
        """The numbers that Roman numerals stand for."""
        at = self._numerals_at
        written = self._words["S"].written
        return self._at([written[number] for number in self._roman(at).tolist()], at)

    @cached_property
    def _again(self) -> _Column:
        """The paragraphs that hold Roman numerals, with the numbers in their place."""
        at, words = self._numerals_at, self._words["S"]
        numbers = words.numbers.copy()
        numbers[at] = self._roman(at)
        held = np.unique(self._begins.searchsorted(at, side="right") - 1)
        ends = np.append(self._begins, len(numbers))[held + 1]
        spans = zip(self._begins[held].tolist(), ends.tolist(), strict=True)
        texts = [" ".join([words.written[one] for one in numbers[first:after].tolist()]) for first, after in spans]
        return self._at(texts, self._begins[held])

    def _roman(self, at: Ints) -> Ints:
        found: Ints = self._batch.surfaces.roman_of[self._batch.tokens[at]]
        return found

    @cached_property
    def _folded_pairs(self) -> _Column:
        return self._pairs(self._words["S"])

    def _pairs(self, words: _Words) -> _Column:
        """Return the pairs of each paragraph. Every word but the first and the last stands in two, one after the other,
        so what is joined are these words, doubled.
        """
        long = self._lengths > 1
        begins = self._begins[long]
        spans = zip(begins.tolist(), (begins + self._lengths[long]).tolist(), strict=True)
        if 2 * words.longest < LONGEST_TERM:
            texts, doubled = words.texts, words.doubled
            pairs = [
                f"{texts[first]}{''.join(doubled[first + 1 : after - 1])}{JOINER}{texts[after - 1]}"
                for first, after in spans
            ]
        else:
            keys = [words.keys[number] for number in words.numbers.tolist()]
            pairs = [
                " ".join([_written(one + JOINER + other) for one, other in pairwise(keys[first:after])])
                for first, after in spans
            ]
        return self._at(pairs, begins)

    @cached_property
    def _compounds(self) -> _Column:
        firsts, words = self._batch.compound_firsts, self._words["S"]
        spans = list(zip(firsts.tolist(), (firsts + self._batch.compound_sizes).tolist(), strict=True))
        joined = [JOINER.join(words.texts[first:after]) for first, after in spans]
        if max(map(len, joined), default=0) > LONGEST_TERM:
            keys = [words.keys[number] for number in words.numbers.tolist()]
            joined = [_written(JOINER.join(keys[first:after])) for first, after in spans]
        return self._at(joined, firsts)

    @cached_property
    def _marked(self) -> _Column:
        firsts = self._batch.key_firsts
        order = firsts.argsort(kind="stable")
        return self._at([_written(self._batch.keys[at]) for at in order.tolist()], firsts[order])


class _Words:
    """The ``keys`` of a view, as they are ``written`` in JSON, and of each token the number of its key."""

    def __init__(self, keys: Sequence[str], numbers: Ints) -> None:
        self.keys = keys
        self.numbers = numbers.astype(np.int64)
        self.longest = max(map(len, keys), default=0)
        self.written = list(map(_written, keys))
        self.texts = self._of_tokens(self.written)

    @cached_property
    def doubled(self) -> list[str]:
        """Return for each token what stands in the pairs of a text between those of the words beside it."""
        return self._of_tokens([f"{JOINER}{one} {one}" for one in self.written])

    def _of_tokens(self, texts: Sequence[str]) -> list[str]:
        return [texts[number] for number in self.numbers.tolist()]


def _written(text: str) -> str:
    """Return a term as it stands between quotes in JSON."""
    return encode_basestring(term(text))[1:-1]


def _distinct(keys: Ints, docs: Ints) -> tuple[Ints, Ints]:
    """Return the distinct ``keys``, and in how many of the documents that they stand in each does."""
    size = int(docs.max(initial=0)) + 1
    held = _changes(np.sort(keys * size + docs))[0] // size
    found, first = _changes(held)
    return found, np.diff(first, append=len(held))


def _changes(values: Ints) -> tuple[Ints, Ints]:
    """Return the distinct ones of ascending ``values``, and where each stands first."""
    (first,) = np.diff(values, prepend=-1).nonzero()
    return values[first], first
