"""Which articles have what was typed in their title?"""

from __future__ import annotations

from itertools import pairwise
from operator import itemgetter

from ..analysis.views import JOINER
from ..engines.base import Reader
from ..page import Marked, Suggestion
from ..query.plan import AllOf, AnyOf, Node, Plan, Term
from .memo import Memo, PerReader
from .typed import Typed, tokens_of

LEAST_LETTERS = 3
"""Letters and digits from which on titles are suggested: fewer stand in any title."""

MOST_ENDINGS = 6
"""Words that the last one may be, the commonest in titles."""

LOOKED_AT = 6
"""Articles, the newest, whose titles are looked at."""

_headings: PerReader[Memo[int, tuple[str, str]]] = PerReader(lambda: Memo(1 << 12))


class Titles:
    """The titles of one reader. Cheap to make."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._headings = _headings.of(reader)

    def suggest(self, typed: Typed) -> list[Suggestion]:
        """Return articles that hold what was typed as words in a row in their titles: those that begin so come first,
        then newer ones.
        """
        node = self._node(typed) if typed.letters >= LEAST_LETTERS else None
        if node is None:
            return []
        found = []
        for number, _ in self._reader.run(Plan(match=node, sort="newest", limit=LOOKED_AT)).hits:
            id_, title = self._headings.get(number, self._reader.heading)
            mark = typed.mark(title)
            if mark is not None:
                begins = mark.start == tokens_of(title)[0].start
                found.append((not begins, Suggestion("title", Marked(title, (mark,)), id=id_)))
        return [suggestion for _, suggestion in sorted(found, key=itemgetter(0))]

    def _node(self, typed: Typed) -> Node | None:
        """Return what such articles satisfy, and hardly any others; None where there is none."""
        words = typed.folded[: len(typed.whole)]
        nodes: list[Node] = [Term("exact", token.exact) for token in typed.whole if token.exact != token.folded]
        nodes += [Term("title_pair", JOINER.join(pair)) for pair in pairwise(words)]
        if typed.finished and not nodes:
            nodes.append(Term("title", words[0]))
        if not typed.finished:
            field, prefix = ("title_pair", words[-1] + JOINER) if words else ("title", "")
            ends = self._reader.commonest(field, prefix + typed.folded[-1], MOST_ENDINGS)
            if not ends:
                return None
            nodes.append(AnyOf(tuple(Term(field, term) for term, _ in ends)))
        return nodes[0] if len(nodes) == 1 else AllOf(tuple(nodes))
