"""How are problems and hints put to the reader?"""

from __future__ import annotations

from collections.abc import Iterable

from search import (
    ClusterRefused,
    ClusterUnavailable,
    ClusterVersion,
    IndexCorrupt,
    IndexMissing,
    IndexStale,
    Page,
    SearchError,
)

from .format import number, shortened
from .messages import Lazy
from .messages import lazy_gettext as _l
from .paramvalues import ParamProblem

PARAM_PROBLEMS = {
    "number": _l("%(name)s: “%(value)s” không dùng được; cần một số trong khoảng %(allowed)s."),
    "choice": _l("%(name)s: không có “%(value)s”; có thể chọn: %(allowed)s."),
    "date": _l("%(name)s: “%(value)s” không phải là ngày; hãy viết như 2021-06-12, 12/6/2021 hoặc 2021."),
    "long": _l("%(name)s dài quá; chỉ %(allowed)s ký tự đầu được đọc."),
    "many": _l("%(name)s: chọn %(value)s giá trị là quá nhiều; chỉ dùng %(allowed)s giá trị đầu."),
    "swapped": _l("Ngày bắt đầu ở sau ngày kết thúc; đã đổi chỗ hai ngày."),
    "repeated": _l("%(name)s có nhiều hơn một giá trị; chỉ dùng giá trị đầu."),
    "spaces": _l("%(name)s: giá trị rỗng, hoặc có khoảng trắng ở đầu hay cuối."),
    "unknown": _l("Không có tham số %(name)s; các tham số: %(allowed)s."),
}

PARAM_LABELS = {
    "q": _l("Câu tìm"),
    "page": _l("Trang"),
    "per_page": _l("Số bài mỗi trang"),
    "from": _l("Từ ngày"),
    "to": _l("Đến ngày"),
    "sort": _l("Thứ tự"),
    "exact": _l("Đúng dấu"),
    "explain": _l("Giải thích"),
}

SHOWN = {"number", "choice", "date", "long", "many", "swapped"}
"""Problems that a page shows; a tracking parameter that somebody put behind a link is none of the reader's business."""

NOTICES = {
    "relaxed": _l("Câu tìm dài: bài khớp phần lớn từ cũng được lấy, không cần đủ mọi từ."),
    "fallback": _l("Không bài nào có đủ mọi từ; dưới đây là những bài có phần lớn các từ."),
    "shortened": _l("Câu tìm dài quá, phần cuối không được đọc."),
    "ignored": _l("Câu tìm không có từ nào tìm được, nên đã bị bỏ qua."),
    "partial": _l("Chưa đủ: tìm lâu quá nên đã dừng sớm, hoặc một phần kho tin không trả lời. Số bài là “ít nhất”."),
    "plain": _l("Dấu điều khiển không rõ nghĩa được đọc như từ thường."),
}

INDEX_PROBLEMS: dict[type[SearchError], tuple[Lazy, Lazy]] = {
    IndexMissing: (
        _l("Chưa có chỉ mục"),
        _l(
            "Kho tin chưa được lập chỉ mục, hoặc đường dẫn đến chỉ mục chưa đúng. Người quản trị lập chỉ mục bằng lệnh:"
        ),
    ),
    IndexStale: (
        _l("Chỉ mục cần được lập lại"),
        _l("Chỉ mục được viết bởi một phiên bản khác và không đọc được. Người quản trị lập lại bằng lệnh:"),
    ),
    IndexCorrupt: (
        _l("Chỉ mục bị hỏng"),
        _l("Một tệp của chỉ mục bị hỏng hoặc thiếu. Người quản trị phục hồi bản sao lưu, hoặc lập lại bằng lệnh:"),
    ),
    ClusterUnavailable: (
        _l("Cụm máy tìm kiếm chưa trả lời"),
        _l("Kho tin nằm ở một cụm máy, mà lúc này không máy nào trả lời được. Xin thử lại sau ít phút."),
    ),
    ClusterRefused: (
        _l("Không vào được cụm máy tìm kiếm"),
        _l("Cụm máy giữ kho tin không cho vào, hoặc không tin cậy được. Nhật ký của máy chủ này cho biết vì sao."),
    ),
    ClusterVersion: (
        _l("Cụm máy tìm kiếm không dùng được"),
        _l("Cụm máy giữ kho tin chạy một phiên bản không dùng được ở đây; cần OpenSearch 2.19 trở lên, hoặc 3."),
    ),
}

