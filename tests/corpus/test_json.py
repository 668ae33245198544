from __future__ import annotations

import json
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from corpus import Article, Block, read_file, scan

from .conftest import settled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Outcome


def item(number: int, **more: object) -> dict[str, object]:
    return {"id": f"a-{number}", "title": f"Tin số {number}", "body": f"Đoạn một của tin {number}.\nĐoạn hai.", **more}


ITEMS = [item(1), item(2), item(3)]
IDS = ["a-1", "a-2", "a-3"]


def lines(*items: object) -> str:
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in items)


def ids(outcome: Outcome) -> list[str]:
    return [article.id for article in outcome.articles]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (lines(*ITEMS), "a.jsonl"),
        (lines(*ITEMS), "a.txt"),
        ("\ufeff" + lines(*ITEMS).replace("\n", "\r\n\r\n"), "a.json"),
        (json.dumps(ITEMS), "a.json"),
        (json.dumps(ITEMS, indent=2, ensure_ascii=False), "a"),
        (json.dumps(ITEMS, indent=0, ensure_ascii=False), "a"),
        (json.dumps({"total": 3, "articles": ITEMS}), "a.json"),
        (json.dumps({"meta": {"tags": ["x"]}, "data": {"items": ITEMS}}, indent=1), "a.json"),
        (json.dumps({"hits": {"hits": [{"_id": "x", "_source": entry} for entry in ITEMS]}}), "a.json"),
        ("[" + ",\n".join(json.dumps(entry) for entry in ITEMS) + "]", "a.json"),
    ],
)
def test_the_shapes_of_exports(reading: Callable[..., Outcome], content: str, name: str) -> None:
    outcome = reading(content, name)
    assert not outcome.refusals
    assert [article.title for article in outcome.articles] == ["Tin số 1", "Tin số 2", "Tin số 3"]
    assert outcome.articles[0].body == (Block("Đoạn một của tin 1."), Block("Đoạn hai."))


@pytest.mark.parametrize("indent", [None, 2])
def test_one_object_is_one_article(reading: Callable[..., Outcome], indent: int | None) -> None:
    entry = {"title": "Tin", "tags": [{"name": "x"}, {"title": "Thẻ"}], "body": "Đoạn."}
    article = reading(json.dumps(entry, indent=indent), "thu-muc/bai.json").article
    assert (article.id, article.title) == ("thu-muc/bai.json", "Tin")


def test_foreign_names_are_known(reading: Callable[..., Outcome]) -> None:
    entry = {
        "Headline": "Tin",
        "sapo": "Dẫn đề.",
        "nội_dung": "Đoạn.",
        "chú thích ảnh": ["Ảnh: Kim Thoa"],
        "tac_gia": "Kim Thoa - Tùng Lâm",
        "articleSection": ["Xã hội"],
        "địa-điểm": "xã Nà Mây; huyện Sông Mơ",
        "datePublished": "2023-05-03",
        "publisher": {"@type": "Organization", "name": "Báo Sông Mơ"},
        "permalink": "https://songmo.example/1",
        "luot_xem": 7,
    }
    article = reading(json.dumps(entry)).article
    assert article == Article(
        id="https://songmo.example/1",
        title="Tin",
        lead="Dẫn đề.",
        body=(Block("Đoạn."),),
        captions=("Ảnh: Kim Thoa",),
        authors=("Kim Thoa", "Tùng Lâm"),
        category="Xã hội",
        places=("xã Nà Mây", "huyện Sông Mơ"),
        published=date(2023, 5, 3),
        source="Báo Sông Mơ",
        url="https://songmo.example/1",
    )


