"""Which page numbers are offered?"""

from __future__ import annotations

AROUND = 2
"""Pages offered on each side of the current one."""

PAGE_SIZES = (10, 20, 50, 100)


def page_numbers(current: int, last: int) -> list[int | None]:
    """Return the first page, those around ``current`` and the last, in order; None stands for a gap.

    A gap of one page is filled with that page. ``current`` may lie past the end.
    """
    near = min(max(current, 1), max(last, 1))
    shown = sorted({1, last, *range(max(1, near - AROUND), min(last, near + AROUND) + 1)}) if last > 0 else []
    numbers: list[int | None] = []
    for number in shown:
        before = numbers[-1] if numbers else None
        if before is not None and number - before == 2:
            numbers.append(number - 1)
        elif before is not None and number - before > 2:
            numbers.append(None)
        numbers.append(number)
    return numbers
