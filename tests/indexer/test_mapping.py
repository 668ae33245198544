"""Does every part of an article arrive in its document, and does every difference show in the digest?"""

from __future__ import annotations

import unicodedata
from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest

from corpus import Article, Block
from indexer.mapping import digest_of, document_of
from search import Document, Paragraph

ARTICLE = Article(
    id="tin-1",
    title="Huyện uỷ Khe Nhạn họp",
    lead="Sáng nay.",
    body=(Block("Mở đầu"), Block("Kết quả", crosshead=True)),
    captions=("Ảnh: An",),
    authors=("Lò Văn An",),
    category="Chính trị",
    places=("Khe Nhạn",),
    published=datetime(2021, 6, 12, 7, 30, tzinfo=UTC),
    source="Báo Lâm Bình",
    url="https://lambinh.example/1",
)


def test_every_part_arrives() -> None:
    document = document_of(ARTICLE)
    assert document.body == (Paragraph("Mở đầu"), Paragraph("Kết quả", crosshead=True))
    assert {field.name for field in fields(Article)} == {field.name for field in fields(Document)}
    for field in fields(Article):
        if field.name != "body":
            assert getattr(document, field.name) == getattr(ARTICLE, field.name)


DIFFERENCES: list[dict[str, object]] = [
    {"id": "tin-2"},
    {"title": "Huyện ủy Khe Nhạn họp"},
    {"lead": ""},
    {"body": (Block("Mở đầu"), Block("Kết quả"))},
    {"body": (Block("Mở đầuKết quả", crosshead=True),)},
    {"captions": ()},
    {"authors": ("Lò Văn", "An")},
    {"category": None},
    {"places": ("Khe Nhạn", "")},
    {"published": None},
    {"published": date(2021, 6, 12)},
    {"published": datetime(2021, 6, 12, 7, 31, tzinfo=UTC)},
    {"source": "None"},
    {"url": None},
]


@pytest.mark.parametrize("difference", DIFFERENCES, ids=str)
def test_every_difference_shows(difference: dict[str, object]) -> None:
    other = replace(ARTICLE, **difference)  # type: ignore[arg-type]
    assert digest_of(document_of(other)) != digest_of(document_of(ARTICLE))


def test_all_fields_are_tried() -> None:
    assert {name for difference in DIFFERENCES for name in difference} == {field.name for field in fields(Article)}


def test_the_same_is_the_same() -> None:
    decomposed = replace(ARTICLE, title=unicodedata.normalize("NFD", ARTICLE.title))
    assert digest_of(document_of(decomposed)) == digest_of(document_of(ARTICLE))
