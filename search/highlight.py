"""How are the words that the query meant marked in a document, and what of it is shown in the list of results?

Works on the stored text, the stored token offsets and the targets of the compiled query; no engine takes part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from .document import Document
from .engines.base import Stored
from .page import Highlights, Mark, Marked, MarkedDocument, Passage
from .passages import PASSAGE, Windows, best_windows, choose, cut
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
        self._weights = np.asarray(weights, np.float64)
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
        windows = best_windows(spans, texts, self._worths)
        titles: dict[int, int] = {}
        others: defaultdict[int, list[int]] = defaultdict(list)
        for window, block in enumerate(windows.block.tolist()):
            document, zone, _ = texts.names[block]
            if zone == "title":
                titles[document] = block
            else:
                others[document].append(window)
        return [
            Highlights(
                self._title(stored.document.title, marking, titles.get(number)),
                self._passages(stored.document, marking, windows, others[number]) or opening(stored.document),
            )
            for number, stored in enumerate(documents)
        ]

    def _title(self, title: str, marking: _Marking, block: int | None) -> Marked:
        return Marked(title, () if block is None else marking.marks(block, title, 0, len(title)))

    def _passages(
        self, document: Document, marking: _Marking, windows: Windows, own: Sequence[int]
    ) -> tuple[Passage, ...]:
        if not own:
            return ()
        chosen = choose(windows, range(own[0], own[-1] + 1), self._weights)
        return tuple(
            marking.passage(document, int(windows.block[one]), int(windows.first[one]), int(windows.after[one]))
            for one in chosen
        )


class _Marking:
    """Turns hits into marks of texts."""

    def __init__(self, spans: Spans, texts: Texts, quoted: Sequence[bool]) -> None:
        self._texts = texts
        self._first = spans.first
        self._after = spans.after
        self._starts = texts.starts[spans.first].tolist()
        self._ends = texts.ends[spans.after - 1].tolist()
        self._exact = spans.exact.tolist()
        self._quoted = [quoted[target] for target in spans.target.tolist()]
        # Where the hits of each paragraph begin.
        self._bounds = spans.block.searchsorted(np.arange(len(texts.names) + 1)).tolist()

    @property
    def blocks(self) -> list[int]:
        """The paragraphs that have hits."""
        return [at for at in range(len(self._texts.names)) if self._bounds[at] < self._bounds[at + 1]]

    def passage(self, document: Document, block: int, first: int, after: int) -> Passage:
        """Return a cut of a paragraph of ``document`` that shows hits ``first`` to ``after`` (exclusive)."""
        _, zone, number = self._texts.names[block]
        text = document.text_of(zone, number)
        base, end = self._texts.bases[block], self._texts.bases[block + 1] - 1
        start, stop = cut(
            text,
            self._texts.starts[base:end].tolist(),
            self._texts.ends[base:end].tolist(),
            int(self._first[first] - base),
            int(self._after[first:after].max() - base) - 1,
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
        for at in range(self._bounds[block], self._bounds[block + 1]):
            first, after = self._starts[at], self._ends[at]
            if first < start or after > end:
                continue
            mark = Mark(first - start, after - start, self._exact[at], phrase=self._quoted[at])
            before = marks[-1] if marks else None
            if before and (mark.start <= before.end or text[before.end + start : first].isspace()):
                marks[-1] = _merged(before, mark)
            else:
                marks.append(mark)
        return tuple(marks)


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
