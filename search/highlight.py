"""Which words of a document did the query mean, and which passages show that best?

Works on the stored text, the stored token offsets and the targets of the compiled query; no engine takes part.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from .analysis.fold import fold
from .analysis.offsets import BlockOffsets, Offsets
from .analysis.tokens import Form
from .document import Document
from .engines.base import Stored, Wanted
from .page import Highlights, Mark, Marked, MarkedDocument, Passage
from .query.units import Target

PASSAGE = 230
"""Code points that a passage aims at."""

LEAD_IN = 90
"""Code points before the first hit that a passage goes back at the most to start with its sentence."""

MOST_PASSAGES = 3

_SEVERAL = -1
_EPSILON = 1e-9
_SENTENCE_END = re.compile(r"[.!?…][\"”’)]*\s+")


class Span(NamedTuple):
    """Tokens ``first`` to ``after`` (exclusive) of a block that are a hit of target ``target``."""

    first: int
    after: int
    target: int
    exact: bool


class Highlighter:
    """Marks hits of ``targets`` in stored documents.

    ``weights`` say how much each target tells (its idf); words whose index is in ``common`` are marked only beside
    another hit.
    """

    def __init__(
        self, targets: Sequence[Target], weights: Sequence[float], common: frozenset[int] = frozenset()
    ) -> None:
        self._targets = targets
        self._weights = weights
        self._common = common
        self._terms: defaultdict[str, list[int]] = defaultdict(list)
        self._phrases: defaultdict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
        self._keys: defaultdict[str, list[int]] = defaultdict(list)
        self._prefixes = tuple((target.prefix, number) for number, target in enumerate(targets) if target.prefix)
        for number, target in enumerate(targets):
            for term in target.terms:
                self._terms[term].append(number)
            for phrase in target.phrases:
                self._phrases[phrase[0]].append((phrase, number))
            for key in target.keys:
                self._keys[key].append(number)
        self._wanted = _wanted(targets)
        # What a hit of a target tells, by whether it has the accents as typed.
        self._worths = [
            (weight * (1.5 if target.quoted else 1.0), weight * 1.5)
            for target, weight in zip(targets, weights, strict=True)
        ]

    def document(self, stored: Stored) -> MarkedDocument:
        """Return the whole document with every hit marked."""
        marked = {(zone, number): Marked(text) for zone, number, text in stored.document.blocks()}
        for block, spans in self._blocks(stored):
            text = marked[block.zone, block.number].text
            marked[block.zone, block.number] = Marked(text, self._marks(text, block, spans, 0, len(text)))

        def zone_of(name: str) -> tuple[Marked, ...]:
            return tuple(value for (zone, _), value in marked.items() if zone == name)

        return MarkedDocument(
            title=marked["title", 0],
            lead=marked["lead", 0],
            body=zone_of("body"),
            captions=zone_of("captions"),
            authors=zone_of("authors"),
        )

    def hit(self, stored: Stored) -> Highlights:
        """Return the marked title and the best passages of a document."""
        document = stored.document
        title = Marked(document.title)
        hits: list[_Hits] = []
        for block, spans in self._blocks(stored):
            if block.zone == "title":
                title = Marked(title.text, self._marks(title.text, block, spans, 0, len(title.text)))
            else:
                hits.append(self._hits(block, spans))
        passages = tuple(
            self._passage(document.text_of(window.hits.block.zone, window.hits.block.number), window)
            for window in sorted(self._choose(hits), key=lambda window: window.hits.block.base)
        )
        return Highlights(title, passages or opening(document))

    def passages(self, stored: Stored) -> tuple[Passage, ...]:
        """Return the best passages of a document, as :meth:`hit` does."""
        return self.hit(stored).passages

    def _blocks(self, stored: Stored) -> Iterator[tuple[BlockOffsets, list[Span]]]:
        """Yield the blocks with hits, in order, each with its hits."""
        words = dict(stored.find(self._wanted))
        blocks = iter(stored.offsets.blocks)
        block: BlockOffsets | None = None
        spans: list[Span] = []
        for first, after, number in self._raw(words, stored.offsets):
            while block is None or first >= block.base + len(block.starts):
                if block and spans and (kept := self._without_lonely(spans)):
                    yield block, kept
                block, spans = next(blocks), []
            target = self._targets[number]
            if target.zone not in {None, block.zone}:
                continue
            exact = bool(target.exact) and all(
                at in words and words[at].exact in target.exact for at in range(first, after)
            )
            if exact or not target.demanded:
                spans.append(Span(first - block.base, after - block.base, number, exact))
        if block and (kept := self._without_lonely(spans)):
            yield block, kept

    def _raw(self, words: Mapping[int, Form], offsets: Offsets) -> list[tuple[int, int, int]]:
        """Return (first position, the one after the last, target) of everything that may be a hit, sorted: of all terms
        and phrases among ``words``, the document's wanted words by position, and of all keys.
        """
        raw = [(at, at + 1, number) for at, word in words.items() for number in self._terms.get(word.folded, ())]
        more: set[tuple[int, int, int]] = set()
        if self._wanted.numerals:
            more |= {(at, at + 1, number) for at, word in words.items() for number in self._terms.get(word.roman, ())}
        if self._phrases:
            more |= {
                (at, at + len(phrase), number)
                for at, word in words.items()
                for phrase, number in self._phrases.get(word.folded, ())
                if all(one in words and words[one].folded == part for one, part in enumerate(phrase, at))
            }
        if self._prefixes:
            more |= {
                (at, at + 1, number)
                for at, word in words.items()
                for prefix, number in self._prefixes
                if word.folded.startswith(prefix)
            }
        if self._keys:
            more |= {
                (key.position, key.position + key.size, number)
                for key in offsets.keys
                for name in (key.key, *key.wider)
                for number in self._keys.get(name, ())
            }
        return sorted(more.union(raw)) if more else raw

    def _without_lonely(self, spans: list[Span]) -> list[Span]:
        """Leave out common words that have no hit of another target beside them."""
        if not self._common:
            return spans
        # The target of the hits that begin or end at a place, or _SEVERAL.
        edges: dict[int, int] = {}
        for first, after, target, _ in spans:
            for place in (first, after):
                edges[place] = target if edges.get(place, target) == target else _SEVERAL
        return [
            span
            for span in spans
            if span.target not in self._common or {edges[span.first], edges[span.after]} != {span.target}
        ]

    def _hits(self, block: BlockOffsets, spans: list[Span]) -> _Hits:
        worths = [self._worths[span.target][span.exact] for span in spans]
        most: dict[int, float] = {}
        for span, worth in zip(spans, worths, strict=True):
            if worth > most.get(span.target, 0.0):
                most[span.target] = worth
        return _Hits(block, spans, worths, frozenset(span.target for span in spans), sum(most.values()))

    def _choose(self, hits: list[_Hits]) -> list[_Window]:
        """Take the best window, then those that add most of what is not shown yet, while they show at least half as
        much as the best.
        """
        chosen: list[_Window] = []
        shown: frozenset[int] = frozenset()
        left = list(hits)
        windows: dict[int, _Window] = {}

        def gain(targets: frozenset[int]) -> float:
            new = targets - shown
            return sum(map(self._weights.__getitem__, new)) if new else 0.0

        while left and len(chosen) < MOST_PASSAGES:
            best, best_key = None, (-1.0, -1.0, 0)
            # No window is worth more than its block, so most blocks need not be looked at.
            ranked = sorted(((gain(one.targets), one.most, -one.block.base, one) for one in left), reverse=True)
            for most_gain, most_worth, order, one in ranked:
                if (most_gain + _EPSILON, most_worth + _EPSILON) < best_key[:2]:
                    break
                window = windows.get(order)
                if window is None:
                    window = windows[order] = self._best_window(one)
                key = (gain(window.targets), window.worth, order)
                if key > best_key:
                    best, best_key = window, key
            assert best is not None  # noqa: S101  # there is one left
            if chosen and not best.targets - shown and best.worth < chosen[0].worth / 2:
                break
            chosen.append(best)
            left.remove(best.hits)
            shown |= best.targets
        return chosen

    def _best_window(self, hits: _Hits) -> _Window:
        block, spans = hits.block, hits.spans
        starts = [block.starts[span.first] for span in spans]
        ends = [block.ends[span.after - 1] for span in spans]
        best, best_worth = (0, 1), -1.0
        for first in range(len(spans)):
            worth, seen, last = 0.0, set(), first
            limit = starts[first] + PASSAGE
            for at in range(first, len(spans)):
                if at > first and ends[at] > limit:
                    break
                target = spans[at].target
                if target not in seen:
                    seen.add(target)
                    worth += hits.worths[at]
                    last = at
            if worth > best_worth + _EPSILON:
                best, best_worth = (first, last + 1), worth
                if worth > hits.most - _EPSILON:
                    break
        inside = spans[slice(*best)]
        return _Window(hits, inside, frozenset(span.target for span in inside), best_worth)

    def _passage(self, text: str, window: _Window) -> Passage:
        block = window.hits.block
        start, end = _cut(text, block, window.inside[0].first, max(span.after for span in window.inside) - 1)
        marks = self._marks(text, block, window.hits.spans, start, end)
        return Passage(
            block.zone,
            block.number,
            start,
            Marked(text[start:end], marks),
            cut_before=start > 0,
            cut_after=end < len(text.rstrip()),
        )

    def _marks(self, text: str, block: BlockOffsets, spans: list[Span], start: int, end: int) -> tuple[Mark, ...]:
        """Return the marks within a cut of a text; hits with nothing but white space between them become one mark."""
        marks: list[Mark] = []
        for span in spans:
            first, after = block.starts[span.first], block.ends[span.after - 1]
            if first < start or after > end:
                continue
            mark = Mark(first - start, after - start, span.exact, phrase=self._targets[span.target].quoted)
            before = marks[-1] if marks else None
            if before and (mark.start <= before.end or text[before.end + start : first].isspace()):
                marks[-1] = _merged(before, mark)
            else:
                marks.append(mark)
        return tuple(marks)


@dataclass(frozen=True, slots=True)
class _Hits:
    """The hits in one block, what each adds to a window as the first of its target, their targets, and the most that a
    window of them can be worth.
    """

    block: BlockOffsets
    spans: list[Span]
    worths: list[float]
    targets: frozenset[int]
    most: float


@dataclass(frozen=True, slots=True)
class _Window:
    """The best window of a block: the hits inside it, their targets, and what it is worth."""

    hits: _Hits
    inside: list[Span]
    targets: frozenset[int]
    worth: float


def _merged(before: Mark, mark: Mark) -> Mark:
    if mark.end <= before.end and mark.start < before.end:
        # A hit inside another: an exact one inside a folded one makes the whole no more exact than it was.
        return Mark(
            before.start,
            before.end,
            before.exact or (mark.exact and mark.start == before.start and mark.end == before.end),
            before.phrase,
        )
    return Mark(before.start, max(before.end, mark.end), before.exact and mark.exact, before.phrase and mark.phrase)


def _wanted(targets: Sequence[Target]) -> Wanted:
    words = {word for target in targets for word in (*target.terms, *chain.from_iterable(target.phrases))}
    # Whether a date or document number stands there as typed depends on its words.
    words |= {fold(key) for target in targets if target.keys for key in target.exact}
    return Wanted(
        frozenset(words),
        tuple(target.prefix for target in targets if target.prefix),
        numerals=any(map(str.isdigit, words)),
    )


def opening(document: Document) -> tuple[Passage, ...]:
    """Return the start of the article, for hits whose text holds none of the words, and for related articles."""
    texts = [
        ("lead", 0, document.lead),
        *(("body", number, one.text) for number, one in enumerate(document.body) if not one.crosshead),
    ]
    for zone, number, text in texts:
        if text.strip():
            end = _word_end(text, PASSAGE)
            return (Passage(zone, number, 0, Marked(text[:end]), cut_after=end < len(text)),)
    return ()


def _word_end(text: str, limit: int) -> int:
    if len(text) <= limit:
        return len(text)
    space = text.rfind(" ", 0, limit + 1)
    return space if space > 0 else limit


def _cut(text: str, block: BlockOffsets, first: int, last: int) -> tuple[int, int]:
    """Return where to cut around tokens ``first`` to ``last``: at sentence bounds where they are near, else at
    words.
    """
    hit_start, hit_end = block.starts[first], block.ends[last]
    start = max((match.end() for match in _SENTENCE_END.finditer(text, 0, hit_start)), default=0)
    if hit_start - start > LEAD_IN:
        start = next((at for at in block.starts if hit_start - at <= LEAD_IN // 2), hit_start)
    limit = max(start + PASSAGE, hit_end)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, hit_end) if match.end() <= limit + 20]
    if len(text) <= limit + 20:
        end = len(text)
    elif ends:
        end = ends[-1]
    else:
        end = max((at for at in block.ends if at <= limit), default=hit_end)
    return start, max(len(text[:end].rstrip()), hit_end)
