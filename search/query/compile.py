"""How does a query that was read become a plan?

Every word becomes a unit that a document must satisfy, in whichever of several ways it may be written; the ranking
table turns the same words into what is scored; and the highlighter gets what is to be marked. The vocabulary is
asked only for frequencies of terms.

Equivalent forms (see :mod:`.expand`) count for plain words, in a field too. Not for a phrase or ``+word``, which ask
for what is typed; not for an exclusion, since what it hides is not seen; and with the accents demanded, only between
forms as the file writes them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from ..analysis.fold import fold
from ..analysis.structured import resolved_form
from ..analysis.tokens import tokenize
from ..analysis.views import FIELDS
from ..equivalents.table import Equivalents
from ..ranking import EXPANSION, PHRASE_BONUS, RECENCY, RELAX_ABOVE, RELAXED_SHARE, RESOLVED_DATE, WEIGHTS, Weight
from . import plan, syntax
from .expand import Expanded, expand
from .run import LEAST_SHARE, Run, read_run
from .units import Place, Target, any_of, number_targets, sequence, unit_node, unit_targets

Frequency = Callable[[str, str], int]
"""Given a field and a term: the number of live documents that hold it."""

AsTyped = Callable[[str], Sequence[float]]
"""Given a text: for each of its tokens, how likely it is meant exactly as it was typed."""

MAX_TOKENS = 64
"""Tokens of a query that are looked at; a longer one is shortened."""

MAX_PHRASE = 30
"""The longest query that is tried as one phrase for the phrase bonus."""

NO_EQUIVALENTS = Equivalents()

_VIEW_OF = {spec.name: spec.view for spec in FIELDS}


class Compiled(NamedTuple):
    """A query ready for an engine and for the highlighter; ``words`` counts what was searchable in it, ``expansions``
    are what was typed and the equivalent forms that are looked for too.
    """

    match: plan.Node
    scores: tuple[plan.Score, ...]
    bonuses: tuple[plan.Bonus, ...]
    targets: tuple[Target, ...]
    first: date | None
    last: date | None
    words: int
    relaxed: bool
    shortened: bool
    expansions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    recency: float = 0.0


@dataclass(slots=True)
class _Gathered:
    """What is collected while the tree is walked."""

    scores: dict[tuple[str, str, bool, float], float] = field(default_factory=dict)
    bonuses: list[plan.Bonus] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    expansions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None
    words: int = 0
    relaxed: bool = False
    left: int = MAX_TOKENS
    shortened: bool = False


def compile_query(
    query: syntax.Query,
    frequency: Frequency,
    *,
    exact: bool = False,
    equivalents: Equivalents = NO_EQUIVALENTS,
    as_typed: AsTyped | None = None,
    relax_above: int = RELAX_ABOVE,
    dated: bool = True,
) -> Compiled:
    """Return what ``query`` asks for, in any of the forms that ``equivalents`` knows.

    ``exact`` demands the typed accents of every word ("đúng dấu"). ``as_typed`` says of a partly accented text how
    likely each bare word is meant bare; without it none is. ``dated`` lets the articles' own dates count: newer ones a
    little more, and days without a year as those of the year that is meant. Of more than ``relax_above`` words in a
    row, most must match.
    """
    gathered = _Gathered(shortened=query.shortened)
    compiler = _Compiler(gathered, frequency, equivalents, as_typed, relax_above, dated=dated)
    node = compiler.node(query.root, Place(exact=exact)) or plan.AllOf(())
    return Compiled(
        match=node,
        scores=tuple(
            plan.Score(plan.Term(name, text), weight, frequency=counted, b=b)
            for (name, text, counted, b), weight in gathered.scores.items()
        ),
        bonuses=tuple(gathered.bonuses),
        targets=tuple(gathered.targets),
        first=gathered.first,
        last=gathered.last,
        words=gathered.words,
        relaxed=gathered.relaxed,
        shortened=gathered.shortened,
        expansions=tuple(gathered.expansions.items()),
        recency=RECENCY if dated and gathered.scores else 0.0,
    )


class _Compiler:
    def __init__(
        self,
        gathered: _Gathered,
        frequency: Frequency,
        equivalents: Equivalents,
        as_typed: AsTyped | None,
        relax_above: int,
        *,
        dated: bool,
    ) -> None:
        self.gathered = gathered
        self.frequency = frequency
        self.equivalents = equivalents
        self.as_typed = as_typed
        self.relax_above = relax_above
        self.dated = dated

    def node(self, node: syntax.Node, place: Place) -> plan.Node | None:
        """Return what a document must satisfy for ``node``; None where it asks for nothing."""
        match node:
            case syntax.Words(text):
                run = self.read(text, place)
                expanded = None if place.excluded else expand(run, text, self.equivalents, exact=place.exact)
                return self.run(expanded or Expanded(run), place)
            case syntax.Quoted(text):
                return self.phrase(self.read(text, place), place)
            case syntax.Required(text):
                exact = Place(place.field, exact=True, excluded=place.excluded)
                return self.phrase(self.read(text, exact), exact)
            case syntax.Prefix(text):
                return self.prefix(text, place)
            case syntax.InField(name, one):
                return self.node(one, Place(name, place.exact, place.excluded))
            case syntax.Bound(side, day):
                self.bound(side, day)
                return None
            case syntax.Any(nodes):
                sides = [way for one in nodes if (way := self.node(one, place)) is not None]
                return plan.AnyOf(tuple(sides)) if sides else None
            case syntax.All(nodes):
                return self.all(nodes, place)
            case syntax.Excluded(inner):
                return self.all((syntax.Excluded(inner),), place)

    def all(self, nodes: Sequence[syntax.Node], place: Place) -> plan.Node | None:
        kept: list[plan.Node] = []
        dropped: list[plan.Node] = []
        for node in nodes:
            inner: plan.Node | None
            if isinstance(node, syntax.Excluded):
                inner = self.node(node.node, Place(place.field, place.exact, excluded=True))
                dropped += [inner] if inner is not None else []
            else:
                inner = self.node(node, place)
                kept += [inner] if inner is not None else []
        if not kept and not dropped:
            return None
        keep = kept[0] if len(kept) == 1 else plan.AllOf(tuple(kept))
        return plan.Without(keep, any_of(dropped)) if dropped else keep

    def read(self, text: str, place: Place) -> Run:
        tokens = tokenize(text)
        self.gathered.shortened |= len(tokens) > self.gathered.left
        if len(tokens) > self.gathered.left:
            text = text[: tokens[self.gathered.left].start]
        run = read_run(text, self.frequency if place.field is None else None)
        if self.as_typed is not None and run.partly_accented and not place.excluded:
            run = replace(run, as_typed=tuple(self.as_typed(text)))
        if self.dated and place.field is None:
            units = (unit._replace(keys=unit.keys + _resolved(unit.keys)) for unit in run.units)
            run = replace(run, units=tuple(units))
        self.gathered.left -= len(run.tokens)
        self.gathered.words += len(run.units)
        return run

    def run(self, expanded: Expanded, place: Place) -> plan.Node | None:
        run = expanded.run
        nodes = tuple(unit_node(run, unit, place) for unit in run.units)
        if not nodes:
            return None
        units = (target for unit in run.units for target in unit_targets(run, unit, place))
        self.note(run, place, (*units, *number_targets(run, place)))
        self.note_others(expanded, place)
        if len(nodes) <= max(1, self.relax_above) or place.field is not None or place.excluded:
            return nodes[0] if len(nodes) == 1 else plan.AllOf(nodes)
        self.gathered.relaxed = True
        return plan.MostOf(nodes, RELAXED_SHARE)

    def phrase(self, run: Run, place: Place) -> plan.Node | None:
        if not run.tokens:
            return None
        folded = tuple(token.folded for token in run.tokens)
        exact = frozenset(token.exact for token in run.tokens)
        self.note(
            run,
            place,
            (Target(phrases=(folded,), exact=exact, demanded=place.exact, zone=place.field, quoted=len(folded) > 1),),
        )
        return sequence(run, range(len(run.tokens)), place)

    def prefix(self, text: str, place: Place) -> plan.Node | None:
        tokens = tokenize(text)
        if len(tokens) != 1:
            return self.run(Expanded(self.read(text, place)), place)
        self.gathered.words += 1
        if not place.excluded:
            self.gathered.targets.append(Target(prefix=fold(text), zone=place.field))
        return plan.Prefix(place.field or "text", fold(text))

    def bound(self, side: str, day: date) -> None:
        gathered = self.gathered
        if side == "from":
            gathered.first = max(gathered.first or day, day)
        else:
            gathered.last = min(gathered.last or day, day)

    def note(self, run: Run, place: Place, targets: Iterable[Target]) -> None:
        """Collect what is scored and marked for ``run``; an exclusion does neither."""
        if place.excluded:
            return
        self.gathered.targets += targets
        for weight in WEIGHTS:
            view = _VIEW_OF[weight.field]
            if place.field is not None and weight.field.partition("_")[0] != place.field:
                continue
            for term, share in run.accented_terms(view) if weight.accented else run.shared_terms(view):
                self.score(weight, term, weight.weight * share)
            if view == "D" and self.dated:
                for term in _resolved(run.keys):
                    self.score(weight, term, weight.weight * RESOLVED_DATE)
        if place.field is None and 1 < len(run.tokens) <= MAX_PHRASE:
            self.gathered.bonuses.append(plan.Bonus(plan.Phrase("text", run.folded), PHRASE_BONUS))
            if (meant := math.prod(run.meant)) >= LEAST_SHARE:
                self.gathered.bonuses.append(plan.Bonus(plan.Phrase("exact", run.exact), PHRASE_BONUS * meant))

    def note_others(self, expanded: Expanded, place: Place) -> None:
        """Collect what the other forms of a run add to a score. A form of several words counts as their mean, so that
        it stays below the typed form however long it is.
        """
        for weight in WEIGHTS:
            if place.field is not None and weight.field.partition("_")[0] != place.field:
                continue
            for other, share in expanded.scored:
                for term in other.terms(_VIEW_OF[weight.field]) if weight.accented == other.marked else ():
                    self.score(weight, term, weight.weight * share / max(1, len(other.folded) - 1))
        if place.field is None and expanded.rewritten:
            phrases = tuple(plan.Phrase("text", terms) for terms in expanded.rewritten if len(terms) <= MAX_PHRASE)
            self.gathered.bonuses.append(plan.Bonus(any_of(phrases), PHRASE_BONUS * EXPANSION))
        for typed, forms in expanded.told:
            self.gathered.expansions[typed] = forms

    def score(self, weight: Weight, term: str, worth: float) -> None:
        slot = (weight.field, term, weight.frequency, weight.b)
        self.gathered.scores[slot] = self.gathered.scores.get(slot, 0.0) + worth


def _resolved(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(form for key in keys if (form := resolved_form(key)))
