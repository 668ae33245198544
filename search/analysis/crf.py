"""A linear-chain conditional random field (CRF) with two labels: read from a CRFsuite model file, and decoded.

**Model.** A sequence of items gets the labels y with the highest total score (Lafferty, McCallum and Pereira,
"Conditional random fields", 2001)::

    score(y) = sum over t of  state[t, y[t]] + transition[y[t-1], y[t]]

where state[t, y] is the sum of the weights of (attribute, y) over the attributes of item t. The Viterbi algorithm
finds that y with ``best[t, y]``, the score of the best labelling of items 0…t that ends in y.

**Two labels, one number.** With the labels 0 and 1, only the difference ``d[t] = best[t, 1] - best[t, 0]`` matters::

    d[0] = odds[0]                                 odds[t] = state[t, 1] - state[t, 0]
    d[t] = odds[t] + step(d[t-1])                  step(x) = max(T01, x + T11) - max(T00, x + T10)

and label 1 precedes label j exactly if ``d > T0j - T1j``. ``step`` is monotone between its limits ``T01 - T00``
(label 0 certain before) and ``T11 - T10`` (label 1 certain before), so ``odds[t]`` alone usually tells on which side
of both thresholds ``d[t]`` lies. `TwoLabelCrf.decode` settles those items for the whole array at once, and goes one
by one through the few that are left.

Weights are the model's own doubles, not the six decimals that CRFsuite's dump prints.

**Near ties.** Sums are taken in another order than CRFsuite's, so they are rounded differently. The sequences in which
a label hangs on less than that (see `TwoLabelCrf.rounding_error`) are reported, to be decided by `.exact_crf`.

File format: ``crf1d_model.c`` and ``cqdb.c`` of CRFsuite 0.12 (https://github.com/chokkan/crfsuite); tie rule
(the lower label wins): ``crf1dc_viterbi`` in its ``crf1d_context.c``.
"""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HEADER = struct.Struct("<4sI4s9I")  # magic, size, type, version, 3 counts, offsets: features, labels, attributes, …
_FEATURE_CHUNK = struct.Struct("<4sII")  # id, size, number of features
_FEATURE = np.dtype([("type", "<u4"), ("source", "<u4"), ("label", "<u4"), ("weight", "<f8")])
_STATE, _TRANSITION = 0, 1
_STRING_CHUNK = struct.Struct("<4s5I")  # id, size, flag, byte order, number of strings, offset of their offsets
_STRING = struct.Struct("<II")  # identifier, length in bytes with the closing NUL
_BYTE_ORDER = 0x62445371


