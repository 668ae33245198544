"""Which articles are about the same matter as this one?

An article's key terms are its compounds, its names and the numbers of documents it cites, weighted by how often they
stand there and how rare they are in the index. What shares most of that weight is related, whatever its category.
Reprints are left out: they say nothing new.

Chosen on 350 articles of 40,000, by eye and by the mean cosine of an article and its five related ones (all compounds
and names, tf·idf): 12 terms .289, 20 terms .303, with ``TF_SATURATION`` 3 in place of 1.2 .309, 40 terms .316.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice, pairwise

from .analysis.tokens import form
from .analysis.views import JOINER, Block, analyze
from .document import Document, Paragraph
from .engines.base import Reader, Stored
from .query.plan import AnyOf, Plan, Score, Term
from .ranking import idf

MOST_TERMS = 30
"""Key terms that an article is known by."""

MOST_CHARACTERS = 5000
"""Code points of the body that key terms are taken from: news says first what it is about."""

COMMON_SHARE = 0.1
"""A term that more than this share of all documents hold says nothing of what an article is about."""

COMMON_FLOOR = 20
"""So many documents may always hold a term: in a small index a tenth is soon reached."""

OPENING_COUNT = 2
"""How many occurrences one in the title or lead counts for."""

TF_SATURATION = 3.0
"""Occurrences that give a term half of its full weight."""

NAME_WEIGHT = 0.7
"""What a pair of a name weighs beside a compound: a name of three syllables gives two pairs."""

LEAST_SHARE = 0.2
"""The least part of the score that the article itself would have: what has less was judged unrelated, read by eye."""

CANDIDATES = 60
"""Documents that are looked at for reprints at the most."""

SHINGLE = 4
"""Syllables of a shingle (Broder, "On the resemblance and containment of documents", 1997)."""

MOST_SHINGLES = 2000

SAME_SHARE = 0.9
"""Two texts are one when they share at least this part of the shingles of the shorter one."""

REPRINT_SHARE = 0.5
"""The least part of the score of the article itself that a reprint of it is expected to have."""

_ZONES = frozenset({"title", "lead", "body", "captions"})
_OPENING_ZONES = frozenset({"title", "lead"})
_SENTENCE_ENDS = frozenset('.!?…:;"“”‘(')


def related(reader: Reader, number: int, limit: int, budget: float) -> list[tuple[Document, float]]:
    """Return the ``limit`` documents most related to document ``number``, best first, with their scores.

    Neither the document itself nor a reprint of it or of one another is among them. Where ``budget`` (seconds) runs
    out, nothing is returned.
    """
    deadline = time.monotonic() + budget
    source = _Text.of(reader.stored(number))
    counts = term_counts(source.document)
    texts: dict[int, _Text] = {number: source}

    def text(candidate: int) -> _Text:
        if candidate not in texts:
            texts[candidate] = _Text.of(reader.stored(candidate))
        return texts[candidate]

    hits, own = _run(reader, number, key_terms(counts, reader), deadline)
    reprints = {one for one, score in hits if score >= REPRINT_SHARE * own and text(one).same(source)} - {number}
    if reprints:
        # What only the reprints share would make everything else look unrelated.
        hits, own = _run(reader, number, key_terms(counts, reader, copies=1 + len(reprints)), deadline)
    chosen: list[tuple[int, float]] = []
    for candidate, score in hits:
        if len(chosen) == limit or score < LEAST_SHARE * own:
            break
        if not any(text(candidate).same(texts[other]) for other in (number, *(one for one, _ in chosen))):
            chosen.append((candidate, score))
    return [(texts[candidate].document, score) for candidate, score in chosen]


def _run(
    reader: Reader, number: int, scores: tuple[Score, ...], deadline: float
) -> tuple[tuple[tuple[int, float], ...], float]:
    """Return the candidates, and the score that the document itself has."""
    plan = Plan(match=AnyOf(tuple(score.term for score in scores)), scores=scores, limit=CANDIDATES)
    found = reader.run(plan, deadline=deadline)
    if found.partial:
        return (), 0.0
    return found.hits, dict(found.hits).get(number) or sum(one.value for one in reader.explain(plan, number))


def key_terms(counts: Mapping[Term, int], reader: Reader, copies: int = 1) -> tuple[Score, ...]:
    """Return what a document whose terms have these ``counts`` is known by in the index of ``reader``: its
    :data:`MOST_TERMS` weightiest terms, of those that more than ``copies`` documents hold.

    The weight is tf / (tf + TF_SATURATION) · idf; the engine's BM25 adds tf and idf on the side of what is found.
    """
    most = max(COMMON_FLOOR, COMMON_SHARE * reader.documents)
    weighted = []
    for (term, count), holding in zip(counts.items(), reader.frequencies(list(counts)), strict=True):
        if copies < holding <= most:
            kind = NAME_WEIGHT if term.field == "exact_pair" else 1.0
            weighted.append((kind * count / (count + TF_SATURATION) * idf(reader.documents, holding), term))
    weighted.sort(key=lambda one: (-one[0], one[1].field, one[1].text))
    return tuple(Score(term, weight) for weight, term in weighted[:MOST_TERMS])


def term_counts(document: Document) -> Counter[Term]:
    """Return how often each name pair, compound and document number stands in ``document``."""
    counts: Counter[Term] = Counter()
    texts = {(zone, number): text for zone, number, text in document.blocks()}
    for block in analyze(_beginning(document)):
        if block.zone in _ZONES:
            count = OPENING_COUNT if block.zone in _OPENING_ZONES else 1
            for term in _terms(block, texts[block.zone, block.number]):
                counts[term] += count
    return counts


def _beginning(document: Document) -> Document:
    left = MOST_CHARACTERS
    body: list[Paragraph] = []
    for paragraph in document.body:
        body.append(replace(paragraph, text=paragraph.text[:left]))
        left -= len(paragraph.text)
        if left <= 0:
            break
    return replace(document, body=tuple(body))


def _terms(block: Block, text: str) -> Iterator[Term]:
    """Yield the document numbers of a text, the pairs of its names, and the compounds that are no part of a name."""
    named: set[int] = set()
    for at in _name_pairs(block, text):
        named |= {at, at + 1}
        yield Term("exact_pair", JOINER.join(token.exact for token in block.tokens[at : at + 2]))
    for first, count in block.compounds:
        if not named.issuperset(range(first, first + count)):
            yield Term("compound", JOINER.join(token.folded for token in block.tokens[first : first + count]))
    yield from (Term("key", key.key) for key in block.keys if key.key.startswith("n"))


def _name_pairs(block: Block, text: str) -> Iterator[int]:
    """Yield where two capitalised words follow one another, the first not being the first of a sentence."""
    before = 0
    for at, (token, after) in enumerate(pairwise(block.tokens)):
        opens = at == 0 or not _SENTENCE_ENDS.isdisjoint(text[before : token.start])
        before = token.end
        capitals = text[token.start].isupper() and text[after.start].isupper()
        if capitals and not opens and text[token.end : after.start].isspace():
            yield at


@dataclass(frozen=True, slots=True)
class _Text:
    """A document with the runs of :data:`SHINGLE` folded syllables of its lead and body, or of its title where there
    is no more.
    """

    document: Document
    shingles: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, stored: Stored) -> _Text:
        texts = {(zone, number): text for zone, number, text in stored.document.blocks()}
        blocks = [one for one in stored.offsets.blocks if one.zone in {"lead", "body"}] or stored.offsets.blocks[:1]
        syllables = chain.from_iterable(
            (
                form(texts[block.zone, block.number][start:end]).folded
                for start, end in zip(block.starts, block.ends, strict=True)
            )
            for block in blocks
        )
        kept = tuple(islice(syllables, MOST_SHINGLES + SHINGLE - 1))
        if len(kept) < SHINGLE:
            return cls(stored.document, frozenset({kept} if kept else ()))
        return cls(stored.document, frozenset(zip(*(kept[at:] for at in range(SHINGLE)), strict=False)))

    def same(self, other: _Text) -> bool:
        """Return whether one of the two texts is, near enough, contained in the other."""
        shorter = min(len(self.shingles), len(other.shingles))
        return shorter > 0 and len(self.shingles & other.shingles) >= SAME_SHARE * shorter
