"""How else may the words of a query be written?

An equivalent form (an acronym, or what it stands for) and the other spelling of a syllable (i for y) are ways in
which a unit of the query is satisfied too. All of them take the place of what was typed, token for token: where the
typed form is several units, any of them is satisfied by the whole of the other form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from ..equivalents.spelling import other_spelling
from ..equivalents.table import Equivalents, Match, Way
from ..ranking import EXPANSION, OTHER_SPELLING
from .run import Other, Run, Unit

MOST_MATCHES = 16
"""Equivalent forms of one run of words that are followed: a whole pasted paragraph must not cost a second."""

MOST_REWRITTEN = 6
"""Ways of writing the whole query with another form in it that are tried as one phrase."""


class Expanded(NamedTuple):
    """A run whose units know their other forms.

    ``scored`` holds these forms and how much of a typed form each is worth, ``rewritten`` the whole run with one form
    in place of another, ``told`` what to say of it.
    """

    run: Run
    scored: tuple[tuple[Other, float], ...] = ()
    rewritten: tuple[tuple[str, ...], ...] = ()
    told: tuple[tuple[str, tuple[str, ...]], ...] = ()


def expand(run: Run, text: str, equivalents: Equivalents, *, exact: bool = False) -> Expanded:
    """Return ``run``, which was read from ``text``, with its other forms; ``exact`` demands their accents too."""
    others: list[list[Other]] = [[] for _ in run.units]
    scored: dict[Other, float] = {}
    matches = equivalents.find(run.tokens, text, accented=run.accented, exact=exact)
    matches = [match for match in matches if _fits(run, match)][:MOST_MATCHES]
    for match in matches:
        for number, other in _of_match(run, match, exact=exact):
            others[number].append(other)
            scored[other] = EXPANSION
    for number, unit in enumerate(run.units):
        for other in _spelled_otherwise(run, unit, exact=exact):
            others[number].append(other)
            scored.setdefault(other, OTHER_SPELLING)
    units = (unit._replace(others=tuple(dict.fromkeys(new))) for unit, new in zip(run.units, others, strict=True))
    return Expanded(
        run=replace(run, units=tuple(units)) if scored else run,
        scored=tuple(scored.items()),
        rewritten=tuple(_rewritten(run, matches))[:MOST_REWRITTEN],
        told=tuple((match.typed, tuple(way.form.text for way in match.ways)) for match in matches),
    )


def _fits(run: Run, match: Match) -> bool:
    """Say whether a match consists of whole units, or lies inside one that is no date or document number."""
    for unit in run.units:
        first, after = unit.span.start, unit.span.stop
        if first < match.after and match.first < after:
            inside = first <= match.first and match.after <= after
            around = match.first <= first and after <= match.after
            if unit.keys or not (inside or around):
                return False
    return True


def _of_match(run: Run, match: Match, *, exact: bool) -> Iterator[tuple[int, Other]]:
    """Yield what may stand for the units that a match covers, each with the number of its unit."""
    for number, unit in enumerate(run.units):
        before = range(unit.span.start, match.first)
        behind = range(match.after, unit.span.stop)
        if unit.span.start < match.after and match.first < unit.span.stop:
            for way in match.ways:
                if before or behind or not way.beside:
                    yield number, _placed(run, before, way, behind, exact=exact)
                else:
                    yield from ((number, other) for other in _beside(run, match, way, exact=exact))


def _beside(run: Run, match: Match, way: Way, *, exact: bool) -> Iterator[Other]:
    nothing = range(0)
    if match.first > 0:
        yield _placed(run, range(match.first - 1, match.first), way, nothing, exact=exact)
    if match.after < len(run.tokens):
        yield _placed(run, nothing, way, range(match.after, match.after + 1), exact=exact)


def _placed(run: Run, before: range, way: Way, behind: range, *, exact: bool) -> Other:
    """Return a form between tokens of the run."""
    return Other(
        (*(run.tokens[at].folded for at in before), *way.form.folded, *(run.tokens[at].folded for at in behind)),
        (*(run.tokens[at].exact for at in before), *way.form.exact, *(run.tokens[at].exact for at in behind)),
        marked=exact,
    )


def _spelled_otherwise(run: Run, unit: Unit, *, exact: bool) -> Iterator[Other]:
    """Yield the other spelling of a unit: by itself where its accents are known, else beside a neighbour only, since
    ``ty`` without accents would find every ``tỉ``.
    """
    at = unit.span.start
    other = other_spelling(run.tokens[at]) if len(unit.span) == 1 and not unit.keys else None
    if other is None:
        return
    folded, accents = other
    marked = exact or run.accented or run.tokens[at].exact != run.tokens[at].folded
    if marked or len(run.tokens) == 1:
        yield Other((folded,), (accents,), marked)
        return
    if at > 0:
        yield Other((run.tokens[at - 1].folded, folded), (run.tokens[at - 1].exact, accents))
    if at + 1 < len(run.tokens):
        yield Other((folded, run.tokens[at + 1].folded), (accents, run.tokens[at + 1].exact))


def _rewritten(run: Run, matches: list[Match]) -> Iterator[tuple[str, ...]]:
    folded = run.folded
    for match in matches:
        if match.after - match.first < len(folded):
            for way in match.ways:
                yield (*folded[: match.first], *way.form.folded, *folded[match.after :])
