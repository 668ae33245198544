"""What can be set?

Each setting has one row in :data:`SETTINGS`, which SETTINGS.md shows. :mod:`.resolving` says where its value is from.
"""

from __future__ import annotations

from dataclasses import dataclass

from search import FACETS

from . import checks
from .checks import Check, Unfit, Value, between

LOCALES = ("vi", "en")
"""The languages of the interface; messages are written in the first."""

PREFIX = "TIMTIN_"
CONFIG = "TIMTIN_CONFIG"
"""The environment variable that names the TOML file; it is no setting, since the file cannot name itself."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its ``name`` in ``app.config``, its ``default``, one sentence of ``help`` in English and ``vi``.

    ``parse`` returns the value from what was given, or raises ValueError with what is wanted. What is ``secret`` is
    never shown.
    """

    name: str
    default: Value
    help: str
    parse: Check = checks.text
    vi: str = ""
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable of the setting."""
        return PREFIX + self.name.removeprefix(PREFIX)

    @property
    def key(self) -> str:
        """The name of the setting in a TOML file."""
        return self.name.removeprefix(PREFIX).lower()

    @property
    def allowed(self) -> Unfit:
        """What is allowed, in the words in which a value that nothing accepts is refused."""
        try:
            self.parse(object())
        except ValueError as error:
            return error if isinstance(error, Unfit) else Unfit(str(error), str(error))
        raise AssertionError(self.name)  # a check that accepts anything checks nothing


SETTINGS = (
    Setting(
        "TIMTIN_INDEX",
        "var/index",
        "Folder of the index, its address on a cluster (opensearch://HOST:9200,HOST:9200/NAME), or memory: for an "
        "empty one that lasts as long as the process.",
        vi="Thư mục của chỉ mục, địa chỉ của nó trên một cụm máy (opensearch://MÁY:9200,MÁY:9200/TÊN), hoặc memory: "
        "cho một chỉ mục rỗng chỉ có trong lúc chạy.",
    ),
    Setting(
        "HOST",
        "127.0.0.1",
        "Address to listen at.",
        vi="Địa chỉ để mở; trang không có đăng nhập.",
    ),
    Setting(
        "PORT",
        8080,
        "Port to listen at; 0 is any free one.",
        between(0, 65535),
        vi="Cổng; 0 là một cổng còn trống.",
    ),
    Setting(
        "WORKERS",
        0,
        "Processes that answer; 0 is one for each core, at most four.",
        between(0, 64),
        vi="Số tiến trình phục vụ; 0 là số nhân của máy, nhiều nhất bốn.",
    ),
    Setting(
        "STOP_SECONDS",
        30.0,
        "How long requests may take to end after the server was told to stop.",
        checks.seconds(1, 600),
        vi="Khi được bảo dừng, chờ các yêu cầu đang dở tối đa bao lâu.",
    ),
    Setting(
        "BASE_URL",
        "",
        "Address of the site as readers see it behind a proxy, with its path; empty trusts each request's own.",
        checks.base_url,
        vi="Địa chỉ của trang như người đọc thấy khi đứng sau proxy, kể cả đường dẫn; trống thì theo từng yêu cầu.",
    ),
    Setting(
        "PROXIES",
        0,
        "Number of proxies in front whose X-Forwarded-* headers are believed.",
        between(0, 10),
        vi="Số proxy đứng trước mà các header X-Forwarded-* được tin.",
    ),
    Setting("SITE_NAME", "timtin", "Name in the page's head and title.", vi="Tên ở đầu trang và ở tiêu đề."),
    Setting(
        "SITE_LOGO",
        "",
        "Picture beside the name, in place of the seal; it is the icon of the tab too.",
        checks.picture,
        vi="Ảnh cạnh tên trang, thay cho con dấu; cũng là biểu tượng của thẻ.",
    ),
    Setting(
        "LANGUAGES",
        LOCALES,
        "Languages of the interface on offer.",
        checks.some_of(LOCALES, least=1),
        vi="Các ngôn ngữ giao diện để người đọc chọn.",
    ),
    Setting(
        "DEFAULT_LOCALE",
        "vi",
        "Language of the interface where the reader's is not known.",
        checks.one_of(*LOCALES),
        vi="Ngôn ngữ giao diện khi chưa biết người đọc muốn gì.",
    ),
    Setting(
        "TIME_ZONE",
        "Asia/Ho_Chi_Minh",
        "Zone in which times of publication are shown.",
        checks.zone,
        vi="Múi giờ để hiện giờ đăng.",
    ),
    Setting(
        "FACETS",
        ("year", *(facet for facet in FACETS if facet != "year")),
        "Filters beside a result, in this order.",
        checks.some_of(FACETS),
        vi="Các bộ lọc cạnh kết quả, theo thứ tự này.",
    ),
    Setting(
        "RECENCY",
        True,
        "Whether an article's own date counts in the order by relevance: newer ones a little more.",
        checks.switch,
        vi="Ngày đăng có được tính khi xếp theo độ khớp không: bài mới hơn được cộng một chút.",
    ),
    Setting(
        "PER_PAGE",
        10,
        "Hits on a page where the reader chose no other number.",
        between(1, 100),
        vi="Số bài trên một trang khi người đọc không chọn số khác.",
    ),
    Setting("NEWEST", 10, "Newest articles on the start page.", between(0, 100), vi="Số bài mới nhất ở trang đầu."),
    Setting(
        "MAX_QUERY",
        1000,
        "Longest query that is read, in code points.",
        between(10, 100_000),
        vi="Câu tìm dài nhất được đọc, tính bằng ký tự Unicode.",
    ),
    Setting(
        "TIME_BUDGET",
        1.0,
        "How long a search may take; the page of one that is cut short says so.",
        checks.seconds(0.05, 30),
        vi="Một lần tìm được phép lâu bao nhiêu; bị cắt ngắn thì trang nói rõ.",
    ),
    Setting(
        "LOG_FORMAT",
        "text",
        "Form of the lines on standard error.",
        checks.one_of("text", "json"),
        vi="Dạng của các dòng nhật ký ở standard error.",
    ),
    Setting(
        "ACCESS_LOG",
        True,
        "Whether each request is logged, with its id and time; never with a reader's address.",
        checks.switch,
        vi="Có ghi mỗi yêu cầu vào nhật ký không, cùng mã và thời gian; không bao giờ ghi địa chỉ người đọc.",
    ),
    Setting(
        "LOG_QUERIES",
        False,
        "Whether the log may hold what people search for.",
        checks.switch,
        vi="Nhật ký có được chứa câu người đọc tìm không.",
    ),
    Setting(
        "METRICS",
        False,
        "Whether /metrics gives figures for Prometheus.",
        checks.switch_needing("prometheus_client", "metrics"),
        vi="Có cho Prometheus thu thập số liệu ở /metrics không.",
    ),
    Setting(
        "METRICS_TOKEN",
        "",
        "What has to be sent to read /metrics, as Authorization: Bearer; empty lets everybody read it.",
        checks.secret,
        vi="Mã phải gửi kèm để đọc /metrics, dạng Authorization: Bearer; trống thì ai cũng đọc được.",
        secret=True,
    ),
    Setting(
        "QUERY_LOG",
        "",
        "File (SQLite) that remembers what is searched for, for --report queries; empty remembers nothing.",
        checks.file_to_write,
        vi="Tệp (SQLite) ghi lại những câu được tìm, cho --report queries; trống thì không ghi gì.",
    ),
    Setting(
        "QUERY_LOG_DAYS",
        90,
        "Days after which they are forgotten.",
        between(1, 3650),
        vi="Số ngày sau đó chúng bị xoá.",
    ),
    Setting(
        "MAX_EXPORT",
        100_000,
        "Most articles in one export.",
        between(1, 1_000_000),
        vi="Số bài nhiều nhất trong một lần xuất.",
    ),
    Setting(
        "RATE_LIMIT",
        0,
        "Requests a minute that one client may send to the API, exports and feeds; 0 sets no limit.",
        between(0, 1_000_000),
        vi="Số yêu cầu mỗi phút mà một máy được gửi tới API, xuất kết quả và nguồn tin; 0 là không giới hạn.",
    ),
    Setting(
        "CORS_ORIGINS",
        "",
        "Origins whose scripts may read the API, separated by spaces; * is any.",
        checks.origins,
        vi="Những trang mà mã của chúng được đọc API, cách nhau bằng dấu cách; * là mọi trang.",
    ),
)
