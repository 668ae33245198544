"""Do engines tell of their vocabulary what the contract says?"""

from __future__ import annotations

import tempfile
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Document, Index, open_index, open_writer
from search.analysis.fold import fold
from search.analysis.normalize import tone_key
from search.analysis.tokens import tokenize
from search.engines.base import Continuations, Reader

from ..articles import ARTICLES

WORDS = "huyện huyên huyến uỷ ủy hội hồi tổng tông 2021 tin".split()


def reader_of(index: Index) -> Reader:
    return index._engine.reader()


def rows_of(found: Continuations, row: tuple[str, ...] = (), places: int | None = None) -> dict[tuple[str, ...], int]:
    """Return the rows of terms that were found, each with its number of places."""
    after = found.next(row)
    ending = (found.places if places is None else places) - sum(after.values())
    rows = {row: ending} if ending else {}
    for term, count in after.items():
        rows |= rows_of(found, (*row, term), count)
    return rows


@pytest.mark.parametrize("field", ["text", "exact", "exact_pair", "title", "title_pair"])
@pytest.mark.parametrize("prefix", ["", "h", "hu", "huy", "đ", "no-such"])
def test_terms_come_in_order_with_their_frequencies(index: Index, field: str, prefix: str) -> None:
    reader = reader_of(index)
    terms = list(reader.vocabulary(field, prefix))
    assert terms == sorted(terms)
    assert all(term.startswith(prefix) and count == reader.frequency(field, term) for term, count in terms)
    everything = dict(reader.vocabulary(field))
    assert dict(terms) == {term: count for term, count in everything.items() if term.startswith(prefix)}


def test_both_parts_of_a_pair_select(index: Index) -> None:
    pairs = {"huyên\u0323+uy\u0309": 1, "huyên\u0323+phat\u0301": 1}
    assert dict(reader_of(index).vocabulary("exact_pair", "huyên\u0323+")) == pairs


def test_only_live_documents_of_all_segments_count(own: Index) -> None:
    with own.writer() as writer:
        writer.add(Document(id="new", title="Huyện đoàn Lam Khê"))
        writer.commit()
    with own.writer() as writer:
        assert writer.delete("trang")
        assert writer.delete(ARTICLES[1].id)
        writer.commit()
    reader = reader_of(own)
    terms = dict(reader.vocabulary("text"))
    assert terms["huyen"] == 2
    assert "trong" in terms  # of another document than the one that is gone
    assert "duong" not in terms
    assert dict(reader.vocabulary("text", "doan")) == {"doan": 2}


@pytest.mark.parametrize(("field", "prefix"), [("text", ""), ("text", "h"), ("exact_pair", "va"), ("title", "no-such")])
@pytest.mark.parametrize("most", [1, 3, 1000])
def test_the_commonest_terms_come_first(index: Index, field: str, prefix: str, most: int) -> None:
    reader = reader_of(index)
    ranked = sorted(reader.vocabulary(field, prefix), key=lambda item: (-item[1], item[0]))
    assert reader.commonest(field, prefix, most) == ranked[:most]


@pytest.mark.parametrize(
    ("folded", "words"),
    [
        ("duong", ["dương", "đường"]),
        ("uy", ["uỷ"]),
        ("2021", ["2021"]),
        ("m2", ["m²"]),
        ("daklak", ["daklak"]),
        ("đường", []),
        ("khong", ["không"]),
        ("no-such", []),
        ("", []),
    ],
)
def test_readings_of_a_folded_word(index: Index, folded: str, words: list[str]) -> None:
    reader = reader_of(index)
    found = reader.readings(folded)
    assert found == [(word, reader.frequency("exact", word)) for word in sorted(map(tone_key, words))]
    assert all(count for _, count in found)


def test_pairs_that_stand_in_documents(index: Index) -> None:
    befores, words = ("xã", "huyên\u0323", "2021"), ("no-such", "uy\u0309", "khe", "hôi\u0323")
    assert reader_of(index).pairs("exact_pair", befores, words) == [(1, 1, 1)]
    assert reader_of(index).pairs("pair", ("huyen", "trong"), ("sach", "uy")) == [(0, 1, 1), (1, 0, 2)]
    assert reader_of(index).pairs("pair", (), ("uy",)) == reader_of(index).pairs("pair", ("huyen",), ()) == []


