"""Which articles on a page are named as reprints of others, on every engine and whatever happened to the index?"""

from __future__ import annotations

import random
import tempfile
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import search.engines.whoosh.writer as writing
from search import Document, DocumentNotFound, Index, Page, Paragraph, open_index, open_writer

from .articles import fill

SENTENCES = (
    "Sáng nay, nước sông Ngà dâng nhanh, ngập bãi mía của bà con ở bến đò Đông Hòe.",
    "Lực lượng dân quân cùng thanh niên trong xã chuyển trâu bò lên gò cao trước khi nước tràn đê bao.",
    "Chủ tịch xã cho biết hai trạm bơm đã chạy suốt đêm, song miệng cống bị lục bình bịt kín.",
    "Trường mẫu giáo cho trẻ nghỉ học, bàn ghế được kê lên tầng trên của nhà văn hóa.",
    "Đài khí tượng dự báo mưa còn kéo dài, người dân ven sông được nhắc buộc lại lồng cá.",
    "Đến trưa, tổ tuần tra thấy thêm một đoạn kè bị lở nhưng không có nhà nào phải dời.",
    "Bà con mong huyện sớm nạo vét con mương cũ để lần sau nước rút cho mau.",
)
OTHER = (
    "Câu lạc bộ bóng chuyền nữ thắng trận mở màn trong nhà thi đấu thành phố trước đông đảo khán giả.",
    "Huấn luyện viên khen hàng chắn đã đọc được hướng bóng và giữ bình tĩnh ở những pha cuối.",
    "Đội chủ nhà thay ba vị trí, đẩy nhanh nhịp giao bóng nhưng bước một không còn vững.",
    "Vòng sau hai đội gặp lại nhau ở sân tỉnh bạn, vé đã bán hết từ đầu tuần.",
)


def article(
    id_: str, sentences: tuple[str, ...] = SENTENCES, *, title: str = "Nước sông dâng", day: int = 1
) -> Document:
    return Document(
        id=id_,
        title=title,
        lead=sentences[0],
        body=tuple(Paragraph(sentence) for sentence in sentences[1:]),
        published=date(2022, 9, day),
    )


def with_report(text: str) -> tuple[str, ...]:
    return (*SENTENCES, f"Báo cáo nhanh lúc {text}.")


def folds(page: Page) -> dict[str, list[str]]:
    """Return the reprints of each hit that has any, after checking that both directions say the same."""
    ids = [hit.id for hit in page.hits]
    for hit in page.hits:
        assert all(page.hits[ids.index(one.id)] == one for one in hit.reprints)
        assert all(one.reprint_of == hit.id for one in hit.reprints)
        assert not (hit.reprints and hit.reprint_of)
        places = [ids.index(one.id) for one in (hit, *hit.reprints)]
        assert all(before < after for before, after in pairwise(places))
    of = {hit.id: hit.reprint_of for hit in page.hits if hit.reprint_of}
    assert {one.id: hit.id for hit in page.hits for one in hit.reprints} == of
    return {hit.id: [one.id for one in hit.reprints] for hit in page.hits if hit.reprints}


EDITS = {
    "the same text": SENTENCES,
    "another place and spelling": tuple(one.replace("Hòe", "Hoè").replace("văn hóa", "văn hoá") for one in SENTENCES),
    "a word exchanged": tuple(one.replace("dâng nhanh", "dâng cao") for one in SENTENCES),
    "capitals": tuple(map(str.upper, SENTENCES)),
    "no accents": tuple(one.replace("ướ", "uo").replace("ệ", "e").replace("đ", "d") for one in SENTENCES),
    "paragraphs joined": (" ".join(SENTENCES),),
    "a number added": tuple(one.replace("hai trạm bơm", "2 trạm bơm") for one in SENTENCES),
}
OTHERS = {
    "another matter": OTHER,
    "half of it": (*SENTENCES[:3], *OTHER),
    "the beginning": SENTENCES[:3],
}


@pytest.mark.parametrize("edit", EDITS)
def test_near_identical_texts_are_reprints_whatever_stands_above_them(empty: Index, edit: str) -> None:
    fill(
        empty,
        [article("first", day=2), article("again", EDITS[edit], title="Đông Hòe trong nước"), article("o", OTHER)],
    )
    assert folds(empty.search(sort="newest")) == {"first": ["again"]}
    assert folds(empty.search(sort="oldest")) == {"again": ["first"]}


