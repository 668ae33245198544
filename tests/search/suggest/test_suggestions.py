"""Is what is offered while one types what was typed, and what the index holds?"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Document, Index, InvalidRequest, Suggestion
from search.analysis.fold import fold
from search.analysis.normalize import nfc
from search.analysis.tokens import tokenize

from ..articles import fill
from ..conftest import Filled
from .conftest import SENTENCES

AUTHORS = ("Thu Hoài", "Minh Khuê", "Đặng Thu", "PV")
PLACES = ("huyện Khe Nhạn", "xã Nậm Cúm", "TP. Lam Khê")
CATEGORIES = ("Xây dựng", "Giáo dục", "Chính trị")
SOURCES = ("Báo Lam Khê", "Đài PT-TH Lam Khê")


def articles() -> Iterator[Document]:
    for number, title in enumerate(SENTENCES.strip().split("\n")):
        yield Document(
            id=f"bai/{number}",
            title=title,
            lead="Tin từ cơ sở.",
            authors=(AUTHORS[number % 4],),
            places=(PLACES[number % 3],),
            category=CATEGORIES[number % 3],
            source=SOURCES[number % 2],
            published=date(2021, 1, 1 + number),
        )


@pytest.fixture(scope="module")
def news(filled: Filled) -> Index:
    """An index of each engine with an article for each sentence."""
    return filled(articles())


def shown(suggestion: Suggestion) -> str:
    """A suggestion as ``kind: what [was typed] of it``."""
    (mark,) = suggestion.marked.marks
    text = suggestion.text
    return f"{suggestion.kind}: {text[: mark.start]}[{text[mark.start : mark.end]}]{text[mark.end :]}"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        # Ways to go on, accents or not.
        ("hoi ng", "query: [hội ng]hị"),
        ("hội nghi", "query: [hội nghị] tổng kết"),
        ("Thanh pho H", "query: [Thành phố H]ồ"),
        # Facet values, at the beginning of any of their words.
        ("thu h", "author: [Thu H]oài"),
        ("hoai", "author: Thu [Hoài]"),
        ("Thu", "author: Đặng [Thu]"),
        ("nhạ", "place: huyện Khe [Nhạ]n"),
        ("tp lam", "place: [TP. Lam] Khê"),
        ("TP.L", "place: [TP. L]am Khê"),
        ("giao d", "category: [Giáo d]ục"),
        ("lam khe", "source: Báo [Lam Khê]"),
        ("pt th l", "source: Đài [PT-TH L]am Khê"),
        # Titles, at the beginning or within.
        ("con duong v", "title: [Con đường v]ề bản đã được mở rộng, người dân phấn khởi"),
        ("dan lang ", "title: [Dân làng] mở hội mùa xuân, tiếng hát vang xa"),
        ("năm 20", "title: Hội nghị trực tuyến triển khai nhiệm vụ [năm 20]21"),
        ("lò văn s", "title: Ông Đặng Văn Sình, ông [Lò Văn S]inh và bà Lò Thị Dương dự hội nghị"),
        ("LÒ VĂN SINH", "title: Ông Đặng Văn Sình, ông [Lò Văn Sinh] và bà Lò Thị Dương dự hội nghị"),
        ("u 23 da", "title: Đội [U 23 đá] hay, bán kết U 23"),
        ("“uỷ họp", "title: Ban Thường vụ Huyện [uỷ họp] bàn công tác xây dựng Đảng"),
    ],
)
def test_what_is_typed_is_found(news: Index, typed: str, expected: str) -> None:
    assert nfc(expected) in map(shown, news.suggest(typed, limit=20))


@pytest.mark.parametrize(
    ("typed", "unexpected"),
    [
        ("thú", "Thu Hoài"),  # an accent that is not there
        ("đan lang", "Dân làng"),
        ("hoi", "Thu Hoài"),
        ("dan  ", "Đặng Thu"),  # a finished word is whole
        ("ha", "Tiếng hát về từ bản làng xa, tiếng khèn của người dân"),  # too little for a title
        ("làng dân", "Dân làng mở hội mùa xuân, tiếng hát vang xa"),
    ],
)
def test_what_was_not_typed_is_not_offered(news: Index, typed: str, unexpected: str) -> None:
    assert nfc(unexpected) not in [suggestion.text for suggestion in news.suggest(typed, limit=50)]


def test_each_kind_says_what_it_leads_to(news: Index) -> None:
    found = {suggestion.kind: suggestion for suggestion in news.suggest("xay dung", limit=50)}
    assert found["category"].count == 6
    assert news.search("", filters={"category": [found["category"].text]}).total == 6
    assert news.article(str(found["title"].id)).title == found["title"].text
    assert [found["query"].id, found["query"].count, found["category"].id, found["title"].count] == [None] * 4
    assert news.search(found["query"].text).total


def test_queries_come_first_and_titles_last(news: Index) -> None:
    kinds = ["query", "category", "place", "author", "source", "title"]
    found = [suggestion.kind for suggestion in news.suggest("xay dung")]
    assert found == sorted(found, key=kinds.index)
    assert {"query", "category", "title"} == set(found)
    assert news.suggest("xay dung", limit=1)[0].kind == "query"


def test_a_value_stands_for_the_query_of_the_same_words(news: Index) -> None:
    found = news.suggest("giao duc")
    assert [one.kind for one in found if fold_all(one.text) == ["giao", "duc"]] == ["category"]


def test_titles_that_begin_as_typed_come_first_then_newer_ones(news: Index) -> None:
    titles = [suggestion.text for suggestion in news.suggest("hoi nghi", limit=50) if suggestion.kind == "title"]
    begins = [title.startswith(nfc("Hội nghị")) for title in titles]
    assert begins == sorted(begins, reverse=True)
    assert titles[0] == nfc("Hội nghị tổng kết năm học của ngành giáo dục")


def test_a_reprinted_title_is_offered_once(empty: Index) -> None:
    fill(empty, (Document(id=str(number), title="Mưa lớn ở Khe Nhạn") for number in range(3)))
    assert [suggestion.text for suggestion in empty.suggest("mua l", limit=50) if suggestion.kind == "title"] == [
        nfc("Mưa lớn ở Khe Nhạn")
    ]


def test_a_title_is_offered_whose_last_word_many_others_follow_more_often(empty: Index) -> None:
    common = [f"Đường bị {word} sau mưa" for word in ("đào", "đóng", "đổ", "đứt", "đánh", "đội")]
    fill(empty, (Document(id=f"{at}", title=title) for at, title in enumerate([*common * 2, "Cầu treo bị đình chỉ"])))
    titles = [suggestion.text for suggestion in empty.suggest("cau treo bi d") if suggestion.kind == "title"]
    assert titles == [nfc("Cầu treo bị đình chỉ")]


def test_what_was_typed_before_changes_nothing(empty: Index) -> None:
    texts = SENTENCES.strip().split("\n")[:6]
    fill(empty, articles())
    typed = [
        form[:end] for text in texts for form in (text, " ".join(fold_all(text))) for end in range(1, len(form) + 1, 3)
    ]
    growing = [empty.suggest(one) for one in typed]
    with empty.writer() as writer:
        writer.commit()  # so that nothing is remembered
    assert [empty.suggest(one) for one in reversed(typed)] == growing[::-1]


def test_a_mark_says_whether_it_is_as_typed(news: Index) -> None:
    def exact(typed: str) -> list[bool]:
        return [one.marked.marks[0].exact for one in news.suggest(typed) if one.kind == "author"]

    assert exact("thu ho") == exact("Thu Hoài") == [True]
    assert exact("thu hoai") == [False]


def test_suggestions_follow_the_index(empty: Index) -> None:
    fill(empty, [Document(id="1", title="Mưa lớn", authors=("Thu Hoài",))])
    assert "author" in [one.kind for one in empty.suggest("thu h")]
    with empty.writer() as writer:
        writer.replace(Document(id="1", title="Nắng gắt", authors=("Minh Khuê",)))
        writer.commit()
    assert empty.suggest("thu hoai") == empty.suggest("mưa") == ()
    assert "title" in [one.kind for one in empty.suggest("nang")]


@pytest.mark.parametrize("typed", ["", "   ", "...", "!?", "a" * 201, "zzzz", "\0", "\ud800"])
def test_nothing_is_offered_for_what_is_no_word(news: Index, typed: str) -> None:
    assert news.suggest(typed) == ()


def test_an_empty_index_offers_nothing(empty: Index) -> None:
    assert empty.suggest("hoi nghi") == ()


@pytest.mark.parametrize("limit", [0, -1, 51])
def test_limits_are_checked(news: Index, limit: int) -> None:
    with pytest.raises(InvalidRequest, match="limit"):
        news.suggest("hoi", limit=limit)


def fold_all(text: str) -> list[str]:
    return [token.folded for token in tokenize(nfc(text))]


def holds(text: str, typed: str) -> bool:
    """Whether the words of ``typed`` stand in a row in ``text``, the last one perhaps not whole."""
    words, wanted = fold_all(text), fold_all(typed)
    rows = (words[at : at + len(wanted)] for at in range(len(words)))
    return any(row[:-1] == wanted[:-1] and row[-1:] and row[-1].startswith(wanted[-1]) for row in rows)


TYPED = st.text(max_size=30) | st.lists(st.sampled_from([*SENTENCES.split(), *AUTHORS, *PLACES]), max_size=5).map(
    " ".join
).flatmap(lambda text: st.integers(0, len(text)).map(lambda end: text[:end]))


@settings(deadline=None)
@given(TYPED, st.booleans(), st.integers(1, 12))
def test_everything_offered_holds_what_was_typed(news: Index, text: str, bare: bool, limit: int) -> None:
    typed = " ".join(map(fold, text.split())) if bare else text
    found = news.suggest(typed, limit)
    assert len(found) <= limit
    keys = [tuple(fold_all(one.text)) for one in found]
    assert len(set(keys)) == len(keys)
    for one in found:
        assert holds(one.text, typed)
        (mark,) = one.marked.marks
        assert 0 <= mark.start < mark.end <= len(one.text)
        assert holds(one.text[mark.start : mark.end], typed)
    assert news.suggest(typed, limit) == found
    assert news.suggest(unicodedata.normalize("NFD", typed), limit) == found