@pytest.mark.parametrize(
    ("keys", "words", "found"),
    [
        ("huyện uỷ", 2, {"khe nhạn": 2}),
        ("huyện uỷ", 3, {"khe nhạn sơ": 1, "khe nhạn tổ": 1}),
        ("trong", 1, {"sách": 1, "sạch": 1}),
        ("trong sạch", 3, {"vững mạnh": 1}),
        ("vững mạnh", 3, {"": 2}),
        ("huyện trong", 3, {}),
        ("uỷ huyện", 1, {}),
        ("no-such", 1, {}),
    ],
)
def test_continuations(index: Index, keys: str, words: int, found: dict[str, int]) -> None:
    expected = {tuple(map(tone_key, row.split())): count for row, count in found.items()}
    assert rows_of(reader_of(index).continuations(tuple(map(tone_key, keys.split())), words, most=10)) == expected


def test_no_more_documents_are_looked_at_than_asked_for(empty: Index) -> None:
    write(empty, [["huyện uỷ họp"] * 7, ["huyện uỷ bàn"] * 7], {2})
    for most in (1, 5, 50):
        found = rows_of(reader_of(empty).continuations(("huyên\u0323", "uy\u0309"), 1, most))
        assert found == rows_of(reader_of(empty).continuations(("huyên\u0323", "uy\u0309"), 1, most))
        assert 0 < sum(found.values()) <= min(most, 13)
    assert found == {("hop\u0323",): 6, ("ban\u0300",): 7}


def test_lengths_and_headings(index: Index) -> None:
    reader = reader_of(index)
    texts = (text for document in ARTICLES for _, _, text in document.blocks())
    assert reader.text_length == sum(len(tokenize(text)) for text in texts)
    for document in ARTICLES:
        number = reader.number(document.id)
        assert number is not None
        assert reader.heading(number) == (document.id, document.title)


@pytest.mark.parametrize("title", ["", 'Một "tựa" \\ đề', "Tựa đề dài " * 200, "😀" * 600])
def test_any_title_is_given_back(empty: Index, title: str) -> None:
    with empty.writer() as writer:
        writer.add(Document(id='a","title":"b', title=title, lead="Tin vắn"))
        writer.commit()
    number = reader_of(empty).number('a","title":"b')
    assert number is not None
    assert reader_of(empty).heading(number) == ('a","title":"b', title)


@settings(max_examples=40, deadline=None)
@given(
    commits=st.lists(st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), max_size=4), max_size=4),
    deleted=st.sets(st.integers(0, 15), max_size=6),
    prefix=st.sampled_from(["", "h", "hu", "t"]),
    most=st.integers(1, 5),
)
def test_engines_agree_whatever_was_written_and_deleted(
    commits: list[list[str]], deleted: set[int], prefix: str, most: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        open_writer(folder).close()
        with open_index(folder) as on_disk:
            reference = open_index("memory:")
            for index in (on_disk, reference):
                write(index, commits, deleted)
            disk, memory = reader_of(on_disk), reader_of(reference)
            assert disk.commonest("text", prefix, most) == memory.commonest("text", prefix, most)
            assert disk.commonest("exact_pair", prefix, most) == memory.commonest("exact_pair", prefix, most)
            assert disk.text_length == memory.text_length
            for word in WORDS:
                assert disk.readings(fold(word)) == memory.readings(fold(word))
            keys = tuple(dict.fromkeys(map(tone_key, WORDS)))
            assert disk.pairs("exact_pair", keys, keys) == memory.pairs("exact_pair", keys, keys)
            for row in (*zip(keys), *pairwise(keys)):
                assert rows_of(disk.continuations(row, 2, 50)) == rows_of(memory.continuations(row, 2, 50))


def write(index: Index, commits: list[list[str]], deleted: set[int]) -> None:
    with index.writer() as writer:
        number = 0
        for titles in commits:
            for title in titles:
                writer.add(Document(id=str(number), title=title))
                number += 1
            writer.commit()
        for id_ in deleted:
            writer.delete(str(id_))
        writer.commit()


def test_an_empty_index_has_none(empty: Index) -> None:
    reader = reader_of(empty)
    assert list(reader.vocabulary("text")) == list(reader.vocabulary("exact", "a")) == []
    assert reader.commonest("text", "", 5) == reader.readings("duong") == []
    assert reader.pairs("pair", ("a",), ("b",)) == []
    assert reader.text_length == 0
