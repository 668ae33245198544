"""Which queries show best what can be typed? Those that find something in the archive at hand.

Where that matters, examples are made of its commonest place, its largest category, its busiest author; the number of
articles that each finds stands beside it. The others are of a kind that every archive of local news can answer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from search import MISSING, Index, Page

from .messages import Lazy
from .messages import lazy_gettext as _l

LOOKED_AT = 20
"""Places and newest articles among which the name is looked for that examples are made of."""

MOST_WORDS = 4
"""Words of that name."""

SECONDS = 0.2
"""The time budget of each count."""


@dataclass(frozen=True, slots=True)
class Example:
    """A query to try, what it shows, and the number of articles that it finds now, None where that is not known."""

    typed: str
    meaning: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Material:
    """What examples are made of: two or three ``words`` that belong together, values of facets, a year."""

    words: tuple[str, ...]
    category: str
    author: str
    year: str

    @classmethod
    def of(cls, page: Page) -> Material:
        """Return the material in ``page``, all articles of an archive; made up where it has none."""
        places = (value.value.split() for value in page.facets.get("place", ()))
        titles = (hit.title.split() for hit in page.hits)
        phrases = (*islice(places, LOOKED_AT), *titles)
        fitting = (tuple(words[:MOST_WORDS]) for words in phrases if len(words) > 1 and "".join(words).isalpha())
        return cls(
            words=next(fitting, MADE_UP.words),
            category=_first(page, "category") or MADE_UP.category,
            author=_first(page, "author"),
            year=max(page.months, default=MADE_UP.year)[:4],
        )


MADE_UP = Material(words=("lễ", "hội", "đua", "thuyền"), category="Giáo dục", author="", year="2021")
"""What examples are made of where the archive has nothing better."""


def _first(page: Page, facet: str) -> str:
    values = (value.value for value in page.facets.get(facet, ()))
    return next((value for value in values if value != MISSING and '"' not in value), "")


def plain(text: str) -> str:
    """Return ``text`` in small letters without accents."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(char for char in apart if not unicodedata.combining(char))


_Maker = Callable[[Material], str]

EXAMPLES: tuple[tuple[_Maker, Lazy], ...] = (
    (lambda m: plain(" ".join(m.words)), _l("bài có đủ các từ, có dấu hay không, đặt dấu kiểu cũ hay mới")),
    (lambda m: " ".join(m.words), _l("cũng những bài ấy, nhưng bài đúng dấu đứng trước")),
    (lambda m: f'"{" ".join(m.words)}"', _l("đúng cụm từ, các từ liền nhau; ngoặc kép phải viết liền với chữ")),
    (lambda _: "+đường sắt", _l("từ ngay sau dấu cộng phải đúng dấu như đã gõ: đường, không lấy Dương")),
    (lambda _: "lễ hội -thuyền", _l("bài không có từ đứng ngay sau dấu trừ; trước dấu trừ có dấu cách")),
    (lambda _: "lũ OR lụt", _l("một trong hai; viết HOẶC cũng được, phải viết hoa")),
    (lambda _: "(lũ HOẶC lụt) thiệt hại", _l("ngoặc đơn gom các từ lại")),
    (lambda m: f"{plain(m.words[-1])[:3]}*", _l("mọi từ bắt đầu như vậy")),
    (
        lambda m: f"tiêu đề:({' '.join(m.words)})",
        _l("các từ nằm trong tiêu đề; tương tự: tác giả, chuyên mục, nguồn, địa bàn; giá trị viết liền sau hai chấm"),
    ),
    (lambda m: f'chuyên mục:"{m.category}"', _l("bài trong một chuyên mục")),
    (lambda m: f'tác giả:"{m.author}"' if m.author else "", _l("bài của một tác giả")),
    (
        lambda m: f"từ:{m.year}-01-01 đến:{m.year}-06-30",
        _l("bài đăng trong khoảng thời gian; viết từ:2021 hay đến:30/6/2021 cũng được"),
    ),
    (lambda _: "03-ĐA/TU", _l("số hiệu văn bản; ngày tháng và số cũng tìm được theo mọi cách viết")),
    (
        lambda _: "HĐND",
        _l(
            "chữ viết tắt và cách viết đầy đủ (Hội đồng nhân dân), gõ cách nào cũng được; "
            "chữ tắt chỉ có hai chữ cái thì phải viết hoa: TP là cả thành phố, tp thì không"
        ),
    ),
)
"""How each example is made, nothing where the archive has nothing to make it of, and what it shows."""


def make_examples(index: Index | None) -> list[Example]:
    """Return the examples for ``index``, counted now; made up and uncounted where there is none."""
    material = Material.of(index.search("", sort="newest", per_page=LOOKED_AT)) if index else MADE_UP
    typed = [(maker(material), meaning) for maker, meaning in EXAMPLES]
    return [
        Example(query, str(meaning), index.search(query, per_page=1, budget=SECONDS).total if index else None)
        for query, meaning in typed
        if query
    ]
