"""What does an engine have to do?

A plan holds analysed terms only, never text, and says nothing of how an engine stores them. The same plan gives the
same documents, the same counts and the same order on every engine.

A document is in the result when it satisfies ``match`` and ``selection``. Its score is the sum of what ``scores``
and ``bonuses`` give it (see :mod:`search.ranking` for the formulas); equal scores (rounded to 1e-6) fall back to the
later date, then to the smaller id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeAlias

MAX_EXPANSION = 100
"""How many terms a prefix stands for at the most: the most frequent ones (most documents, then alphabetically)."""


class Term(NamedTuple):
    """Documents that hold a term in a field."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Documents that hold these terms at positions that follow one another; the field keeps positions."""

    field: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """Documents that hold one of the :data:`MAX_EXPANSION` most frequent terms that start with ``text``."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Documents that satisfy at least one of the nodes."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Documents that satisfy every node; every document where there is none."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MostOf:
    """Documents whose satisfied nodes make up at least ``share`` of the idf of all nodes.

    The idf of a node is that of a term that stands in as many documents as satisfy the node. A node that no document
    satisfies cannot tell documents apart; it counts as the mean of the others, not as the rarest of all.
    """

    nodes: tuple[Node, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Without:
    """Documents that satisfy ``keep`` but not ``drop``."""

    keep: Node
    drop: Node


Node: TypeAlias = Term | Phrase | Prefix | AnyOf | AllOf | MostOf | Without


class Score(NamedTuple):
    """A term that adds to the score of documents that hold it.

    With ``frequency`` it adds ``weight`` · BM25, whose length normalisation is ``b``; without, ``weight`` · idf.
    """

    term: Term
    weight: float
    frequency: bool = True
    b: float = 0.75


@dataclass(frozen=True, slots=True)
class Bonus:
    """A constant that is added to the score of documents that satisfy ``node``."""

    node: Node
    weight: float


@dataclass(frozen=True, slots=True)
class Selection:
    """Facet values and days that were chosen.

    A document passes when in each facet of ``include`` it has one of the values, has none of the values of
    ``exclude``, and lies within
    ``first`` to ``last`` (both inclusive; without a date it lies in no bounded range). Values are canonical keys
    (:func:`search.facets.facet_key`); the key of ``search.MISSING`` stands for documents without a value.
    """

    include: Mapping[str, frozenset[str]] = field(default_factory=dict)
    exclude: Mapping[str, frozenset[str]] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One search, ready to be carried out. ``first`` and ``last`` are the days, both inclusive, that the query's own
    words demand, beside those of the ``selection``. ``recency`` is what the newest document gets for its date (see
    :func:`search.ranking.recency`). ``sort`` is one of ``search.SORTS``; ``facets`` names the facets to count, and
    ``months`` asks for the number of documents in each month.
    """

    match: Node = AllOf(())
    scores: tuple[Score, ...] = ()
    bonuses: tuple[Bonus, ...] = ()
    recency: float = 0.0
    selection: Selection = field(default_factory=Selection)
    first: date | None = None
    last: date | None = None
    sort: str = "relevance"
    offset: int = 0
    limit: int = 10
    facets: tuple[str, ...] = ()
    months: bool = False