def test_a_field_map_goes_before_the_table(reading: Callable[..., Outcome]) -> None:
    settings = settled(field_map={"Tựa": "title", "phần chữ": "body"}, default_source="Báo Sông Mơ")
    outcome = reading(json.dumps({"title": "mã 12", "tua": "Tin", "phan_chu": "Đoạn."}), settings=settings)
    assert (outcome.article.title, outcome.article.body, outcome.article.source) == (
        "Tin",
        (Block("Đoạn."),),
        "Báo Sông Mơ",
    )
    assert outcome.notice_codes == ["shadowed-field"]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ('{"id": "x", "title": "Tin', "bad-json"),
        ('{"id": "x", "title": "Ông nói "thế" đấy", "body": "b"}', "bad-json"),
        ('["a"]', "no-articles"),
        ("42", "no-articles"),
        ('{"id": "x"}', "empty"),
        ('{"id": "x", "title": "", "body": "  "}', "empty"),
        ('{"id": "x", "title": "Tin", "published": "31/31/2020"}', "bad-date"),
        ('{"id": "x", "title": true}', "bad-field"),
        ('{"id": "x", "title": "Tin", "body": [["a", {"b": 1}], false]}', "bad-field"),
        ('{"id": "x", "title": "Tin", "body": "' + "dài " * 1000 + '"}', "too-large"),
        ("[" * 100_000, "too-large"),
        ('{"id": "a-1", "title": "Tin nữa"}', "duplicate-id"),
    ],
)
def test_a_bad_line_costs_itself_only(reading: Callable[..., Outcome], bad: str, code: str) -> None:
    outcome = reading(lines(item(1)) + bad + "\n" + lines(item(2)), "a.jsonl", settled(max_article_bytes=3000))
    assert ids(outcome) == ["a-1", "a-2"]
    refusal = outcome.refusal
    assert (refusal.code, refusal.path.name) == (code, "a.jsonl")
    assert refusal.line == (None if code == "duplicate-id" else 2)


def test_a_bad_first_line_hides_no_others(reading: Callable[..., Outcome]) -> None:
    outcome = reading('{"id": "x", "title": "Tin\n' + lines(*ITEMS), "a.json")
    assert ids(outcome) == IDS
    assert (outcome.refusal.code, outcome.refusal.line) == ("bad-json", 1)


@pytest.mark.parametrize("depth", [30, 500, 900, 940, 980, 50_000])
@pytest.mark.parametrize("name", ["title", "id", "body", "author", "date", "category"])
def test_deep_nesting_is_refused_not_raised(reading: Callable[..., Outcome], depth: int, name: str) -> None:
    bad = f'{{"lead": "x", "{name}": {"[1," * depth}1{"]" * depth}}}'
    outcome = reading(lines(item(1)) + bad + "\n", "a.jsonl")
    assert ids(outcome) == ["a-1"]
    assert outcome.refusal.code in ("bad-json", "bad-field", "bad-date")


@pytest.mark.parametrize("indent", [0, 2, 4])
def test_a_bad_object_of_a_document_costs_itself_only(reading: Callable[..., Outcome], indent: int) -> None:
    text = json.dumps(ITEMS, indent=indent, ensure_ascii=False)
    broken = text.replace('"Tin số 2"', '"Tin "số 2"')
    outcome = reading(broken, "a.json")
    assert ids(outcome) == ["a-1", "a-3"]
    refusal = outcome.refusal
    assert (refusal.code, refusal.line) == ("bad-json", broken[: broken.index('"Tin "số')].count("\n") + 1)


def test_line_breaks_inside_strings_are_forgiven(reading: Callable[..., Outcome]) -> None:
    article = reading('{"title": "Tin",\n "body": "Đoạn một.\nĐoạn\thai."}', "a.json").article
    assert article.body == (Block("Đoạn một."), Block("Đoạn hai."))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"title": "Tin", ', "bad-json"),
        ('[{"id": "a-1", "title": "Tin"', "bad-json"),
        ("[]", "no-articles"),
        ('{"total": 0, "articles": []}', "empty"),
        ('["a", "b"]', "no-articles"),
    ],
)
def test_documents_without_articles_are_refused(reading: Callable[..., Outcome], content: str, code: str) -> None:
    outcome = reading(content, "a.json")
    assert not outcome.articles
    assert outcome.refusal.code == code


