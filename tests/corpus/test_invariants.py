from __future__ import annotations

import gzip
import json
import re
import unicodedata
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from corpus import Article, Notice, ReaderSettings, Refusal, read

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = ReaderSettings(settle_seconds=0)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = st.sampled_from(["a.txt", "a.jsonl", "a.json", "a.html", "a.md", "a.gz"])
WORDS = st.sampled_from(
    "Huyện uỷ tổ chức hội nghị ./. Kim Thoa - Tùng Lâm Ảnh: (Ảnh: Toàn cảnh, phát biểu. – ## Tin: được; < & …".split()
)
PIECES = st.text(
    st.sampled_from('{}[]":,\\ \n\t-#<>/&;.aă ệ0\u0301\x00\ud83d') | st.characters(codec="utf-8"), max_size=60
)
ODD_TEXT = st.lists(
    PIECES | st.sampled_from(["---\ntitle: ", "<p>", "</p>", '{"title": "', '"}', "&amp;agrave;", "./.", "\n\n"]),
    max_size=12,
).map("".join)


def read_bytes(data: bytes, name: str) -> list[Article | Refusal | Notice]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return list(read(folder, SETTINGS))


def texts(article: Article) -> Iterator[str]:
    yield from (article.id, article.title, article.lead, *article.captions, *article.authors, *article.places)
    yield from (block.text for block in article.body)
    yield from filter(None, (article.category, article.source, article.url))


def check(article: Article) -> None:
    assert article.id
    assert article.title
    for text in texts(article):
        assert unicodedata.is_normalized("NFC", text)
        assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in text)
        assert text == " ".join(text.split())
        text.encode("utf-8")
    assert all(block.text for block in article.body)
    assert all((*article.captions, *article.authors, *article.places))
    if isinstance(article.published, datetime):
        assert article.published.tzinfo is not None


@given(st.binary(max_size=400), NAMES)
@example(b"\xff\xfe", "a.txt")
@example(b"\xff\xfe\x00\xd8", "a.txt")
@example(b"\x1f\x8b", "a.gz")
@example(b'\xef\xbb\xbf{"', "a.json")
@example(b"\xef", "a.jsonl")
@example(b"\xef\xbb\xbf\n\n", "a.jsonl")
@QUICK
def test_no_bytes_raise(data: bytes, name: str) -> None:
    items = read_bytes(data, name)
    assert items
    for item in items:
        if isinstance(item, Article):
            check(item)
        else:
            assert item.message


@given(ODD_TEXT, NAMES, st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp1258"]), st.booleans())
@QUICK
def test_no_text_raises(text: str, name: str, encoding: str, compressed: bool) -> None:
    data = text.encode(encoding, "replace")
    for item in read_bytes(gzip.compress(data) if compressed else data, name):
        if isinstance(item, Article):
            check(item)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ODD_TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "title", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(
                ["id", "title", "lead", "body", "captions", "author", "category", "date", "source", "url", "place"]
            ),
            VALUES,
        ),
        min_size=1,
        max_size=4,
    )
)
@QUICK
def test_no_fields_raise(entries: list[dict[str, object]]) -> None:
    data = "\n".join(json.dumps(entry) for entry in entries).encode()
    for item in read_bytes(data, "a.jsonl"):
        if isinstance(item, Article):
            check(item)


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=16).map(" ".join), min_size=1, max_size=8))
@QUICK
def test_guesses_drop_no_word(lines: list[str]) -> None:
    text = "Tiêu đề bài\n\n" + "\n\n".join(lines)
    (article,) = [item for item in read_bytes(text.encode(), "a.txt") if isinstance(item, Article)]
    found = {word for part in texts(article) for word in words_of(part)}
    # The label of a byline ("Tin: Kim Thoa") is the one thing that goes with the guess.
    assert set(words_of(text)) - {"Tin"} <= found | {"a", "txt"}


@given(st.lists(st.dictionaries(st.sampled_from(["id", "title", "body"]), WORDS, min_size=1), max_size=6))
@QUICK
def test_ids_are_unique_and_stable(entries: list[dict[str, str]]) -> None:
    data = ("\n".join(json.dumps(entry) for entry in entries) or "{}").encode()
    ids = [item.id for item in read_bytes(data, "a.jsonl") if isinstance(item, Article)]
    assert len(ids) == len(set(ids))
    assert ids == [item.id for item in read_bytes(data, "a.jsonl") if isinstance(item, Article)]
