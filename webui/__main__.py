"""``timtin-serve``: serve the pages of an index. Exit codes: 0 stopped on request, 1 not started, 2 wrong options."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from .errors import WebuiError
from .resolving import Resolved, resolve
from .settings import CONFIG, SETTINGS

EPILOG = "Thiết lập khác qua biến môi trường hoặc tệp, xem --print-config: "


@click.command(name="timtin-serve", epilog=EPILOG + ", ".join((CONFIG, *(s.variable for s in SETTINGS))))
@click.option(
    "--index", metavar="DIR", help="Thư mục chỉ mục; mặc định lấy từ TIMTIN_INDEX, nếu không có thì var/index."
)
@click.option("--host", metavar="ĐỊA_CHỈ", help="Địa chỉ để mở, mặc định 127.0.0.1; trang không có đăng nhập.")
@click.option("--port", metavar="SỐ", help="Cổng, mặc định 8080; 0 là một cổng còn trống.")
@click.option("--workers", metavar="SỐ", help="Số tiến trình; mặc định là số nhân của máy, nhiều nhất 4.")
@click.option("--config", metavar="TỆP", help="Tệp TOML có các thiết lập; mặc định lấy từ TIMTIN_CONFIG.")
@click.option("--print-config", is_flag=True, help="In mọi thiết lập cùng nguồn của từng giá trị, rồi dừng.")
@click.option(
    "--report", type=click.Choice(["queries"]), help="In báo cáo về những câu được tìm (QUERY_LOG), rồi dừng."
)
def run(print_config: bool, report: str | None, **options: str | None) -> None:
    """Phục vụ trang tìm kiếm của một chỉ mục cho trình duyệt."""
    given = {_name(option): value for option, value in options.items()}
    try:
        resolved = resolve(given, os.environ, lambda setting: f"--{setting.key}")
        if print_config:
            _print(resolved)
        elif report:
            _report({found.setting.name: found.value for found in resolved})
        else:
            _serve(given, {found.setting.name: found.value for found in resolved})
    except WebuiError as error:
        raise click.ClickException(str(error)) from error


def main() -> None:
    """Entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a terminal without Vietnamese letters gets the message all the same
    run()


def _name(option: str) -> str:
    """Return the name of the setting that an option gives."""
    return next((s.name for s in SETTINGS if s.key == option), CONFIG)


def _print(resolved: tuple[Resolved, ...]) -> None:
    from .configuration import show

    click.echo(show(resolved), nl=False)


def _report(settings: dict[str, Any]) -> None:
    from search import open_index

    from .i18n import TRANSLATIONS
    from .messages import language_of
    from .queryreport import read, show

    if not settings["QUERY_LOG"]:
        raise click.ClickException("Nhật ký câu tìm chưa được bật; hãy đặt TIMTIN_QUERY_LOG là tên một tệp.")
    _demand_index(settings["TIMTIN_INDEX"])
    with open_index(settings["TIMTIN_INDEX"]) as index:
        found = read(Path(settings["QUERY_LOG"]), index)
    language = language_of(settings["DEFAULT_LOCALE"], settings["TIME_ZONE"], TRANSLATIONS)
    click.echo(show(found, language.say), nl=False)


def _serve(given: dict[str, str | None], settings: dict[str, Any]) -> None:
    from . import create_app, logs
    from .serve import Serving, default_workers, is_local, listen, serve, share, web_address

    logs.configure(settings["LOG_FORMAT"], access=settings["ACCESS_LOG"], queries=settings["LOG_QUERIES"])
    _demand_index(settings["TIMTIN_INDEX"])
    opened = listen(settings["HOST"], settings["PORT"])
    shared = share() if settings["METRICS"] else None
    app = create_app(given)
    address = web_address(opened)
    if not is_local(opened):
        click.echo("Chú ý: trang không có đăng nhập, mà địa chỉ này mở ra ngoài máy; hãy đặt sau một proxy.", err=True)
    serve(
        Serving(
            make_app=lambda: app,
            opened=opened,
            workers=settings["WORKERS"] or default_workers(),
            announce=lambda: _announce(address),
            stop_seconds=settings["STOP_SECONDS"],
            shared=shared,
        )
    )


def _demand_index(location: str) -> None:
    from search import SearchError, open_index

    from .wording import START_PROBLEMS

    try:
        open_index(location).close()
    except SearchError as error:
        hint = START_PROBLEMS.get(type(error), str(error))
        raise click.ClickException(hint.format(path=location)) from error


def _announce(address: str) -> None:
    click.echo(f"timtin đang chạy: {address}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
