from __future__ import annotations

import re
import select
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .servers import PATIENCE, environment

if TYPE_CHECKING:
    from collections.abc import Iterator


def serve(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "webui", *arguments],
        capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE, check=False, env=environment(**changes),
    )  # fmt: skip


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield str(other.getsockname()[1])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--index", "{empty}"],
            "Không có chỉ mục ở {empty}. Hãy lập bằng lệnh: timtin-index build --index {empty} NGUỒN",
        ),
        (
            ["--index", "memory:", "--port", "99999"],
            "--port = '99999' không dùng được; cần một số nguyên từ 0",
        ),
        (["--index", "memory:", "--port", "http"], "--port = 'http' không dùng được"),
        (["--index", "memory:", "--port", "{taken}"], "cổng {taken}: cổng đang có chương trình khác dùng"),
        (["--index", "memory:", "--host", "khong.invalid"], "không tìm ra máy có tên đó"),
        (["--index", "memory:", "--workers", "65"], "--workers = '65' không dùng được; cần một số nguyên từ 0 đến 64"),
        (["--config", "{empty}"], "Không đọc được tệp thiết lập {empty}: Is a directory"),
    ],
)
def test_what_prevents_serving_is_one_clear_line(
    arguments: list[str], sentence: str, tmp_path: Path, taken: str
) -> None:
    def filled(text: str) -> str:
        return text.replace("{empty}", str(tmp_path)).replace("{taken}", taken)

    ended = serve(*map(filled, arguments))
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert filled(sentence) in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_the_settings_in_force_are_printed_and_nothing_is_served(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("newest = 4\nport = 1\n", encoding="utf-8")
    config = str(tmp_path / "a.toml")
    ended = serve("--print-config", "--port", "2", TIMTIN_CONFIG=config, TIMTIN_PER_PAGE="20")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert [line for line in ended.stdout.splitlines() if line.startswith(("newest", "per_page", "port", "host"))] == [
        'host = "127.0.0.1"  # mặc định',
        "port = 2  # lựa chọn --port",
        "per_page = 20  # biến môi trường TIMTIN_PER_PAGE",
        f"newest = 4  # tệp {config}: newest",
    ]


def test_a_setting_that_makes_no_sense_is_one_clear_line() -> None:
    ended = serve("--index", "memory:", TIMTIN_PER_PAGE="viele")
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "PER_PAGE = 'viele'" in ended.stderr


def test_pages_are_served_until_the_server_is_told_to_stop() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "webui", "--index", "memory:", "--port", "0", "--workers", "1"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment(),
    ) as server:  # fmt: skip
        try:
            assert server.stdout
            ready, _, _ = select.select([server.stdout], [], [], PATIENCE)
            line = server.stdout.readline() if ready else ""
            said = re.fullmatch(r"timtin đang chạy: (http://127\.0\.0\.1:\d+)\n", line)
            assert said, line
            with urllib.request.urlopen(f"{said[1]}/readyz", timeout=PATIENCE) as answer:
                assert answer.status == 200
            query = "%E1%BB%87" * 3000
            with urllib.request.urlopen(f"{said[1]}/search?q={query}", timeout=PATIENCE) as answer:
                assert "chỉ 1.000 ký tự đầu được đọc" in answer.read().decode()
            server.send_signal(signal.SIGINT)
            _, errors = server.communicate(timeout=PATIENCE)
        finally:
            server.kill()
    assert server.returncode == 0
    assert "Traceback" not in errors
