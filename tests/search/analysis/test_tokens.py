"""Tokens and structured stretches: every offset slices back, every written form gives the same key."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import pieces, segment
from search.analysis.offsets import Offsets, Packed, expected_sizes, unpack_all
from search.analysis.stretches import find_many
from search.analysis.structured import Structured, find, patterns
from search.analysis.tokens import Form, form, pieces_of, tokenize
from search.analysis.views import FIELDS, JOINER, Block, Key, analyze, field_length, field_terms
from search.document import ZONES, Document, Paragraph
from search.engines.base import Wanted
from search.engines.batch import analyze_batch
from search.engines.whoosh import forward
from search.engines.whoosh.arrays import ArrayFile, ArrayWriter
from search.engines.whoosh.field_arrays import FieldArrays
from search.engines.whoosh.invert import invert
from search.engines.whoosh.merge import merge_segments
from search.engines.whoosh.postings import FieldPostings
from search.engines.whoosh.segment_writer import write_segment
from search.engines.whoosh.segments import OpenSegment
from search.engines.whoosh.terms import Lexicon, write_lexicon

PIECES = st.sampled_from(
    [
        *"Huyện uỷ ủy 03-ĐA/TU 12/ 6/ 2021 30/4 20.11 tháng 6/2021 năm 2021 khóa XII 3.654 87,03% 500m² 100ha".split(),
        *"7h30 7 giờ 30 H'Mông TP.HCM Q.1 QL1A Covid-19 đường - – ( ) “ ” ' 🎉 中文 é ß \u200b \u0301 …".split(),
        *"/ . , 1.2.3 \u00ad x² _ a_b đẹp".split(),
        "H ' Mông",
        "ngày 12 tháng 6 năm 2021",
        "Mặt trận Tổ quốc",
    ]
)
TEXTS = st.lists(PIECES, max_size=25).map(" ".join) | st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=60)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Huyện uỷ, cấp ủy", "huyen uy cap uy"),
        ("03-ĐA/TU", "3 da tu"),
        ("TP.HCM; Q.1; PGS.TS; UBND-VP", "tp hcm q 1 pgs ts ubnd vp"),
        ("QL.1A QL1A", "ql 1 a ql 1 a"),
        ("Covid-19, covid 19", "covid 19 covid 19"),
        ("H'Mông H’Mông Hmông H ' Mông", "hmong hmong hmong hmong"),
        ("3.654 87,03% 02 1.000.000 4.0 007", "3654 87.03 2 1000000 4.0 007"),
        ("100ha 100 ha 500m² 500m2 500 m2", "100 ha 100 ha 500 m2 500 m2 500 m2"),
        ("2021 – 2025, 1.2.3", "2021 2025 1 2 3"),
        ("trường🎉lớp", "truong lop"),
        ("snake_case", "snake case"),
        ("zero\u200bwidth soft\u00adhyphen", "zerowidth softhyphen"),
        ("", ""),
    ],
)
def test_tokens(text: str, folded: str) -> None:
    assert [token.folded for token in tokenize(text)] == folded.split()


def test_a_roman_numeral_also_means_its_number_where_the_word_before_says_so() -> None:
    assert [token.also for token in tokenize("khóa XII và xe IV")] == ["", "12", "", "", ""]


APOSTROPHES = st.lists(st.sampled_from([*"Hh'’`ʼ1. ²_", " ' ", "Mông", "aH", "x '"]), max_size=12).map("".join)


@given(APOSTROPHES | TEXTS)
def test_no_token_reaches_beyond_its_piece(text: str) -> None:
    split = pieces_of(text)
    assert " ".join(split) == text
    begin, found = 0, []
    for piece in split:
        found += [(begin + token.start, begin + token.end) for token in tokenize(piece)]
        begin += len(piece) + 1
    assert found == [(token.start, token.end) for token in tokenize(text)]


def test_only_a_spaced_name_keeps_its_spaces() -> None:
    assert pieces_of("người H ' Mông và  'x'  a'H ' Mông") == ["người", "H ' Mông", *"và||'x'||a'H|'|Mông".split("|")]


@given(TEXTS)
def test_offsets_slice_back(text: str) -> None:
    nfc = unicodedata.normalize("NFC", text)
    at = 0
    for token in tokenize(nfc):
        assert at <= token.start < token.end
        keys = form(nfc[token.start : token.end])
        assert (keys.folded, keys.exact) == (token.folded, token.exact)
        assert token.folded
        assert JOINER not in token.folded + token.exact
        at = token.end


@pytest.mark.parametrize(
    ("key", "forms"),
    [
        (
            "d2021-06-12",
            ["12/6/2021", "12/ 6/ 2021", "12-06-2021", "12.6.2021", "2021-06-12", "ngày 12 tháng 6 năm 2021"],
        ),
        ("d2021-06-12", ["ngay 12 thang 6 nam 2021", "12 tháng 6, 2021", "NGÀY 12 THÁNG 6 NĂM 2021"]),
        ("d04-30", ["30/4", "30-4", "30/04", "ngày 30/ 4", "30 tháng 4"]),
        ("d11-20", ["20.11", "20/11", "20-11"]),
        ("d02-29", ["29/2"]),
        ("m2021-06", ["tháng 6/2021", "tháng 6 năm 2021", "thang 06-2021", "6/2021"]),
        ("y2021", ["năm 2021", "nam 2021"]),
        ("t7:30", ["7h30", "7 giờ 30", "7g30", "7:30", "07h30", "7 gio 30"]),
        ("t7:00", ["7h", "7 giờ"]),
        ("n3-da-tu", ["03-ĐA/TU", "03-DA/TU", "03 – ĐA/TU", "3-đa/tu", "03—ĐA/TU"]),
        ("n27-2021-nq-hdnd", ["27/2021/NQ-HĐND"]),
        ("n125-qd-ubnd", ["125/QĐ-UBND", "125/qđ-ubnd"]),
        ("u100ha", ["100ha", "100 ha", "100 HA", "100 hecta"]),
        ("u500m2", ["500m²", "500m2", "500 m²"]),
        ("u87.03%", ["87,03%", "87.03 %"]),
    ],
)
def test_one_key_for_every_written_form(key: str, forms: list[str]) -> None:
    assert {stretch.key for text in forms for stretch in find(f"({text})")} == {key}


@pytest.mark.parametrize(
    "text", ["32/1/2021", "30/2", "0/5", "A320-X", "25:99", "3654", "không có gì", "12/6/20211", "v1.2.3"]
)
def test_what_is_no_date_has_no_date_key(text: str) -> None:
    assert not [stretch for stretch in find(text) if stretch.key[0] in "dtn"]


def test_a_text_answers_to_the_wider_dates_too() -> None:
    (stretch,) = find("12/6/2021")
    assert stretch.wider == ("d06-12", "m2021-06", "y2021")


@given(TEXTS)
def test_structured_stretches_lie_apart_and_inside(text: str) -> None:
    at = 0
    for stretch in find(text):
        assert at <= stretch.start < stretch.end <= len(text)
        at = stretch.end


NUMBERS = st.lists(
    st.sampled_from(
        [
            *"1 2 12 30 45 05 2021 1999 / - – . : , h g ha m2 kg % NQ TU HĐND ngày NGÀY Ngay tháng năm NAM giờ".split(),
            *(
                "ngày 12 tháng 6",
                "tháng 6/2021",
                " năm 2021",
                "12/6",
                "30 - 4/",
                "03-ĐA/TU",
                "7 giờ 30",
                "100 ha",
                "20.11",
            ),
            *(" ", " ", "  ", "\u00a0", "\n", "٣", "x", "ſ", "\u212a", "\u0301"),
        ]
    ),
    max_size=14,
).map("".join)


@settings(max_examples=500)
@given(NUMBERS | TEXTS)
def test_stretches_are_those_that_pattern_after_pattern_finds(text: str) -> None:
    found: list[Structured] = []
    for pattern, reader in patterns():
        for stretch in filter(None, map(reader, pattern.finditer(text))):
            if all(stretch.end <= other.start or stretch.start >= other.end for other in found):
                found.append(stretch)
    assert find(text) == (sorted(found) if any(char in text for char in "0123456789") else [])


@given(st.lists(NUMBERS | TEXTS, max_size=8), st.integers(1, 40))
def test_many_texts_are_searched_as_each_is(texts: list[str], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segment, "BATCH", size)
        assert list(find_many(texts)) == [(number, one) for number, text in enumerate(texts) for one in find(text)]


DOCUMENTS = st.builds(
    lambda title, lead, body, captions, places: Document(
        id="x",
        title=title,
        lead=lead,
        body=tuple(map(Paragraph, body)),
        captions=captions,
        places=places,
        category="Chính trị",
    ).normalized(),
    TEXTS,
    TEXTS,
    st.lists(TEXTS, max_size=3),
    st.lists(TEXTS, max_size=2).map(tuple),
    st.lists(TEXTS, max_size=2).map(tuple),
)


def offsets_of(blocks: list[Block]) -> tuple[list[tuple[Any, ...]], tuple[Key, ...]]:
    return plain(Offsets.of(blocks))


def plain(offsets: Offsets) -> tuple[list[tuple[Any, ...]], tuple[Key, ...]]:
    """Offsets as lists, whatever kind of sequence they came in."""
    return [(*block[:3], list(block.starts), list(block.ends)) for block in offsets.blocks], offsets.keys


@given(st.lists(DOCUMENTS, min_size=1, max_size=4), st.integers(0, 4))
@settings(deadline=None, max_examples=60)
def test_a_segment_holds_what_the_obvious_analysis_says(documents: list[Document], cut: int) -> None:
    documents = [replace(document, id=str(number)) for number, document in enumerate(documents)]
    analysed = [analyze(document) for document in documents]
    with TemporaryDirectory() as name:
        folder = Path(name)
        whole = OpenSegment.open(folder, write_segment(folder, documents))
        check_segment(whole, documents, analysed)
        parts = [OpenSegment.open(folder, write_segment(folder, part)) for part in (documents[:cut], documents[cut:])]
        check_segment(OpenSegment.open(folder, merge_segments(folder, parts)), documents, analysed)
        rest = replace(parts[1], segment=parts[1].segment.without(frozenset({0} if cut < len(documents) else ())))
        kept = [number for number in range(len(documents)) if number != cut]
        merged = OpenSegment.open(folder, merge_segments(folder, [parts[0], rest]))
        check_segment(merged, [documents[number] for number in kept], [analysed[number] for number in kept])


def check_segment(segment: OpenSegment, documents: list[Document], analysed: list[list[Block]]) -> None:
    assert segment.check() == []
    assert segment.ids() == [document.id for document in documents]
    for number, (document, blocks) in enumerate(zip(documents, analysed, strict=True)):
        stored = segment.stored(number)
        assert (stored.document, plain(stored.offsets)) == (document, offsets_of(blocks))
        words = {token.folded for block in blocks for token in block.tokens[::2]}
        hits = stored.find(Wanted(frozenset(words)))
        forms = map(hits.forms.__getitem__, hits.form.tolist())
        assert list(zip(hits.at.tolist(), forms, strict=True)) == [
            (position, Form(token.folded, token.exact, form(text[token.start : token.end]).roman))
            for block in blocks
            if block.zone in ZONES
            for text in [document.text_of(block.zone, block.number)]
            for position, token in enumerate(block.tokens, block.base)
            if token.folded in words
        ]
    for spec in FIELDS:
        field = segment.fields[spec.name]
        assert list(field.terms) == sorted(set(field.terms))
        assert [field.terms.find(term) for term in field.terms] == list(range(len(field.terms)))
        assert [field.terms[at] for at in range(len(field.terms))] == list(field.terms)
        seen: list[dict[str, list[int]]] = [{} for _ in documents]
        counts: list[dict[str, int]] = [{} for _ in documents]
        for at, term in enumerate(field.terms):
            found = field.numbered(at)
            for one, (doc, count) in enumerate(zip(found.docs.tolist(), found.counts.tolist(), strict=True)):
                counts[doc][term.decode()] = count
                if spec.positions:
                    seen[doc][term.decode()] = found.positions(one).tolist()
        for number, blocks in enumerate(analysed):
            expected = field_terms(blocks, spec)
            assert counts[number] == {term: len(places) for term, places in expected.items()}
            assert not spec.positions or seen[number] == expected
            assert field.lengths[number] == field_length(blocks, spec)


def packed(document: Document) -> Packed:
    texts = [block for block in analyze(document) if block.zone in ZONES]
    sizes = [expected_sizes(token.folded for token in block.tokens) for block in texts]
    data = Offsets.of(texts).pack(document, np.concatenate([np.empty(0, np.int64), *sizes]))
    names = [(zone, number) for zone, number, text in document.blocks() if text]
    return Packed(data, names, np.asarray([size for own in sizes for size in (*own, 0)], np.int64))


LONG = Document(id="x", title="a" * 300 + " " * 700 + "b" + "…" * 255 + "c" * 255, lead="…", captions=("…", "d"))


@given(st.lists(DOCUMENTS | st.just(LONG), min_size=1, max_size=4))
def test_offsets_survive_packing_alone_and_together(documents: list[Document]) -> None:
    expected = [offsets_of(analyze(document)) for document in documents]
    assert [plain(one) for one in unpack_all(list(map(packed, documents)))] == expected
    assert [plain(Offsets.unpack(*packed(document))) for document in documents] == expected


def test_long_tokens_and_gaps_survive_packing() -> None:
    unpacked = Offsets.unpack(*packed(LONG))
    assert list(unpacked.blocks[0].ends) == [300, 1001, 1511]
    assert [(block.zone, block.number) for block in unpacked.blocks] == [("title", 0), ("captions", 1)]


@given(st.lists(st.lists(st.integers(0, 6), max_size=6), min_size=1, max_size=6), st.integers(1, 8), st.data())
def test_codes_of_several_documents_are_those_of_each(codes: list[list[int]], wide: int, data: st.DataObject) -> None:
    """From code ``wide`` on, codes are kept apart, as those that take more than 16 bits are."""
    tokens = np.asarray([code for document in codes for code in document], np.int64)
    sizes = np.asarray(list(map(len, codes)), np.int64)
    counts = np.bincount(tokens, minlength=7)[1:]
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(forward, "_WIDE", wide)
        with ArrayWriter(Path(name) / "x") as file:
            for view in "SE":
                write_lexicon(file, view, [b"a"])
            forward.write_forward(file, forward.Tokens(np.arange(6), counts, tokens, sizes), [b"a"])
        opened = ArrayFile(Path(name) / "x")
        kept = forward.Forward(opened, *(Lexicon.read(opened, view) for view in "SE"))
        docs = sorted(data.draw(st.sets(st.integers(0, len(codes) - 1))))
        together, firsts = kept.tokens_together(np.asarray(docs, np.int64))
        alone = [kept.tokens(doc).tolist() for doc in docs]
        assert together.tolist() == [code for document in alone for code in document]
        assert firsts.tolist() == [sum(map(len, alone[:at])) for at in range(len(alone))]


@given(st.lists(st.lists(st.sampled_from([0, 0, 0, 0, 0, 1, 2, 14, 15, 16, 300]), min_size=9, max_size=9), max_size=8))
def test_lists_bitmaps_and_rows_hold_the_same(counts: list[list[int]]) -> None:
    """``counts[t][d]``: how often term t stands in document d."""
    counts = [row for row in counts if any(row)]
    table = np.asarray(counts, np.int64).reshape(-1, 9)
    with TemporaryDirectory() as name:
        path = Path(name) / "x"
        with ArrayWriter(path) as file:
            write_lexicon(file, "S", [bytes([97 + at]) for at in range(len(counts))])
            arrays = FieldArrays(
                keys=np.arange(len(counts)),
                starts=np.cumsum([0, *np.count_nonzero(table, axis=1)]),
                docs=np.nonzero(table)[1],
                counts=table[table > 0],
                lengths=np.ones(9, np.int64),
            )
            arrays.write(file, "f", "S", len(counts))
        opened = ArrayFile(path)
        field = FieldPostings(opened, "f", "S", Lexicon.read(opened, "S"))
        for first in range(len(counts) + 1):
            part = slice(int(arrays.starts[first]), None)
            docs, held = field.postings(range(first, len(counts)))
            assert (docs.tolist(), held.tolist()) == (arrays.docs[part].tolist(), arrays.counts[part].tolist())
        for term, row in enumerate(counts):
            found, marked = field.numbered(term), np.zeros(9, bool)
            found.mark(marked)
            assert marked.tolist() == [count > 0 for count in row]
            assert dict(zip(found.docs.tolist(), found.counts.tolist(), strict=True)) == {
                doc: count for doc, count in enumerate(row) if count
            }
            assert found.counts_at(np.arange(1, 9, 2)).tolist() == row[1::2]
            assert [found.index(doc) for doc in found.docs.tolist()] == list(range(len(found)))


def laid_out(documents: list[Document]) -> list[object]:
    batch = analyze_batch(documents)
    inverted = invert(batch)
    postings = [
        [part.tolist() for part in map(partial(getattr, field), FieldArrays.__slots__) if part is not None]
        for field in map(inverted.field, FIELDS)
    ]
    return [inverted.lexicons, *postings, inverted.tokens.tokens.tolist(), batch.packed_offsets()]


ARTICLES = [
    Document(id=str(number), title=f"Đồng bào H ' Mông ở bản {number}", body=(Paragraph(f"ngày {number}/6, tỉnh ủy"),))
    for number in range(1, 13)
]


def test_arrays_do_not_depend_on_what_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = laid_out(ARTICLES)
    assert laid_out([*ARTICLES, *ARTICLES[::-1]]) != expected
    assert laid_out(ARTICLES) == expected
    monkeypatch.setattr(segment, "BATCH", 60)
    assert laid_out(ARTICLES) == expected
    monkeypatch.setattr(pieces, "MOST_PIECES", 10)
    laid_out(ARTICLES[:3])
    assert laid_out(ARTICLES) == expected


def test_threads_get_their_own_arrays() -> None:
    parts = [ARTICLES[number:] for number in range(6)]
    expected = [laid_out(part) for part in parts]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(laid_out, parts * 4)) == expected * 4
