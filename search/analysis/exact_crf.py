"""What pyvi labels the syllables of one text, to the last bit.

`.crf` evaluates the model for many texts at once, and so takes sums in another order than CRFsuite does. Where two
labellings score the same but for rounding (repeated words: "Hội Hội Hội Hội"), the order decides which one wins. Here
the additions are those of pyvi and CRFsuite, in the same order, in doubles like theirs; one text at a time.

- The attributes of a syllable are added up in the order of the dict made by pyvi's ``word2features``; one that is
  false weighs 0 and is left out. (``crf1dt_state_score`` in ``crf1d_tag.c`` of CRFsuite 0.12)
- ``score = previous + transition``; the higher one is kept, of equal ones that of the lower label; then the state
  score is added to it. The last label is chosen by the same rule. (``crf1dc_viterbi`` in ``crf1d_context.c``)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .crf import TwoLabelCrf

__all__ = ["label_exactly", "lowered", "neighbour_attributes", "own_attributes"]


def own_attributes(syllable: str) -> Iterator[str]:
    """Yield the attributes that a syllable gives itself, in pyvi's order."""
    yield "bias"
    yield "word.lower():" + lowered(syllable)
    if syllable.isupper():
        yield "word.isupper()"
    if syllable.istitle():
        yield "word.istitle()"
    if syllable.isdigit():
        yield "word.isdigit()"


def neighbour_attributes(place: str, syllable: str) -> Iterator[str]:
    """Yield the attributes that a syllable gives the one after it (``place`` "-1:") or before it ("+1:")."""
    yield place + "word.lower():" + lowered(syllable)
    if syllable.istitle():
        yield place + "word.istitle()"
    if syllable.isupper():
        yield place + "word.isupper()"


def lowered(syllable: str) -> str:
    """Return a syllable as the names of attributes hold it."""
    return syllable.lower().partition("\0")[0]  # CRFsuite takes the names of attributes as C strings


def label_exactly(
    crf: TwoLabelCrf, syllables: Sequence[str], pair: Sequence[bool], triple: Sequence[bool]
) -> list[bool]:
    """Return which syllables of a text pyvi labels I_W.

    ``pair[i]`` and ``triple[i]`` say whether the two and the three syllables from i on are a dictionary word.
    """
    items = (_attributes(i, syllables, pair, triple) for i in range(len(syllables)))
    return _viterbi([_state(crf, item) for item in items], crf.transition)


def _attributes(i: int, syllables: Sequence[str], pair: Sequence[bool], triple: Sequence[bool]) -> Iterator[str]:
    last = len(syllables) - 1
    yield from own_attributes(syllables[i])
    if i > 0:
        yield from neighbour_attributes("-1:", syllables[i - 1])
        if pair[i - 1]:
            yield "-1:word.bi_gram()"
    if i > 1 and triple[i - 2]:
        yield "-2:word.tri_gram()"
    if i < last:
        yield from neighbour_attributes("+1:", syllables[i + 1])
        if pair[i]:
            yield "+1:word.bi_gram()"
    if i < last - 1 and triple[i]:
        yield "+2:word.tri_gram()"


def _state(crf: TwoLabelCrf, attributes: Iterable[str]) -> tuple[float, float]:
    # A loop, since sum() of floats compensates for rounding from Python 3.12 on.
    score_0 = score_1 = 0.0
    for name in attributes:
        weight_0, weight_1 = crf.weights.get(name, (0.0, 0.0))
        score_0 += weight_0
        score_1 += weight_1
    return score_0, score_1


def _viterbi(states: Sequence[tuple[float, float]], transition: tuple[tuple[float, float], ...]) -> list[bool]:
    (t00, t01), (t10, t11) = transition
    best_0, best_1 = states[0]
    links = []  # for each label of an item, whether label 1 precedes it
    for state_0, state_1 in states[1:]:
        stay_0, leave_0 = best_0 + t00, best_0 + t01
        leave_1, stay_1 = best_1 + t10, best_1 + t11
        links.append((leave_1 > stay_0, stay_1 > leave_0))
        best_0 = max(stay_0, leave_1) + state_0
        best_1 = max(leave_0, stay_1) + state_1
    labels = [best_1 > best_0]
    for link in reversed(links):
        labels.append(link[labels[-1]])
    return labels[::-1]