@pytest.mark.parametrize("other", OTHERS)
def test_others_are_none(empty: Index, other: str) -> None:
    fill(empty, [article("first"), article("other", OTHERS[other])])
    assert folds(empty.search()) == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("7h30: mực nước 3,65 m", "7h30: mực nước 3,65 m", True),
        ("7h30: mực nước 3,65 m", "7 giờ 30: mực nước 3,65m", True),
        ("7h30: mực nước 3,65 m", "7h30: mực nước 3,65 m, lưu lượng 900", True),
        ("7h30: mực nước 3,65 m", "7h30: mực nước 4,10 m", False),
        ("7h30 ngày 12/9: an toàn", "7h30 ngày 19/9: an toàn", False),
    ],
)
def test_a_number_in_place_of_another_makes_another_article(empty: Index, one: str, other: str, same: bool) -> None:
    fill(empty, [article("one", with_report(one), day=2), article("other", with_report(other))])
    assert folds(empty.search(sort="newest")) == ({"one": ["other"]} if same else {})


def test_what_is_folded_together_has_no_number_in_place_of_another(empty: Index) -> None:
    reports = {
        "none": SENTENCES,
        "12": with_report("ngày 12"),
        "19": with_report("ngày 19"),
        "12 too": with_report("ngày 12"),
    }
    fill(empty, [article(id_, text, day=9 - number) for number, (id_, text) in enumerate(reports.items())])
    assert folds(empty.search(sort="newest")) == {"none": ["12", "12 too"]}
    assert folds(empty.search('"báo cáo nhanh lúc"', sort="newest")) == {"12": ["12 too"]}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Document(id="one", title="Bản tin thời sự"), Document(id="other", title="Bản tin thời sự"), False),
        (Document(id="one", title="!!!"), Document(id="other", title="!!!"), False),
        (Document(id="one", title=""), Document(id="other", title=""), False),
        (
            Document(id="one", title="Thời sự sáng 12/9", lead="Mời quý vị theo dõi bản tin của Đài huyện nhà."),
            Document(id="other", title="Thời sự sáng 13/9", lead="Mời quý vị theo dõi bản tin của Đài huyện nhà."),
            False,
        ),
        (Document(id="one", title=SENTENCES[0]), Document(id="other", title=SENTENCES[0].upper()), True),
    ],
)
def test_short_texts(empty: Index, one: Document, other: Document, same: bool) -> None:
    fill(empty, [one, other])
    assert bool(folds(empty.search())) == same


def test_folding_changes_no_count_and_no_page(empty: Index) -> None:
    made = [article(f"{number}", title=f"Tin {number}", day=number + 1) for number in range(5)]
    fill(empty, [*made, article("other", OTHER, day=20)])
    pages = [empty.search(sort="newest", per_page=2, page=number) for number in (1, 2, 3)]
    assert [[hit.id for hit in page.hits] for page in pages] == [["other", "4"], ["3", "2"], ["1", "0"]]
    assert [folds(page) for page in pages] == [{}, {"3": ["2"]}, {"1": ["0"]}]
    whole = empty.search(sort="newest")
    assert folds(whole) == {"4": ["3", "2", "1", "0"]}
    assert {page.total for page in (*pages, whole)} == {6}
    assert [(value.value, value.count) for value in whole.facets["year"]] == [("2022", 6)]


def test_of_one_article_all_others_are_told_the_oldest_first(empty: Index) -> None:
    made = [article(f"{number}", title=f"Tin {number}", day=9 - number) for number in range(4)]
    fill(empty, [*made, replace(article("undated"), published=None), article("other", OTHER)])
    told = empty.reprints("1")
    assert [(hit.id, hit.title) for hit in told] == [
        ("3", "Tin 3"),
        ("2", "Tin 2"),
        ("0", "Tin 0"),
        ("undated", "Nước sông dâng"),
    ]
    assert told[0].highlights.passages[0].marked.text.startswith("Sáng nay, nước sông Ngà")
    assert empty.reprints("other") == ()
    with pytest.raises(DocumentNotFound):
        empty.reprints("nowhere")
    with empty.writer() as writer:
        writer.delete("3")
        writer.delete("2")
        writer.add(article("4", day=1))
        writer.commit()
    assert [hit.id for hit in empty.reprints("1")] == ["4", "0", "undated"]
    with empty.writer(rebuild=True) as writer:
        writer.add(article("1"))
        writer.commit()
        writer.publish()
    assert empty.reprints("1") == ()


