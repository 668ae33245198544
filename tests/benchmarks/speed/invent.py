"""What do articles get that their file lacks: authors, places, captions, and, where there are too few, other articles?

Everything follows from an article's id or number: the same file gives the same articles on every machine. The names
are invented. Their frequencies fall as 1/rank, as those of bylines and communes in an archive roughly do.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, product

from search import Document, Paragraph

_FIRST = "An Bảo Cẩm Diệu Đan Giáng Hạ Khuê Lam Minh Ngân Nhã Phương Quế Song Thảo Thiên Tường Uyên Vân".split()
_LAST = "Băng Chi Đông Hà Khê Lâm Mây Nguyệt Phong Sa Thu Trúc Vũ Xuân Yên".split()
_LAND = "Khe Nậm Bản Suối Đồng Gò Hang Lũng Mỏ Nà Pác Rừng Thác Vực Xóm".split()
_NAME = "Nhạn Cúm Lựu Tre Sậy Mơ Gấm Bưởi Sim Ráy".split()

AUTHORS = tuple(" ".join(pair) for pair in product(_FIRST, _LAST))
PLACES = tuple(" ".join(pair) for pair in product(_LAND, _NAME))

MOST_AUTHORS = 2
MOST_PLACES = 3
MOST_CAPTIONS = 2
CAPTION_WORDS = 14

DONORS = 5
"""Articles whose sentences are mixed into a new one."""

_SENTENCE = re.compile(r"(?<=[.!?…]) +")


def dressed(document: Document) -> Document:
    """Return ``document`` with 0 to 2 authors, 0 to 3 places and 0 to 2 captions, where it has none of its own."""
    chance = random.Random(f"fields of {document.id}")  # noqa: S311  # a choice, not a secret
    authors = _some(chance, AUTHORS, MOST_AUTHORS)
    places = _some(chance, PLACES, MOST_PLACES)
    captions = tuple(_caption(chance, document) for _ in range(chance.randint(0, MOST_CAPTIONS)) if document.body)
    return replace(
        document,
        authors=document.authors or authors,
        places=document.places or places,
        captions=document.captions or captions,
    )


def mixed(pool: Sequence[Document], number: int) -> Document:
    """Return a new article, the ``number``-th, made of the sentences of articles in ``pool`` (one or more).

    It has the paragraphs, their numbers of sentences, the category, the date and the source of one of them; its title
    begins like one and ends like another.
    """
    chance = random.Random(f"mixture {number}")  # noqa: S311  # a choice, not a secret
    shape, *others = (chance.choice(pool) for _ in range(DONORS))
    sentences = [
        sentence for document in (shape, *others) for block in document.body for sentence in _SENTENCE.split(block.text)
    ]
    return replace(
        shape,
        id=f"mixed-{number:07}",
        title=_half(shape.title, 0) + " " + _half(chance.choice(others).title, 1),
        lead=_reworded(chance, shape.lead, sentences),
        body=tuple(replace(block, text=_reworded(chance, block.text, sentences)) for block in shape.body),
        authors=(),
        places=(),
        captions=(),
        url=None,
    )


def _some(chance: random.Random, names: Sequence[str], most: int) -> tuple[str, ...]:
    """Return 0 to ``most`` different ones of ``names``, the first of which are the commonest."""
    weights = list(accumulate(1 / rank for rank in range(1, len(names) + 1)))
    drawn = chance.choices(names, cum_weights=weights, k=chance.randint(0, most))
    return tuple(dict.fromkeys(drawn))


def _caption(chance: random.Random, document: Document) -> str:
    paragraph: Paragraph = chance.choice(document.body)
    return " ".join(paragraph.text.split()[:CAPTION_WORDS])


def _reworded(chance: random.Random, text: str, sentences: Sequence[str]) -> str:
    """Return as many of ``sentences`` as ``text`` has."""
    if not text or not sentences:
        return text
    return " ".join(chance.choice(sentences) for _ in _SENTENCE.split(text))


def _half(title: str, which: int) -> str:
    words = title.split()
    middle = (len(words) + 1) // 2
    return " ".join(words[middle:] if which else words[:middle])
