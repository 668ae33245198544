"""How does a whole result leave as a file? As a stream, under an address with the parameters of the search page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, request, url_for

from search import EXPORT_FORMATS, FACETS, Export, ExportFormat, ExportRow, ExportWording

from . import params, urls
from .addresses import HitAddress, search_url, web_address, whole
from .compression import stream
from .filenames import as_download, filename
from .format import FACET_LABELS, SORT_LABELS, articles, day, facet_value, moment, number
from .index_access import export
from .messages import gettext as _
from .messages import lazy_gettext as _l
from .params import SearchRequest
from .problems import busy
from .state import state

AT_ONCE = 2
"""Exports that one process writes at a time: a slow client holds a thread as long as it reads, and half of them are
left for searches.
"""

COLUMN_LABELS = {
    "id": _l("Mã bài"),
    "title": _l("Tiêu đề"),
    "published": _l("Ngày đăng"),
    "source": _l("Nguồn"),
    "category": _l("Chuyên mục"),
    "authors": _l("Tác giả"),
    "places": _l("Địa bàn"),
    "url": _l("Địa chỉ"),
    "lead": _l("Mở đầu"),
    "snippet": _l("Đoạn trích"),
}

FORMAT_LABELS = {"csv": "CSV", "xlsx": "Excel (XLSX)", "jsonl": "JSON Lines"}

LIMITED = ("page", "per_page", "explain")
"""Parameters of a page of results that a whole result does not have."""

exports = Blueprint("exports", __name__)


@exports.get(f"/export.<any({','.join(EXPORT_FORMATS)}):suffix>")
def download(suffix: str) -> Response:
    """Send the whole result of a search; what cannot be used of its parameters is left out, as on the page."""
    asked, _problems = params.read_search(params.decode(request.query_string), state().limits)
    return send(asked, EXPORT_FORMATS[suffix], state().most_exported, spoken=True)


def export_urls(asked: SearchRequest) -> list[tuple[ExportFormat, str, str]]:
    """Return the formats in which a whole result can be saved, each with its name and address."""
    pairs = [pair for pair in urls.search_pairs(asked, state().limits.per_page) if pair[0] not in LIMITED]
    return [
        (one, FORMAT_LABELS[suffix], url_for("exports.download", suffix=suffix) + urls.query_string(pairs))
        for suffix, one in EXPORT_FORMATS.items()
    ]


def cap_notice(total: int) -> str:
    """Return what is said beside those addresses where ``total`` articles are more than leave; else nothing."""
    most = state().most_exported
    return _("Chỉ %(number)s bài đầu được xuất.", number=number(most)) if total > most else ""


def send(asked: SearchRequest, form: ExportFormat, limit: int, *, spoken: bool) -> Response:
    """Return the stream of a result, at most ``limit`` articles of it; with ``spoken`` its headings are in the reader's
    language, else they are the names of the fields.
    """
    slots = state().export_slots
    if not slots.acquire(blocking=False):
        return busy()
    # Given back when the last piece is read, or the client goes away before.
    give_back = ExitStack()
    give_back.callback(slots.release)
    try:
        found = _addressed(export(state().index.get(), asked, min(limit, form.most or limit)))
        give_back.callback(found.close)
        pieces = form.write(found, _wording(asked, found) if spoken else ExportWording())
    except BaseException:
        give_back.close()
        raise
    response = Response(content_type=form.media_type)
    response.response = _with(give_back, pieces if form.packed else stream(response, pieces))
    response.call_on_close(give_back.close)
    response.headers["Timtin-Total"] = str(found.total)
    response.headers["Timtin-Count"] = str(found.count)
    if found.partial:
        response.headers["Timtin-Partial"] = "true"
    return as_download(response, _filename(asked, found, form))


def _with(held: ExitStack, pieces: Iterator[bytes]) -> Iterator[bytes]:
    with held:
        yield from pieces


def _addressed(found: Export) -> Export:
    """Return ``found`` with the address of every article here, where it has none of its own that one may follow."""
    bare = HitAddress(SearchRequest()).bare
    here = whole("")

    def rows() -> Iterator[ExportRow]:
        for row in found:
            yield replace(row, url=web_address(row.url) or here + bare(row.id))

    return replace(found, rows=rows)


def _filename(asked: SearchRequest, found: Export, form: ExportFormat) -> str:
    part = ""
    if found.capped:
        part = _("%(count)s bài đầu trong %(total)s", count=number(found.count), total=number(found.total))
    lacking = _("chưa đủ") if found.partial else ""
    return filename((asked.q or _("Mọi bài"), part, lacking, state().site_name), form.suffix)


def _wording(asked: SearchRequest, found: Export) -> ExportWording:
    return ExportWording(
        columns={name: str(label) for name, label in COLUMN_LABELS.items()},
        sheet=_("Danh sách bài"),
        about_sheet=_("Về danh sách"),
        about=tuple(_about(asked, found)),
    )


def _about(asked: SearchRequest, found: Export) -> Iterator[tuple[str, str]]:
    """Yield what somebody who opens the file next year wants to know."""
    yield _("Câu tìm"), asked.q or _("Mọi bài")
    if found.reading.text and found.reading.text != asked.q:
        yield _("Đã hiểu là"), found.reading.text
    for facet in FACETS:
        for sign, chosen in (("", asked.filters), (_("trừ") + " ", asked.exclude)):
            if facet in chosen:
                yield str(FACET_LABELS[facet]), sign + ", ".join(map(facet_value, chosen[facet]))
    if asked.date_from:
        yield _("Từ ngày"), day(asked.date_from)
    if asked.date_to:
        yield _("Đến ngày"), day(asked.date_to)
    if asked.exact:
        yield _("Đúng dấu"), _("có")
    yield _("Thứ tự"), str(SORT_LABELS[asked.effective_sort])
    yield _("Tìm thấy"), (_("ít nhất") + " " if found.partial else "") + articles(found.total)
    yield _("Trong tệp này"), articles(found.count)
    if found.capped:
        yield _("Chú ý"), cap_notice(found.total) or _("Tệp chỉ có những bài đầu.")
    yield _("Lập lúc"), moment(datetime.now(UTC))
    yield _("Địa chỉ"), whole(search_url(replace(asked, page=1, explain=False)))
