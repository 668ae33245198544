"""``timtin-serve``: serve the pages of an index. Exit codes: 0 stopped on request, 1 not started, 2 wrong options."""

from __future__ import annotations

import re
import sys

import click

from .errors import WebuiError
from .serve import default_workers, is_local, listen, serve, web_address
from .settings import SETTINGS


@click.command(
    name="timtin-serve", epilog="Thiết lập khác qua biến môi trường: " + ", ".join(s.variable for s in SETTINGS)
)
@click.option(
    "--index", metavar="DIR", help="Thư mục chỉ mục; mặc định lấy từ TIMTIN_INDEX, nếu không có thì var/index."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ để mở; trang không có đăng nhập.")
@click.option("--port", default="8080", show_default=True, metavar="SỐ", help="Cổng; 0 là một cổng còn trống.")
@click.option("--workers", type=click.IntRange(1, 64), help="Số tiến trình; mặc định là số nhân của máy, nhiều nhất 4.")
def run(index: str | None, host: str, port: str, workers: int | None) -> None:
    """Phục vụ trang tìm kiếm của một chỉ mục cho trình duyệt."""
    try:
        _serve(index, host, _port(port), workers or default_workers())
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


def _serve(location: str | None, host: str, port: int, workers: int) -> None:
    from search import SearchError, open_index

    from . import create_app
    from .wording import START_PROBLEMS

    app = create_app({"TIMTIN_INDEX": location} if location else None)
    location = str(app.config["TIMTIN_INDEX"])
    try:
        open_index(location).close()
    except SearchError as error:
        hint = START_PROBLEMS.get(type(error), str(error))
        raise click.ClickException(hint.format(path=location)) from error
    opened = listen(host, port)
    address = web_address(opened)
    if not is_local(opened):
        click.echo("Chú ý: trang không có đăng nhập, mà địa chỉ này mở ra ngoài máy; hãy đặt sau một proxy.", err=True)
    serve(lambda: app, opened, workers, lambda: _announce(address))


def _announce(address: str) -> None:
    click.echo(f"timtin đang chạy: {address}")
    sys.stdout.flush()


def _port(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,5}", text) and int(text) <= 65535:
        return int(text)
    raise click.ClickException(f"Cổng {text!r} không dùng được; cần một số từ 0 đến 65535, như --port 8080.")


if __name__ == "__main__":
    main()
