from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Outcome

BODY = "Mưa lớn từ đêm 2/5 làm nhiều tuyến đường ở xã Nà Mây bị ngập sâu trong nước, giao thông chia cắt."
BODY += "\n\nĐến trưa nước đã rút."
HEAD = """---
title: Lũ quét ở Nà Mây: ba nhà bị cuốn trôi
category: Xã hội
date: 2023-05-03T08:15
author: Kim Thoa - Tùng Lâm
source: Báo Sông Mơ
url: https://songmo.example/lu-quet
place: [xã Nà Mây, huyện Sông Mơ]
views: 100
---
"""
VIETNAMESE = """---
# đầu bài
Tiêu đề: "Lũ quét ở Nà Mây: ba nhà bị cuốn trôi"
Chuyên mục: Xã hội
Ngày: 08:15 ngày 3/5/2023
Tác giả:
  - Kim Thoa
  - Tùng Lâm
Nguồn: Báo Sông Mơ
url: https://songmo.example/lu-quet
Địa điểm: xã Nà Mây; huyện Sông Mơ
---
"""
REPEATED = HEAD.replace("author: Kim Thoa - Tùng Lâm", "author: Kim Thoa\nauthor: Tùng Lâm")


@pytest.mark.parametrize("head", [HEAD, VIETNAMESE, REPEATED, "\ufeff" + HEAD, HEAD.replace("\n", "\r\n")])
def test_heads(reading: Callable[..., Outcome], head: str) -> None:
    article = reading(head + BODY, "bai.md").article
    assert article.title == "Lũ quét ở Nà Mây: ba nhà bị cuốn trôi"
    assert article.category == "Xã hội"
    assert article.published == datetime(2023, 5, 3, 8, 15, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    assert article.authors == ("Kim Thoa", "Tùng Lâm")
    assert article.source == "Báo Sông Mơ"
    assert article.id == article.url == "https://songmo.example/lu-quet"
    assert article.places == ("xã Nà Mây", "huyện Sông Mơ")
    assert article.lead.startswith("Mưa lớn")
    assert [block.text for block in article.body] == ["Đến trưa nước đã rút."]


def test_a_head_without_a_title_leaves_it_to_the_text(reading: Callable[..., Outcome]) -> None:
    article = reading("---\ndate: 3/5/2023\nlead: Ba nhà bị cuốn trôi.\n---\nLũ quét ở Nà Mây\n\n" + BODY).article
    assert (article.title, article.published, article.lead) == (
        "Lũ quét ở Nà Mây",
        date(2023, 5, 3),
        "Ba nhà bị cuốn trôi.",
    )


def test_values_may_go_on_in_indented_lines(reading: Callable[..., Outcome]) -> None:
    article = reading(f"---\ntitle: Lũ quét\nlead: >\n  Ba nhà\n  bị cuốn trôi.\n---\n{BODY}").article
    assert article.lead == "Ba nhà bị cuốn trôi."


def test_the_body_may_be_html(reading: Callable[..., Outcome]) -> None:
    article = reading("---\ntitle: Lũ quét\n---\n<p>Đoạn một dài.</p><h2>Giữa</h2><p>Đoạn hai dài.</p>").article
    assert article.lead == "Đoạn một dài."
    assert [(block.text, block.crosshead) for block in article.body] == [("Giữa", True), ("Đoạn hai dài.", False)]


@pytest.mark.parametrize(
    ("text", "line"),
    [("---\ntitle: Lũ quét\n\nKhông có dòng kết.", 1), ("---\ntitle: Lũ quét\nkhông phải cặp\n---\nThân bài.", 3)],
)
def test_a_broken_head_is_refused_with_its_line(reading: Callable[..., Outcome], text: str, line: int) -> None:
    refusal = reading(text).refusal
    assert (refusal.code, refusal.line) == ("bad-front-matter", line)


def test_a_rule_at_the_top_is_no_head(reading: Callable[..., Outcome]) -> None:
    article = reading("---\n\nLũ quét ở Nà Mây\n\nĐoạn một.").article
    assert article.body
    assert article.id == "bai.txt"