REFUSALS: dict[str, Lazy] = {
    "settings": _l("Thiết lập để vào cụm máy giữ kho tin không dùng được. Nhật ký của máy chủ này cho biết vì sao."),
    "user": _l(
        "Cụm máy giữ kho tin không nhận tên và mật khẩu, hay khóa, của trang này. Người quản trị đặt lại "
        "TIMTIN_OPENSEARCH_USER và TIMTIN_OPENSEARCH_PASSWORD, hay TIMTIN_OPENSEARCH_API_KEY."
    ),
    "rights": _l(
        "Cụm máy giữ kho tin không cho trang này quyền cần có. Người quản trị cấp mọi quyền trên các chỉ mục "
        "của kho tin."
    ),
    "https": _l(
        "Cụm máy giữ kho tin chỉ nhận kết nối TLS. Người quản trị viết địa chỉ bắt đầu bằng opensearch+https://."
    ),
    "http": _l(
        "Không nối được với cụm máy giữ kho tin bằng TLS. Nếu cụm máy dùng HTTP thường, người quản trị viết "
        "địa chỉ bắt đầu bằng opensearch://."
    ),
    "expired": _l("Chứng thư của cụm máy giữ kho tin đã hết hạn. Người quản trị gia hạn chứng thư."),
    "host": _l("Chứng thư của cụm máy giữ kho tin là của máy khác. Người quản trị dùng tên máy ghi trong chứng thư."),
    "authority": _l(
        "Không rõ ai đã ký chứng thư của cụm máy giữ kho tin. Người quản trị ghi tệp chứng thư của nơi ký vào"
        " TIMTIN_OPENSEARCH_CA."
    ),
}
"""What is in the way to a cluster, and what to do; other causes are those of writers."""

START_PROBLEMS: dict[type[SearchError], str] = {
    IndexMissing: "Không có chỉ mục ở {path}. Hãy lập bằng lệnh: timtin-index build --index {path} NGUỒN",
    IndexStale: "Chỉ mục ở {path} được viết bởi một phiên bản khác. "
    "Hãy lập lại bằng lệnh: timtin-index build --index {path} NGUỒN",
    IndexCorrupt: "Chỉ mục ở {path} bị hỏng. "
    "Hãy phục hồi bản sao lưu, hoặc lập lại bằng lệnh: timtin-index build --index {path} NGUỒN",
}
"""The one line that ``timtin-serve`` prints where it cannot start."""

STATUS_TEXTS = {
    400: (_l("Yêu cầu không đọc được"), _l("Địa chỉ có chỗ không dùng được.")),
    401: (_l("Cần được phép"), _l("Địa chỉ này chỉ trả lời ai gửi kèm đúng mã.")),
    404: (_l("Không có trang này"), _l("Có thể bài đã được rút, hoặc địa chỉ bị gõ sai.")),
    405: (_l("Không dùng được cách gửi này"), _l("Địa chỉ này chỉ để đọc (GET).")),
    414: (_l("Địa chỉ dài quá"), _l("Hãy rút ngắn câu tìm hoặc bỏ bớt bộ lọc.")),
    429: (_l("Nhiều yêu cầu quá"), _l("Máy này đã gửi nhiều yêu cầu quá trong một phút. Xin đợi một lát rồi thử lại.")),
    500: (_l("Có lỗi ở máy chủ"), _l("Lỗi đã được ghi lại. Xin thử lại sau ít phút.")),
    503: (_l("Tạm thời chưa tìm được"), _l("Xin thử lại sau ít phút.")),
}


def describe(problem: ParamProblem) -> str:
    """Return what was wrong with a parameter, naming it by its label."""
    return str(PARAM_PROBLEMS[problem.code]) % _parts(problem, str(PARAM_LABELS.get(problem.name, problem.name)))


def describe_for_api(problem: ParamProblem) -> str:
    """Return what was wrong with a parameter, naming it as it stands in the address."""
    return str(PARAM_PROBLEMS[problem.code]) % _parts(problem, problem.name)


def complaints(problems: Iterable[ParamProblem]) -> list[str]:
    """Return what a page says about the parameters it could not use."""
    return [describe(problem) for problem in problems if problem.code in SHOWN]


def notices(page: Page) -> list[str]:
    """Return the hints about how a query was understood; those that this version does not know are left out."""
    untrue = () if page.total else ("relaxed", "fallback")
    return [str(NOTICES[notice]) for notice in page.reading.notices if notice in NOTICES and notice not in untrue]


def status_text(status: int) -> tuple[str, str]:
    """Return the heading and the sentence of an error page."""
    fallback = STATUS_TEXTS[500 if status >= 500 else 400]
    title, detail = STATUS_TEXTS.get(status, fallback)
    return str(title), str(detail)


def index_problem(error: SearchError) -> tuple[str, str]:
    """Return the heading and the sentence for an index that cannot be used."""
    title, detail = INDEX_PROBLEMS.get(type(error), STATUS_TEXTS[503])
    if isinstance(error, ClusterRefused):
        detail = REFUSALS.get(error.cause, detail)
    return str(title), str(detail)


def _parts(problem: ParamProblem, name: str) -> dict[str, str]:
    allowed = number(int(problem.allowed)) if problem.allowed.isdigit() else problem.allowed
    return {"name": shortened(name), "value": shortened(problem.value), "allowed": allowed}
