"""How is cost against corpus size drawn?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

LINES: Mapping[str, str] = {"timtin": "#b3261e", "Tantivy": "#2b6cb0", "SQLite FTS5": "#6b7280"}
"""The colour of each engine."""

PANELS = (
    ("milliseconds to index an article", "indexing"),
    ("milliseconds a query, median", "query"),
    ("bytes on disk to bytes of text", "size"),
)


def plot_growth(path: Path, growth: Mapping[str, Any]) -> None:
    """Draw what the section on growth gives for JSON to ``path``; its ending says how (.svg, .png)."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    sizes = growth["sizes"]
    figure = Figure(figsize=(12, 4), layout="constrained")
    for axes, (title, quantity) in zip(figure.subplots(1, len(PANELS)), PANELS, strict=True):
        for engine, colour in LINES.items():
            points = [(size["articles"], cost(size, engine, quantity)) for size in sizes]
            axes.plot(*zip(*points, strict=True), marker="o", color=colour, label=engine)
        axes.set(title=title, xlabel="articles", xscale="log", yscale="log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.set_xticks([size["articles"] for size in sizes])
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
            axis.set_minor_formatter(NullFormatter())
        axes.grid(visible=True, alpha=0.3)
    figure.axes[0].legend(frameon=False)
    figure.savefig(path)


def cost(size: Mapping[str, Any], engine: str, quantity: str) -> float:
    """Return one quantity of :data:`PANELS`."""
    build, times = size["builds"][engine], size["times"][engine]
    if quantity == "indexing":
        return float(1000 * (build["seconds"] - build["reading"]) / build["articles"])
    if quantity == "size":
        return float(build["bytes"] / build["text"])
    milliseconds = sorted(times["milliseconds"])
    return float(milliseconds[len(milliseconds) // 2])
