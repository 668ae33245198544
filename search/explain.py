"""Why is this document found, in terms of what the person typed?

The engine says what each entry of the plan adds to a score. Here those entries go back to the typed words they came
from; what several words share (a pair, a compound, a phrase) is divided equally among their syllables.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .analysis.fold import fold
from .analysis.structured import find
from .analysis.tokens import tokenize
from .analysis.views import FIELDS, JOINER
from .engines.base import Contribution, Reader
from .page import HOW, Explanation, MatchedWord, WordMatch
from .query import plan, syntax
from .query.compile import Compiled
from .query.run import Run, Unit, read_run
from .query.units import Target
from .ranking import SCORE_DIGITS

_FIELDS = {spec.name: spec for spec in FIELDS}
_EXACT_VIEWS = frozenset({"E", "EB"})
_HOW_OF_KEY = {"d": "date", "r": "date", "m": "date", "y": "date", "t": "time", "n": "document", "u": "measure"}
_HOW_OF_VIEW = {"S": "folded", "E": "exact", "B": "pair", "EB": "pair", "C": "compound"}


@dataclass(frozen=True, slots=True)
class _Word:
    """Something typed that is looked for as one: a word, a phrase, a number. ``probes`` are the ways in which a
    document may hold it, ``target`` what is marked for it.
    """

    text: str
    size: int
    probes: tuple[tuple[plan.Node, str], ...]
    target: Target


@dataclass(frozen=True, slots=True)
class _Typed:
    """A run of words in ``field`` (None: anywhere); ``words[i]`` is the number of the word that token i belongs to,
    ``keys`` the tokens of each structured key.
    """

    field: str | None
    folded: tuple[str, ...]
    exact: tuple[str, ...]
    words: tuple[int, ...]
    keys: dict[str, range]


class Explainer:
    """Explains hits of one query. ``root`` is the query as it was read, ``compiled`` what was made of it, ``exact``
    whether the typed accents of every word were demanded.
    """

    def __init__(self, root: syntax.Node, compiled: Compiled, reader: Reader, *, exact: bool = False) -> None:
        self._reader = reader
        self._plan = plan.Plan(scores=compiled.scores, bonuses=compiled.bonuses, recency=compiled.recency)
        self._words: list[_Word] = []
        self._numbers: dict[object, int] = {}
        self._typed: list[_Typed] = []
        self._collect(root, compiled.targets, None, exact=exact)

    def hit(self, number: int) -> Explanation:
        """Return why document ``number`` scores as it does."""
        contributions = self._reader.explain(self._plan, number)
        total = sum(one.value for one in contributions)
        held = [self._held(word, number) for word in self._words]
        shares: list[defaultdict[tuple[str, str], float]] = [defaultdict(float) for _ in self._words]
        for one in contributions:
            owners = self._owners(one, number)
            for word, how, zone in owners:
                partly = held[word] is None and self._words[word].size > 1
                shares[word]["part" if partly else how, zone] += one.value / total / len(owners)
        for at, how_and_zone in enumerate(held):
            if how_and_zone and not shares[at]:
                shares[at][how_and_zone] = 0.0
        words = [
            _matched(word, parts, how_and_zone)
            for word, parts, how_and_zone in zip(self._words, shares, held, strict=True)
            if parts
        ]
        return Explanation(
            score=round(total, SCORE_DIGITS),
            words=tuple(words),
            missing=tuple(word.text for word, how in zip(self._words, held, strict=True) if how is None),
            rest=max(0.0, 1.0 - sum(word.share for word in words)) if total else 0.0,
        )

    def _held(self, word: _Word, number: int) -> tuple[str, str] | None:
        """Return how and where a document holds a word, or None."""
        for node, how in word.probes:
            if self._reader.holds(node, number):
                return how, _zone_of(_leaves(node)[0])
        return None

    def _collect(self, node: syntax.Node, targets: Sequence[Target], field: str | None, *, exact: bool) -> None:
        """Note every word that was typed and not excluded."""
        match node:
            case syntax.Any(nodes) | syntax.All(nodes):
                for inner in nodes:
                    self._collect(inner, targets, field, exact=exact)
            case syntax.InField(name, inner):
                self._collect(inner, targets, name, exact=exact)
            case syntax.Words(text):
                run = self._read(text, field)
                self._note(text, run, run.units, targets, field, exact=exact)
            case syntax.Quoted(text) | syntax.Required(text):
                run = self._read(text, field)
                whole = (Unit(range(len(run.tokens))),) if run.tokens else ()
                self._note(text, run, whole, targets, field, exact=exact or isinstance(node, syntax.Required))
            case syntax.Prefix(text) if len(tokenize(text)) == 1:
                self._note_prefix(text, field)
            case syntax.Prefix(text):
                self._collect(syntax.Words(text), targets, field, exact=exact)

    def _read(self, text: str, field: str | None) -> Run:
        return read_run(text, self._reader.frequency if field is None else None)

    def _note(
        self, text: str, run: Run, units: Sequence[Unit], targets: Sequence[Target], field: str | None, *, exact: bool
    ) -> None:
        numbers: list[int] = []
        places = _key_places(text, run)
        for unit in units:
            folded, accented = _of_span(run.folded, unit.span), _of_span(run.exact, unit.span)
            target = _target_of(folded, targets, field, exact=exact)
            if target is None:
                # The query was shortened: what follows was not looked for.
                break
            slot = (field, exact, folded, accented, len(unit.span))
            if slot not in self._numbers:
                self._numbers[slot] = len(self._words)
                cut = text[run.tokens[unit.span.start].start : run.tokens[unit.span.stop - 1].end]
                keys = {key for key, place in places.items() if place == unit.span}
                probes = tuple(_probes(unit, folded, accented, keys, target, field, exact=exact))
                self._words.append(_Word(cut, len(folded), probes, target))
            numbers += [self._numbers[slot]] * len(unit.span)
        size = len(numbers)
        places = {key: place for key, place in places.items() if place.stop <= size}
        self._typed.append(_Typed(field, run.folded[:size], run.exact[:size], tuple(numbers), places))

    def _note_prefix(self, text: str, field: str | None) -> None:
        node = plan.Prefix(field or "text", fold(text))
        if node not in self._numbers:
            self._numbers[node] = len(self._words)
            self._words.append(_Word(f"{text}*", 1, ((node, "prefix"),), Target()))

    def _owners(self, contribution: Contribution, number: int) -> list[tuple[int, str, str]]:
        """Return (word, how, zone) for every syllable that a contribution comes from; the same word may come again."""
        leaves = _leaves(contribution.node)
        for leaf in leaves:
            if len(leaves) == 1 or self._reader.holds(leaf, number):
                owners = self._owners_of(leaf)
                if owners:
                    return owners
        return []

    def _owners_of(self, leaf: plan.Term | plan.Phrase | plan.Prefix) -> list[tuple[int, str, str]]:
        view, zone, terms = _FIELDS[leaf.field].view, _zone_of(leaf), _terms(leaf)
        found: list[tuple[int, str, str]] = []
        for typed in self._typed:
            if typed.field is not None and typed.field != zone:
                continue
            if view == "D":
                found += [
                    (typed.words[at], _HOW_OF_KEY[terms[0][0]], zone) for at in typed.keys.get(_typed_key(terms[0]), ())
                ]
                continue
            found += [
                (typed.words[at], _how(leaf, view), zone)
                for start in _occurrences(terms, typed.exact if view in _EXACT_VIEWS else typed.folded)
                for at in range(start, start + len(terms))
            ]
        return (
            found
            or [
                (at, "equivalent", zone)
                for at, word in enumerate(self._words)
                if _marks(word.target, terms, zone, view)
            ]
            or self._rewritten(terms, zone)
        )

    def _rewritten(self, terms: tuple[str, ...], zone: str) -> list[tuple[int, str, str]]:
        """Return the owners of a phrase that is the query with another form in place of what was typed."""
        forms = [
            (at, "equivalent", zone)
            for at, word in enumerate(self._words)
            if any(any(True for _ in _occurrences(other.folded, terms)) for other in word.target.others)
        ]
        taken = {at for at, _, _ in forms}
        typed = [
            (number, "phrase", zone)
            for one in self._typed
            for number, folded in zip(one.words, one.folded, strict=True)
            if folded in terms and number not in taken
        ]
        return forms + typed


def _typed_key(key: str) -> str:
    """Return the key that was typed for a date whose year was resolved."""
    return f"d{key[1:]}" if key[0] == "r" else key


def _of_span(items: tuple[str, ...], span: range) -> tuple[str, ...]:
    return items[span.start : span.stop]


def _matched(word: _Word, parts: dict[tuple[str, str], float], held: tuple[str, str] | None) -> MatchedWord:
    matches = [WordMatch(how, zone, share) for (how, zone), share in parts.items()]
    matches.sort(key=lambda match: (-match.share, HOW.index(match.how), match.zone))
    return MatchedWord(
        text=word.text,
        how=held[0] if held else min((match.how for match in matches), key=HOW.index),
        share=sum(match.share for match in matches),
        matches=tuple(matches),
    )


def _target_of(folded: tuple[str, ...], targets: Sequence[Target], field: str | None, *, exact: bool) -> Target | None:
    for target in targets:
        own = folded in target.phrases or (len(folded) == 1 and folded[0] in target.terms)
        if own and target.zone == field and target.demanded == exact:
            return target
    return None


def _probes(
    unit: Unit,
    folded: tuple[str, ...],
    accented: tuple[str, ...],
    keys: set[str],
    target: Target,
    field: str | None,
    *,
    exact: bool,
) -> Iterator[tuple[plan.Node, str]]:
    """Yield the ways in which a document may hold a unit, what tells most first."""
    if field is None:
        yield from ((plan.Term("key", key), _HOW_OF_KEY[key[0]]) for key in sorted(keys | target.keys))
    digits = all(word[0].isdigit() for word in folded)
    anywhere, in_field = _node("exact", accented), _node(field or "text", folded)
    if exact and field:
        yield plan.AllOf((in_field, anywhere)), "number" if digits else "exact"
    elif exact or not field:
        yield anywhere, "number" if digits else "exact"
    if not exact:
        yield in_field, "number" if digits else "folded"
        own = {folded, *((term,) for term in unit.also), *unit.split}
        yield from ((_node(field or "text", terms), "joined") for terms in sorted(own - {folded}))
        others = {*((term,) for term in target.terms), *target.phrases} - own
        yield from ((_node(field or "text", terms), "equivalent") for terms in sorted(others))
    for other in target.others:
        if other.marked:
            accents = _node("exact", other.exact)
            node = plan.AllOf((_node(field, other.folded), accents)) if field else accents
            yield node, "equivalent"


def _node(name: str, terms: tuple[str, ...]) -> plan.Term | plan.Phrase:
    return plan.Term(name, terms[0]) if len(terms) == 1 else plan.Phrase(name, terms)


def _how(leaf: plan.Term | plan.Phrase | plan.Prefix, view: str) -> str:
    if isinstance(leaf, plan.Phrase):
        return "phrase"
    return "number" if view in {"S", "E"} and leaf.text[0].isdigit() else _HOW_OF_VIEW[view]


def _terms(leaf: plan.Term | plan.Phrase | plan.Prefix) -> tuple[str, ...]:
    if isinstance(leaf, plan.Phrase):
        return leaf.terms
    return tuple(leaf.text.split(JOINER)) if _FIELDS[leaf.field].view in {"B", "EB", "C"} else (leaf.text,)


def _leaves(node: plan.Node) -> list[plan.Term | plan.Phrase | plan.Prefix]:
    match node:
        case plan.Term() | plan.Phrase() | plan.Prefix():
            return [node]
        case plan.AnyOf(nodes) | plan.AllOf(nodes) | plan.MostOf(nodes):
            return [leaf for inner in nodes for leaf in _leaves(inner)]
        case plan.Without(keep):
            return _leaves(keep)


def _zone_of(leaf: plan.Term | plan.Phrase | plan.Prefix) -> str:
    zones = _FIELDS[leaf.field].zones
    return zones[0] if len(zones) == 1 else "text"


def _occurrences(terms: tuple[str, ...], tokens: tuple[str, ...]) -> Iterator[int]:
    for start in range(len(tokens) - len(terms) + 1):
        if tokens[start : start + len(terms)] == terms:
            yield start


def _key_places(text: str, run: Run) -> dict[str, range]:
    """Return the structured keys of a run with the tokens that each is made of."""
    starts = [token.start for token in run.tokens]
    places = {one.key: range(bisect_left(starts, one.start), bisect_left(starts, one.end)) for one in find(text)}
    for key in run.keys:
        # Typed with spaces only: the number and its letters follow one another.
        parts = tuple(key[1:].split("-"))
        for at in _occurrences(parts, run.folded):
            places.setdefault(key, range(at, at + len(parts)))
    return places


def _marks(target: Target, terms: tuple[str, ...], zone: str, view: str) -> bool:
    """Return whether what a target marks holds ``terms`` next to each other."""
    exact = view in _EXACT_VIEWS
    if any(
        other.marked == exact and any(True for _ in _occurrences(terms, other.exact if exact else other.folded))
        for other in target.others
    ):
        return True
    if target.zone not in {None, zone} or exact:
        return False
    if view == "D":
        return terms[0] in target.keys
    return (len(terms) == 1 and terms[0] in target.terms) or any(
        any(True for _ in _occurrences(terms, phrase)) for phrase in target.phrases
    )
