"""Are exactly those words marked that a reader would mark, and do the passages show them?

The reader is a few obvious lines: split at spaces, drop the accents, compare.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from search import Document, Index, Mark, Paragraph, open_index

from .articles import fill

WORDS = ("lũ", "lú", "đê", "để", "bão", "xã", "xa", "mưa", "rừng")
"""Words without a second spelling, none of which stands in the equivalents."""

FILLER = tuple(Document(id=f"filler-{number}", title=f"Bản tin số {number} về việc khác") for number in range(40))
"""So that no word of the texts is a common one, which is marked beside others only."""


def bare(word: str) -> str:
    """The word without accents."""
    letters = unicodedata.normalize("NFD", word.lower().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@dataclass(frozen=True)
class Text:
    """Words and the gap behind each of them."""

    words: tuple[str, ...]
    gaps: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(word + gap for word, gap in zip(self.words, self.gaps, strict=True)).strip()

    def expected(self, query: list[str]) -> list[Mark]:
        """What a reader marks for ``query``: hits with white space between them together."""
        accented = 2 * sum(bare(word) != word for word in query) >= len(query)
        marks: list[Mark] = []
        at, glued = 0, False
        for word, gap in zip(self.words, self.gaps, strict=True):
            if bare(word) in map(bare, query):
                exact = accented and word in query
                if glued:
                    marks[-1] = Mark(marks[-1].start, at + len(word), marks[-1].exact and exact)
                else:
                    marks.append(Mark(at, at + len(word), exact))
                glued = gap.isspace()
            else:
                glued = False
            at += len(word) + len(gap)
        return marks


TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from((" ", " ", " ", ", ", ". ", "  "))), min_size=1).map(
    lambda pairs: Text(*zip(*pairs, strict=True))
)
QUERIES = st.lists(
    st.sampled_from(WORDS).flatmap(lambda word: st.sampled_from((word, word, bare(word)))),
    min_size=1,
    max_size=4,
    unique_by=bare,
)


def index_of(title: Text, body: list[Text]) -> Index:
    return fill(
        open_index("memory:"),
        [Document(id="x", title=str(title), body=tuple(Paragraph(str(text)) for text in body)), *FILLER],
    )


@given(TEXTS, st.lists(TEXTS, max_size=3), QUERIES)
def test_the_article_is_marked_as_a_reader_would(title: Text, body: list[Text], query: list[str]) -> None:
    marked = index_of(title, body).highlight("x", " ".join(query))
    assert list(marked.title.marks) == title.expected(query)
    assert [list(one.marks) for one in marked.body] == [text.expected(query) for text in body]


@given(TEXTS, st.lists(TEXTS, max_size=5), QUERIES)
def test_passages_show_the_marks_of_the_article(title: Text, body: list[Text], query: list[str]) -> None:
    index = index_of(title, body)
    marked = index.highlight("x", " ".join(query))
    for hit in index.search(" ".join(query)).hits:
        assert hit.highlights.title == marked.title
        passages = hit.highlights.passages
        assert len({passage.number for passage in passages}) == len(passages) <= 3
        assert any(passage.marked.marks for passage in passages) == any(one.marks for one in marked.body)
        for passage in passages:
            whole = marked.body[passage.number]
            assert whole.text.startswith(passage.marked.text, passage.start)
            for mark in passage.marked.marks:
                start, end = mark.start + passage.start, mark.end + passage.start
                assert any(one.start <= start and end <= one.end for one in whole.marks)