@dataclass(frozen=True, slots=True)
class TwoLabelCrf:
    """The weights of a CRF with two labels.

    ``weights`` maps an attribute to its weights for label 0 and for label 1; ``transition[i][j]`` is the weight of
    label j right after label i; no weight is further from 0 than ``heaviest``.
    """

    labels: tuple[str, str]
    weights: dict[str, tuple[float, float]]
    transition: tuple[tuple[float, float], tuple[float, float]]
    heaviest: float

    def odds(self) -> dict[str, float]:
        """Return for each attribute its weight for label 1 minus its weight for label 0."""
        return {name: weight_1 - weight_0 for name, (weight_0, weight_1) in self.weights.items()}

    def rounding_error(self, items: int, attributes: int) -> float:
        """Return how far apart rounding can bring ``d[t]`` here and in CRFsuite.

        ``items`` is the length of the sequence, ``attributes`` the most attributes that an item has. Let T and A be
        these, u = 2**-53 the unit roundoff, M the most that an item adds to a score. Errors of sums add up (Higham,
        "Accuracy and Stability of Numerical Algorithms", chapter 4). Each of CRFsuite's two scores takes 2 T additions
        to numbers up to T M, T of them of sums of A weights, so it is T (2 u T M + A u M) off at most, and u T M more
        where they are compared. ``d[t]`` takes T sums of A differences, up to 2 M, in four operations each on numbers
        up to 4 M. Altogether that is less than u T M (4 T + 4 A + 18); 8 u T M (T + A), which is more, is returned.
        """
        most = (attributes + 1) * self.heaviest
        return 4 * sys.float_info.epsilon * items * most * (items + attributes)

    def decode(
        self, odds: NDArray[np.float64], first: NDArray[np.intp], last: NDArray[np.intp], tolerance: float
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return for each item whether the best labelling has label 1, and for each sequence whether it is in doubt.

        Many sequences are laid out in one array: sequence k is ``odds[first[k]] … odds[last[k]]`` (both included, in
        ascending order, not overlapping). ``odds`` holds the summed odds of each item. Items outside every sequence
        get an arbitrary label. A sequence is in doubt if some label could be another one although no ``d[t]`` was
        further than ``tolerance`` from what it is here.
        """
        (t00, t01), (t10, t11) = self.transition
        after_0, after_1 = t01 - t00, t11 - t10
        is_first = np.zeros(len(odds), np.bool_)
        is_first[first] = True

        lowest = odds + min(after_0, after_1)
        highest = odds + max(after_0, after_1)
        lowest[first] = highest[first] = odds[first]
        threshold = (t00 - t10, t01 - t11)  # of label 1, by the label that follows
        surely_1 = lowest > max(threshold) + tolerance
        unsure = (highest > min(threshold) - tolerance) & ~surely_1

        best = odds.copy()
        best[1:] += np.where(surely_1[:-1], after_1, after_0)
        best[first] = odds[first]
        for t in (np.flatnonzero(unsure[:-1] & ~is_first[1:]) + 1).tolist():
            before = float(best[t - 1])
            best[t] = odds[t] + max(t01, before + t11) - max(t00, before + t10)

        labels = best > max(threshold)
        depends = (best > min(threshold)) & ~labels
        labels[last] = best[last] > 0
        depends[last] = False
        for t in np.flatnonzero(depends[:-1])[::-1].tolist():
            labels[t] = best[t] > threshold[int(labels[t + 1])]

        (item,) = unsure.nonzero()
        sequence = first.searchsorted(item, "right") - 1
        followed = item < np.append(last, -1)[sequence]  # "sequence -1" precedes the first one, and has no items
        item, sequence = item[followed], sequence[followed]
        margin = best[item] - np.where(labels[item + 1], threshold[1], threshold[0])
        in_doubt = np.abs(best[last]) <= tolerance
        in_doubt[sequence[np.abs(margin) <= tolerance]] = True
        return labels, in_doubt


def read_model(data: bytes) -> TwoLabelCrf:
    """Return the model in ``data``, a file that CRFsuite wrote (first-order CRF, format 1.00).

    Raises ValueError, with the reason, if ``data`` is no such file or has another number of labels than two.
    """
    try:
        magic, size, type_, version, *_, features_at, labels_at, attributes_at, _, _ = _HEADER.unpack_from(data)
        if (magic, size, type_, version) != (b"lCRF", len(data), b"FOMC", 100):
            raise ValueError("not a first-order CRFsuite model of version 100, or cut short")
        labels = _read_strings(data, labels_at)
        attributes = _read_strings(data, attributes_at)
        features = _read_features(data, features_at)
    except struct.error as error:
        raise ValueError(f"damaged CRFsuite model: {error}") from error
    if len(labels) != 2:
        raise ValueError(f"the model has {len(labels)} labels, expected 2")

    state = features[features["type"] == _STATE]
    between = features[features["type"] == _TRANSITION]
    weights = np.zeros((len(attributes), 2))
    transition = np.zeros((2, 2))
    try:
        weights[state["source"], state["label"]] = state["weight"]
        transition[between["source"], between["label"]] = between["weight"]
    except IndexError as error:
        raise ValueError(f"damaged CRFsuite model: {error}") from error
    (t00, t01), (t10, t11) = transition.tolist()
    return TwoLabelCrf(
        (labels[0], labels[1]),
        {name: (weight_0, weight_1) for name, (weight_0, weight_1) in zip(attributes, weights.tolist(), strict=True)},
        ((t00, t01), (t10, t11)),
        float(np.abs(features["weight"]).max(initial=0.0)),
    )


def _read_features(data: bytes, at: int) -> NDArray[np.void]:
    chunk, _, count = _FEATURE_CHUNK.unpack_from(data, at)
    if chunk != b"FEAT":
        raise ValueError("damaged CRFsuite model: no features where they should be")
    return np.frombuffer(data, _FEATURE, count, at + _FEATURE_CHUNK.size)


def _read_strings(data: bytes, at: int) -> list[str]:
    """Return the strings of the constant quark database at ``at``, by identifier."""
    chunk, _, _, order, count, offsets_at = _STRING_CHUNK.unpack_from(data, at)
    if (chunk, order) != (b"CQDB", _BYTE_ORDER):
        raise ValueError("damaged CRFsuite model: no strings where they should be")
    strings = []
    for identifier, (offset,) in enumerate(
        struct.iter_unpack("<I", data[at + offsets_at : at + offsets_at + 4 * count])
    ):
        start = at + offset + _STRING.size
        found, length = _STRING.unpack_from(data, at + offset)
        if found != identifier:
            raise ValueError(f"damaged CRFsuite model: string {identifier} is numbered {found}")
        strings.append(data[start : start + length - 1].decode())
    return strings
