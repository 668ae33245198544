"""Contrast as WCAG 2.2 defines it (1.4.3 and 1.4.11), and what Vietnamese letters need."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import webui

CSS = (Path(webui.__file__).parent / "static" / "site.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
)
PAIRS = [
    *(("text", ink, paper, 4.5) for ink in ("ink", "soft", "accent", "visited") for paper in ("paper", "surface")),
    *(("text", ink, "hint", 4.5) for ink in ("ink", "soft", "accent")),
    ("text", "on-accent", "accent", 4.5),
    ("text", "on-mark", "mark", 4.5),
    ("edge of a field", "edge", "paper", 3.0),
    ("edge of a field", "edge", "surface", 3.0),
]


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("what", "ink", "paper", "least"), PAIRS)
def test_everything_stands_out_from_its_ground(
    scheme: dict[str, str], what: str, ink: str, paper: str, least: float
) -> None:
    assert contrast(scheme[ink], scheme[paper]) >= least, (what, ink, paper)


def test_lines_leave_room_for_stacked_marks() -> None:
    heights = [
        float(height)
        for height in re.findall(r"line-height: ([\d.]+)[;}]|font: [\d.]+rem/([\d.]+) ", CSS)
        for height in height
        if height
    ]
    assert len(heights) > 4
    assert [height for height in heights if height < 1.5 and height != 1.0] == []
    assert "letter-spacing: -" not in CSS


def test_the_style_needs_nothing_from_elsewhere() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS
