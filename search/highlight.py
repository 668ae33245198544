"""How are the words that the query meant marked in a document, and what of it is shown in the list of results?

Works on the stored text, the stored token offsets and the targets of the compiled query; no engine takes part.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .document import Document
from .engines.base import Stored
from .page import Highlights, Mark, Marked, MarkedDocument, Passage
from .passages import PASSAGE, Gain, Window, best_windows, choose, cut
from .query.units import Target
from .spans import Marker, Spans, Texts


class Highlighter:
    """Marks hits of ``targets`` in stored documents.

    ``weights`` say how much each target tells (its idf); words whose index is in ``common`` are marked only beside
    another hit.
    """

    def __init__(
        self, targets: Sequence[Target], weights: Sequence[float], common: frozenset[int] = frozenset()
    ) -> None:
        self._quoted = [target.quoted for target in targets]
        self._marker = Marker(targets, common)
        self._gain = Gain(weights)
        # What a hit of a target tells, without the accents as typed and with them.
        self._worths = np.asarray(
            [
                (weight * (1.5 if target.quoted else 1.0), weight * 1.5)
                for target, weight in zip(targets, weights, strict=True)
            ],
            np.float64,
        ).reshape(-1, 2)

    def document(self, stored: Stored) -> MarkedDocument:
        """Return the whole document with every hit marked."""
        marked = {(zone, number): Marked(text) for zone, number, text in stored.document.blocks()}
        texts = Texts.of([stored.offsets])
        marking = _Marking(self._marker.spans([stored], texts), texts, self._quoted)
        for block in marking.blocks:
            _, zone, number = texts.names[block]
            text = marked[zone, number].text
            marked[zone, number] = Marked(text, marking.marks(block, text, 0, len(text)))

        def zone_of(name: str) -> tuple[Marked, ...]:
            return tuple(value for (zone, _), value in marked.items() if zone == name)

        return MarkedDocument(
            title=marked["title", 0],
            lead=marked["lead", 0],
            body=zone_of("body"),
            captions=zone_of("captions"),
            authors=zone_of("authors"),
        )

    def hits(self, documents: Sequence[Stored]) -> list[Highlights]:
        """Return the marked title and the best passages of each of ``documents``."""
        if not documents:
            return []
        texts = Texts.of([one.offsets for one in documents])
        spans = self._marker.spans(documents, texts)
        marking = _Marking(spans, texts, self._quoted)
        titles: dict[int, int] = {}
        others: defaultdict[int, list[Window]] = defaultdict(list)
        for window in best_windows(spans, texts, self._worths):
            document, zone, _ = texts.names[window.block]
            if zone == "title":
                titles[document] = window.block
            else:
                others[document].append(window)
        return [
            Highlights(
                self._title(stored.heading.title, marking, titles.get(number)),
                self._passages(stored, marking, others[number]) or opening(stored.document),
            )
            for number, stored in enumerate(documents)
        ]

    def _title(self, title: str, marking: _Marking, block: int | None) -> Marked:
        return Marked(title, () if block is None else marking.marks(block, title, 0, len(title)))

    def _passages(self, stored: Stored, marking: _Marking, windows: list[Window]) -> tuple[Passage, ...]:
        chosen = choose(windows, self._gain)
        return tuple(marking.passage(stored, window) for window in chosen)


class _Marking:
    """Turns hits into marks of texts."""

    def __init__(self, spans: Spans, texts: Texts, quoted: Sequence[bool]) -> None:
        self._texts = texts
        self._bases: list[int] = texts.bases.tolist()
        self._first: list[int] = spans.first.tolist()
        self._after: list[int] = spans.after.tolist()
        self._starts: list[int] = texts.starts[spans.first].tolist()
        self._ends: list[int] = texts.ends[spans.after - 1].tolist()
        self._exact: list[bool] = spans.exact.tolist()
        self._quoted = [quoted[target] for target in spans.target.tolist()]
        # Where the hits of each paragraph begin.
        self._bounds: list[int] = spans.block.searchsorted(np.arange(len(texts.names) + 1)).tolist()

    @property
    def blocks(self) -> list[int]:
        """The paragraphs that have hits."""
        return [at for at, (first, after) in enumerate(pairwise(self._bounds)) if first < after]

    def passage(self, stored: Stored, window: Window) -> Passage:
        """Return a cut of a paragraph of a document that shows ``window``."""
        block = window.block
        _, zone, number = self._texts.names[block]
        text = stored.text_of(zone, number)
        base, end = self._bases[block], self._bases[block + 1] - 1
        start, stop = cut(
            text,
            self._texts.starts[base:end].data,
            self._texts.ends[base:end].data,
            self._first[window.first] - base,
            max(self._after[window.first : window.after]) - base - 1,
        )
        return Passage(
            zone,
            number,
            start,
            Marked(text[start:stop], self.marks(block, text, start, stop)),
            cut_before=start > 0,
            cut_after=stop < len(text.rstrip()),
        )

    def marks(self, block: int, text: str, start: int, end: int) -> tuple[Mark, ...]:
        """Return the marks within a cut of the text of a paragraph; hits with nothing but white space between them
        become one mark.
        """
        marks: list[Mark] = []
        run: _Run | None = None
        hits, hits_end = self._bounds[block], self._bounds[block + 1]
        for at in range(bisect_left(self._starts, start, hits, hits_end), hits_end):
            first, after = self._starts[at], self._ends[at]
            if first >= end:
                break
            if after > end:
                continue
            if run and (first <= run.end or text[run.end : first].isspace()):
                run.take(first, after, exact=self._exact[at], phrase=self._quoted[at])
            else:
                marks += [run.mark(start)] if run else []
                run = _Run(first, after, self._exact[at], self._quoted[at])
        return (*marks, run.mark(start)) if run else ()


@dataclass(slots=True)
class _Run:
    """Hits with nothing but white space between them: code points ``start`` to ``end`` of a text."""

    start: int
    end: int
    exact: bool
    phrase: bool

    def take(self, first: int, after: int, *, exact: bool, phrase: bool) -> None:
        """Take in the next hit."""
        if after <= self.end and first < self.end:
            # A hit inside another: an exact one inside a folded one makes the whole no more exact than it was.
            self.exact |= exact and first == self.start and after == self.end
        else:
            self.end = max(self.end, after)
            self.exact &= exact
            self.phrase &= phrase

    def mark(self, origin: int) -> Mark:
        """Return the mark, counted from ``origin``."""
        return Mark(self.start - origin, self.end - origin, self.exact, self.phrase)


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
