import importlib.util
import math
import operator
import shutil
import struct
import subprocess
import sys
import threading
import unicodedata
import warnings
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import SegmenterError
from search.analysis import exact_crf, lexicon, segment
from search.analysis.crf import TwoLabelCrf
from search.analysis.segment import tokenize, words, words_many

LEAD = (
    "Ngày 15/8, đồng chí Nguyễn Văn A, Ủy viên Ban Thường vụ Tỉnh ủy, Bí thư Huyện ủy Lâm Bình đã chủ trì Hội nghị\n"
    "BCH Đảng bộ huyện lần thứ XXI. Tổng vốn đầu tư 1.250,5 tỷ đồng (tăng 12%), theo Nghị quyết số 03-NQ/TU…"
)

SENTENCES = {
    "compounds": "Đại hội đại biểu Đảng bộ huyện Lâm Bình lần thứ tư",
    "triple of the dictionary": "công nghiệp hóa và hợp tác xã nông nghiệp",
    "article": LEAD,
    "no accents": "dai hoi dang bo huyen lam binh",
    "capitals": "ỦY BAN NHÂN DÂN HUYỆN LÂM BÌNH",
    "small then capital": "chủ tịch Nước ủy ban Nhân dân",
    "old tone marks": "uỷ ban hoà giải khoẻ mạnh",
    "abbreviations": "TP. Hồ Chí Minh, Tp. Huế, ThS. Lê Văn B, Mr. John, T.Ư, Q.1",
    "number with signs": "năm 2.024,5 và 1_000_000 rồi 3,14. 12/3/2024; 100ha 5.a",
    "address": "thư gửi toa-soan.bao+a@lam-binh.gov.vn, a@b, xem http://a.vn/x?y=1, ftp://b",
    "arrows and dots": "a ==> b -> c >> d ... e…",
    "punctuation": "“Xin chào!” (ông nói) – rồi đi: thế thôi; - hết ./.",
    "newlines": "\nHà\nNội\n\nViệt\r\nNam\n",
    "wide spaces": "  Việt  Nam\tđất\u00a0nước\u3000con \u200bngười ",
    "decomposed": unicodedata.normalize("NFD", "huyện ủy Lâm Bình"),
    "NUL": "huyện \0 ủy a\0b x://\0y",
    "digits of other scripts": "² ½ ٣٤ Ⅷ 1² x²",
    "case that changes length": "İstanbul straße ẞ ΟΔΟΣ ΑΣ ǅ",
    "underscores": "chữ_có_gạch _ __ a_ 1_a",
    "empty": "",
    "white space": " \t\u00a0",
    "white space, not NFC": "\u2000 ",
    "one syllable": "huyện",
    "lone signs": "_",
    "astral": "chào 😀 bạn 𝐀𝐁 𠀀",
}

# Words in rows, and whether two of their labellings score the same but for rounding.
ROWS = {
    "<Aa Hội Hội Hội Hội": True,
    "Hội Hội Hội Hội": False,
    "Hội Hội Hội Hội Hội": True,
    "Aa Hội Hội Hội Hội huyện": True,
    "- Hội Hội Hội Hội Hội nước": True,
    "lia lia lia lia lia": True,
    "Quân Quân Quân Quân Quân": True,
    "Mai Vêu Mai Vêu Mai Mai Mai Mai Mai": True,
    "Vịt Tạng Tạng Vịt Vịt Tạng Vịt Tạng Tạng": True,
    "run run run run run Khùng Khùng Khùng Khùng": True,
    "Xoài Xoài Hợp Xoài Xoài Xoài Xoài Hợp Xoài": True,
    "Nhật Nhật Nhật Nhật Thiều Nhật Nhật Nhật Nhật": True,
    "a a a a a": False,
    "- - - -": False,
    "- Hội - Hội -": False,
    "1 1 1 a a a": False,
    "A. A. A. A.": False,
    "kinh tế kinh tế kinh tế": False,
    "huyện ủy ủy ủy huyện": False,
}

SYLLABLES = sorted({syllable for text in (*SENTENCES.values(), *ROWS) for syllable in text.split(" ")})
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LIKE_TEXT = st.lists(
    st.sampled_from(SYLLABLES).flatmap(lambda word: st.sampled_from([word, word.upper(), word.title(), word.lower()]))
    | st.text(st.sampled_from("aàạăâđĐHUuy019.,_:/@-+>=\n\t\0\u0301 ²Σς"), max_size=6),
    max_size=30,
).map(" ".join)
REPEATED = st.sets(st.sampled_from(SYLLABLES), min_size=1, max_size=3).flatmap(
    lambda few: st.lists(st.sampled_from(sorted(few)), max_size=12).map(" ".join)
)


