"""What does a section of the benchmark tell, and what was promised?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..tables import MISSING, table

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Target:
    """A bound that a figure is to keep: at most ``bound``, or at least, in ``unit``."""

    bound: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Return whether ``value`` keeps it."""
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ``value`` in ``unit``.

    Where it is set beside another, ``beside`` says which and ``against`` is its value; the target then bounds their
    ratio, else the value itself.
    """

    name: str
    value: float
    unit: str
    target: Target | None = None
    beside: str = ""
    against: float | None = None

    @property
    def ratio(self) -> float | None:
        """``value`` to ``against``."""
        return self.value / self.against if self.against else None

    @property
    def met(self) -> bool | None:
        """Whether the target is kept; None where there is none."""
        bounded = self.value if self.against is None else self.ratio
        return None if self.target is None or bounded is None else self.target.met(bounded)


@dataclass(frozen=True, slots=True)
class Table:
    """Details: a caption, the heads of the columns, and rows."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(slots=True)
class Section:
    """What one section found; ``data`` is everything that was measured, for JSON."""

    title: str
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    data: dict[str, object] = field(default_factory=dict)


def told(section: Section) -> str:
    """Return a section as text: details, figures, notes."""
    parts = [f"== {section.title}"]
    parts += [
        f"{one.caption}\n{table(one.head, [list(map(shown, row)) for row in one.rows])}" for one in section.tables
    ]
    if section.figures:
        parts.append(
            table(("figure", "", "unit", "beside", "", "ratio", "target", "met"), list(map(_row, section.figures)))
        )
    parts += section.notes
    return "\n\n".join(parts)


def as_json(section: Section) -> Mapping[str, object]:
    """Return a section as plain data."""
    figures = [
        {
            "name": figure.name,
            "value": figure.value,
            "unit": figure.unit,
            "beside": figure.beside,
            "against": figure.against,
            "ratio": figure.ratio,
            "target": str(figure.target or ""),
            "met": figure.met,
        }
        for figure in section.figures
    ]
    return {"title": section.title, "figures": figures, "notes": section.notes, **section.data}


def shown(cell: Cell) -> str:
    """Return a cell as text: numbers to three digits or so."""
    if cell is None:
        return MISSING
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int) or abs(cell) >= 100:
        return f"{cell:,.0f}"
    return f"{cell:.2f}" if abs(cell) >= 1 else f"{cell:.3f}"


_HEAD = ("figure", "", "unit", "beside", "", "ratio", "target", "met")


def _row(figure: Figure) -> list[str]:
    met = {True: "yes", False: "NO", None: ""}[figure.met]
    return [
        figure.name,
        shown(figure.value),
        figure.unit,
        figure.beside,
        shown(figure.against) if figure.against is not None else "",
        shown(figure.ratio) if figure.ratio is not None else "",
        str(figure.target or ""),
        met,
    ]
