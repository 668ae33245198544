"""Are accents put back where the index knows them, and nothing else touched?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import Index
from search.analysis.fold import fold
from search.analysis.normalize import nfc
from search.analysis.tokens import tokenize
from search.engines.base import Reader
from search.suggest.lattice import posteriors
from search.suggest.restore import LIKELY, MAX_TOKENS, Restorer
from search.suggest.statistics import Statistics

from .conftest import SENTENCES

VOCABULARY = sorted({fold(word) for word in SENTENCES.split()})


@pytest.fixture(scope="module")
def restorer(reader: Reader) -> Restorer:
    return Restorer(reader)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hoi nghi tong ket", "hội nghị tổng kết"),
        ("huyen uy khe nhan", "huyện uỷ khe nhạn"),
        ("duong ve ban", "đường về bản"),
        ("ong duong van dang", "ông dương văn đặng"),
        ("xay dung dang", "xây dựng đảng"),
        ("nguoi dan hien dat", "người dân hiến đất"),
        # Case, punctuation and spacing are the person's.
        ("Duong  ve Ban, KHE nhan!", "Đường  về Bản, KHE nhạn!"),
        ("HOI NGHI TONG KET", "HỘI NGHỊ TỔNG KẾT"),
        ("“hoi nghi” - (tong ket)", "“hội nghị” - (tổng kết)"),
        # What was typed with accents stays, also where the index knows another reading only.
        ("dường ve ban", "dường về bản"),
        ("hòi nghi", "hòi nghị"),
        # Nothing is known of these.
        ("xyzzy facebook 2021", "xyzzy facebook 2021"),
        ("", ""),
    ],
)
def test_accents_are_restored(restorer: Restorer, typed: str, meant: str) -> None:
    assert restorer.restore(typed).text == nfc(meant)


@pytest.mark.parametrize(
    "typed",
    [
        "DANG hop",
        "QL1dang",
        "12dang",
        "03-dang/hdnd",
        "+duong",
        "(+duong)",
        "duong*",
        "tu:2021",
        "tac gia:2021",
        "7h30",
    ],
)
def test_what_is_no_bare_word_stays(restorer: Restorer, typed: str) -> None:
    assert restorer.restore(typed).text == typed.replace("hop", nfc("họp"))


def test_a_plus_inside_a_word_is_no_operator(restorer: Restorer) -> None:
    assert restorer.restore("a+duong").text == nfc("a+đường")


def test_decomposed_text_is_read_as_composed(restorer: Restorer) -> None:
    typed = unicodedata.normalize("NFD", "huyện uy")
    assert restorer.restore(typed).text == nfc("huyện uỷ")


def test_the_neighbours_decide(restorer: Restorer) -> None:
    assert restorer.restore("mo rong duong").syllables[2].best != restorer.restore("ong duong").syllables[1].best


@pytest.mark.parametrize("accents", ["Đặng Văn Sinh", "dang van Sinh"])
def test_a_bare_syllable_among_accents_is_likelier_meant_bare(restorer: Restorer, accents: str) -> None:
    plain, marked = (restorer.restore(text).syllables[2].as_typed for text in ("dang van Sinh", "Đặng Văn Sinh"))
    assert marked > plain > 0
    assert restorer.restore(accents).syllables[2].typed == "sinh"


def test_fully_accented_text_is_not_offered_again(restorer: Restorer) -> None:
    assert restorer.offer("đường về bản đã mở rộng") is None


def test_offers(restorer: Restorer) -> None:
    assert restorer.offer("hoi nghi tong ket") == nfc("hội nghị tổng kết")
    assert restorer.offer("xyzzy 2021") is None
    assert restorer.offer("") is None


def test_what_is_a_toss_up_is_not_offered(restorer: Restorer) -> None:
    restored = restorer.restore("dang")
    assert restored.confidence < LIKELY
    assert restored.text != "dang"
    assert restorer.offer("dang") is None


def test_long_texts_are_restored_up_to_a_limit(restorer: Restorer) -> None:
    typed = ["duong", "ve", "ban"] * MAX_TOKENS
    restored = restorer.restore(" ".join(typed)).text.split(" ")
    assert restored[:3] == [nfc("đường"), nfc("về"), nfc("bản")]
    assert fold(restored[MAX_TOKENS - 1]) != restored[MAX_TOKENS - 1]
    assert restored[MAX_TOKENS:] == typed[MAX_TOKENS:]


@given(st.lists(st.sampled_from(VOCABULARY), max_size=12).map(" ".join) | st.text(max_size=60))
def test_only_accents_change(reader: Reader, text: str) -> None:
    restored = Restorer(reader).restore(text)
    tokens = tokenize(nfc(text))
    again = tokenize(restored.text)
    assert len(restored.text) == len(nfc(text))
    assert [token.folded for token in again] == [token.folded for token in tokens]
    assert [syllable.best for syllable in restored.syllables] == [token.exact for token in again]
    assert [(syllable.start, syllable.typed) for syllable in restored.syllables] == [
        (token.start, token.exact) for token in tokens
    ]


@given(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=12))
def test_probabilities_add_up(reader: Reader, words: list[str]) -> None:
    for syllable in Restorer(reader).restore(" ".join(words)).syllables:
        shares = [share for _, share in syllable.readings]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1)
        assert all(fold(word) == fold(syllable.typed) for word, _ in syllable.readings)


def test_the_lattice_weighs_every_path(reader: Reader) -> None:
    exact = Statistics(reader).exact
    columns = [[("a", 0.5), ("b", 1.0)], [("c", 1.0), ("d", 0.25)], [("e", 1.0)]]
    paths = {
        (one, two): exact.probability(one)
        * dict(columns[0])[one]
        * exact.probability(two, one)
        * dict(columns[1])[two]
        * exact.probability("e", two)
        for one in "ab"
        for two in "cd"
    }
    whole = sum(paths.values())
    shares = posteriors(columns, exact)
    assert shares[0][0] == pytest.approx((paths["a", "c"] + paths["a", "d"]) / whole)
    assert shares[1][1] == pytest.approx((paths["a", "d"] + paths["b", "d"]) / whole)
    assert shares[2] == [1]


def test_an_index_that_holds_nothing_restores_nothing(empty: Index) -> None:
    assert Restorer(empty._engine.reader()).restore("hoi nghi 2021").text == "hoi nghi 2021"


def test_every_engine_restores_alike(index: Index) -> None:
    restorer = Restorer(index._engine.reader())
    assert restorer.restore("huyen uy Khe Nhan so ket").text == nfc("huyện uỷ Khe Nhạn sơ kết")
    assert restorer.restore("duong ve ban cua nguoi").text == nfc("đường về bản của người")