@pytest.fixture(scope="module")
def pyvi_tokenize() -> Callable[[str], str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyvi import ViTokenizer
    tokenize_: Callable[[str], str] = ViTokenizer.tokenize
    return tokenize_


@pytest.mark.parametrize("text", SENTENCES.values(), ids=SENTENCES)
def test_tokenize_is_that_of_pyvi(text: str, pyvi_tokenize: Callable[[str], str]) -> None:
    assert tokenize(text) == pyvi_tokenize(text)


@given(text=ANY_TEXT | LIKE_TEXT | REPEATED)
def test_tokenize_is_that_of_pyvi_for_any_text(text: str, pyvi_tokenize: Callable[[str], str]) -> None:
    assert tokenize(text) == pyvi_tokenize(text)


@pytest.fixture
def decided_exactly(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """The texts decided exactly so far, each as its syllables."""
    texts: list[Sequence[str]] = []

    def label_exactly(crf: TwoLabelCrf, syllables: Sequence[str], *found: Sequence[bool]) -> list[bool]:
        texts.append(syllables)
        return exact_crf.label_exactly(crf, syllables, *found)

    monkeypatch.setattr(segment, "label_exactly", label_exactly)
    return texts


@pytest.mark.parametrize(("text", "tied"), ROWS.items(), ids=ROWS)
def test_words_in_rows_are_joined_as_pyvi_does(
    text: str, tied: bool, pyvi_tokenize: Callable[[str], str], decided_exactly: list[Sequence[str]]
) -> None:
    assert tokenize(text) == pyvi_tokenize(text)
    assert bool(decided_exactly) == tied


def test_only_the_texts_in_doubt_are_decided_exactly(decided_exactly: list[Sequence[str]]) -> None:
    words_many([*SENTENCES.values(), *ROWS, LEAD])
    assert ["".join(text) for text in decided_exactly] == [text.replace(" ", "") for text, tied in ROWS.items() if tied]


@given(text=ANY_TEXT | LIKE_TEXT | REPEATED)
def test_exact_decisions_are_those_of_pyvi_for_any_text(text: str, pyvi_tokenize: Callable[[str], str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TwoLabelCrf, "rounding_error", lambda *_: math.inf)
        assert tokenize(text) == pyvi_tokenize(text)


def test_tokenize_joins_the_syllables_of_a_word() -> None:
    assert tokenize("Huyện ủy Lâm Bình phát triển kinh tế.") == "Huyện_ủy Lâm_Bình phát_triển kinh_tế ."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Huyện ủy phát  triển kinh\u00a0tế.", ["Huyện ủy", "phát  triển", "kinh\u00a0tế"]),
        ("kinh tế\nvăn hóa\n\nxã hội", ["kinh tế", "văn hóa", "xã hội"]),
        ("(kinh tế), văn hóa", ["kinh tế", "văn hóa"]),
        ("ở TP. Hồ Chí Minh", ["Hồ Chí Minh"]),
        ("đi chợ", []),
        ("", []),
    ],
)
def test_words_are_spans_of_the_text(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in words(text)] == expected


@given(text=LIKE_TEXT.map(lambda text: unicodedata.normalize("NFC", text.replace("_", "-"))))
def test_words_slice_back_to_what_tokenize_joins(text: str) -> None:
    spans = words(text)
    joined = [word.replace("_", "") for word in tokenize(text).split(" ") if "_" in word]
    assert ["".join(text[start:end].split()) for start, end in spans] == ["".join(word.split()) for word in joined]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@given(texts=st.lists(LIKE_TEXT, max_size=6))
def test_words_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    found = words_many(texts)
    assert [[tuple(span) for span in spans.tolist()] for spans in found] == [words(text) for text in texts]
    assert all(spans.shape == (len(spans), 2) for spans in found)


def test_words_of_many_texts_do_not_depend_on_batches_or_on_what_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*SENTENCES.values(), *(LEAD[i:] for i in range(20)), ""]
    expected = [spans.tolist() for spans in words_many(texts)]
    monkeypatch.setattr(segment, "BATCH", 60)
    monkeypatch.setattr(segment, "MOST_SYLLABLES", 10)
    assert [spans.tolist() for spans in words_many(texts)] == expected
    assert [spans.tolist() for spans in words_many(tuple(texts))] == expected


def test_signs_without_end_are_segmented_in_linear_time() -> None:
    assert tokenize("-" * 200_000) == " ".join("-" * 200_000)


