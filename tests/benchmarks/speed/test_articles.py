"""Are the articles the same each time, spread as meant, and are there as many as asked for?"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from search import Document, Paragraph

from ..inputs import InputError
from .articles import PIECE, Metered, pieces, prepare, read_prepared
from .invent import AUTHORS, DONORS, PLACES, dressed, mixed

POOL = [
    Document(
        f"bài-{number}",
        f"Tiêu đề đầu {number} và cuối {number}",
        lead=f"Lời dẫn {number}.",
        body=(Paragraph(f"Câu một {number}. Câu hai {number}!"), Paragraph(f"Câu ba {number}?")),
        category="Xã hội",
    )
    for number in range(30)
]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.jsonl"
    lines = [
        {"id": one.id, "title": one.title, "lead": one.lead, "body": "\n".join(block.text for block in one.body)}
        for one in POOL
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def test_invented_fields_are_always_the_same() -> None:
    assert [dressed(one) for one in POOL] == [dressed(one) for one in POOL]
    assert len({dressed(one).authors for one in POOL}) > 5


def test_what_an_article_has_stays() -> None:
    own = Document("1", "Tin", body=(Paragraph("Một."),), authors=("A",), places=("B",), captions=("C",))
    assert dressed(own) == own


def test_names_are_many_and_a_few_of_them_frequent() -> None:
    documents = [dressed(Document(str(number), "Tin", body=POOL[0].body)) for number in range(4000)]
    assert (len(set(AUTHORS)), len(set(PLACES))) == (300, 150)
    for field, names, most in (("authors", AUTHORS, 2), ("places", PLACES, 3), ("captions", None, 2)):
        values = [getattr(document, field) for document in documents]
        assert {len(value) for value in values} == set(range(most + 1))
        if names:
            counts = Counter(name for value in values for name in value)
            assert len(counts) > len(names) * 0.9
            ranked = [name for name, _ in counts.most_common()]
            assert ranked[0] == names[0]
            # As 1/rank: the first twice as often as the second, ten times as often as the tenth.
            assert 5 < counts[names[0]] / counts[names[9]] < 20


def test_mixtures_are_always_the_same_and_no_two_alike() -> None:
    some = [mixed(POOL, number) for number in range(50)]
    assert some == [mixed(POOL, number) for number in range(50)]
    assert len({one.id for one in some}) == len({one.body for one in some}) == 50
    sentences = {
        sentence for one in POOL for block in one.body for sentence in block.text.replace("!", "!|").split("|")
    }
    for one in some:
        assert [len(block.text.split()) for block in one.body] == [6, 3] or len(one.body) == 2
        words = {word for block in one.body for word in block.text.split() if word[0].isdigit()}
        assert 1 <= len(words) <= 2 * DONORS
        assert one.title.startswith("Tiêu đề đầu")
        assert one.title.split()[-2] == "cuối"
    assert sentences


def test_a_mixture_of_one_article_is_possible() -> None:
    assert mixed([Document("1", "Tin")], 1).title == "Tin "


@pytest.mark.parametrize(("limit", "count", "mixtures"), [(None, 30, 0), (7, 7, 0), (250, 250, 220)])
def test_as_many_articles_are_prepared_as_asked_for(
    source: Path, tmp_path: Path, limit: int | None, count: int, mixtures: int
) -> None:
    assert prepare(source, limit, tmp_path / "a") == count
    read = list(read_prepared(tmp_path / "a"))
    assert len({one.id for one in read}) == count
    assert sum(one.id.startswith("mixed-") for one in read) == mixtures
    assert [one.title for one in read[:7]] == [one.title for one in POOL[:7]]
    assert read[:7] == [dressed(one) for one in read[:7]]
    assert len(pieces(tmp_path / "a")) == -(-count // PIECE)
    assert list(read_prepared(tmp_path / "a", 5)) == read[:5]


def test_the_first_articles_do_not_depend_on_the_limit(source: Path, tmp_path: Path) -> None:
    prepare(source, 60, tmp_path / "few")
    prepare(source, 260, tmp_path / "many")
    assert list(read_prepared(tmp_path / "few")) == list(read_prepared(tmp_path / "many", 60))


def test_articles_are_prepared_once(source: Path, tmp_path: Path) -> None:
    prepare(source, 120, tmp_path / "a")
    (first,) = pieces(tmp_path / "a")[:1]
    first.write_text("", encoding="utf-8")
    assert prepare(source, 110, tmp_path / "a") == 110
    assert first.read_text(encoding="utf-8") == ""
    assert prepare(source, 130, tmp_path / "a") == 130
    assert first.read_text(encoding="utf-8") != ""


def test_a_file_without_articles_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="no article"):
        prepare(tmp_path / "a.jsonl", 10, tmp_path / "a")


def test_what_passes_is_counted() -> None:
    meter = Metered()
    assert list(meter.pass_on(POOL)) == POOL
    assert meter.count == len(POOL)
    assert meter.bytes == sum(len(text.encode()) for one in POOL for _, _, text in one.blocks())
    assert meter.seconds > 0
