"""Does the ledger come back as it was written, and is damage told?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import LedgerDamaged, RebuildNeeded
from indexer.ledger import (
    DIGEST_LENGTH,
    MAGIC,
    ArticleRecord,
    FileRecord,
    Ledger,
    Origin,
    Run,
    Withdrawal,
    dump,
    load,
)

# Names of files that are no UTF-8 reach Python with lone surrogates.
NAMES = st.text(st.characters(), max_size=8)
ORIGINS = st.builds(Origin, NAMES, NAMES)
NUMBERS = st.integers(-1, 2**63)
DIGESTS = st.text("abc_-", min_size=DIGEST_LENGTH, max_size=DIGEST_LENGTH)
LEDGERS = st.builds(
    Ledger,
    fingerprint=NAMES,
    run=st.none() | st.builds(Run, NAMES, NAMES, st.dictionaries(NAMES, NUMBERS, max_size=3)),
    roots=st.lists(NAMES, unique=True, max_size=3).map(tuple),
    files=st.dictionaries(
        ORIGINS, st.builds(FileRecord, NUMBERS, NUMBERS, DIGESTS, NUMBERS, NUMBERS, NUMBERS, st.booleans()), max_size=4
    ),
    articles=st.dictionaries(NAMES, st.builds(ArticleRecord, ORIGINS, DIGESTS), max_size=4),
    withdrawn=st.dictionaries(NAMES, st.builds(Withdrawal, NAMES, st.none() | ORIGINS), max_size=3),
)

ONE = dump(Ledger("f", None, ("/a",), {}, {"bài": ArticleRecord(Origin("/a", "b"), "d" * DIGEST_LENGTH)}, {}))


@given(LEDGERS)
def test_it_comes_back(ledger: Ledger) -> None:
    assert load(dump(ledger)) == ledger


@pytest.mark.parametrize("nothing", [None, b""])
def test_no_ledger_is_an_empty_one(nothing: bytes | None) -> None:
    assert load(nothing) == Ledger()


@given(st.integers(0, len(ONE) - 1), st.integers(1, 255))
def test_one_wrong_byte_is_told(at: int, difference: int) -> None:
    damaged = bytearray(ONE)
    damaged[at] ^= difference
    with pytest.raises((LedgerDamaged, RebuildNeeded)):
        load(bytes(damaged))


@given(st.integers(1, len(ONE) - 1))
def test_a_cut_is_told(length: int) -> None:
    with pytest.raises(LedgerDamaged):
        load(ONE[:length])


@given(st.binary(max_size=40))
def test_anything_else_is_told(data: bytes) -> None:
    for whole in (data, MAGIC + data):
        if whole:
            with pytest.raises((LedgerDamaged, RebuildNeeded)):
                load(whole)


def test_a_newer_layout_asks_for_a_rebuild() -> None:
    with pytest.raises(RebuildNeeded, match="layout 2, this version reads 1"):
        load(ONE[: len(MAGIC)] + b"\x02" + ONE[len(MAGIC) + 1 :])


def test_it_is_compact() -> None:
    origin = Origin("/var/cms/export", "2021/06/articles.jsonl")
    record = ArticleRecord(origin, "AbCdEfGhIjKlMnOp")
    articles = {f"https://lambinh.example/tin-{number}": record for number in range(1000)}
    assert len(dump(Ledger(articles=articles))) < 8_000
