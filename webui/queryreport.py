"""What does the query log tell who looks after the site? What is asked, not found, slow; and what could be done.

The proposals are lines for ``equivalents.tsv``, to be read by a person before they go there.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from search import Index

from .errors import QueryLogError
from .querylog import connected

MOST_SHOWN = 20
"""Rows of each list."""

MOST_TRIED = 200
"""Queries without a result that are asked again for the proposals."""

SLOW_MS = 100.0
"""From which mean time on a query is called slow."""

LONGEST_ENTRY = 5
"""Words of a query that may become an entry: longer ones are remembered titles."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, whatever its case and spacing, in the spelling that was typed last.

    ``times`` counts searches for it alone, without filters; ``found`` and ``whole`` are those of the last; ``mean_ms``
    and ``longest_ms`` are of all. ``places`` are those of the articles that were opened from its results.
    """

    query: str
    times: int
    found: int
    whole: bool
    mean_ms: float
    longest_ms: float
    places: tuple[int, ...] = ()

    @property
    def middle_place(self) -> float:
        """The place that half of the clicks were at or above, 0 where there were none."""
        return float(median(self.places)) if self.places else 0.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A group for ``equivalents.tsv``; a single form waits for somebody who knows what it stands for.

    ``why`` is near (a close spelling is found), initials (a query that is asked too has these initials) or unknown.
    """

    forms: tuple[str, ...]
    why: str
    times: int


@dataclass(frozen=True, slots=True)
class Report:
    """What the log says from day ``first`` to ``last`` (ISO, empty where it holds nothing)."""

    first: str
    last: str
    searches: int
    queries: int
    missed: int
    most: tuple[Asked, ...]
    unfound: tuple[Asked, ...]
    slow: tuple[Asked, ...]
    proposals: tuple[Proposal, ...]


def read(path: Path, index: Index) -> Report:
    """Return the report of the log at ``path``; what was not found is tried on ``index`` again.

    Raises :class:`~webui.errors.QueryLogError` where the log cannot be read.
    """
    if not path.is_file():
        raise QueryLogError(path, "chưa có tệp này; nó được lập khi có người tìm")
    try:
        with connected(path) as connection:
            first, last = connection.execute("SELECT min(day), max(day) FROM searches").fetchone()
            asked = sorted(_asked(connection), key=lambda one: (-one.times, one.query))
    except (sqlite3.Error, OSError) as error:
        raise QueryLogError(path, str(error)) from error
    unfound = [one for one in asked if not one.whole]
    slow = sorted((one for one in asked if one.mean_ms >= SLOW_MS), key=lambda one: -one.mean_ms)
    return Report(
        first=first or "",
        last=last or "",
        searches=sum(one.times for one in asked),
        queries=len(asked),
        missed=sum(one.times for one in unfound),
        most=tuple(asked[:MOST_SHOWN]),
        unfound=tuple(unfound[:MOST_SHOWN]),
        slow=tuple(slow[:MOST_SHOWN]),
        proposals=tuple(_proposals(index, unfound[:MOST_TRIED], asked)),
    )


def key(query: str) -> str:
    """Return what is the same for all spellings of a query that count as one."""
    return " ".join(unicodedata.normalize("NFC", query).casefold().split())


def _asked(connection: sqlite3.Connection) -> Iterator[Asked]:
    """Yield every query that was asked without filters; SQLite gives bare columns from the row of max(rowid)."""
    places: dict[str, list[int]] = defaultdict(list)
    for query, place in connection.execute("SELECT query, place FROM clicks"):
        places[key(query)].append(place)
    rows: dict[str, list[tuple[int, str, int, int, bool, float, float]]] = defaultdict(list)
    for row in connection.execute(
        "SELECT max(rowid), query, count(*), found, whole, avg(took_ms), max(took_ms) "
        "FROM searches WHERE NOT narrowed GROUP BY query"
    ):
        rows[key(row[1])].append(row)
    for name, spellings in rows.items():
        _, query, _, found, whole, _, _ = max(spellings)
        times = sum(row[2] for row in spellings)
        yield Asked(
            query=query,
            times=times,
            found=found,
            whole=bool(whole),
            mean_ms=sum(row[2] * row[5] for row in spellings) / times,
            longest_ms=max(row[6] for row in spellings),
            places=tuple(places[name]),
        )


def _proposals(index: Index, unfound: Sequence[Asked], asked: Sequence[Asked]) -> Iterator[Proposal]:
    expansions = {
        _initials(one.query): one.query for one in reversed(asked) if one.whole and len(one.query.split()) > 1
    }
    seen: set[tuple[str, ...]] = set()
    for one in unfound:
        for forms, why in _forms(index, one.query, expansions):
            if forms not in seen:
                seen.add(forms)
                yield Proposal(forms, why, one.times)


