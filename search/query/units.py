"""What must a document hold for one unit of a query, and what is marked of it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from . import plan
from .run import Other, Run, Unit


class Target(NamedTuple):
    """What the highlighter marks for one unit of the query.

    A token is a hit when its folded key is in ``terms`` or starts with ``prefix``; a sequence of tokens when their
    folded keys are one of ``phrases``; a structured stretch when its key is in ``keys``. ``exact`` holds the keys as
    typed: a hit is exact when all its tokens' exact keys are among them, and where ``demanded`` no other is a hit.
    ``zone`` limits the hits to one zone; ``quoted`` says that the unit is a phrase by the person's own wish. ``others``
    are the other forms of the unit, for explaining a hit: what of them is to be marked is among the above, or a target
    of its own.
    """

    terms: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()
    keys: frozenset[str] = frozenset()
    prefix: str = ""
    exact: frozenset[str] = frozenset()
    demanded: bool = False
    zone: str | None = None
    quoted: bool = False
    others: tuple[Other, ...] = ()


class Place(NamedTuple):
    """Where in the tree a node stands: inside a field, demanding accents, inside an exclusion."""

    field: str | None = None
    exact: bool = False
    excluded: bool = False


def unit_node(run: Run, unit: Unit, place: Place) -> plan.Node:
    """Return what a document must satisfy for ``unit``: any of the ways in which it may be written."""
    ways: list[plan.Node] = [sequence(run, unit.span, place)]
    ways += [_tokens_node(other.folded, other.exact, place, marked=other.marked) for other in unit.others]
    if place.field is None:
        ways += [plan.Term("key", key) for key in unit.keys]
        ways += [] if place.exact else [plan.Term("text", term) for term in unit.also]
        ways += [] if place.exact else [plan.Phrase("text", terms) for terms in unit.split]
    elif unit.also and not place.exact:
        ways += [plan.Term(place.field, term) for term in unit.also]
    return any_of(ways)


def sequence(run: Run, span: range, place: Place) -> plan.Node:
    """Return the node for tokens of the run that stand next to each other."""
    return _tokens_node(run.folded[span.start : span.stop], run.exact[span.start : span.stop], place)


def _tokens_node(folded: tuple[str, ...], exact: tuple[str, ...], place: Place, *, marked: bool = False) -> plan.Node:
    """Return the node for tokens next to each other, in the field and with the accents that the place asks for;
    ``marked`` asks for the accents too.
    """
    accents = place.exact or marked
    nodes = [_term_or_phrase(place.field or "text", folded)] if place.field or not accents else []
    if accents:
        nodes.append(_term_or_phrase("exact", exact))
    return nodes[0] if len(nodes) == 1 else plan.AllOf(tuple(nodes))


def _term_or_phrase(name: str, terms: tuple[str, ...]) -> plan.Node:
    return plan.Term(name, terms[0]) if len(terms) == 1 else plan.Phrase(name, terms)


def any_of(nodes: Sequence[plan.Node]) -> plan.Node:
    """Return the node that any of ``nodes`` satisfies."""
    return nodes[0] if len(nodes) == 1 else plan.AnyOf(tuple(nodes))


def unit_targets(run: Run, unit: Unit, place: Place) -> Iterator[Target]:
    """Yield what is marked for ``unit``."""
    folded = tuple(run.folded[at] for at in unit.span)
    single = frozenset(folded) if len(folded) == 1 else frozenset()
    free = tuple(other.folded for other in unit.others if not other.marked)
    phrases = ((folded,) if len(folded) > 1 else ()) + (() if place.exact else unit.split)
    yield Target(
        terms=(single if place.exact else single | frozenset(unit.also)) | {way[0] for way in free if len(way) == 1},
        phrases=phrases + tuple(way for way in free if len(way) > 1),
        keys=frozenset(unit.keys),
        exact=frozenset(run.exact[at] for at in unit.span) if run.accented or place.exact else frozenset(),
        demanded=place.exact,
        zone=place.field,
        others=unit.others,
    )
    yield from (_marked_target(other, place) for other in unit.others if other.marked)


def _marked_target(other: Other, place: Place) -> Target:
    single = len(other.folded) == 1
    return Target(
        terms=frozenset(other.folded) if single else frozenset(),
        phrases=() if single else (other.folded,),
        exact=frozenset(other.exact),
        demanded=True,
        zone=place.field,
    )


def number_targets(run: Run, place: Place) -> tuple[Target, ...]:
    """Return what marks a document number as a whole that was typed as separate words."""
    own = {key for unit in run.units for key in unit.keys}
    numbers = frozenset(key for key in run.keys if key not in own and key.startswith("n"))
    return (Target(keys=numbers, zone=place.field),) if numbers else ()