def test_a_deleted_or_changed_article_is_no_reprint_any_more(empty: Index) -> None:
    fill(empty, [article(str(number), day=number + 1) for number in range(4)])
    with empty.writer() as writer:
        writer.delete("3")
        writer.replace(article("1", OTHER, day=2))
        writer.commit()
    assert folds(empty.search(sort="newest")) == {"2": ["0"]}
    with empty.writer() as writer:
        writer.replace(article("1", day=2))
        writer.commit(purge=True)
    assert folds(empty.search(sort="newest")) == {"2": ["1", "0"]}


SYLLABLES = " ".join((*SENTENCES, *OTHER)).replace(",", "").replace(".", "").split()
WORDS = st.lists(st.sampled_from(SYLLABLES), min_size=60, max_size=120, unique=True)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["replace", "delete", "commit"]),
        st.integers(0, 6),  # the article
        st.integers(0, 2),  # whose text it has
        st.integers(0, 4),  # how much of it is changed
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    texts=st.lists(WORDS, min_size=3, max_size=3),
    changes=CHANGES,
    sort=st.sampled_from(["newest", "oldest"]),
    per_page=st.sampled_from([3, 10]),
    policy=st.sampled_from([(0.0, 1.0), (1.0, 1.0), (8.0, 0.2), (1e9, 1.0)]),
)
def test_engines_agree_and_it_depends_on_nothing_but_the_articles(
    texts: list[list[str]],
    changes: list[tuple[str, int, int, int]],
    sort: str,
    per_page: int,
    policy: tuple[float, float],
) -> None:
    def made(number: int, text: int, edits: int) -> Document:
        words = [word if at % 25 or at // 25 >= edits else f"khác{at}" for at, word in enumerate(texts[text])]
        return article(str(number), (" ".join(words),), day=1 + number)

    kept, writing.APART, writing.MUCH_DELETED = (writing.APART, writing.MUCH_DELETED), *policy
    live: dict[int, Document] = {}
    try:
        with tempfile.TemporaryDirectory() as folder:
            open_writer(Path(folder, "changed")).close()
            open_writer(Path(folder, "fresh")).close()
            with (
                open_index(Path(folder, "changed")) as on_disk,
                open_index(Path(folder, "fresh")) as fresh,
                open_index("memory:") as reference,
            ):
                for index in (on_disk, reference):
                    with index.writer() as writer:
                        for change, number, text, edits in changes:
                            if change == "replace":
                                live[number] = made(number, text, edits)
                                writer.replace(live[number])
                            elif change == "delete":
                                live.pop(number, None)
                                writer.delete(str(number))
                            else:
                                writer.commit()
                        writer.commit()
                fill(fresh, [live[number] for number in sorted(live, reverse=True)])
                pages = [
                    replace(one.search(sort=sort, per_page=per_page), took_ms=0.0)
                    for one in (on_disk, fresh, reference)
                ]
                assert pages[0] == pages[1] == pages[2]
                folds(pages[0])
                assert on_disk.check() == []
    finally:
        writing.APART, writing.MUCH_DELETED = kept


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1 << 32), share=st.sampled_from([0.0, 0.02, 0.4, 0.7]))
def test_a_small_change_makes_no_other_article_and_a_large_one_does(seed: int, share: float) -> None:
    draw = random.Random(seed)  # noqa: S311 - texts, not secrets
    text = draw.choices(SYLLABLES, k=draw.randint(200, 600))
    length = round(share * len(text))
    begin = draw.randint(0, len(text) - length)
    changed = [*text[:begin], *draw.choices(SYLLABLES, k=length), *text[begin + length :]]
    made = [article("text", (" ".join(text),), day=2), article("changed", (" ".join(changed),))]
    found = folds(fill(open_index("memory:"), made).search(sort="newest"))
    assert found == ({"text": ["changed"]} if share < 0.1 else {})
