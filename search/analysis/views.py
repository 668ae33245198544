"""What is indexed of a document: which views of which zones, as which fields?

=== ============================================ ==========================
S   folded syllables                             ``huyen``
E   tone-canonical syllables, accents kept       ``huyên`` + tone mark
B   neighbouring folded syllables                ``huyen+uy``
EB  neighbouring exact syllables
C   folded compounds as pyvi's model joins them  ``chinh+tri``
D   keys of dates, document numbers, measures    ``n3-da-tu``
=== ============================================ ==========================

Tokens are numbered through the whole document (zones in the order of :data:`search.document.ZONES`), leaving one
number free between paragraphs, so that neither pairs nor phrases reach across.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from ..document import ZONES, Document
from .normalize import new_style
from .structured import find, resolved
from .tokens import Token, tokenize

JOINER = "+"
"""Between the syllables of a pair or compound. It sorts before every character of a token, so that pairs sort as
their parts do.
"""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the index: a ``view`` (one letter or two, see above) of ``zones``; ``positions`` are kept where
    phrases are looked up.
    """

    name: str
    view: str
    zones: tuple[str, ...]
    positions: bool = False

    @property
    def whole_text(self) -> bool:
        """Whether the field covers the whole text."""
        return self.zones == ZONES


FIELDS = (
    Field("text", "S", ZONES, positions=True),
    Field("exact", "E", ZONES, positions=True),
    Field("pair", "B", ZONES),
    Field("exact_pair", "EB", ZONES),
    Field("compound", "C", ZONES),
    Field("key", "D", ZONES),
    Field("title", "S", ("title",), positions=True),
    Field("title_pair", "B", ("title",)),
    Field("title_compound", "C", ("title",)),
    Field("lead", "S", ("lead",), positions=True),
    Field("lead_pair", "B", ("lead",)),
    Field("lead_compound", "C", ("lead",)),
    Field("captions", "S", ("captions",), positions=True),
    Field("authors", "S", ("authors",), positions=True),
    Field("category", "S", ("category",), positions=True),
    Field("source", "S", ("source",), positions=True),
    Field("place", "S", ("place",), positions=True),
)


class Key(NamedTuple):
    """A stretch of ``size`` tokens from token ``position`` on that answers to ``key`` and ``wider``."""

    position: int
    size: int
    key: str
    wider: tuple[str, ...] = ()


class Block(NamedTuple):
    """One analysed text: paragraph ``number`` of ``zone``, whose first token has the number ``base``."""

    zone: str
    number: int
    base: int
    tokens: list[Token]
    compounds: list[tuple[int, int]]  # first token within the block, number of tokens
    keys: list[Key]  # positions within the document


def analyze(document: Document) -> list[Block]:
    """Analyse every searched text of ``document``, in order; texts without a token give no block."""
    from .segment import words_many  # of a query no compounds are made

    texts = [(zone, number, text, tokenize(text)) for zone, number, text in (*document.blocks(), *labels(document))]
    texts = [item for item in texts if item[3]]
    joined = words_many([new_style(text) for _, _, text, _ in texts])
    blocks: list[Block] = []
    base = 0
    for (zone, number, text, tokens), spans in zip(texts, joined, strict=True):
        blocks.append(
            Block(
                zone, number, base, tokens, _compounds(tokens, spans.tolist()), _keys(text, tokens, base, document.day)
            )
        )
        base += len(tokens) + 1
    return blocks


def labels(document: Document) -> Iterator[tuple[str, int, str]]:
    """Yield the facet values that can be searched by name, though not as part of the text."""
    yield "category", 0, document.category or ""
    yield "source", 0, document.source or ""
    for number, place in enumerate(document.places):
        yield "place", number, place


def _compounds(tokens: list[Token], spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    starts = [token.start for token in tokens]
    found = []
    for start, end in spans:
        first, after = bisect_left(starts, start), bisect_left(starts, end)
        if after - first > 1 and starts[first] == start and tokens[after - 1].end == end:
            found.append((first, after - first))
    return found


def _keys(text: str, tokens: list[Token], base: int, day: date | None) -> list[Key]:
    starts = [token.start for token in tokens]
    found = []
    for stretch in find(text):
        first, after = bisect_left(starts, stretch.start), bisect_left(starts, stretch.end)
        if after > first:
            wider = stretch.wider + resolved(stretch.key, day)
            found.append(Key(base + first, after - first, stretch.key, wider))
    return found


def field_terms(blocks: list[Block], spec: Field) -> dict[str, list[int]]:
    """Return the terms of one field with their positions; the obvious implementation that the array builder is
    tested against.
    """
    terms: defaultdict[str, list[int]] = defaultdict(list)
    for block in blocks:
        if block.zone in spec.zones:
            for position, term in _VIEWS[spec.view](block):
                terms[term].append(position)
    return dict(terms)


def field_length(blocks: list[Block], spec: Field) -> int:
    """Return the length of a field for ranking: the number of tokens, pairs, compounds or keys that it has in the
    document.
    """
    return sum(_LENGTHS[spec.view](block) for block in blocks if block.zone in spec.zones)


def _syllables(block: Block) -> Iterator[tuple[int, str]]:
    for at, token in enumerate(block.tokens, block.base):
        yield at, token.folded
        if token.also and token.also != token.folded:
            yield at, token.also


def _exact(block: Block) -> Iterator[tuple[int, str]]:
    return ((at, token.exact) for at, token in enumerate(block.tokens, block.base))


def _pairs(block: Block) -> Iterator[tuple[int, str]]:
    folded = [token.folded for token in block.tokens]
    return ((block.base + at, JOINER.join(pair)) for at, pair in enumerate(pairwise(folded)))


def _exact_pairs(block: Block) -> Iterator[tuple[int, str]]:
    exact = [token.exact for token in block.tokens]
    return ((block.base + at, JOINER.join(pair)) for at, pair in enumerate(pairwise(exact)))


def _joined(block: Block) -> Iterator[tuple[int, str]]:
    for first, count in block.compounds:
        yield block.base + first, JOINER.join(token.folded for token in block.tokens[first : first + count])


def _marked(block: Block) -> Iterator[tuple[int, str]]:
    for key in block.keys:
        for text in (key.key, *key.wider):
            yield key.position, text


_VIEWS: dict[str, Callable[[Block], Iterator[tuple[int, str]]]] = {
    "S": _syllables,
    "E": _exact,
    "B": _pairs,
    "EB": _exact_pairs,
    "C": _joined,
    "D": _marked,
}
_LENGTHS: dict[str, Callable[[Block], int]] = {
    "S": lambda block: len(block.tokens),
    "E": lambda block: len(block.tokens),
    "B": lambda block: len(block.tokens) - 1,
    "EB": lambda block: len(block.tokens) - 1,
    "C": lambda block: len(block.compounds),
    "D": lambda block: len(block.keys),
}
