"""A generation is a Whoosh index: stock Whoosh opens it, and its query classes find what our own path finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh import query, scoring
from whoosh.index import open_dir

import search.engines.whoosh.writer as writing
from search import open_index, open_writer
from search.query import plan as p

from ..articles import ARTICLES, fill


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two segments, with a deletion."""
    monkeypatch.setattr(writing, "APART", 0.0)
    monkeypatch.setattr(writing, "MUCH_DELETED", 1.0)
    open_writer(tmp_path).close()
    with open_index(tmp_path) as index:
        fill(index, ARTICLES[:3])
        with index.writer() as writer:
            for document in ARTICLES[3:]:
                writer.add(document)
            writer.delete("van-hoa")
            writer.commit()
    return tmp_path


@pytest.fixture
def searcher(folder: Path) -> Iterator[Any]:
    index = open_dir(str(folder / "generations" / "1"))
    with index.searcher() as searcher:
        yield searcher


def ours(folder: Path, node: p.Node) -> set[str]:
    with open_index(folder) as index:
        reader = index._engine.reader()
        found = reader.run(p.Plan(match=node, limit=100))
        return {reader.stored(number).document.id for number, _ in found.hits}


@pytest.mark.parametrize(
    ("stock", "node"),
    [
        (query.Term("text", "huyen"), p.Term("text", "huyen")),
        (query.Term("text", "nobody"), p.Term("text", "nobody")),
        (
            query.And([query.Term("text", "vung"), query.Term("text", "manh")]),
            p.AllOf((p.Term("text", "vung"), p.Term("text", "manh"))),
        ),
        (
            query.Or([query.Term("text", "duong"), query.Term("title", "so")]),
            p.AnyOf((p.Term("text", "duong"), p.Term("title", "so"))),
        ),
        (
            query.AndNot(query.Term("text", "trong"), query.Term("text", "huyen")),
            p.Without(p.Term("text", "trong"), p.Term("text", "huyen")),
        ),
        (query.Phrase("text", ["khe", "nhan"]), p.Phrase("text", ("khe", "nhan"))),
        (query.Phrase("text", ["nhan", "khe"]), p.Phrase("text", ("nhan", "khe"))),
        (query.Phrase("text", ["vung", "manh"]), p.Phrase("text", ("vung", "manh"))),
        (query.Prefix("text", "d"), p.Prefix("text", "d")),
        (query.Term("pair", "khe+nhan"), p.Term("pair", "khe+nhan")),
        (query.Term("key", "d2021-06-12"), p.Term("key", "d2021-06-12")),
        (query.Every(), p.AllOf(())),
    ],
)
def test_stock_queries_find_the_same(folder: Path, searcher: Any, stock: query.Query, node: p.Node) -> None:
    assert {hit["id"] for hit in searcher.search(stock, limit=None)} == ours(folder, node)


def test_stored_fields_and_statistics(searcher: Any) -> None:
    first = ARTICLES[0]
    fields = searcher.document(id="khe-nhan")
    assert fields["title"] == first.title
    assert fields["body"] == "\n".join(paragraph.text for paragraph in first.body)
    assert fields["published"] == first.published
    assert searcher.doc_count() == 4
    assert searcher.reader().doc_count_all() == 5
    assert searcher.doc_frequency("text", "huyen") == 1
    assert searcher.document(id="van-hoa") is None


def test_stock_scorer_gives_scores_in_order(searcher: Any) -> None:
    hits = searcher.search(query.Or([query.Term("text", "trong"), query.Term("text", "sach")]), limit=5)
    assert [hit["id"] for hit in hits] == ["trang", "khe-nhan"]
    assert all(hit.score > 0 for hit in hits)


def test_terms_and_cursor(searcher: Any) -> None:
    reader = searcher.reader()
    lexicon = [term.decode() for term in reader.lexicon("title")]
    assert lexicon == sorted(set(lexicon))
    assert list(reader.expand_prefix("title", "khe")) == [b"khe"]
    assert ("title", b"khe") in reader
    assert ("title", b"zzz") not in reader


def test_a_fuzzy_query_walks_the_terms(searcher: Any) -> None:
    assert {hit["id"] for hit in searcher.search(query.FuzzyTerm("text", "huyeb", maxdist=1))} == {"khe-nhan"}


def test_matchers_skip_and_reset(searcher: Any) -> None:
    leaf, _ = searcher.reader().leaf_readers()[0]
    matcher = leaf.postings("text", "huyen", scorer=scoring.BM25F().scorer(searcher, "text", b"huyen"))
    first = matcher.id()
    assert matcher.weight() >= 1
    assert matcher.score() > 0
    matcher.skip_to(first + 1000)
    assert not matcher.is_active()
    matcher.reset()
    assert matcher.id() == first


def test_a_stock_writer_is_refused_in_plain_words(folder: Path) -> None:
    from search.engines.whoosh.codec import ArrayCodec

    with pytest.raises(NotImplementedError, match="open_writer"):
        ArrayCodec().per_document_writer(None, None)  # type: ignore[arg-type]
