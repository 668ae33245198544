"""What can be set, and from where?

Each setting has one row in :data:`SETTINGS`. A value is taken from the mapping given to ``create_app`` (where
``timtin-serve`` puts its options), else from the environment (:attr:`Setting.variable`), else from a TOML file
(:attr:`Setting.key`), else from the table. SETTINGS.md shows the table, ``timtin-serve --print-config`` what is in
force.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from search import FACETS

from . import checks
from .checks import Check, Unfit, Value, between
from .errors import ConfigFileError, SettingError, UnknownSetting

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
        vi="Thư mục của chỉ mục, địa chỉ của nó trên một cụm máy (opensearch://MÁY:9200,MÁY:9200/TÊN), hoặc memory: cho "
        "một chỉ mục rỗng chỉ có trong lúc chạy.",
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


@dataclass(frozen=True, slots=True)
class Resolved:
    """The ``value`` of a setting that is in force. ``source`` is option, environment, file or default, ``where`` what
    a person changes: an option, a variable, a file and its key.
    """

    setting: Setting
    value: Value
    source: str
    where: str


def load(config: Mapping[str, object], environ: Mapping[str, str]) -> dict[str, object]:
    """Return a value for every setting, and every other key of ``config`` as it is. Raises as :func:`resolve`."""
    return dict(config) | {found.setting.name: found.value for found in resolve(config, environ)}


def resolve(
    config: Mapping[str, object], environ: Mapping[str, str], option: Callable[[Setting], str] = attrgetter("name")
) -> tuple[Resolved, ...]:
    """Return every setting with where it comes from; the file is that of :data:`CONFIG` in one of the mappings.

    ``option`` gives the words under which a person knows what stands in ``config``.

    A value of None in ``config`` and an empty one in ``environ`` count as not given. Raises
    :class:`~webui.errors.SettingError`, :class:`~webui.errors.UnknownSetting` or
    :class:`~webui.errors.ConfigFileError`.
    """
    path = config.get(CONFIG) or environ.get(CONFIG)
    written = _read(Path(str(path))) if path else {}
    _demand_known(environ, written, str(path))
    resolved = tuple(
        _resolve(
            setting,
            ("option", option(setting), config.get(setting.name)),
            ("environment", setting.variable, environ.get(setting.variable) or None),
            ("file", f"{path}: {setting.key}", written.get(setting.key)),
            ("default", setting.name, setting.default),
        )
        for setting in SETTINGS
    )
    _demand_harmony({found.setting.name: found for found in resolved})
    return resolved


def _resolve(setting: Setting, *given: tuple[str, str, object]) -> Resolved:
    """Return the first of ``given``, each a source, what a person changes there, and a value or None."""
    source, where, value = next(row for row in given if row[2] is not None)
    try:
        return Resolved(setting, setting.parse(value), source, where)
    except ValueError as error:
        raise SettingError(setting.name, "…" if setting.secret else value, str(error), where) from error


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigFileError(path, error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigFileError(path, f"không phải TOML đúng cách: {error}") from error


def _demand_known(environ: Mapping[str, str], written: Mapping[str, object], path: str) -> None:
    variables = [setting.variable for setting in SETTINGS]
    keys = [setting.key for setting in SETTINGS]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in variables and name != CONFIG:
            near = [PREFIX + key.upper() for key in _near(name.removeprefix(PREFIX).lower(), keys)]
            raise UnknownSetting(name, tuple(near))
    for key in written:
        if key not in keys:
            raise UnknownSetting(f"{path}: {key}", _near(key, keys))


def _near(name: str, known: list[str]) -> tuple[str, ...]:
    return tuple(difflib.get_close_matches(name, known, 1)) or tuple(known)


def _demand_harmony(found: Mapping[str, Resolved]) -> None:
    """Raise :class:`SettingError` for settings that do not go together."""
    default, languages = found["DEFAULT_LOCALE"], found["LANGUAGES"].value
    assert isinstance(languages, tuple)  # noqa: S101 - for the type checker; its check made it one
    if default.value not in languages:
        wanted = f"một trong các ngôn ngữ của LANGUAGES: {', '.join(languages)}"
        raise SettingError(default.setting.name, default.value, wanted, default.where)
