"""How is stock Whoosh built and asked: the obvious way to search Vietnamese text from Python?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from unidecode import unidecode
from whoosh import fields, index
from whoosh.analysis import Filter, LowercaseFilter, RegexTokenizer
from whoosh.qparser import MultifieldParser
from whoosh.sorting import Count, FieldFacet

from search import Document

from .engines import HITS, Answer, Engine, texts_of, typed

MEMORY = 256
"""Megabytes of postings that its writer may collect."""


class UnidecodeFilter(Filter):  # type: ignore[misc]  # untyped base
    """Reduces every token to ASCII."""

    def __call__(self, tokens: Iterable[Any]) -> Iterator[Any]:
        """Yield ``tokens``, folded."""
        for token in tokens:
            token.text = unidecode(token.text)
            yield token


class StockWhoosh(Engine):
    """Stock Whoosh: words, lower case, unidecode; two fields, all words, one facet, nothing highlighted."""

    name = "stock Whoosh"
    index = "whoosh"

    def __init__(self, folder: Path) -> None:
        self._index = index.open_dir(folder)
        self._searcher = self._index.searcher()
        self._parser = MultifieldParser(["title", "body"], self._index.schema)

    @classmethod
    def build(cls, folder: Path, documents: Iterable[Document]) -> None:
        """Write an index of ``documents`` to the new ``folder``."""
        folder.mkdir(parents=True)
        words = RegexTokenizer(r"\w+") | LowercaseFilter() | UnidecodeFilter()
        schema = fields.Schema(
            id=fields.ID(stored=True, unique=True),
            title=fields.TEXT(analyzer=words, stored=True),
            body=fields.TEXT(analyzer=words, stored=True),
            category=fields.ID(stored=True, sortable=True),
        )
        writer = index.create_in(folder, schema).writer(limitmb=MEMORY)
        for document in documents:
            title, body = texts_of(document)
            writer.add_document(
                id=document.id,
                title=cls.segmented(title),
                _stored_title=title,
                body=cls.segmented(body),
                _stored_body=body,
                category=document.category or "",
            )
        writer.commit()

    def search(self, text: str) -> Answer:
        """Answer a query."""
        query = self._parser.parse(self.segmented(typed(text)))
        found = self._searcher.search(query, limit=HITS, groupedby=FieldFacet("category", maptype=Count))
        ids = tuple(hit["id"] for hit in found)
        categories = dict(found.groups())
        return Answer(ids, sum(categories.values()), categories)

    def segments(self) -> int:
        """Return the number of segments."""
        return len(self._searcher.reader().leaf_readers())

    @classmethod
    def segmented(cls, text: str) -> str:
        """Return ``text`` as it is given to Whoosh."""
        return text


class StockWhooshPyvi(StockWhoosh):
    """The same with pyvi in front: the words that it joins are one token."""

    name = "stock Whoosh + pyvi"
    index = "whoosh-pyvi"

    @classmethod
    def segmented(cls, text: str) -> str:
        """Return ``text`` with the syllables of a word joined by underscores."""
        from pyvi import ViTokenizer

        return str(ViTokenizer.tokenize(text))
