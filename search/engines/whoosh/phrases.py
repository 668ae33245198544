"""Which documents hold a phrase?

Only documents that hold all its pairs of neighbours can, and of two words those do. Of longer phrases most are certain
by counting: a word that stands n times, i times after the one before and j times before the one after it, stands
between both at least i + j - n times. The tokens of the few that are left are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...analysis.views import JOINER
from ..integers import Ints, distinct
from .postings import TermPostings
from .snapshot import Mask, Snapshot

_PAIRS = {"text": "pair", "exact": "exact_pair", "title": "title_pair", "lead": "lead_pair"}
"""The fields of pairs of neighbouring terms that cover the same text as a field with positions."""

_POSITION_BITS = 32

_AT_A_TIME = 2048
"""Documents whose tokens are looked at between two looks at the clock."""


_NONE = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Sifted:
    """Documents (ascending numbers) that surely hold a phrase, and those that may."""

    certain: Ints
    possible: Ints


class Phrases:
    """Finds phrases in one snapshot; ``check_time`` raises when time is out."""

    def __init__(self, snapshot: Snapshot, check_time: Callable[[], None]) -> None:
        self._snapshot = snapshot
        self._check_time = check_time

    def mask(self, name: str, terms: tuple[str, ...]) -> Mask:
        """Return which live documents hold ``terms`` in a row in field ``name``."""
        known = self._snapshot.phrases.known((name, terms))
        if known is None:
            found = np.zeros(self._snapshot.size, bool)
            sifted = self.sift(name, terms)
            found[sifted.certain] = True
            found[self.verified(name, terms, sifted.possible)] = True
            known = np.packbits(found)
            self._snapshot.phrases.put((name, terms), known)
        return np.unpackbits(known, count=self._snapshot.size).view(bool) & self._snapshot.live

    def sift(self, name: str, terms: tuple[str, ...]) -> Sifted:
        """Tell the documents that hold ``terms`` in a row from those that may, by their pairs."""
        known = self._snapshot.phrases.known((name, terms))
        if known is not None:
            return Sifted(np.flatnonzero(np.unpackbits(known, count=self._snapshot.size).view(bool)), _NONE)
        certain, possible = [_NONE], [_NONE]
        own = [self._by_segment(name, term) for term in terms]
        # Pairs know a Roman numeral as its letters.
        paired = [name in _PAIRS and not (left.isdigit() or right.isdigit()) for left, right in pairwise(terms)]
        pairs = [
            self._by_segment(_PAIRS[name], left + JOINER + right) if is_pair else None
            for is_pair, (left, right) in zip(paired, pairwise(terms), strict=True)
        ]
        for at, base in enumerate(self._snapshot.bases):
            words = [postings[at] for postings in own if at in postings]
            beside = [None if postings is None else postings.get(at) for postings in pairs]
            if len(words) < len(own) or any(pair is not None and at not in pair for pair in pairs):
                continue
            if len(terms) == 2 and beside[0] is not None:
                certain.append(beside[0].docs.astype(np.int64) + base)
            elif self._snapshot.segments[at].fields[name].own_positions is not None:
                certain.append(self._by_positions(words, beside) + base)
            else:
                docs = holding_all([*words, *filter(None, beside)])
                sure = _surely(words, beside, docs)
                certain.append(docs[sure] + base)
                possible.append(docs[~sure] + base)
        return Sifted(np.concatenate(certain), np.concatenate(possible))

    def verified(self, name: str, terms: tuple[str, ...], docs: Ints) -> Ints:
        """Return those of ``docs`` (ascending) that hold ``terms`` in a row in the whole text."""
        exact = name == "exact"
        found = [_NONE]
        rarest = sorted(range(len(terms)), key=lambda place: self._snapshot.postings(name, terms[place]).holding)
        for segment, base in zip(self._snapshot.segments, self._snapshot.bases, strict=True):
            own = docs[slice(*np.searchsorted(docs, (base, base + len(segment.documents))).tolist())] - base
            if not own.size:
                continue
            lexicon = segment.fields[name].lexicon
            words = [
                (place, segment.forward.word(lexicon.find(terms[place].encode("utf-8", "replace")), exact=exact))
                for place in rarest
            ]
            for first in range(0, len(own), _AT_A_TIME):
                self._check_time()
                chunk = own[first : first + _AT_A_TIME]
                found.append(segment.forward.holding_phrase(chunk, words, len(terms)) + base)
        return np.concatenate(found)

    def _by_segment(self, name: str, term: str) -> dict[int, TermPostings]:
        return {at: one for at, _, one in self._snapshot.postings(name, term).parts}

    def _by_positions(self, words: Sequence[TermPostings], pairs: Sequence[TermPostings | None]) -> Ints:
        """Return the documents of one segment where ``words`` follow one another by the positions that are kept."""
        docs = holding_all([*words, *filter(None, pairs)])
        places: Ints | None = None
        # From the rarest word on, so that the sets of places stay small.
        for offset, one in sorted(enumerate(words), key=lambda item: len(item[1])):
            self._check_time()
            holders, positions = one.places_in(one.indices(docs))
            starts = (holders << _POSITION_BITS) + positions - offset
            starts = starts[positions >= offset]
            places = starts if places is None else np.intersect1d(places, starts, assume_unique=True)
            if not places.size:
                break
        return _NONE if places is None else distinct(places >> _POSITION_BITS)


def holding_all(postings: Sequence[TermPostings]) -> Ints:
    """Return the documents that all ``postings`` name, from the shortest list on."""
    first, *others = sorted(postings, key=len)
    docs = first.docs.astype(np.int64)
    for one in others:
        if not docs.size:
            break
        docs = docs[one.holds(docs)]
    return docs


def _surely(words: Sequence[TermPostings], pairs: Sequence[TermPostings | None], docs: Ints) -> Mask:
    """Return in which of ``docs``, which hold all words and pairs, counting shows that the phrase stands."""
    least = np.zeros(len(docs), np.int64)
    for place, pair in enumerate(pairs):
        if pair is None:
            return np.zeros(len(docs), bool)
        beside = pair.counts_at(docs).astype(np.int64)
        if place == 0:
            least = beside
        else:
            word = words[place]
            least = np.maximum(least, 0) + beside - word.counts_at(docs)
    return least > 0
