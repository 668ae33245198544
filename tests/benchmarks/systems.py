"""Which search engines are set side by side, and how is each asked?

The peers do what they do well out of the box: any of the words, ranked by BM25, marks folded as far as they can
(FTS5's ``remove_diacritics`` does not know đ). Their texts and queries are brought to NFC, since in NFD they take
syllables to pieces.
"""

from __future__ import annotations

import re
import sqlite3
import time
import unicodedata
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from search import Document, open_index, open_writer

if TYPE_CHECKING:
    from tantivy import Query as TantivyQuery

DEPTH = 50
"""How many hits are asked for: as deep as recall looks."""

BUDGET = 60.0
"""Seconds that a search may take. More than the page gives: how busy the machine is must not change the figures."""

_WORD = re.compile(r"[^\W_]+")
_TANTIVY_HEAP = 256_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """The ids of the best :data:`DEPTH` hits, how many there are in all (where the system counts), milliseconds."""

    ids: tuple[str, ...]
    total: int | None
    milliseconds: float


class System(Protocol):
    """A search engine over the articles of a benchmark."""

    @property
    def name(self) -> str:
        """What it is called in tables."""

    def search(self, text: str) -> Answer:
        """Answer one query."""


class Timtin:
    """The index at ``place``, a folder or on a cluster, asked as the result page asks it."""

    name = "timtin"

    def __init__(self, place: Path | str) -> None:
        self._index = open_index(place)

    def search(self, text: str) -> Answer:
        """Answer one query."""
        page = self._index.search(text, per_page=DEPTH, budget=BUDGET, dated=False)
        return Answer(tuple(hit.id for hit in page.hits), page.total, page.took_ms)

    def ids(self) -> frozenset[str]:
        """Return the ids of all articles."""
        return frozenset(self._index.ids())

    def blank(self) -> bool:
        """Whether all titles are one same word, going by a few of them."""
        some = [self._index.article(id_).title for id_, _ in zip(self._index.ids(), range(20), strict=False)]
        return len(set(some)) == 1


def build(place: Path | str, documents: Iterable[Document], workers: int) -> None:
    """Write an index of ``documents`` to ``place``, with ``workers`` processes."""
    with open_writer(place, rebuild=True, workers=workers) as writer:
        for document in documents:
            writer.add(document)
        writer.commit()
        writer.publish()


class Tantivy:
    """Tantivy in memory: its simple tokenizer, lower case, ASCII folding; any word, anywhere in the article."""

    name = "Tantivy"
    fields: tuple[str, ...] = ("all",)

    def __init__(self, documents: Iterable[Document]) -> None:
        import tantivy

        schema = tantivy.SchemaBuilder().add_text_field("id", stored=True, tokenizer_name="raw")
        for field in self.fields:
            schema.add_text_field(field, tokenizer_name="folded")
        self._schema = schema.build()
        self._index = tantivy.Index(self._schema)
        self._analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold())
            .build()
        )
        self._index.register_tokenizer("folded", self._analyzer)
        # One thread, so that equal scores come in one order.
        writer = self._index.writer(_TANTIVY_HEAP, num_threads=1)
        for document in documents:
            texts = _texts(document)
            writer.add_document(tantivy.Document(id=document.id, **{field: texts[field] for field in self.fields}))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, text: str) -> Answer:
        """Answer one query."""
        began = time.perf_counter()
        found = self._searcher.search(self._query(text), DEPTH)
        ids = tuple(str(self._searcher.doc(address).get_first("id")) for _, address in found.hits)
        return Answer(ids, None, (time.perf_counter() - began) * 1000)

    def _query(self, text: str) -> TantivyQuery:
        from tantivy import Occur, Query

        words = self._analyzer.analyze(unicodedata.normalize("NFC", text))
        terms = [(field, word) for word in words for field in self.fields]
        return Query.boolean_query([(Occur.Should, Query.term_query(self._schema, *term)) for term in terms])


class TantivyByField(Tantivy):
    """The same, but title, lead and body are fields of their own, and their scores are added."""

    name = "Tantivy by field"
    fields = ("title", "lead", "body")


class Fts5:
    """SQLite FTS5 in memory: unicode61 without diacritics; any word in title, lead or body, ranked by bm25()."""

    name = "FTS5"

    def __init__(self, documents: Iterable[Document]) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE article USING fts5"
            "(id UNINDEXED, title, lead, body, tokenize = 'unicode61 remove_diacritics 2')"
        )
        rows = ({"id": document.id, **_texts(document)} for document in documents)
        self._database.executemany("INSERT INTO article VALUES (:id, :title, :lead, :body)", rows)

    def search(self, text: str) -> Answer:
        """Answer one query."""
        began = time.perf_counter()
        words = fts5_query(text)
        if not words:
            return Answer((), None, 0.0)
        select = "SELECT id FROM article WHERE article MATCH ? ORDER BY bm25(article), rowid LIMIT ?"
        with closing(self._database.execute(select, (words, DEPTH))) as rows:
            ids = tuple(id_ for (id_,) in rows)
        return Answer(ids, None, (time.perf_counter() - began) * 1000)


PEERS: tuple[type[Tantivy] | type[Fts5], ...] = (Tantivy, TantivyByField, Fts5)


def fts5_query(text: str) -> str:
    """Return the FTS5 query for any word of ``text``; "" where it holds none."""
    return " OR ".join(f'"{word}"' for word in _WORD.findall(unicodedata.normalize("NFC", text)))


def _texts(document: Document) -> dict[str, str]:
    """Return the texts that the peers index, by field; captions and authors go to the body."""
    rest = "\n".join(text for zone, _, text in document.blocks() if zone not in {"title", "lead"})
    whole = f"{document.title}\n{document.lead}\n{rest}"
    return {"title": document.title, "lead": document.lead, "body": rest, "all": whole}
