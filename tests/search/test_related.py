"""Which articles are offered as related?"""

from __future__ import annotations

from datetime import date

import pytest

from search import Document, DocumentNotFound, Index, InvalidRequest, Paragraph, open_index
from search.related import key_terms, term_counts

from .articles import fill
from .conftest import Filled, accuracy

FLOOD = (
    "Mưa lớn làm sạt lở đèo Gió Hú, chia cắt xã Nậm Cúm suốt hai ngày. Lực lượng dân quân huyện Mường Tấu mở đường, "
    "đưa lương thực vào vùng sạt lở cho bà con Nậm Cúm. Ông Lò Văn Sình cho biết đèo Gió Hú đã thông xe một chiều, "
    "còn đoạn qua khe suối phải chờ nước rút mới san gạt xong."
)
RELIEF = (
    "Hội phụ nữ góp lương thực, đưa quần áo ấm vượt đèo Gió Hú đến xã Nậm Cúm, nơi mưa lớn gây sạt lở. Bà con vùng "
    "sạt lở dựng lại nhà."
)
FILLER = (
    "Câu lạc bộ bóng chuyền nữ khối trường học thi đấu trong nhà thi đấu thành phố, khán giả cổ vũ nồng nhiệt.",
    "Giá lúa vụ hè thu tăng nhẹ, thương lái đặt cọc tại ruộng, nông dân phấn khởi xuống giống vụ mới.",
    "Thư viện huyện mở thêm phòng đọc, học sinh mượn sách miễn phí vào các buổi chiều cuối tuần.",
    "Công an bắt giữ đối tượng trộm cắp xe máy, thu hồi tang vật và trả lại cho người bị hại.",
    "Đoàn nghệ thuật biểu diễn chương trình ca múa nhạc dân tộc phục vụ nhân dân vùng biên giới.",
    "Bệnh viện đa khoa tiếp nhận máy chụp cắt lớp, bác sĩ được tập huấn sử dụng trong một tuần.",
)


def article(id_: str, text: str, *, title: str = "", category: str | None = None) -> Document:
    return Document(
        id=id_,
        title=title or f"Tin {id_}",
        body=tuple(Paragraph(sentence.strip()) for sentence in text.split(". ")),
        category=category,
        published=date(2021, 6, 1),
        source="Báo Lam Khê",
    )


DOCUMENTS = (
    article("flood", FLOOD, category="Thời sự"),
    article("reprint", FLOOD.replace("suốt hai ngày", "hai ngày"), title="Nậm Cúm bị chia cắt"),
    article("shortened", FLOOD.rpartition(",")[0]),
    article("road", "Đèo Gió Hú sạt lở nhiều đợt, huyện Mường Tấu xin vốn làm kè. Xe tải được phân luồng."),
    article("relief", RELIEF, category="Y tế"),
    article("relief-again", f"{RELIEF} Bạn đọc xem thêm bài viết khác trên trang nhất ngày mai."),
    *(article(f"other-{number}", text, category="Thời sự") for number, text in enumerate(FILLER)),
)


def related(index: Index, id_: str, limit: int = 5) -> list[str]:
    return [hit.id for hit in index.related(id_, limit)]


@pytest.fixture
def news(filled: Filled) -> Index:
    return filled(DOCUMENTS)


def test_articles_about_the_same_matter_come_whatever_their_category(news: Index) -> None:
    assert set(related(news, "flood")) in ({"road", "relief"}, {"road", "relief-again"})
    assert {"flood", "reprint", "shortened"} & set(related(news, "road"))


def test_what_shares_nothing_has_nothing_related(news: Index) -> None:
    assert related(news, "other-0") == []


def test_reprints_are_left_out(news: Index) -> None:
    # One of each kind: "reprint" and "shortened" say what "flood" says, "relief-again" what "relief" does.
    found = related(news, "road")
    assert len(set(found) & {"flood", "reprint", "shortened"}) == 1
    assert len(set(found) & {"relief", "relief-again"}) == 1
    assert not {"flood", "reprint", "shortened"} & set(related(news, "reprint"))


def test_the_limit(news: Index) -> None:
    both = related(news, "flood")
    assert related(news, "flood", 1) == both[:1]


@pytest.mark.parametrize("limit", [0, -1, 51])
def test_a_wrong_limit_is_refused(news: Index, limit: int) -> None:
    with pytest.raises(InvalidRequest, match="1 to 50"):
        news.related("flood", limit)


def test_no_such_article(news: Index) -> None:
    with pytest.raises(DocumentNotFound):
        news.related("nowhere")


def test_a_hit_shows_what_it_is(news: Index) -> None:
    hit = next(hit for hit in news.related("flood") if hit.id != "road")
    document = news.article(hit.id)
    assert (hit.title, hit.category, hit.source, hit.published) == (
        document.title,
        document.category,
        "Báo Lam Khê",
        date(2021, 6, 1),
    )
    assert hit.highlights.title.text == document.title
    (passage,) = hit.highlights.passages
    assert passage.marked.text.startswith("Hội phụ nữ góp lương thực")
    assert passage.marked.marks == ()
    assert hit.score > 0


def test_names_compounds_and_document_numbers_are_what_counts(filled: Filled) -> None:
    orders = (
        article("order", "Thực hiện Quyết định 215/QĐ-UBND, các trường dạy bù trong tháng tới."),
        article("other-order", "Phụ huynh góp ý cho Quyết định số 215/QĐ-UBND trước ngày khai giảng."),
    )
    news = filled((*DOCUMENTS, *orders))
    reader = news._engine.reader()
    fields = {score.term.field: set[str]() for score in key_terms(term_counts(news.article("flood")), reader)}
    for score in key_terms(term_counts(news.article("flood")), reader):
        fields[score.term.field].add(score.term.text)
    assert {"luong+thuc", "sat+lo"} <= fields["compound"]
    assert len(fields["exact_pair"]) > 1
    assert related(news, "order") == ["other-order"]
    assert "n215-qd-ubnd" in {score.term.text for score in key_terms(term_counts(news.article("order")), reader)}


def test_the_first_word_of_a_sentence_is_no_name(empty: Index) -> None:
    fill(empty, [article(str(number), f"Theo Mường báo {number}. Tại Mường Tấu, Khe Nhạn.") for number in range(2)])
    terms = {one.term.text for one in key_terms(term_counts(empty.article("0")), empty._engine.reader())}
    assert not any(term.startswith(("theo+", "tai+", "taị+")) for term in terms)


@pytest.mark.parametrize(
    "document",
    [
        Document(id="x", title="Chỉ có tựa đề"),
        Document(id="x", title="!!!"),
        Document(id="x", title="t", lead="một " * 4000, body=(Paragraph("hai " * 4000), Paragraph("ba"))),
    ],
)
def test_articles_of_any_size_have_related_ones_or_none(empty: Index, document: Document) -> None:
    fill(empty, [*DOCUMENTS, document])
    assert related(empty, "x") == []
    twin = Document(id="y", title=document.title, lead=document.lead, body=document.body)
    fill(empty, [twin])
    assert related(empty, "x") == []


def test_engines_agree(news: Index) -> None:
    reference = fill(open_index("memory:"), DOCUMENTS)
    for id_ in reference.ids():
        found, expected = news.related(id_), reference.related(id_)
        assert [hit.id for hit in found] == [hit.id for hit in expected]
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], rel=accuracy(news))
