"""Stored records come back whole, and a dictionary is worth its bytes."""

from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st

import corpus
from search.engines.whoosh.compression import compressed, decompressed, train

from ...commands import ROOT


@given(st.lists(st.binary(max_size=3000), max_size=4))
def test_records_survive_compression(records: list[bytes]) -> None:
    assert list(map(decompressed, compressed(records))) == records


def test_what_news_have_in_common_is_not_stored_with_each() -> None:
    articles = (item for item in corpus.read(ROOT / "corpus" / "sample") if isinstance(item, corpus.Article))
    records = ["\n".join(paragraph.text for paragraph in article.body).encode() for article in articles]
    shared = train(records)
    assert train(records) == shared
    alone = sum(len(zlib.compress(record, 9)) for record in records)
    assert sum(map(len, compressed(records))) < 0.8 * alone
