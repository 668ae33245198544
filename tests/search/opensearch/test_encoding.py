"""Is what is sent of many articles what the analyzer says of each?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Document, Paragraph
from search.analysis.offsets import Offsets
from search.analysis.sketch import sketch
from search.analysis.views import FIELDS, Block, Field, analyze, field_length, field_terms
from search.engines.opensearch.encoding import Encoded
from search.engines.opensearch.layout import ALSO, EMPTY, SCORED, has_also, term
from search.engines.opensearch.source import Source
from search.engines.opensearch.tally import LISTED, Tally, least

WORDS = [*"huyện Uỷ khe nhạn 12 12/6/2021 H'Mông 03-ĐA/TU … \" \\ khóa XII quý II".split(), "a" * 150, "Ă" * 230, "😀"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
DOCUMENTS = st.builds(
    Document,
    id=st.text('ab\n"', min_size=1, max_size=3),
    title=TEXTS,
    lead=TEXTS,
    body=st.lists(TEXTS.map(Paragraph), max_size=3).map(tuple),
    captions=st.lists(TEXTS, max_size=2).map(tuple),
    authors=st.lists(TEXTS, max_size=1).map(tuple),
    places=st.lists(TEXTS, max_size=2).map(tuple),
    category=st.none() | st.sampled_from(WORDS),
    published=st.none() | st.just(date(2021, 12, 31)),
)


def texts(blocks: list[Block], spec: Field) -> Iterator[str]:
    """Yield what is sent in a field."""
    own = [block for block in blocks if block.zone in spec.zones]
    if not spec.positions:
        terms = [term(one) for one, places in field_terms(own, spec).items() for _ in places]
        yield from [" ".join(sorted(terms))] if terms else []
        return
    for block in own:
        yield " ".join(term(token.exact if spec.view == "E" else token.folded) for token in block.tokens)
    if spec.view == "S":
        yield from (token.also for block in own for token in block.tokens if token.also)


def again(blocks: list[Block], spec: Field) -> Iterator[str]:
    """Yield the paragraphs with numbers in place of Roman numerals."""
    for block in blocks:
        if block.zone in spec.zones and any(token.also for token in block.tokens):
            yield " ".join(token.also or term(token.folded) for token in block.tokens)


def fields(blocks: list[Block]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for spec in FIELDS:
        if (values := list(texts(blocks, spec))) or spec.name in SCORED:
            found[spec.name] = values or [EMPTY]
        if has_also(spec) and (values := list(again(blocks, spec))):
            found[spec.name + ALSO] = values
    return found


def ordered(sent: dict[str, Any]) -> dict[str, Any]:
    """The fields as they are sent; terms without positions stand in any order."""
    names = {spec.name: spec.positions for spec in FIELDS} | {spec.name + ALSO: True for spec in FIELDS}
    return {
        name: sent[name] if positions else [" ".join(sorted(text.split(" "))) for text in sent[name]]
        for name, positions in names.items()
        if name in sent
    }


@settings(max_examples=150, deadline=None)
@given(st.lists(DOCUMENTS.map(Document.normalized), max_size=4))
def test_what_is_sent_is_what_the_analyzer_says(documents: list[Document]) -> None:
    encoded = Encoded(documents)
    expected: dict[str, Counter[str]] = {name: Counter() for name in LISTED}
    for document, line in zip(documents, encoded.sources(7), strict=True):
        assert b"\n" not in line
        sent, blocks = json.loads(line), analyze(document)
        assert ordered(sent) == fields(blocks)
        assert (sent["id"], sent["commit"]) == (document.id, 7)
        assert sent["length"] == sum(field_length(blocks, spec) for spec in FIELDS if spec.name == "text")
        read, offsets = Source(sent), Offsets.of(blocks)
        assert (read.document, read.sketch) == (document, sketch(blocks))
        assert (read.offsets.blocks, read.offsets.keys) == (offsets.blocks, offsets.keys)
        for name in LISTED:
            expected[name].update({one for text in sent.get(name, ()) for one in text.split(" ")} - {EMPTY})
    tally = Tally()
    tally.add(encoded)
    assert tally.counts == expected
    assert Tally.unpacked(tally.packed()).counts == expected
    tally.take_away(encoded)
    assert not any(count for counts in tally.counts.values() for count in counts.values())


@pytest.mark.parametrize(
    ("name", "documents", "expected"),
    [
        ("exact_pair", 0, 1),
        ("exact_pair", 500, 1),
        ("exact_pair", 5_000, 3),
        ("exact_pair", 100_000, 10),
        ("title_pair", 20_000, 1),
        ("title_pair", 100_000, 5),
        ("exact", 100_000, 1),
    ],
)
def test_what_is_rare_among_many_articles_is_not_listed(name: str, documents: int, expected: int) -> None:
    assert least(name, documents) == expected
