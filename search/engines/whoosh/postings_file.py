"""What is in the postings file of a segment?

The lexicons of its views and of its ids (:mod:`.terms`), the postings of every field (:mod:`.postings`), and the tokens
of every document (:mod:`.forward`).
"""

from __future__ import annotations

from functools import partial

from ...analysis.views import FIELDS
from .arrays import ArrayFile
from .forward import Forward
from .postings import FieldPostings
from .terms import LEXICONS, Lexicon
from .words import WordFinder

ID_FIELD = "id"


class PostingsFile:
    """The postings file of one segment, open."""

    def __init__(self, file: ArrayFile) -> None:
        self.lexicons = {view: Lexicon.read(file, view) for view in (*dict.fromkeys(LEXICONS.values()), ID_FIELD)}
        self.forward = Forward(file, self.lexicons["S"], self.lexicons["E"])
        self.words = WordFinder(self.forward)
        self.fields = {ID_FIELD: FieldPostings(file, ID_FIELD, ID_FIELD, self.lexicons[ID_FIELD])}
        for spec in FIELDS:
            self.fields[spec.name] = FieldPostings(
                file,
                spec.name,
                spec.view,
                self.lexicons[LEXICONS[spec.view]],
                partial(self.forward.positions, exact=spec.view == "E") if spec.whole_text and spec.positions else None,
            )