def _forms(index: Index, query: str, expansions: dict[str, str]) -> Iterator[tuple[tuple[str, ...], str]]:
    page = index.search(query, per_page=1)
    words = query.split()
    if (page.total and "fallback" not in page.reading.notices) or len(words) > LONGEST_ENTRY:
        return
    known = {typed for typed, _ in page.reading.expansions}
    unknown = [
        word for word in words if _may_be_short(word) and word not in known and not index.search(word, per_page=1).total
    ]
    near = index.search(
        query.casefold(), per_page=1
    ).did_you_mean  # a correction keeps capitals, and loses accents then
    if near and not any(_is_short(word) and _plain(word) in _plain(near).split() for word in unknown):
        # Entries are written with all their accents.
        yield (query, index.search(near, per_page=1).restored or near), "near"
        return
    for word in unknown:
        meant = expansions.get(_plain(word))
        if meant:
            yield (word.upper(), meant), "initials"
        elif _is_short(word):
            yield (word,), "unknown"


def _may_be_short(word: str) -> bool:
    return word.isalpha() and 2 <= len(word) <= 10


def _is_short(word: str) -> bool:
    """Say whether a word is written as an acronym."""
    return _may_be_short(word) and word.isupper()


def _initials(query: str) -> str:
    return "".join(_plain(word)[:1] for word in query.split())


def _plain(text: str) -> str:
    """Return ``text`` in small letters without accents."""
    bare = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(char for char in bare if not unicodedata.combining(char))


Say = Callable[..., str]


def show(report: Report, _: Say) -> str:
    """Return the report as a person reads it, in the language of ``_``."""
    return "\n".join(_lines(report, _)) + "\n"


def _lines(report: Report, _: Say) -> Iterator[str]:
    if not report.searches:
        yield _("Nhật ký chưa có câu tìm nào.")
        return
    yield _(
        "Từ %(first)s đến %(last)s: %(searches)d lần tìm, %(queries)d câu khác nhau, %(missed)d lần không thấy.",
        first=report.first,
        last=report.last,
        searches=report.searches,
        queries=report.queries,
        missed=report.missed,
    )
    yield from _section(_("Được hỏi nhiều nhất (lần)"), report.most, lambda one: _clicks(one, _), _)
    yield from _section(_("Hỏi mà không thấy, hoặc chỉ thấy một phần (lần)"), report.unfound, lambda _one: "", _)
    yield from _section(
        _("Chậm, trung bình từ %(ms)d ms (lần)", ms=int(SLOW_MS)),
        report.slow,
        lambda one: _("trung bình %(mean)d ms, lâu nhất %(most)d ms", mean=one.mean_ms, most=one.longest_ms),
        _,
    )
    yield from ("", _("Đề nghị cho equivalents.tsv; hãy đọc lại trước khi chép vào"), "")
    yield from _entries(report.proposals, _) if report.proposals else ["  " + _("không có")]


def _section(title: str, rows: Iterable[Asked], more: Callable[[Asked], str], _: Say) -> Iterator[str]:
    yield from ("", title, "")
    empty = True
    for one in islice(rows, MOST_SHOWN):
        empty = False
        found = _("%(number)d bài", number=one.found)
        yield f"{one.times:7}  {_printable(one.query)}  ({'; '.join(filter(None, (found, more(one))))})"
    if empty:
        yield "  " + _("không có")


def _clicks(one: Asked, _: Say) -> str:
    if not one.places:
        return ""
    return _("mở %(count)d bài, ở giữa là bài thứ %(place)g", count=len(one.places), place=one.middle_place)


def _entries(proposals: Iterable[Proposal], _: Say) -> Iterator[str]:
    reasons = {
        "near": _("hỏi %(times)d lần, không thấy; viết gần giống thì thấy"),
        "initials": _("hỏi %(times)d lần, không thấy; chữ đầu của một câu khác cũng được hỏi"),
        "unknown": _("hỏi %(times)d lần, không thấy; viết tắt của gì?"),
    }
    for one in proposals:
        yield "# " + reasons[one.why] % {"times": one.times}
        line = "\t".join(map(_printable, one.forms))
        yield line if len(one.forms) > 1 else f"# {line}\t…"


def _printable(text: str) -> str:
    """Return ``text`` without what a terminal or a table would obey."""
    return "".join(char if char.isprintable() else " " for char in text)
