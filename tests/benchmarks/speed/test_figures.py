"""Are figures set against their targets and told right?"""

from __future__ import annotations

import pytest

from .figures import Cell, Figure, Section, Table, Target, as_json, shown, told


@pytest.mark.parametrize(
    ("figure", "ratio", "met"),
    [
        (Figure("a", 3, "ms"), None, None),
        (Figure("a", 3, "ms", Target(3)), None, True),
        (Figure("a", 3.1, "ms", Target(3)), None, False),
        (Figure("a", 6, "1/s", Target(5, at_least=True), "peer", 2), 3, False),
        (Figure("a", 10, "1/s", Target(5, at_least=True), "peer", 2), 5, True),
        (Figure("a", 2, "ms", Target(1), "peer", 4), 0.5, True),
        (Figure("a", 2, "ms", Target(1), "peer", 0), None, None),
    ],
)
def test_a_target_bounds_the_ratio_where_there_is_one(figure: Figure, ratio: float | None, met: bool | None) -> None:
    assert (figure.ratio, figure.met) == (ratio, met)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, "–"),
        ("x", "x"),
        (1234567, "1,234,567"),
        (0, "0"),
        (123.4, "123"),
        (12.345, "12.35"),
        (0.01234, "0.012"),
        (-2.5, "-2.50"),
    ],
)
def test_cells(cell: Cell, text: str) -> None:
    assert shown(cell) == text


def test_a_section_is_told_with_its_figures_and_as_json() -> None:
    section = Section("Search")
    section.tables = [Table("By engine", ("engine", "ms"), [("ours", 1.5), ("theirs", None)])]
    section.figures = [
        Figure("warm", 1.5, "ms", Target(1), "theirs", 3.0),
        Figure("rate", 2.0, "1/s", Target(5, at_least=True)),
    ]
    section.notes = ["A note."]
    section.data = {"raw": [1]}
    assert told(section).splitlines() == [
        "== Search",
        "",
        "By engine",
        "engine    ms",
        "ours    1.50",
        "theirs     –",
        "",
        "figure        unit  beside        ratio  target  met",
        "warm    1.50  ms    theirs  3.00  0.500  ≤ 1     yes",
        "rate    2.00  1/s                        ≥ 5     NO",
        "",
        "A note.",
    ]
    written = as_json(section)
    assert written["raw"] == [1]
    assert written["figures"] == [
        {
            "name": "warm",
            "value": 1.5,
            "unit": "ms",
            "beside": "theirs",
            "against": 3.0,
            "ratio": 0.5,
            "target": "≤ 1",
            "met": True,
        },
        {
            "name": "rate",
            "value": 2.0,
            "unit": "1/s",
            "beside": "",
            "against": None,
            "ratio": None,
            "target": "≥ 5",
            "met": False,
        },
    ]
