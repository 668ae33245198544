"""How is it told why an article is found?

The search says for every typed word how it matched in which zone, in a dozen parts. A reader gets one line for a word:
its parts added up once by how and once by where, the largest first, in the reader's language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from search import Explanation, MatchedWord

from .format import LEAST_SHARE
from .messages import Lazy
from .messages import lazy_gettext as _l

HOW_LABELS = {
    "exact": _l("đúng dấu"),
    "folded": _l("không kể dấu"),
    "date": _l("ngày tháng"),
    "document": _l("số hiệu văn bản"),
    "measure": _l("số có đơn vị"),
    "time": _l("giờ"),
    "number": _l("con số"),
    "joined": _l("cách viết khác"),
    "equivalent": _l("viết tắt, từ tương đương"),
    "prefix": _l("phần đầu của từ"),
    "phrase": _l("cả cụm từ"),
    "compound": _l("từ ghép"),
    "pair": _l("cặp từ liền nhau"),
    "part": _l("chỉ một phần"),
}
"""Every way of ``search.page.HOW``."""

PLACE_LABELS = {
    "text": _l("toàn bài"),
    "title": _l("tiêu đề"),
    "lead": _l("mở đầu"),
    "body": _l("thân bài"),
    "captions": _l("chú thích ảnh"),
    "authors": _l("tác giả"),
    "category": _l("chuyên mục"),
    "source": _l("nguồn"),
    "place": _l("địa bàn"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What one way of matching, or one place, adds to the score (0 to 1)."""

    label: str
    share: float


@dataclass(frozen=True, slots=True)
class Reason:
    """A typed word that matches: ``how`` at best, by which ``ways``, in which ``places``; all from the largest share
    on, without those too small to print.
    """

    text: str
    how: str
    ways: tuple[Part, ...]
    places: tuple[Part, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Why:
    """Why an article is found; ``rest`` is the share that no typed word accounts for, 0 if it is too small to print."""

    score: float
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    rest: float


def tell(explanation: Explanation) -> Why:
    """Return ``explanation`` in the reader's language."""
    return Why(
        score=explanation.score,
        reasons=tuple(_reason(word) for word in explanation.words),
        missing=explanation.missing,
        rest=explanation.rest if explanation.rest >= LEAST_SHARE else 0.0,
    )


def _reason(word: MatchedWord) -> Reason:
    return Reason(
        text=word.text,
        how=_label(HOW_LABELS, word.how),
        ways=_added((_label(HOW_LABELS, match.how), match.share) for match in word.matches),
        places=_added((_label(PLACE_LABELS, match.zone), match.share) for match in word.matches),
        share=word.share,
    )


def _added(shares: Iterable[tuple[str, float]]) -> tuple[Part, ...]:
    sums: defaultdict[str, float] = defaultdict(float)
    for label, share in shares:
        sums[label] += share
    ordered = sorted(sums.items(), key=lambda part: -part[1])
    large = [Part(label, share) for label, share in ordered if share >= LEAST_SHARE]
    return tuple(large or [Part(label, share) for label, share in ordered[:1]])


def _label(labels: Mapping[str, Lazy], name: str) -> str:
    return str(labels.get(name, name))
