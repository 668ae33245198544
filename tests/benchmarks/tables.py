"""How are the figures of a benchmark written down?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .judging import Result, Row, count_forms

MISSING = "–"
"""Stands for a figure that is not known."""

EXAMPLES = 8
"""How many queries are shown whose other form gave another list."""


def figures(rows: Iterable[Row]) -> str:
    """Return the table of one system."""
    head = ("kind", "mode", "queries", "nDCG@10", "MRR@10", "recall@50", "ms", "ms 95%")
    return table(
        head,
        [
            (
                *(row.kind, row.mode, str(row.queries)),
                *(f"{share:.4f}" for share in (row.ndcg, row.mrr, row.recall)),
                *(f"{time:.1f}" for time in (row.milliseconds, row.slow)),
            )
            for row in rows
        ],
    )


def side_by_side(rows: Mapping[str, Sequence[Row]]) -> str:
    """Return the nDCG@10 of all systems (name to rows), and by how much the first is above each of the others."""
    head = ("kind", "mode", *rows, *(f"above {name}" for name in list(rows)[1:]))
    lines = []
    for parallel in zip(*rows.values(), strict=True):
        own = parallel[0]
        lead = (f"{own.ndcg - row.ndcg:+.3f}" for row in parallel[1:])
        lines.append((own.kind, own.mode, *(f"{row.ndcg:.4f}" for row in parallel), *lead))
    return table(head, lines)


def forms(results: Sequence[Result]) -> str:
    """Return how many lists differed from that of the plain query, by form, and some queries where they did."""
    counts = count_forms(results)
    rows = [(name, str(compared), str(differing)) for name, (compared, differing) in counts.items()]
    examples = [
        f"  {name}: {result.text!r} ({result.kind}, {result.mode})"
        for shown in counts
        for result in [
            result for result in results if any(name == shown and not same for name, _, same in result.forms)
        ][:EXAMPLES]
        for name in [shown]
    ]
    return "\n".join([table(("form", "compared", "differ"), rows), *examples])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows under their head, columns aligned: text to the left, figures to the right."""
    widths = [max(len(line[at]) for line in (head, *rows)) for at in range(len(head))]
    first = [next((row[at] for row in rows if row[at] not in {"", MISSING}), "") for at in range(len(head))]
    right = [cell[:1] in set("0123456789+-") for cell in first]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in (head, *rows)
    )
