"""Contrast as WCAG 2.2 defines it (1.4.3 and 1.4.11), what Vietnamese letters need, one scale of type and of space."""

from __future__ import annotations

import re

import pytest

from webui.assets import BUNDLES, bundled

CSS = bundled("site.css").decode()
BLOCKS = {selector.strip(): body for selector, body in re.findall(r"(:root[^{]*)\{([^}]*)\}", CSS)}
SCHEMES = {
    name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", BLOCKS[selector]))
    for name, selector in (
        ("light", ":root"),
        ("system dark", ':root:not([data-theme="light"])'),
        ("dark", ':root[data-theme="dark"]'),
    )
}
PAIRS = [
    *(("text", ink, paper, 4.5) for ink in ("ink", "soft", "accent", "visited") for paper in ("paper", "card", "tint")),
    ("text", "on-accent", "accent", 4.5),
    ("text", "on-mark", "mark", 4.5),
    ("edge of a field", "edge", "paper", 3.0),
    ("edge of a field", "edge", "card", 3.0),
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("what", "ink", "paper", "least"), PAIRS)
def test_everything_stands_out_from_its_ground(scheme: str, what: str, ink: str, paper: str, least: float) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours[ink], colours[paper]) >= least, (what, ink, paper)


def test_the_switch_and_the_system_give_the_same_dark() -> None:
    assert len(SCHEMES["light"]) > 10
    assert SCHEMES["dark"] == SCHEMES["system dark"]
    assert SCHEMES["dark"].keys() == SCHEMES["light"].keys()


def test_lines_leave_room_for_stacked_marks() -> None:
    heights = [
        float(one or other) for one, other in re.findall(r"line-height: ([\d.]+)[;} ]|font: [^;/]*/([\d.]+) ", CSS)
    ]
    assert len(heights) > 10
    assert [height for height in heights if height < 1.5 and height != 1.0] == []
    assert "letter-spacing: -" not in CSS


def test_type_has_one_scale() -> None:
    screen = CSS.split("@media print")[0]
    sizes = re.findall(r"font-size: ([^;]+);|font: (?:\w+ )?([^/ ]+)/", screen)
    used = {one or other for one, other in sizes} - {"118.75%", "137.5%"}
    assert used == {f"var(--t{number})" for number in range(1, 6)}


def test_space_has_one_scale() -> None:
    screen = CSS.split("@media print")[0]
    lengths = re.findall(r"(?<![\w-])(?:margin|padding|gap)[\w-]*: ([^;]+);", screen)
    assert len(lengths) > 100
    # What is left besides the scale: corrections of hairlines and of letters, and room for a line of text.
    plain = {part for length in lengths for part in re.sub(r"calc\([^()]*(\([^()]*\)[^()]*)*\)", "", length).split()}
    assert {part for part in plain if not re.fullmatch(r"-?0|auto|var\(--s[1-6]\)", part)} == {
        "-1px", "1px", ".08em", "-.08em", ".4em", "-1.6em",
    }  # fmt: skip


def test_the_style_needs_nothing_from_elsewhere() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS


@pytest.mark.parametrize("name", BUNDLES)
def test_bundles_are_small(name: str) -> None:
    assert len(bundled(name)) < 40_000
