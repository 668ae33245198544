"""How does the reference engine carry out a plan? One document after another, in the most obvious way."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import takewhile
from typing import Self

import numpy as np

from ..analysis.fold import fold_key
from ..analysis.offsets import Offsets
from ..analysis.sketch import sketch
from ..analysis.tokens import form
from ..analysis.views import FIELDS, JOINER, analyze, field_length, field_terms
from ..document import Document
from ..facets import MISSING_KEY, commonest, facet_key, facet_values
from ..page import FACETS
from ..query import plan as p
from ..ranking import K1, idf, recency, score_rank
from .base import Contribution, Found, Stored, Wanted, Words
from .compared import text_of
from .groups import Groups
from .memory_groups import all_groups
from .rows import Rows


@dataclass(frozen=True, slots=True)
class Entry:
    """A document and what is indexed of it: positions of terms by field, lengths of fields, keys of facet values, its
    sketch.
    """

    document: Document
    offsets: Offsets
    terms: dict[str, dict[str, list[int]]]
    lengths: dict[str, int]
    values: dict[str, frozenset[str]]
    sketch: bytes


def entry_of(document: Document) -> Entry:
    """Analyse a document."""
    blocks = analyze(document)
    return Entry(
        document=document,
        offsets=Offsets.of(blocks),
        terms={spec.name: field_terms(blocks, spec) for spec in FIELDS},
        lengths={spec.name: field_length(blocks, spec) for spec in FIELDS},
        values={
            facet: frozenset(map(facet_key, facet_values(document, facet))) or frozenset({MISSING_KEY})
            for facet in FACETS
        },
        sketch=sketch(blocks),
    )


class MemoryReader:
    """A snapshot; document numbers count its entries."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = list(entries)
        self._numbers = {entry.document.id: number for number, entry in enumerate(self._entries)}

    @property
    def documents(self) -> int:
        """The number of live documents."""
        return len(self._entries)

    def pinned(self, *, whole: bool = False) -> Self:  # noqa: ARG002
        """Return itself."""
        return self

    def close(self) -> None:
        """Do nothing: nothing is kept."""

    def run(self, plan: p.Plan, deadline: float | None = None) -> Found:
        """Carry out ``plan``, looking at every document."""
        late = deadline is not None and time.monotonic() > deadline
        matched = set() if late else self._matching(plan.match)
        within = {number for number in matched if _in_range(self._entries[number], plan.first, plan.last)}
        chosen = plan.selection
        in_range = {number for number in within if _in_range(self._entries[number], chosen.first, chosen.last)}
        hits = {number for number in in_range if self._selected(number, plan.selection)}
        order = self._order(plan, hits)
        return Found(
            total=len(hits),
            hits=tuple(order[plan.offset : plan.offset + plan.limit]),
            facets={facet: self._count(facet, in_range, plan.selection) for facet in plan.facets},
            months=self._months(within, plan.selection) if plan.months else {},
            partial=late,
        )

    def explain(self, plan: p.Plan, number: int) -> tuple[Contribution, ...]:
        """Return what each entry of ``plan`` adds to a document."""
        added = [
            Contribution(score.term, "bm25" if score.frequency else "presence", self._added(score)(number))
            for score in plan.scores
        ]
        added += [
            Contribution(bonus.node, "bonus", bonus.weight) for bonus in plan.bonuses if self.holds(bonus.node, number)
        ]
        added.append(Contribution(p.AllOf(()), "recency", self._recency(plan, number) if plan.recency else 0.0))
        return tuple(one for one in added if one.value)

    def holds(self, node: p.Node, number: int) -> bool:
        """Return whether a document satisfies ``node``."""
        return number in self._matching(node)

    def expect(self, text: str = "", *, terms: Iterable[p.Node] = (), words: Iterable[str] = ()) -> None:
        """Do nothing: all is known."""

    def frequency(self, field: str, term: str) -> int:
        """Return the number of live documents that hold ``term`` in ``field``."""
        return sum(term in entry.terms[field] for entry in self._entries)

    def frequencies(self, terms: Sequence[p.Term]) -> list[int]:
        """Return the frequency of each of ``terms``."""
        return [self.frequency(term.field, term.text) for term in terms]

    def vocabulary(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Yield the terms that start with ``prefix``, each with the number of documents that hold it."""
        counts = Counter(term for entry in self._entries for term in entry.terms[field] if term.startswith(prefix))
        yield from sorted(counts.items())

    def commonest(self, field: str, prefix: str, most: int) -> list[tuple[str, int]]:
        """Return the ``most`` terms that start with ``prefix`` and that most documents hold."""
        return sorted(self.vocabulary(field, prefix), key=lambda item: (-item[1], item[0]))[:most]

    def readings(self, folded: str) -> list[tuple[str, int]]:
        """Return the terms with accents that fold to ``folded``, each with the number of documents that hold it."""
        return self._readings.get(folded, [])

    def pairs(self, field: str, befores: Sequence[str], words: Sequence[str]) -> list[tuple[int, int, int]]:
        """Return which pairs documents hold, each with their number."""
        every = ((i, j, before + JOINER + word) for i, before in enumerate(befores) for j, word in enumerate(words))
        return [(i, j, count) for i, j, pair in every if (count := self.frequency(field, pair))]

    def continuations(self, keys: Sequence[str], words: int, most: int) -> Rows:
        """Return what follows ``keys`` in a row."""
        rows: list[tuple[str, ...]] = []
        for number in sorted(self._matching(p.Phrase("exact", tuple(keys))))[:most]:
            terms = self._entries[number].terms["exact"]
            text = {position: term for term, positions in terms.items() for position in positions}
            for first in terms[keys[0]]:
                row = [text.get(position, "") for position in range(first, first + len(keys) + words)]
                if row[: len(keys)] == list(keys):
                    rows.append(tuple(takewhile(bool, row[len(keys) :])))
        return Rows(rows)

    @property
    def text_length(self) -> int:
        """The length of the text over all documents."""
        return sum(entry.lengths["text"] for entry in self._entries)

    def spelled(self, facet: str, key: str) -> str | None:
        """Return the commonest spelling of a facet key."""
        spellings = Counter(
            value for entry in self._entries for value in facet_values(entry.document, facet) if facet_key(value) == key
        )
        return commonest(spellings) if spellings else None

    def stored(self, number: int) -> Stored:
        """Return the document with ``number``."""
        entry = self._entries[number]
        return _Stored(entry)

    def stored_together(self, numbers: Sequence[int]) -> list[Stored]:
        """Return the documents ``numbers``."""
        return list(map(self.stored, numbers))

    def release(self) -> None:
        """Do nothing: all is in memory anyway."""

    def heading(self, number: int) -> tuple[str, str]:
        """Return (id, title) of the document with ``number``."""
        document = self._entries[number].document
        return document.id, document.title

    @cached_property
    def groups(self) -> Groups:
        """The groups of reprints."""
        stored = map(self.stored, range(len(self._entries)))
        return all_groups(
            text_of(entry.document.id, entry.sketch, one) for entry, one in zip(self._entries, stored, strict=True)
        )

    def number(self, id_: str) -> int | None:
        """Return the number of the document with ``id_``."""
        return self._numbers.get(id_)

    def ids(self) -> Iterator[str]:
        """Yield all ids."""
        return iter(list(self._numbers))

    @cached_property
    def _readings(self) -> dict[str, list[tuple[str, int]]]:
        by_fold: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for term, count in self.vocabulary("exact"):
            by_fold[fold_key(term)].append((term, count))
        return dict(by_fold)

    def _matching(self, node: p.Node) -> set[int]:
        everything = range(len(self._entries))
        match node:
            case p.Term(name, text):
                return {number for number in everything if text in self._entries[number].terms[name]}
            case p.Phrase(name, terms):
                return {number for number in everything if _holds_phrase(self._entries[number].terms[name], terms)}
            case p.Prefix(name, text):
                return self._matching(p.AnyOf(tuple(p.Term(name, term) for term in self._expand(name, text))))
            case p.AnyOf(nodes):
                return set().union(*map(self._matching, nodes))
            case p.AllOf(nodes):
                return set(everything).intersection(*map(self._matching, nodes))
            case p.Without(keep, drop):
                return self._matching(keep) - self._matching(drop)
            case p.MostOf(nodes, share):
                return self._most(nodes, share)

    def _most(self, nodes: tuple[p.Node, ...], share: float) -> set[int]:
        masses: defaultdict[int, float] = defaultdict(float)
        total, satisfied = 0.0, 0
        for node in nodes:
            numbers = self._matching(node)
            mass = idf(self.documents, len(numbers)) if numbers else 0.0
            total, satisfied = total + mass, satisfied + bool(numbers)
            for number in numbers:
                masses[number] += mass
        needed = share * total * len(nodes) / max(1, satisfied)
        return {number for number, mass in masses.items() if mass >= needed - 1e-9}

    def _expand(self, name: str, prefix: str) -> list[str]:
        counts = Counter(term for entry in self._entries for term in entry.terms[name] if term.startswith(prefix))
        return sorted(counts, key=lambda term: (-counts[term], term))[: p.MAX_EXPANSION]

    def _selected(self, number: int, selection: p.Selection, without: str | None = None) -> bool:
        values = self._entries[number].values
        return all(facet == without or values[facet] & keys for facet, keys in selection.include.items()) and not any(
            facet != without and values[facet] & keys for facet, keys in selection.exclude.items()
        )

    def _count(self, facet: str, numbers: set[int], selection: p.Selection) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for number in numbers:
            if self._selected(number, selection, without=facet):
                counts.update(self._entries[number].values[facet])
        return dict(counts)

    def _months(self, numbers: set[int], selection: p.Selection) -> dict[str, int]:
        days = (self._entries[number].document.day for number in numbers if self._selected(number, selection))
        return dict(sorted(Counter(day.isoformat()[:7] for day in days if day).items()))

    def _order(self, plan: p.Plan, numbers: set[int]) -> list[tuple[int, float]]:
        scores = self._scores(plan, numbers) if plan.sort == "relevance" else dict.fromkeys(numbers, 0.0)
        return sorted(scores.items(), key=lambda item: self._sort_key(plan.sort, *item))

    def _sort_key(self, sort: str, number: int, score: float) -> tuple[int, bool, int, str]:
        document = self._entries[number].document
        instant = document.instant
        newest = -(instant or 0) if sort != "oldest" else (instant or 0)
        return score_rank(score), instant is None, newest, document.id

    def _scores(self, plan: p.Plan, numbers: set[int]) -> dict[int, float]:
        scores = dict.fromkeys(sorted(numbers), 0.0)
        for score in plan.scores:
            added = self._added(score)
            for number in scores:
                scores[number] += added(number)
        for bonus in plan.bonuses:
            for number in self._matching(bonus.node) & scores.keys():
                scores[number] += bonus.weight
        if plan.recency:
            for number in scores:
                scores[number] += self._recency(plan, number)
        return scores

    def _recency(self, plan: p.Plan, number: int) -> float:
        instants = [instant for entry in self._entries if (instant := entry.document.instant) is not None]
        return plan.recency * recency(self._entries[number].document.instant, max(instants, default=None))

    def _added(self, score: p.Score) -> Callable[[int], float]:
        """Return how much ``score`` adds to a document, by its number."""
        name, text = score.term.field, score.term.text
        weight = score.weight * idf(self.documents, self.frequency(name, text))
        average = sum(entry.lengths[name] for entry in self._entries) / max(1, self.documents)

        def added(number: int) -> float:
            entry = self._entries[number]
            count = len(entry.terms[name].get(text, ()))
            if count and score.frequency:
                norm = K1 * (1.0 - score.b + score.b * entry.lengths[name] / average)
                return weight * count / (count + norm)
            return weight if count else 0.0

        return added


@dataclass(frozen=True, slots=True)
class _Stored(Stored):
    entry: Entry

    @property
    def document(self) -> Document:
        return self.entry.document

    @property
    def heading(self) -> Document:
        return self.entry.document

    @property
    def offsets(self) -> Offsets:
        return self.entry.offsets

    def text_of(self, zone: str, number: int) -> str:
        return self.entry.document.text_of(zone, number)

    def find(self, wanted: Wanted) -> Words:
        return _find(self.entry, wanted)


def _find(entry: Entry, wanted: Wanted) -> Words:
    texts = {(zone, number): text for zone, number, text in entry.document.blocks()}
    found = [
        (position, keys)
        for block in entry.offsets.blocks
        for position, (start, end) in enumerate(zip(block.starts, block.ends, strict=True), block.base)
        for keys in [form(texts[block.zone, block.number][start:end])]
        if keys.folded in wanted.words
        or keys.folded.startswith(wanted.prefixes)
        or (wanted.numerals and keys.roman in wanted.words)
    ]
    at = np.asarray([position for position, _ in found], np.int64)
    return Words(at, np.arange(len(found)), [keys for _, keys in found])


def _holds_phrase(terms: dict[str, list[int]], phrase: tuple[str, ...]) -> bool:
    places = [set(terms.get(term, ())) for term in phrase]
    return any(all(start + at in places[at] for at in range(len(phrase))) for start in places[0])


def _in_range(entry: Entry, first: date | None, last: date | None) -> bool:
    if first is None and last is None:
        return True
    day = entry.document.day
    return day is not None and (first is None or first <= day) and (last is None or day <= last)
