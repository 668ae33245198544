"""Are articles, queries, forms of queries and places read and made right?"""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from search import Document, Paragraph

from .forms import decomposed, new_style, old_style, unaccented
from .inputs import (
    BLANK,
    MODES,
    InputError,
    Query,
    modes_of,
    read_documents,
    read_queries,
    restrict,
    spread,
)
from .places import make_queries


@pytest.mark.parametrize(
    ("make", "text", "expected"),
    [
        (unaccented, "Đường Ðiện ở Mường Tấu", "Duong Ðien o Muong Tau"),
        (unaccented, "500m² đất", "500m² dat"),
        (old_style, "Uỷ ban xã Hoà Quý, sức khoẻ, HOÀ", "Ủy ban xã Hòa Quý, sức khỏe, HÒA"),
        (new_style, "Ủy ban xã Hòa Quý, sức khỏe, HÒA", "Uỷ ban xã Hoà Quý, sức khoẻ, HOÀ"),
        (old_style, "hoàn toàn, khoảng, thuyền, quỳ", "hoàn toàn, khoảng, thuyền, quỳ"),
        (decomposed, "uỷ", "uy\u0309"),
    ],
)
def test_forms(make: Callable[[str], str], text: str, expected: str) -> None:
    assert make(text) == expected


@pytest.mark.parametrize(
    ("name", "pack"),
    [("a.jsonl", bytes), ("a.jsonl.gz", gzip.compress), ("a.jsonl.xz", lzma.compress)],
)
def test_articles_are_read_and_blanked(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    lines = [
        {"id": "1", "title": "Một", "lead": "hai", "body": "ba\n\nbốn", "category": "C", "published": "2021-06-12"},
        {"id": 2, "title": "Năm", "published": "hôm qua"},
        {"id": "3"},
    ]
    (tmp_path / name).write_bytes(pack("\n".join(map(json.dumps, lines)).encode()))
    one, two = read_documents(tmp_path / name, 2)
    assert (one.title, one.lead, one.body) == (BLANK, "hai", (Paragraph("ba"), Paragraph("bốn")))
    assert (one.category, str(one.published)) == ("C", "2021-06-12")
    assert (two.id, two.published) == ("2", None)
    assert next(read_documents(tmp_path / name, blank=False)).title == "Một"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b"{", r"a\.jsonl: "),
        ("a.jsonl", b"[]", r"a\.jsonl:1: not an object"),
        ("a.jsonl", b"\n{}", r"a\.jsonl:2: an article needs an id"),
        ("a.jsonl.gz", b"{}", r"a\.jsonl\.gz: "),
        ("a.jsonl.xz", b"{}", r"a\.jsonl\.xz: "),
    ],
)
def test_bad_articles_are_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        list(read_documents(tmp_path / name))


def test_queries_are_read(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"kind": "title", "query": "huyện uỷ", "relevant": ["1", "2"]}\n', encoding="utf-8")
    assert read_queries([file, file]) == [Query("title", "huyện uỷ", frozenset("12"))] * 2
    file.write_text('{"kind": "title", "query": "huyện uỷ", "relevant": []}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"q\.jsonl:1: .* at least one relevant"):
        read_queries([file])


def test_queries_are_restricted_to_the_articles_there_are() -> None:
    queries = [Query("a", "x", frozenset("12")), Query("a", "y", frozenset("3"))]
    assert restrict(queries, frozenset("1")) == [Query("a", "x", frozenset("1"))]


@pytest.mark.parametrize(("per_kind", "texts"), [(None, "0123456789ab"), (5, "02468ab"), (3, "036ab"), (1, "0a")])
def test_a_sample_is_spread_over_each_kind(per_kind: int | None, texts: str) -> None:
    queries = [Query("digit" if text.isdigit() else "letter", text, frozenset("1")) for text in "0123456789ab"]
    assert [query.text for query in spread(queries, per_kind)] == list(texts)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["title"], {"title": MODES}),
        (["name"], {"name": MODES}),
        (["name", "name-bare"], {"name": ("accented",), "name-bare": ("unaccented",)}),
        (["confusable"], {"confusable": ("accented",)}),
    ],
)
def test_modes(kinds: list[str], expected: dict[str, tuple[str, ...]]) -> None:
    assert modes_of(kinds) == expected


TEXTS = {
    "1": "Ông ở xã Hòa Bình, huyện Khe Nhạn. Phòng Nội vụ và Sở Y tế cùng dự.",
    "2": "XÃ HOÀ BÌNH có đường mới; Sở GTVT vừa báo cáo. Phòng Nội vụ họp ở Hải Phòng Nam.",
    "3": "Xa hoa binh la nham. Về Sở Tài chính và Sở Y tế tỉnh.",
    "4": "Tây Ban Nha thắng; mạng xã hội. Xã hòa, bình yên. Về xã Ea Đ'Rông.",
    "5": "Về xã Ea Đ’Rông, xã Ya T ’ Mốt.",
    "6": "Về xã Ya T ’ Mốt.",
}
"""Articles for the places: two communes, of which one is also written without accents, three offices."""


def test_places_and_offices_are_found_with_their_articles() -> None:
    documents = [Document(id_, "Tin", body=(Paragraph(text),)) for id_, text in TEXTS.items()]
    queries = make_queries(documents, count=10, seed=1)
    found = {(query.kind, query.text): "".join(sorted(query.relevant)) for query in queries}
    assert found == {
        ("place", "xã Hòa Bình"): "12",
        ("place-bare", "xa hoa binh"): "123",
        ("office", "Phòng Nội vụ"): "12",
        ("office-bare", "phong noi vu"): "12",
        ("office", "Sở Y tế"): "13",
        ("office-bare", "so y te"): "13",
    }


def test_a_seed_gives_the_same_places_again() -> None:
    names = [f"xã {name}" for name in "Bình Chánh Dương Gò Hòa Khê Lâm Mường Nà Quýt".split()]
    documents = [Document(id_, "Tin", lead=", ".join(names)) for id_ in "12"]
    first, again, other = (make_queries(documents, count=3, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len(first) == 6
