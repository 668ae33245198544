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

Weights are the model's own doubles, not the six decimals that CRFsuite's dump prints. Sums are taken in another
order than CRFsuite's, so labellings whose scores differ by less than about 1e-12 may be told apart differently.

File format: ``crf1d_model.c`` and ``cqdb.c`` of CRFsuite 0.12 (https://github.com/chokkan/crfsuite); tie rule
(the lower label wins): ``crf1dc_viterbi`` in its ``crf1d_context.c``.
"""

from __future__ import annotations

import struct
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

    ``odds`` maps an attribute to its weight for label 1 minus its weight for label 0; ``transition[i][j]`` is the
    weight of label j right after label i.
    """

    labels: tuple[str, str]
    odds: dict[str, float]
    transition: tuple[tuple[float, float], tuple[float, float]]

    def decode(self, odds: NDArray[np.float64], first: NDArray[np.intp], last: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return where the best labelling has label 1, for many sequences laid out in one array.

        Sequence k is ``odds[first[k]] … odds[last[k]]`` (both included, in ascending order, not overlapping);
        ``odds`` holds the summed odds of each item. Items outside every sequence get an arbitrary label.
        """
        (t00, t01), (t10, t11) = self.transition
        after_0, after_1 = t01 - t00, t11 - t10
        is_first = np.zeros(len(odds), np.bool_)
        is_first[first] = True

        lowest = odds + min(after_0, after_1)
        highest = odds + max(after_0, after_1)
        lowest[first] = highest[first] = odds[first]
        threshold = (t00 - t10, t01 - t11)  # of label 1, by the label that follows
        surely_1 = lowest > max(threshold)
        unsure = (highest > min(threshold)) & ~surely_1

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
        return labels


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
    signed = np.where(state["label"] == 1, state["weight"], -state["weight"])
    odds = np.bincount(state["source"], weights=signed, minlength=len(attributes))
    transition = np.zeros((2, 2))
    for feature in features[features["type"] == _TRANSITION]:
        transition[feature["source"], feature["label"]] = feature["weight"]
    (t00, t01), (t10, t11) = transition.tolist()
    return TwoLabelCrf(
        (labels[0], labels[1]), dict(zip(attributes, odds.tolist(), strict=True)), ((t00, t01), (t10, t11))
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
