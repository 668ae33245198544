from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from corpus import Block

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Outcome

CMS = """
<div class="content"><script>var a = "<p>không phải bài</p>";</script><style>p { color: red }</style>
<p>
UBND huy&ecirc;̣n <b>Sông</b> <i>Mơ</i> h&ocirc;m qua
&amp;agrave; &amp;amp; m&agrave;, 5 &lt; 7.<br>Dòng sau ngắt dòng.</p>
<h2>Khó khăn&nbsp;còn đó</h2>
<figure><img src="a.jpg" alt="a.jpg"><figcaption>Cầu treo bản Mây sáng 3/5.</figcaption></figure>
<p class="Image">Người dân qua cầu.</p>
<ul><li>Hỗ trợ gạo</li><li>Hỗ trợ <a href="/giong">giống</a></li></ul>
<table><tr><th>Xã</th><td>Nà Mây</td></tr></table>
<blockquote><p>Chúng tôi sẽ đi đến cùng.</p></blockquote><!-- ghi chú --></div>"""


def test_html_becomes_paragraphs_crossheads_and_captions(reading: Callable[..., Outcome]) -> None:
    article = reading(json.dumps({"title": "Tin &quot;mới&quot; <b>nhất</b>", "content": CMS})).article
    assert article.title == 'Tin "mới" nhất'
    assert article.body == (
        Block("UBND huyện Sông Mơ hôm qua à & mà, 5 < 7."),
        Block("Dòng sau ngắt dòng."),
        Block("Khó khăn còn đó", crosshead=True),
        Block("Hỗ trợ gạo"),
        Block("Hỗ trợ giống"),
        Block("Xã"),
        Block("Nà Mây"),
        Block("Chúng tôi sẽ đi đến cùng."),
    )
    assert article.captions == ("Cầu treo bản Mây sáng 3/5.", "Người dân qua cầu.")
    assert "alert" not in repr(article)


@pytest.mark.parametrize(
    "text",
    [
        "Nhiệt độ 5 < 7 và 9 > 8.",
        "a<b và c>d",
        "Mã <Không rõ> trong sổ.",
        "AT&T và R&D",
        "x &lt y",
        "<- mũi tên ->",
        "<3",
    ],
)
def test_plain_signs_are_not_html(reading: Callable[..., Outcome], text: str) -> None:
    assert reading(json.dumps({"title": "Tin", "body": text})).article.body == (Block(text),)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Huy&#7879;n u&#x1ef7;", "Huyện uỷ"),
        ("H&amp;agrave; N&amp;#7897;i", "Hà Nội"),
        ("&lt;p&gt;Hà Nội&lt;/p&gt;", "Hà Nội"),
        ("&amp;lt;p&amp;gt;Hà Nội", "<p>Hà Nội"),
        ("<p>Hà Nội<p>", "Hà Nội"),
        ("<P CLASS=x>Hà Nội</P>", "Hà Nội"),
        ("<o:p>Hà</o:p> Nội", "Hà Nội"),
    ],
)
def test_entities_and_escaped_markup(reading: Callable[..., Outcome], text: str, result: str) -> None:
    assert reading(json.dumps({"title": "Tin", "body": text})).article.body[0].text == result


def test_lists_of_html_paragraphs(reading: Callable[..., Outcome]) -> None:
    article = reading(
        json.dumps({"title": "Tin", "body": ["<p>Đoạn một.</p>", "Đoạn hai.", {"text": "Đoạn ba."}]})
    ).article
    assert [block.text for block in article.body] == ["Đoạn một.", "Đoạn hai.", "Đoạn ba."]


def test_a_whole_page(reading: Callable[..., Outcome]) -> None:
    page = """<!DOCTYPE html><html><head><title>Tin | Báo Sông Mơ</title>
    <meta property="article:published_time" content="2023-05-03T08:15:00+07:00"></head>
    <body><nav><a href="/">Trang chủ</a></nav><article><h1>Khánh thành cầu treo</h1><p>Sáng 3/5, cầu treo bản Mây
    khánh thành.</p><p>Người dân rất vui.</p><footer>Bản quyền</footer></article></body></html>"""
    article = reading(page, "a.html").article
    assert article.title == "Khánh thành cầu treo"
    assert [block.text for block in article.body] == ["Sáng 3/5, cầu treo bản Mây khánh thành.", "Người dân rất vui."]
    assert str(article.published) == "2023-05-03 08:15:00+07:00"


def test_deep_nesting_is_no_limit(reading: Callable[..., Outcome]) -> None:
    article = reading(json.dumps({"title": "Tin", "body": "<div>" * 3000 + "Đoạn." + "</div>" * 3000})).article
    assert article.body == (Block("Đoạn."),)
