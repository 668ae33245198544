"""What will an index be asked about where a query is read, ranked and marked?

Found out by compiling it for an index that holds nothing. An engine that is asked over a network then learns it all at
once; others never look at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ..analysis.tokens import tokenize
from ..analysis.views import JOINER
from ..equivalents.table import Equivalents
from .compile import compile_query
from .plan import AllOf, AnyOf, MostOf, Node, Phrase, Prefix, Term, Without
from .syntax import Query
from .units import Target


def foreseen(query: Query, equivalents: Equivalents, *, exact: bool, relax_above: int, dated: bool) -> Iterator[Node]:
    """Yield what it will be asked how many documents satisfy; see :func:`~.compile.compile_query` for the arguments."""
    asked: list[Node] = []

    def frequency(field: str, term: str) -> int:
        asked.append(Term(field, term))
        return 0

    compiled = compile_query(
        query,
        frequency,
        exact=exact,
        equivalents=equivalents,
        # Whatever is meant with the accents that it has is ranked so.
        as_typed=lambda text: [1.0] * len(tokenize(text)),
        relax_above=relax_above,
        dated=dated,
    )
    yield from asked
    yield from (score.term for score in compiled.scores if not score.frequency)
    yield from _weighed(compiled.match)
    for target in compiled.targets:
        yield from _telling(target)


def _weighed(node: Node) -> Iterator[Node]:
    """Yield what is weighed where most of it is enough, as it may become where not all of it is found."""
    match node:
        case MostOf(nodes) | AllOf(nodes):
            yield from nodes
            for one in nodes:
                yield from _weighed(one)
        case AnyOf(nodes):
            for one in nodes:
                yield from _weighed(one)
        case Without(keep):
            yield from _weighed(keep)
        case Term() | Phrase() | Prefix():
            pass


def _telling(target: Target) -> Iterator[Node]:
    """Yield what says how telling it is that a document holds ``target``."""
    yield from (Term("text", term) for term in target.terms)
    yield from (Term("key", key) for key in target.keys)
    yield from (Term("pair", JOINER.join(pair)) for phrase in target.phrases for pair in pairwise(phrase))
