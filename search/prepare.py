"""What is known of a query before it is carried out: how it is read, what it asks for, and how its hits are marked?

That depends on the index and on the table of equivalents, and not on the page, the facets or the order that are asked
for: it is remembered, since the same words are asked page by page and facet by facet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from .analysis.views import JOINER
from .document import Document
from .engines.base import Reader
from .equivalents.table import Equivalents
from .memo import Memo, PerReader
from .page import Highlights
from .query.compile import Compiled, compile_query
from .query.foresee import foreseen
from .query.plan import MAX_EXPANSION
from .query.syntax import Query, parse
from .query.units import Target
from .ranking import RELAX_ABOVE, idf
from .suggest.restore import Restorer

if TYPE_CHECKING:
    from .highlight import Highlighter

REMEMBERED = 128
"""Queries that are remembered with a reader."""

COMMON_SHARE = 0.3
"""A word that more than this share of all documents hold says little by itself: it is marked only beside another
hit.
"""


HITS_REMEMBERED = 64
"""Documents of which is remembered how one query marks them."""


class Shown(NamedTuple):
    """What a list of results shows of a document: its heading (see :class:`~search.engines.base.Stored`) and marks."""

    heading: Document
    highlights: Highlights


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query, ready to be carried out on one reader."""

    read: Query
    compiled: Compiled
    highlighter: Highlighter
    _shown: Memo[int, Shown] = field(default_factory=lambda: Memo(HITS_REMEMBERED))

    def show(self, reader: Reader, numbers: Sequence[int]) -> list[Shown]:
        """Return what is shown of the documents ``numbers``; it is remembered, since a further facet or the way back
        shows the same ones.
        """
        known = [self._shown.known(number) for number in numbers]
        new = [number for number, found in zip(numbers, known, strict=True) if found is None]
        stored = reader.stored_together(new)
        marked = self.highlighter.hits(stored)
        made = [Shown(one.heading, highlights) for one, highlights in zip(stored, marked, strict=True)]
        for number, shown in zip(new, made, strict=True):
            self._shown.put(number, shown)
        rest = iter(made)
        return [next(rest) if found is None else found for found in known]


_Key = tuple[str, bool, int, bool, Equivalents]
_PREPARED = PerReader[Memo[_Key, Prepared]](lambda: Memo(REMEMBERED))


def prepare(
    query: str,
    reader: Reader,
    equivalents: Equivalents,
    *,
    exact: bool,
    relax_above: int = RELAX_ABOVE,
    dated: bool = True,
) -> Prepared:
    """Read and compile ``query``; see :func:`~search.query.compile.compile_query` for the rest."""

    def as_typed(text: str) -> list[float]:
        return [syllable.as_typed for syllable in Restorer(reader).restore(text).syllables]

    def prepared(_: _Key) -> Prepared:
        read = parse(query)
        reader.expect(query, terms=foreseen(read, equivalents, exact=exact, relax_above=relax_above, dated=dated))
        compiled = compile_query(
            read,
            reader.frequency,
            exact=exact,
            equivalents=equivalents,
            as_typed=as_typed,
            relax_above=relax_above,
            dated=dated,
        )
        return Prepared(read, compiled, _highlighter(compiled.targets, reader))

    return _PREPARED.of(reader).get((query, exact, relax_above, dated, equivalents), prepared)


def _highlighter(targets: tuple[Target, ...], reader: Reader) -> Highlighter:
    from .highlight import Highlighter  # and NumPy: whoever imports search waits for it only with an index

    counts = [_documents_with(target, reader) for target in targets]
    common = {
        number
        for number, (target, count) in enumerate(zip(targets, counts, strict=True))
        if target.terms and count > COMMON_SHARE * reader.documents
    }
    weights = [idf(reader.documents, count) for count in counts]
    # Where every word is common, none is more telling than the others.
    return Highlighter(targets, weights, frozenset(common) if len(common) < len(targets) else frozenset())


def _documents_with(target: Target, reader: Reader) -> int:
    """Return about how many documents hold a target: what is certain of the likeliest way to hold it."""
    ways = [reader.frequency("text", term) for term in target.terms]
    ways += [reader.frequency("key", key) for key in target.keys]
    ways += [
        min(reader.frequency("pair", JOINER.join(pair)) for pair in pairwise(phrase))
        for phrase in target.phrases
        if len(phrase) > 1
    ]
    if target.prefix:
        ways.append(sum(count for _, count in reader.commonest("text", target.prefix, MAX_EXPANSION)))
    # Counts of several words add up to more documents than there are.
    return min(max(ways, default=0), reader.documents)
