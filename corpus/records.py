"""What the formats hand to the assembler: the parts of one article, still as the file holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Record:
    """One article before it is checked.

    `values` maps our field names to the values found for them, the surest first; `line` is the 1-based line where
    the record begins. `text_first` says that the body is a whole text, whose first line is the title and whose
    first paragraph may be the lead. `numbered` says that the file holds several articles, so that its path alone
    names none.
    """

    values: Mapping[str, list[object]] = field(default_factory=dict)
    line: int | None = None
    text_first: bool = False
    numbered: bool = False
