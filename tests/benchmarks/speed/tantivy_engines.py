"""How is Tantivy built and asked?"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

import tantivy

from search import Document

from .engines import HITS, Answer, Engine, texts_of, typed

HEAP = 256_000_000
"""Bytes that its writer may fill before it writes a segment."""

_FIELDS = ["title", "body"]
_COUNTS = {"category": {"terms": {"field": "category", "size": 1000}}}


class Tantivy(Engine):
    """Tantivy on disk: its simple tokenizer, lower case, ASCII folding; two fields, any word."""

    name = "Tantivy"
    index = "tantivy"
    every_word: ClassVar[bool] = False

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._prepare(self._index)
        self._index.reload()
        self._searcher = self._index.searcher()

    @classmethod
    def build(cls, folder: Path, documents: Iterable[Document]) -> None:
        """Write an index of ``documents`` to the new ``folder``."""
        folder.mkdir(parents=True)
        index = tantivy.Index(_schema(), path=str(folder))
        cls._prepare(index)
        writer = index.writer(HEAP, num_threads=1)
        for document in documents:
            title, body = map(cls.segmented, texts_of(document))
            fields = {"id": document.id, "title": title, "body": body}
            writer.add_document(tantivy.Document(**fields, category=document.category or ""))
        writer.commit()
        writer.wait_merging_threads()

    def search(self, text: str) -> Answer:
        """Answer a query, with snippets of its hits."""
        query = self._parsed(self.segmented(typed(text)))
        found = self._searcher.search(query, HITS, count=True)
        counts = self._searcher.aggregate(query, _COUNTS)
        schema = self._index.schema
        generators = [tantivy.SnippetGenerator.create(self._searcher, query, schema, field) for field in _FIELDS]
        ids = []
        for _, address in found.hits:
            document = self._searcher.doc(address)
            for generator in generators:
                generator.snippet_from_doc(document).to_html()
            ids.append(str(document.get_first("id")))
        categories = {bucket["key"]: bucket["doc_count"] for bucket in counts["category"]["buckets"]}
        return Answer(tuple(ids), found.count or 0, categories)  # type: ignore[attr-defined]  # its stub lacks it

    def segments(self) -> int:
        """Return the number of segments."""
        return self._searcher.num_segments

    @classmethod
    def segmented(cls, text: str) -> str:
        """Return ``text`` as it is given to Tantivy."""
        return text

    @staticmethod
    def tokenizer() -> tantivy.Tokenizer:
        """Return what cuts such a text into words."""
        return tantivy.Tokenizer.simple()

    def _parsed(self, text: str) -> tantivy.Query:
        try:
            return self._index.parse_query(text, _FIELDS, conjunction_by_default=self.every_word)
        except ValueError:  # a query that its syntax forbids
            return self._index.parse_query_lenient(text, _FIELDS, conjunction_by_default=self.every_word)[0]

    @classmethod
    def _prepare(cls, index: tantivy.Index) -> None:
        analyzer = tantivy.TextAnalyzerBuilder(cls.tokenizer())
        folding = analyzer.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
        index.register_tokenizer("folded", folding.build())


class TantivyAllWords(Tantivy):
    """The same index, but every word must match."""

    name = "Tantivy, all words"
    every_word = True


class TantivyPyvi(Tantivy):
    """Tantivy with pyvi in front: the words that it joins are one token."""

    name = "Tantivy + pyvi"
    index = "tantivy-pyvi"

    @classmethod
    def segmented(cls, text: str) -> str:
        """Return ``text`` with the syllables of a word joined by underscores."""
        from pyvi import ViTokenizer

        return str(ViTokenizer.tokenize(text))

    @staticmethod
    def tokenizer() -> tantivy.Tokenizer:
        """Return what leaves joined words whole."""
        return tantivy.Tokenizer.whitespace()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("category", stored=True, fast=True, tokenizer_name="raw")
    for field in _FIELDS:
        builder.add_text_field(field, stored=True, tokenizer_name="folded")
    return builder.build()
