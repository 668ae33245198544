from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corpus import Block

from .conftest import settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Outcome

LEAD = "Ngày 27/ 11, Huyện uỷ Sông Mơ đã tổ chức Hội nghị sơ kết 02 năm thực hiện Đề án số 03-ĐA/TU của Tỉnh uỷ."
FIRST = "Đảng bộ huyện Sông Mơ có 27 tổ chức cơ sở đảng với 3.654 đảng viên; 100% cấp ủy hoàn thành tốt nhiệm vụ."
LAST = "Kết luận hội nghị, đồng chí Lò Văn Mây yêu cầu các chi bộ tiếp tục thực hiện nghiêm túc Đề án"
SEED = f"""Huyện uỷ Sông Mơ sơ kết 02 năm thực hiện Đề án 03

{LEAD}
Đồng chí Lò Văn Mây, Phó Bí thư Huyện uỷ, phát biểu tại hội nghị

{FIRST}

Toàn cảnh hội nghị

{LAST}./.

Kim Thoa - Tùng Lâm

Tin cùng chuyên mục
Tin khác của hôm qua
"""


def test_an_article_as_provincial_papers_keep_it(reading: Callable[..., Outcome]) -> None:
    outcome = reading(SEED)
    article = outcome.article
    assert article.title == "Huyện uỷ Sông Mơ sơ kết 02 năm thực hiện Đề án 03"
    assert article.lead == LEAD
    assert article.body == (Block(FIRST), Block(f"{LAST}."))
    assert article.captions == (
        "Đồng chí Lò Văn Mây, Phó Bí thư Huyện uỷ, phát biểu tại hội nghị",
        "Toàn cảnh hội nghị",
    )
    assert article.authors == ("Kim Thoa", "Tùng Lâm")
    assert (article.category, article.published, article.source, article.url) == (None, None, None, None)
    assert article.id == "bai.txt"
    assert outcome.notice_codes == ["boilerplate-cut"]
    assert "hôm qua" in outcome.notices[0].value


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_any_line_ends_do(reading: Callable[..., Outcome], ending: str) -> None:
    assert reading(SEED.replace("\n", ending).encode()).article.lead == LEAD


@pytest.mark.parametrize("mark", ["./.", ". /.", " ./.", "/."])
def test_the_end_mark_becomes_a_full_stop(reading: Callable[..., Outcome], mark: str) -> None:
    assert reading(SEED.replace("./.", mark)).article.body[-1].text == f"{LAST}."


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Kim Thoa", ("Kim Thoa",)),
        ("KIM THOA – TÙNG LÂM", ("KIM THOA", "TÙNG LÂM")),
        ("Kim Thoa, Tùng Lâm và Vừ A Dếnh", ("Kim Thoa", "Tùng Lâm", "Vừ A Dếnh")),
        ("Tin, ảnh: Kim Thoa", ("Kim Thoa",)),
        ("Bài và ảnh: H'Hen Niê", ("H'Hen Niê",)),
        ("Kim Thoa (tổng hợp)", ("Kim Thoa",)),
        ("Thoa - Lâm", ("Thoa", "Lâm")),
        ("Trung tâm Văn hoá huyện", ()),
        ("Họ Và Tên Dài Quá Năm Tiếng", ()),
        ("Kim Thoa - Tùng Lâm - Hồng Hà - Thu Cúc - Mai Lan", ()),
        ("Quyết định 1736", ()),
        ("Theo TTXVN", ()),
        ("Ông Lò Văn Mây", ()),
    ],
)
def test_bylines(reading: Callable[..., Outcome], line: str, authors: tuple[str, ...]) -> None:
    article = reading(SEED.replace("Kim Thoa - Tùng Lâm", line)).article
    assert article.authors == authors
    if not authors:
        assert line in article.captions


def test_a_name_inside_the_text_is_no_byline(reading: Callable[..., Outcome]) -> None:
    article = reading(SEED.replace("Toàn cảnh hội nghị", "Hồng Hà").replace("Kim Thoa - Tùng Lâm", "")).article
    assert article.authors == ()
    assert "Hồng Hà" in article.captions


def test_a_signature_without_an_end_mark_may_have_captions_after_it(reading: Callable[..., Outcome]) -> None:
    caption = "Lễ khai mạc thu hút hàng nghìn người dân các bản quanh vùng lòng hồ tới dự từ sáng sớm."
    article = reading(f"Tiêu đề\n\n{LEAD}\n\n{FIRST}\n\n{LAST}.\n\nKim Thoa\n\n{caption}").article
    assert article.authors == ("Kim Thoa",)
    assert article.captions == (caption,)
    assert article.body[-1].text == f"{LAST}."


@pytest.mark.parametrize(
    "line",
    [
        "Ảnh: Kim Thoa",
        "(Ảnh: Kim Thoa)",
        "Ảnh minh họa",
        "Bà con bản Mây gặt lúa sớm. Ảnh: Kim Thoa.",
        "Đồng lúa bản Mây - Ảnh: KIM THOA",
        "Video: Đài Sông Mơ",
        "Các đại biểu dâng hương tại đền thờ",
        "Một góc thị trấn nhìn từ đồi chè",
        "Bà con bản Mây bên nương ngô mới",
    ],
)
def test_captions(reading: Callable[..., Outcome], line: str) -> None:
    article = reading(SEED.replace("Toàn cảnh hội nghị", line)).article
    assert line in article.captions
    assert article.body == (Block(FIRST), Block(f"{LAST}."))


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("## Khó khăn còn đó", "Khó khăn còn đó"),
        ("II. Nhiệm vụ trọng tâm", "II. Nhiệm vụ trọng tâm"),
        ("KHÓ KHĂN CÒN ĐÓ", "KHÓ KHĂN CÒN ĐÓ"),
    ],
)
def test_crossheads(reading: Callable[..., Outcome], line: str, text: str) -> None:
    article = reading(SEED.replace("Toàn cảnh hội nghị", line)).article
    assert article.body == (Block(FIRST), Block(text, crosshead=True), Block(f"{LAST}."))