def test_threads_get_their_own_words() -> None:
    texts = [f"{word} {LEAD} {word}{number}" for number in range(15) for word in ("kinh tế", "văn hóa", "xã hội")]
    expected = [words(text) for text in texts]
    wrong: list[str] = []

    def check(offset: int) -> None:
        for at in range(len(texts)):
            which = (at + offset) % len(texts)
            if words(texts[which]) != expected[which]:
                wrong.append(texts[which])

    threads = [threading.Thread(target=check, args=(7 * offset,)) for offset in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_scikit_learn_and_pyvi_are_not_imported() -> None:
    code = (
        "import sys; import search.analysis.segment as segment; "
        "assert segment.tokenize('kinh tế') == 'kinh_tế'; "
        "print(*{'sklearn', 'sklearn_crfsuite', 'pycrfsuite', 'scipy', 'pyvi'} & sys.modules.keys())"
    )
    root = Path(segment.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of pyvi's model folder, which is found in its place."""
    package = importlib.util.find_spec("pyvi")
    assert package is not None
    assert package.submodule_search_locations is not None
    copy = tmp_path / "pyvi" / "models"
    copy.mkdir(parents=True)
    for name in ("pyvi3.pkl", "words.txt"):
        shutil.copy(Path(package.submodule_search_locations[0], "models", name), copy)
    found = SimpleNamespace(submodule_search_locations=[str(copy.parent)])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: found)
    return copy


def pickled_transition(label: int) -> bytes:
    """The model's transition from label 0 to ``label``, with its weight for label 1."""
    return struct.pack("<3Id", 1, 0, label, 1.918714518662263).decode("latin-1").encode()


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("pyvi3.pkl", b"lCRF", b"ICRF", "holds no CRFsuite model"),
        ("pyvi3.pkl", b"FOMC", b"TREE", "not a first-order CRFsuite model"),
        ("pyvi3.pkl", b"FEAT", b"FEET", "no features"),
        ("pyvi3.pkl", b"CQDB", b"CADB", "no strings"),
        ("pyvi3.pkl", pickled_transition(1), pickled_transition(2), "index 2 is out of bounds"),
        ("pyvi3.pkl", b"I_W\0", b"E_W\0", "labels are ('B_W', 'E_W')"),
        ("pyvi3.pkl", b"word.isdigit()\0", b"word.isalpha()\0", "word.isalpha()"),
        ("words.txt", "huyện".encode(), b"huy\xff\xff\xffn", "invalid start byte"),
    ],
)
def test_another_model_is_refused(models: Path, name: str, old: bytes, new: bytes, reason: str) -> None:
    file = models / name
    data = file.read_bytes()
    assert old in data
    file.write_bytes(data.replace(old, new))
    with pytest.raises(SegmenterError, match=r"pip install --force-reinstall pyvi==0\.1\.1") as raised:
        lexicon.load()
    assert reason in raised.value.reason
    assert raised.value.path == file


@pytest.mark.parametrize("name", ["pyvi3.pkl", "words.txt"])
def test_a_missing_file_is_named(models: Path, name: str) -> None:
    (models / name).unlink()
    with pytest.raises(SegmenterError, match=name):
        lexicon.load()


@pytest.mark.parametrize("size", [0, 1000, 300_000])
def test_a_model_cut_short_is_refused(models: Path, size: int) -> None:
    file = models / "pyvi3.pkl"
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(SegmenterError):
        lexicon.load()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SegmenterError, match=r"pyvi==0\.1\.1"):
        lexicon.load()


WEIGHT = st.integers(-4, 4)


def viterbi(odds: list[int], transition: list[list[int]], wins: Callable[[int, int], bool] = operator.gt) -> list[bool]:
    """Decode one sequence as CRFsuite does: all scores are kept; label 1 is taken if its score ``wins``."""
    scores, back = [0, odds[0]], []
    for own in odds[1:]:
        arriving = [[scores[before] + transition[before][label] for before in (0, 1)] for label in (0, 1)]
        back.append([int(wins(by_1, by_0)) for by_0, by_1 in arriving])
        scores = [max(arriving[0]), max(arriving[1]) + own]
    labels = [int(wins(scores[1], scores[0]))]
    for links in reversed(back):
        labels.append(links[labels[-1]])
    return [label == 1 for label in reversed(labels)]


@given(
    sequences=st.lists(st.lists(WEIGHT, min_size=1, max_size=12), max_size=4),
    transition=st.lists(st.lists(WEIGHT, min_size=2, max_size=2), min_size=2, max_size=2),
)
def test_decode_is_viterbi(sequences: list[list[int]], transition: list[list[int]]) -> None:
    (t00, t01), (t10, t11) = transition
    crf = TwoLabelCrf(("0", "1"), {}, ((t00, t01), (t10, t11)), 4.0)
    odds, first, last = [99], [], []
    for sequence in sequences:
        first.append(len(odds))
        odds += sequence
        last.append(len(odds) - 1)
        odds.append(-99)
    labels, in_doubt = crf.decode(np.array(odds, float), np.array(first, np.intp), np.array(last, np.intp), 0.5)
    found = [labels[begin : end + 1].tolist() for begin, end in zip(first, last, strict=True)]
    best = [viterbi(sequence, transition) for sequence in sequences]
    assert found == best
    tied = [
        viterbi(sequence, transition, operator.ge) != labels for sequence, labels in zip(sequences, best, strict=True)
    ]
    assert in_doubt.tolist() == tied
