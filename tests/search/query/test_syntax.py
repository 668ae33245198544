"""How is what a person typed read? Nothing is an error."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query.dates import Span, parse_span
from search.query.syntax import MAX_LENGTH, parse, write


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("huyen uy", "huyen uy"),
        ("  huyen   uy ", "huyen uy"),
        ('"đề án 03" mới', '"đề án 03" mới'),
        ("„đề án“ ”x“", '"đề án" "x"'),
        ("hội nghị OR đại hội", "(hội nghị HOẶC đại hội)"),
        ("hội nghị HOẶC đại hội", "(hội nghị HOẶC đại hội)"),
        ("hội nghị or đại hội", "hội nghị or đại hội"),
        ("HỘI NGHỊ OR ĐẠI HỘI", "HỘI NGHỊ OR ĐẠI HỘI"),
        ("OR x", "x"),
        ("x OR", "x"),
        ("a (b OR c) -d", "a (b HOẶC c) -d"),
        ("-(a b)", "-(a b)"),
        ('-"a b" c', '-"a b" c'),
        ("chính trị - xã hội", "chính trị - xã hội"),
        ("2021-2025 Covid-19", "2021-2025 Covid-19"),
        ("- bỏ", "- bỏ"),
        ("--x", "--x"),
        ("tên lửa S -400 và F -35", "tên lửa S -400 và F -35"),
        ("bão -2021", "bão -2021"),
        ("+đường", "+đường"),
        ("C++ +", "C++ +"),
        ("huyen*", "huyen*"),
        ("* a* ab*", "* a* ab*"),
        ("tiêu đề:nhạn", "tiêu đề:nhạn"),
        ("TIEUDE:nhạn x", "tiêu đề:nhạn x"),
        ("author:hoài", "tác giả:hoài"),
        ('chuyen muc:"chính trị"', 'chuyên mục:"chính trị"'),
        ("nguồn:(báo lam khê)", "nguồn:(báo lam khê)"),
        ("Lâm Bình: hội nghị", "Lâm Bình: hội nghị"),
        ("tiêu đề: nhạn", "tiêu đề: nhạn"),
        ("title:)", "title:"),
        ("http://x.vn", "http://x.vn"),
        ("từ:2021 đến:30/6/2021", "từ:2021-01-01 đến:2021-06-30"),
        ("from:2021-06 to:6/2021", "từ:2021-06-01 đến:2021-06-30"),
        ("từ:đâu đến:31/2/2021", "từ:đâu đến:31/2/2021"),
        ('"', ""),
        ('nói " đấu với Nga " thua', "nói đấu với Nga thua"),
        ('"chưa đóng', "chưa đóng"),
        ("((()))", ""),
        (") x (", "x"),
        ("\x00\x07 a\nb\t", "a b"),
    ],
)
def test_reading(typed: str, read: str) -> None:
    assert write(parse(typed).root) == read


@given(st.text(max_size=80) | st.text('"()+-*: OR title:từ2021đường', max_size=60))
def test_every_text_is_read_and_what_is_written_is_read_too(text: str) -> None:
    parse(write(parse(text).root))


@pytest.mark.parametrize(
    "nasty", ['("' * 600, "title:" * 300, "-(" * 500, "a OR " * 400, "noi:" * 250 + "x", "((a) " * 300]
)
def test_deep_and_long_queries_end(nasty: str) -> None:
    query = parse(nasty)
    assert query.shortened == (len(nasty.rstrip()) > MAX_LENGTH)
    write(query.root)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2021", Span(date(2021, 1, 1), date(2021, 12, 31))),
        ("2024-02", Span(date(2024, 2, 1), date(2024, 2, 29))),
        ("2/2023", Span(date(2023, 2, 1), date(2023, 2, 28))),
        ("5/4/2021", Span(date(2021, 4, 5), date(2021, 4, 5))),
        ("2021-04-05", Span(date(2021, 4, 5), date(2021, 4, 5))),
        ("31/2/2021", None),
        ("13/2021", None),
        ("0000", None),
        ("hôm nay", None),
        ("", None),
    ],
)
def test_days_of_a_bound(text: str, span: Span | None) -> None:
    assert parse_span(text) == span