def test_a_document_larger_than_one_article_is_cut_up(reading: Callable[..., Outcome]) -> None:
    many = [item(number, body="dài " * 100) for number in range(500)]
    long = item(500, body="dài " * 2000)
    settings = settled(max_article_bytes=5000)
    outcome = reading(json.dumps({"articles": [*many, long, item(501)]}), "a.json", settings)
    assert ids(outcome) == [f"a-{number}" for number in [*range(500), 501]]
    assert outcome.refusal.code == "too-large"


def test_large_files_are_read_lazily(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines(*(item(number) for number in range(20_000))) + "{", encoding="utf-8")
    (file,) = scan(path, settled()).files
    articles = list(islice(read_file(file), 3))
    assert [article.id for article in articles if isinstance(article, Article)] == ["a-0", "a-1", "a-2"]


def test_a_file_above_the_limit_is_cut_short_and_says_so(reading: Callable[..., Outcome]) -> None:
    outcome = reading(lines(*(item(number) for number in range(9000))), "a.jsonl", settled(max_file_bytes=400_000))
    assert outcome.articles
    assert outcome.refusal.code == "file-too-large"
    assert outcome.refusal.cuts_short


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://a.example/1", "//a.example", "https://", "https://[", "bài 1"]
)
def test_an_unusable_url_is_left_out_with_a_notice(reading: Callable[..., Outcome], url: str) -> None:
    outcome = reading(json.dumps(item(1, url=url)))
    assert outcome.article.url is None
    assert outcome.notice_codes == ["url-dropped"]


def test_several_categories_keep_the_first_with_a_notice(reading: Callable[..., Outcome]) -> None:
    outcome = reading(json.dumps(item(1, category=["Xã hội", "Đời sống"])))
    assert outcome.article.category == "Xã hội"
    assert outcome.notice_codes == ["extra-categories"]


def test_a_refusal_knows_the_id_of_its_article(reading: Callable[..., Outcome]) -> None:
    assert reading(json.dumps(item(1, date="hôm qua"))).refusal.article_id == "a-1"


class TestIds:
    ANONYMOUS = ({"title": "Tin một", "date": "2023-05-03", "body": "a"}, {"title": "Tin hai", "body": "b"})

    def test_without_id_and_url_they_come_from_path_title_and_date(self, reading: Callable[..., Outcome]) -> None:
        first, second = ids(reading(lines(*self.ANONYMOUS), "Kinh tế/a.jsonl"))
        assert first.startswith("Kinh tế/a.jsonl#")
        assert second.startswith("Kinh tế/a.jsonl#")
        assert first != second

    def test_they_do_not_depend_on_the_line(self, reading: Callable[..., Outcome]) -> None:
        before = set(ids(reading(lines(*self.ANONYMOUS), "a.jsonl")))
        after = set(ids(reading(lines(item(9), *reversed(self.ANONYMOUS)), "a.jsonl")))
        assert before == after - {"a-9"}

    def test_equal_titles_and_dates_are_duplicates(self, reading: Callable[..., Outcome]) -> None:
        outcome = reading(lines(self.ANONYMOUS[0], self.ANONYMOUS[0]), "a.jsonl")
        assert len(outcome.articles) == 1
        assert outcome.refusal.code == "duplicate-id"

    def test_a_number_may_be_an_id(self, reading: Callable[..., Outcome]) -> None:
        assert reading(json.dumps({**item(1), "id": 20488})).article.id == "20488"


@pytest.mark.parametrize("value", ["trích\ud83d", "Huyê\u0323n uy\u0309", "a\u0000b"])
def test_escapes_cannot_smuggle_bad_text_in(reading: Callable[..., Outcome], value: str) -> None:
    article = reading(json.dumps({"title": value, "body": "Đoạn."})).article
    article.title.encode("utf-8")
    assert article.title in ("trích\ufffd", "Huyện uỷ", "ab")
