"""What is looked at only where it can matter, or once a word, gives what looking everywhere gives."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from corpus import legacy
from corpus.encoding import Letters, letters_of
from corpus.layout import _END_MARK
from corpus.linekinds import has_credit, names_in
from corpus.syllables import is_syllable
from corpus.text import clean, line_key, lines_of

SIGNS = st.sampled_from(
    [*" \t\n\r\v\f\x00\x1c\x85\xa0\xad\u2000\u200b\u2028\ufeff\ud800.:/-–,()'", " và ", "./.", "Ảnh:"]
)
LETTERS = st.sampled_from([*"aĐéạươ\u0300\u0323中ß", "Huyện", "uỷ", "Kim", "Thoa", "nghiêng", "Straße", "İ", "ǅ"])
MOJIBAKE = st.sampled_from(["Huyện uỷ đường".encode().decode(name, "replace") for name in ("latin-1", "cp1252")])
TEXTS = st.lists(SIGNS | LETTERS | MOJIBAKE | st.characters(), max_size=16).map("".join)
TONES = re.compile("(?<!\\S)(\\S*?)([\u0300\u0301\u0303\u0309\u0323])(\\S*)")
WORD = re.compile("[^\\W\\d_]+(?:[\u0300-\u036f]+[^\\W\\d_]*)*")


@given(TEXTS)
def test_cleaning(text: str) -> None:
    plain = re.sub("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]", "", text)
    plain = re.sub("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]", "", re.sub("[\ud800-\udfff]", "\ufffd", plain))
    assert clean(text) == unicodedata.normalize("NFC", " ".join(plain.split()))


@given(TEXTS)
def test_lines(text: str) -> None:
    assert lines_of(text) == re.split("\r\n|[\n\r\v\f\x85\u2028\u2029]", text)


@given(TEXTS)
def test_line_keys(line: str) -> None:
    bare = unicodedata.normalize("NFD", line.casefold().strip(" .:;,>»›|*-–—•…"))
    assert line_key(line) == " ".join(TONES.sub(lambda match: match[1] + match[3] + match[2], bare).split())


@given(TEXTS)
def test_letters(text: str) -> None:
    words = [word for word in WORD.findall(text) if word[0] < "\u0250" or "\u1e00" <= word[0] <= "\u1eff"]
    marked = [word for word in words if not word.isascii()]
    valid = sum(map(is_syllable, marked))
    assert letters_of(text) == Letters(len(words), len(marked), valid, sum(map(is_syllable, words)))


@given(TEXTS)
def test_mojibake(text: str) -> None:
    runs = re.findall(f"[{re.escape(''.join(legacy._BYTE_OF))}]{{2,}}", text)
    decoded = [bytes(map(legacy._BYTE_OF.__getitem__, run)) for run in runs]
    undone = sum(len(run) - run.decode().count("\ufffd") for run in decoded if legacy._is_utf8(run))
    beyond = sum(not char.isascii() for char in text)
    assert legacy.mojibake_share(text) == (undone / beyond if beyond else 0.0)


@given(st.text(st.sampled_from("a./ …"), max_size=12))
def test_every_end_mark_holds_a_slash_and_a_dot(text: str) -> None:
    assert "/." in text or "/ ." in text or not _END_MARK.search(text)


@given(TEXTS.map(clean))
def test_credits(text: str) -> None:
    assert has_credit(text) == (re.search(r"(?:^|[\s(\[–—-])ảnh ?:", text, re.IGNORECASE) is not None)


@given(st.lists(st.sampled_from(["Kim", "Thoa", "và", "-", ",", "Ông", "lâm"]), max_size=30).map(" ".join))
def test_lines_of_names_are_short(line: str) -> None:
    parts = [part.split() for part in re.split(r" ?[,;&] ?| [-–—] | và ", line.strip("-–— ").rstrip("."))]
    fits = len(parts) <= 4 and all(1 <= len(part) <= 5 and all(map(str.istitle, part)) for part in parts)
    single = len(parts) == 1 and len(parts[0]) < 2
    assert bool(names_in(line)) == (fits and not single and not f"{line_key(line)} ".startswith(f"{line_key('Ông')} "))
