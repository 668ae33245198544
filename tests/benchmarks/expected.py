"""Is the ranking as good as it was?

Expected values stand in a JSON file: the nDCG@10 of every kind and mode, and the tolerance. Only a drop by more than
the tolerance is wrong; after a gain the file is written anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .judging import Row

TOLERANCE = 0.005
"""The drop of nDCG@10 that a file written for the first time allows."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected: kind to mode to nDCG@10."""

    values: Mapping[str, Mapping[str, float]]
    tolerance: float = TOLERANCE


def load(path: Path) -> Expected:
    """Return what ``path`` expects."""
    fields = json.loads(path.read_text(encoding="utf-8"))
    return Expected(fields["ndcg@10"], fields["tolerance"])


def save(path: Path, rows: Iterable[Row]) -> None:
    """Write to ``path`` that ``rows`` are expected, with the tolerance that stands there already."""
    tolerance = load(path).tolerance if path.exists() else TOLERANCE
    values: dict[str, dict[str, float]] = {}
    for row in rows:
        values.setdefault(row.kind, {})[row.mode] = round(row.ndcg, 4)
    text = json.dumps({"tolerance": tolerance, "ndcg@10": values}, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")


def shortfalls(expected: Expected, rows: Iterable[Row]) -> list[str]:
    """Return in words where ``rows`` fall short of what is expected, and what is expected but not there or the other
    way round.
    """
    found = {(row.kind, row.mode): row.ndcg for row in rows}
    wanted = {(kind, mode): value for kind, modes in expected.values.items() for mode, value in modes.items()}
    dropped = [
        f"{kind}, {mode}: nDCG@10 {found[kind, mode]:.4f}, expected {value:.4f}"
        for (kind, mode), value in wanted.items()
        # Both are rounded to four places before they are compared.
        if (kind, mode) in found and round(value - found[kind, mode], 4) > expected.tolerance
    ]
    missing = [f"{kind}, {mode}: expected, but not run" for kind, mode in wanted.keys() - found.keys()]
    new = [f"{kind}, {mode}: nothing is expected" for kind, mode in found.keys() - wanted.keys()]
    return [*dropped, *sorted(missing), *sorted(new)]
