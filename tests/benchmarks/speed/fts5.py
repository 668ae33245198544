"""How is SQLite FTS5 built and asked?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from search import Document

from ..systems import fts5_query
from .engines import HITS, Answer, Engine, texts_of, typed

_TABLES = """
CREATE VIRTUAL TABLE text USING fts5(title, body, tokenize = 'unicode61 remove_diacritics 2');
CREATE TABLE article (number INTEGER PRIMARY KEY, id TEXT, category TEXT);
"""
_BEST = """
SELECT article.id, text.title, text.body FROM text JOIN article ON article.number = text.rowid
WHERE text MATCH ? ORDER BY text.rank LIMIT ?
"""
_COUNTS = """
SELECT article.category, count(*) FROM text JOIN article ON article.number = text.rowid
WHERE text MATCH ? GROUP BY article.category
"""


class Fts5(Engine):
    """One table of texts, one of categories beside it; any word, ranked by bm25()."""

    name = "SQLite FTS5"
    index = "fts5"

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "articles.sqlite")

    @classmethod
    def build(cls, folder: Path, documents: Iterable[Document]) -> None:
        """Write an index of ``documents`` to the new ``folder``."""
        folder.mkdir(parents=True)
        with closing(sqlite3.connect(folder / "articles.sqlite")) as database, database:
            database.executescript(_TABLES)
            for number, document in enumerate(documents):
                database.execute("INSERT INTO article VALUES (?, ?, ?)", (number, document.id, document.category))
                database.execute("INSERT INTO text(rowid, title, body) VALUES (?, ?, ?)", (number, *texts_of(document)))

    def search(self, text: str) -> Answer:
        """Answer a query."""
        words = fts5_query(typed(text))
        if not words:
            return Answer((), 0, {})
        ids = tuple(row[0] for row in self._database.execute(_BEST, (words, HITS)))
        categories = {name or "": count for name, count in self._database.execute(_COUNTS, (words,))}
        return Answer(ids, sum(categories.values()), categories)

    def segments(self) -> int:
        """Return 1: a file."""
        return 1
