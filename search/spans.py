"""Which tokens of stored documents did the query mean?

All documents of a page are looked at together: the tokens of one document are numbered on from those of the one before,
and what is found are arrays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .analysis.fold import fold
from .analysis.offsets import Offsets
from .analysis.tokens import Form
from .engines.base import Stored, Wanted, Words
from .query.units import Target

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Texts(NamedTuple):
    """The paragraphs of several documents that have a token, one after another: ``names`` has (index of the document,
    zone, number within the zone) of each, ``bases`` the number of its first token, and at the end the number of all.
    Token ``p`` stands at ``starts[p]`` to ``ends[p]`` of its text.
    """

    names: list[tuple[int, str, int]]
    bases: Ints
    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, documents: Sequence[Offsets]) -> Texts:
        """Bring the texts of ``documents`` together."""
        sizes = [len(one.starts) for one in documents]
        shifted = [one.bases[:-1] + shift for one, shift in zip(documents, accumulate(sizes, initial=0), strict=False)]
        return cls(
            [(at, zone, number) for at, one in enumerate(documents) for zone, number in one.names],
            np.concatenate([*shifted, [sum(sizes)]]),
            np.concatenate([one.starts for one in documents]),
            np.concatenate([one.ends for one in documents]),
        )


class Spans(NamedTuple):
    """Hits: tokens ``first[i]`` to ``after[i]`` (exclusive), of paragraph ``block[i]``, are a hit of target
    ``target[i]``; ``exact[i]`` says whether they have the accents as typed. Sorted by all but the last.
    """

    first: Ints
    after: Ints
    target: Ints
    block: Ints
    exact: Mask

    def where(self, kept: Mask | Ints) -> Spans:
        """Return those that ``kept`` selects."""
        return Spans(self.first[kept], self.after[kept], self.target[kept], self.block[kept], self.exact[kept])


class Marker:
    """Finds the hits of ``targets``; those whose index is in ``common`` are none where no other hit stands beside
    them.
    """

    def __init__(self, targets: Sequence[Target], common: frozenset[int]) -> None:
        self._targets = targets
        self._common = common
        self._terms: defaultdict[str, list[int]] = defaultdict(list)
        self._keys: defaultdict[str, list[int]] = defaultdict(list)
        for number, target in enumerate(targets):
            for term in target.terms:
                self._terms[term].append(number)
            for key in target.keys:
                self._keys[key].append(number)
        self._phrases = [(phrase, number) for number, target in enumerate(targets) for phrase in target.phrases]
        self._prefixes = [(target.prefix, number) for number, target in enumerate(targets) if target.prefix]
        self._zones = {target.zone for target in targets if target.zone}
        self._demanded = np.asarray([target.demanded for target in targets], np.bool_)
        self._wanted = _wanted(targets)
        self._tables: _Tables | None = None

    def spans(self, documents: Sequence[Stored], texts: Texts) -> Spans:
        """Return the hits in ``documents``, whose tokens are ``texts``."""
        words = _joined([one.find(self._wanted) for one in documents], [len(one.offsets.starts) for one in documents])
        meanings = self._meanings_of(words)
        parts = [meanings.single(), *(meanings.phrase(phrase, number) for phrase, number in self._phrases)]
        if self._keys:
            shifts = accumulate((len(one.offsets.starts) for one in documents), initial=0)
            for one, shift in zip(documents, shifts, strict=False):
                parts += self._by_keys(one.offsets, shift, meanings)
        first, after, target, exact = (np.concatenate(column) for column in zip(*parts, strict=True))
        if len(parts) > 1:
            order = _sorted_once(first, after, target)
            first, after, target, exact = first[order], after[order], target[order], exact[order]
        block = texts.bases.searchsorted(first, "right") - 1
        spans = Spans(first, after, target, block, exact)
        if self._demanded.any():
            spans = spans.where(spans.exact | ~self._demanded[spans.target])
        if self._zones:
            spans = spans.where(self._in_zone(spans, texts))
        return spans.where(self._in_company(spans)) if self._common else spans

    def _meanings_of(self, words: Words) -> _Meanings:
        """Return what ``words`` mean. Most often all documents are of one segment, and their forms the same list page
        after page.
        """
        if self._tables is None or self._tables.forms is not words.forms:
            self._tables = _Tables(words.forms, self._of_form, self._targets)
        return _Meanings(words, self._tables)

    def _of_form(self, form: Form) -> list[int]:
        """Return the targets of which a token is a hit by itself, ascending."""
        found = {*self._terms.get(form.folded, ())}
        if self._wanted.numerals:
            found.update(self._terms.get(form.roman, ()))
        found.update(number for prefix, number in self._prefixes if form.folded.startswith(prefix))
        return sorted(found)

    def _by_keys(self, offsets: Offsets, shift: int, meanings: _Meanings) -> Iterator[_Columns]:
        for key in offsets.keys:
            for name in (key.key, *key.wider):
                for number in self._keys.get(name, ()):
                    first, after = key.position + shift, key.position + key.size + shift
                    exact = meanings.all_exact(range(first, after), number)
                    yield np.asarray([first]), np.asarray([after]), np.asarray([number]), np.asarray([exact])

    def _in_zone(self, spans: Spans, texts: Texts) -> Mask:
        """Say which spans lie in the zone that their target is limited to."""
        kept = np.ones(len(spans.first), np.bool_)
        for zone in self._zones:
            inside = np.asarray([name == zone for _, name, _ in texts.names], np.bool_)
            limited = np.asarray([target.zone == zone for target in self._targets], np.bool_)
            kept &= inside[spans.block] | ~limited[spans.target]
        return kept

    def _in_company(self, spans: Spans) -> Mask:
        """Say which spans are no common words, or begin or end where a hit of another target does too."""
        common = np.zeros(len(self._targets), np.bool_)
        common[list(self._common)] = True
        places = np.concatenate((spans.first, spans.after))
        targets = np.concatenate((spans.target, spans.target))
        lowest = np.full(int(places.max(initial=0)) + 1, len(self._targets))
        highest = np.full(len(lowest), -1)
        np.minimum.at(lowest, places, targets)
        np.maximum.at(highest, places, targets)
        several = lowest < highest
        kept: Mask = ~common[spans.target] | several[spans.first] | several[spans.after]
        return kept


_Columns = tuple[Ints, Ints, Ints, Mask]
"""(first, after, target, exact) of spans."""


class _Tables:
    """Of which targets each of ``forms`` is a hit."""

    def __init__(self, forms: Sequence[Form], of_form: Callable[[Form], list[int]], targets: Sequence[Target]) -> None:
        self.forms = forms
        self._targets = targets
        listed = list(map(of_form, forms))
        self.counts = np.asarray([len(numbers) for numbers in listed], np.int64)
        self.numbers = np.asarray([*chain.from_iterable(listed)], np.int64)
        meant = ((form, number) for form, numbers in zip(forms, listed, strict=True) for number in numbers)
        self.exact = np.asarray([form.exact in targets[number].exact for form, number in meant], np.bool_)
        self.one_each = bool((self.counts == 1).all())

    def exact_of(self, number: int) -> frozenset[str]:
        """Return the keys as typed of target ``number``."""
        return self._targets[number].exact

    def are(self, word: str) -> Mask:
        """Say which forms have the folded key ``word``."""
        return np.asarray([form.folded == word for form in self.forms], np.bool_)

    def as_typed(self, number: int) -> Mask:
        """Say which forms have the accents that target ``number`` was typed with."""
        exact = self._targets[number].exact
        return np.asarray([form.exact in exact for form in self.forms], np.bool_)


class _Meanings:
    """What the wanted tokens of some documents mean: of which targets each is a hit, alone or in a row."""

    def __init__(self, words: Words, tables: _Tables) -> None:
        self._words = words
        self._tables = tables

    def single(self) -> _Columns:
        """Return the hits of one token each, sorted."""
        at, form, _ = self._words
        tables = self._tables
        if tables.one_each:
            return at, at + 1, tables.numbers[form], tables.exact[form]
        counts = tables.counts[form]
        firsts = (np.cumsum(tables.counts) - tables.counts)[form]
        chosen = np.repeat(firsts - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        first = np.repeat(at, counts)
        return first, first + 1, tables.numbers[chosen], tables.exact[chosen]

    def phrase(self, phrase: tuple[str, ...], number: int) -> _Columns:
        """Return where the words of ``phrase`` stand in a row, as hits of target ``number``."""
        at, form, _ = self._words
        # All words of a phrase are wanted: those that follow one another in the text do so among the wanted ones.
        last = len(at) - len(phrase) + 1
        found = np.arange(max(0, last))
        for place, word in enumerate(phrase):
            found = found[self._tables.are(word)[form[found + place]]]
        found = found[at[found + len(phrase) - 1] - at[found] == len(phrase) - 1]
        exact = np.full(len(found), bool(self._tables.exact_of(number)))
        if self._tables.exact_of(number):
            as_typed = self._tables.as_typed(number)
            for place in range(len(phrase)):
                exact &= as_typed[form[found + place]]
        return at[found], at[found] + len(phrase), np.full(len(found), number), exact

    def all_exact(self, positions: range, number: int) -> bool:
        """Say whether the tokens at all ``positions`` have the accents that target ``number`` was typed with."""
        exact = self._tables.exact_of(number)
        return bool(exact) and all(self._exact_at.get(position) in exact for position in positions)

    @cached_property
    def _exact_at(self) -> dict[int, str]:
        at, form, forms = self._words
        return {position: forms[one].exact for position, one in zip(at.tolist(), form.tolist(), strict=True)}


def _joined(found: Sequence[Words], sizes: Sequence[int]) -> Words:
    """Return the words of all documents, which have ``sizes`` tokens, with one list of forms."""
    shifts = list(accumulate(sizes, initial=0))[: len(found)]
    at = np.concatenate([one.at + shift for one, shift in zip(found, shifts, strict=True)])
    # Documents of a segment share their list.
    if all(one.forms is found[0].forms for one in found):
        return Words(at, np.concatenate([one.form for one in found]), found[0].forms)
    firsts = list(accumulate((len(one.forms) for one in found), initial=0))[: len(found)]
    return Words(
        at,
        np.concatenate([one.form + first for one, first in zip(found, firsts, strict=True)]),
        [form for one in found for form in one.forms],
    )


def _sorted_once(first: Ints, after: Ints, target: Ints) -> Ints:
    """Return the order of spans by all three, each of equal ones once."""
    order = np.lexsort((target, after, first))
    new = np.ones(len(order), np.bool_)
    if len(order):
        columns = (first[order], after[order], target[order])
        new[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return order[new]


def _wanted(targets: Sequence[Target]) -> Wanted:
    words = {word for target in targets for word in (*target.terms, *chain.from_iterable(target.phrases))}
    # Whether a date or document number stands there as typed depends on its words.
    words |= {fold(key) for target in targets if target.keys for key in target.exact}
    return Wanted(
        frozenset(words),
        tuple(target.prefix for target in targets if target.prefix),
        numerals=any(map(str.isdigit, words)),
    )
