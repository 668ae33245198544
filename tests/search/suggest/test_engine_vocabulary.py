"""Do engines list their vocabulary as the contract says?"""

from __future__ import annotations

import pytest

from search import Document, Index
from search.engines.base import Reader

from ..articles import ARTICLES


def reader_of(index: Index) -> Reader:
    return index._engine.reader()


@pytest.mark.parametrize("field", ["text", "exact", "pair", "exact_pair", "compound", "title"])
@pytest.mark.parametrize("prefix", ["", "h", "hu", "huy", "đ", "no-such"])
def test_terms_come_in_order_with_their_frequencies(index: Index, field: str, prefix: str) -> None:
    reader = reader_of(index)
    terms = list(reader.vocabulary(field, prefix))
    assert terms == sorted(terms)
    assert all(term.startswith(prefix) and count == reader.frequency(field, term) for term, count in terms)
    everything = dict(reader.vocabulary(field))
    assert dict(terms) == {term: count for term, count in everything.items() if term.startswith(prefix)}


def test_both_parts_of_a_pair_select(index: Index) -> None:
    assert dict(reader_of(index).vocabulary("pair", "huyen+")) == {"huyen+uy": 1, "huyen+phat": 1}


def test_only_live_documents_of_all_segments_count(index: Index) -> None:
    with index.writer() as writer:
        writer.add(Document(id="new", title="Huyện đoàn Lam Khê"))
        writer.commit()
    with index.writer() as writer:
        assert writer.delete("trang")
        assert writer.delete(ARTICLES[1].id)
        writer.commit()
    reader = reader_of(index)
    terms = dict(reader.vocabulary("text"))
    assert terms["huyen"] == 2
    assert "trong" in terms  # of another document than the one that is gone
    assert "duong" not in terms
    assert dict(reader.vocabulary("text", "doan")) == {"doan": 2}


def test_an_empty_index_has_none(empty: Index) -> None:
    reader = reader_of(empty)
    assert list(reader.vocabulary("text")) == list(reader.vocabulary("exact", "a")) == []