@pytest.mark.parametrize(
    "line", ["Anh: Nguyễn Văn Mây kể lại chuyện cũ.", "- Hỗ trợ hộ nghèo vay vốn", "Cụ thể như sau:", "Vì sao vậy?"]
)
def test_sentences_and_list_items_stay_paragraphs(reading: Callable[..., Outcome], line: str) -> None:
    article = reading(SEED.replace("Toàn cảnh hội nghị", line)).article
    assert article.body == (Block(FIRST), Block(line), Block(f"{LAST}."))


@pytest.mark.parametrize(
    "line", ["Tin cùng chuyên mục", "TIN CÙNG CHUYÊN MỤC:", "Tin liên quan", "Ý kiến bạn đọc", ">> Tin khác"]
)
def test_boilerplate_ends_an_article(reading: Callable[..., Outcome], line: str) -> None:
    article = reading(SEED.replace("Tin cùng chuyên mục", line)).article
    assert "hôm qua" not in repr(article)


@pytest.mark.parametrize(
    "line", ["Bình luận về tin cùng chuyên mục cho thấy nhiều ý kiến khác nhau.", "Tin liên quan tới mưa lũ, xem dưới."]
)
def test_boilerplate_is_matched_as_whole_lines(reading: Callable[..., Outcome], line: str) -> None:
    article = reading(SEED.replace("Toàn cảnh hội nghị", line)).article
    assert Block(line) in article.body
    assert article.authors


def test_boilerplate_can_be_extended_blind_to_case_and_tone_placement(reading: Callable[..., Outcome]) -> None:
    settings = settled(boilerplate_cut=("Hoạt động của uỷ ban",), boilerplate_lines=("Báo Sông Mơ điện tử",))
    text = SEED.replace("Tin cùng chuyên mục", "BÁO SÔNG MƠ ĐIỆN TỬ\nHOẠT ĐỘNG CỦA ỦY BAN")
    article = reading(text, settings=settings).article
    assert "hôm qua" not in repr(article)
    assert "ĐIỆN TỬ" not in repr(article)
    assert article.authors == ("Kim Thoa", "Tùng Lâm")


def test_a_text_of_short_lines_stays_text(reading: Callable[..., Outcome]) -> None:
    lines = ("Bản Mây sớm nay mù giăng", "Suối reo chân núi", "Nắng lên lưng đồi", "Chim rừng gọi bạn")
    article = reading("Sớm bản Mây\n\n" + "\n".join(lines)).article
    assert article.body == tuple(map(Block, lines[1:]))
    assert article.lead == lines[0]
    assert not article.captions


def test_lines_wrapped_by_hand_are_joined(reading: Callable[..., Outcome]) -> None:
    paragraph = "Đảng bộ huyện Sông Mơ có hai mươi bảy tổ chức cơ sở đảng trực thuộc huyện\ntrong đó có\n14 đảng bộ."
    article = reading(f"Tiêu đề\n\n{LEAD}\n\n{paragraph}").article
    assert article.body == (Block(paragraph.replace("\n", " ")),)


@pytest.mark.parametrize(
    ("text", "lead", "body"),
    [
        (f"Tiêu đề\n\n{FIRST}", "", (Block(FIRST),)),
        (f"Tiêu đề\n\n{'từ ' * 300}.\n\n{FIRST}", "", None),
        (f"Tiêu đề\n\nToàn cảnh\n\n{FIRST}\n\n{LEAD}", "", None),
        (f"Tiêu đề\n\n{FIRST}\n\n{LEAD}", FIRST, (Block(LEAD),)),
    ],
)
def test_the_lead_is_a_first_paragraph_that_others_follow(
    reading: Callable[..., Outcome], text: str, lead: str, body: tuple[Block, ...] | None
) -> None:
    article = reading(text).article
    assert article.lead == lead
    assert body is None or article.body == body


def test_a_text_without_a_title_line_takes_its_first_sentence(reading: Callable[..., Outcome]) -> None:
    sentence = "UBND TP. Sông Mơ sáng 3/5 khánh thành cầu treo bản Mây."
    outcome = reading(f"{sentence} {'Cầu dài một trăm mét. ' * 20}")
    assert outcome.article.title == sentence
    assert outcome.article.body[0].text.startswith(sentence)
    assert outcome.notice_codes == ["title-from-text"]


def test_a_title_alone_is_an_article_with_a_notice(reading: Callable[..., Outcome]) -> None:
    outcome = reading("Lịch cắt điện ngày 3/5\n")
    assert outcome.article.title == "Lịch cắt điện ngày 3/5"
    assert outcome.notice_codes == ["no-body"]


@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff\n"])
def test_an_empty_file_is_refused(reading: Callable[..., Outcome], text: str) -> None:
    assert reading(text).refusal.code == "empty"


def test_stray_control_characters_inside_words_go(reading: Callable[..., Outcome]) -> None:
    article = reading("Công ty C\x1dổ phần \x08lập\u200b mới\x00\n\nĐoạn  một\u00a0hai.").article
    assert article.title == "Công ty Cổ phần lập mới"
    assert article.body[0].text == "Đoạn một hai."
