"""Do the files in webui/deploy work, as far as a machine without containers and without systemd can tell?"""

from __future__ import annotations

import base64
import configparser
import json
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest
import yaml

from .commands import ROOT, Commands, answers
from .nginx import free_port, need_nginx, proxying, run, write_password

DEPLOY = ROOT / "webui" / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
UNITS = sorted(path for path in DEPLOY.iterdir() if path.suffix in {".service", ".timer"})
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
PASSWORD = "chợ phiên"  # noqa: S105  # of a proxy that lives as long as a test


def test_the_dockerfile_follows_the_rules() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_gets_all_that_a_wheel_is_made_of(tmp_path: Path) -> None:
    rules = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert rules[0] == "*"
    kept = [rule[1:] for rule in rules if rule.startswith("!")]
    left_out = shutil.ignore_patterns("__pycache__", "sample")
    for name in kept:
        source = ROOT / name
        shutil.copytree(source, tmp_path / name, ignore=left_out) if source.is_dir() else shutil.copy(source, tmp_path)
    (locked,) = re.findall(r"--require-hashes -r (\S+)", DOCKERFILE)
    assert (tmp_path / locked).exists()
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w"]
    done = subprocess.run([*command, tmp_path / "out", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert any(fnmatch(path.name, "timtin-*.whl") for path in (tmp_path / "out").iterdir())


def test_the_image_does_not_run_as_root() -> None:
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)
    assert users[-1:] != []
    assert users[-1] not in {"root", "0"}


def test_what_containers_start_are_our_commands(commands: Commands) -> None:
    started = [json.loads(found) for found in re.findall(r"^CMD (\[.*\])", DOCKERFILE, re.MULTILINE)]
    started += [service["command"] for service in COMPOSE["services"].values() if "command" in service]
    assert len(started) == 2
    for command in started:
        assert_understood(commands, [str(word) for word in command])


@pytest.mark.parametrize("metrics", ["no", "yes"])
def test_what_containers_are_told_are_settings(metrics: str) -> None:
    told: dict[str, str] = {}
    for service in COMPOSE["services"].values():
        told |= {
            name: value.replace("${TIMTIN_METRICS:-no}", metrics)
            for name, value in service.get("environment", {}).items()
        }
    config = Commands(Path(sys.executable).parent, told).run("timtin-serve", "--print-config").stdout
    assert re.search(rf"^metrics = {'true' if metrics == 'yes' else 'false'}", config, re.MULTILINE)


def test_containers_keep_the_index_and_need_no_rights() -> None:
    named = set(COMPOSE["volumes"])
    for service in COMPOSE["services"].values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert {volume.partition(":")[0] for volume in service["volumes"]} & named
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_start_our_commands(unit: Path, commands: Commands) -> None:
    for command in re.findall(r"^ExecStart=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE):
        path, *words = command.split()
        assert path.startswith("/opt/timtin/bin/")
        assert_understood(commands, [Path(path).name, *words])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here: install systemd")
def test_systemd_finds_no_fault_with_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/timtin/bin/", f"{Path(sys.executable).parent}/")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_timer_has_its_service() -> None:
    for timer in DEPLOY.glob("*.timer"):
        assert timer.with_suffix(".service").is_file()
        parser = configparser.ConfigParser(strict=False)
        parser.read(timer, encoding="utf-8")
        assert parser["Install"]["WantedBy"] == "timers.target"


def assert_understood(commands: Commands, command: list[str]) -> None:
    """Every option of the command is one that it explains."""
    name, *words = command
    verb = [words[0]] if name == "timtin-index" else []
    text = commands.run(name, *verb, "--help").stdout
    assert [word for word in words if word.startswith("--") and f"{word} " not in f"{text} "] == []


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    text: str


def fetched(connection: HTTPConnection, path: str, headers: Mapping[str, str]) -> Answer:
    try:
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.headers), answer.read().decode())
    finally:
        connection.close()


@dataclass(frozen=True)
class Proxy:
    """nginx as it was started: its ports, and the certificate that it shows."""

    plain: int
    secure: int
    certificate: Path

    def get(self, path: str, *, password: str | None = PASSWORD, headers: Mapping[str, str] | None = None) -> Answer:
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        connection = HTTPSConnection("localhost", self.secure, context=trusted, timeout=30)
        token = base64.b64encode(f"archive:{password}".encode()).decode()
        own = {} if password is None else {"Authorization": f"Basic {token}"}
        return fetched(connection, path, {**own, **(headers or {})})


@pytest.fixture(scope="module")
def proxy(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The example configuration, with other ports and paths, before a real server."""
    need_nginx()
    folder = tmp_path_factory.mktemp("nginx")
    certify(folder)
    write_password(folder / "passwords", "archive", PASSWORD)
    plain, secure = free_port(), free_port()
    commands = Commands(Path(sys.executable).parent, {"TIMTIN_PROXIES": "1"})
    words = ("timtin-serve", "--index", sample_index, "--port", "0", "--workers", "1")
    with commands.serving(*words, log=folder / "serve.log") as address:
        site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
        for before, after in (
            ("127.0.0.1:8080", address.removeprefix("http://")),
            ("listen 80;", f"listen 127.0.0.1:{plain};"),
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{secure} ssl http2;"),
            ("tin.example.org", "localhost"),
            ("/etc/ssl/timtin/fullchain.pem", f"{folder}/certificate.pem"),
            ("/etc/ssl/timtin/privkey.pem", f"{folder}/key.pem"),
            ("/etc/nginx/timtin.passwords", f"{folder}/passwords"),
        ):
            assert before in site, before
            site = site.replace(before, after)
        with proxying(folder, site, secure):
            yield Proxy(plain, secure, folder / "certificate.pem")


def certify(folder: Path) -> None:
    """Make a key, and a certificate for this machine that its owner signed."""
    run(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
        *("-addext", "subjectAltName=DNS:localhost", "-keyout", f"{folder}/key.pem"),
        *("-out", f"{folder}/certificate.pem"),
    )


@pytest.mark.parametrize(("password", "status"), [(None, 401), ("sai", 401), (PASSWORD, 200)])
def test_pages_are_behind_the_password(proxy: Proxy, password: str | None, status: int) -> None:
    answer = proxy.get("/search?q=khe+nhan", password=password)
    assert answer.status == status
    assert ("<mark>" in answer.text) == (status == 200)
    assert answer.headers["Strict-Transport-Security"]


def test_the_watchdog_needs_no_password(proxy: Proxy) -> None:
    answer = proxy.get("/healthz", password=None)
    assert answer.status == 200


def test_without_tls_one_is_led_to_it(proxy: Proxy) -> None:
    connection = HTTPConnection("127.0.0.1", proxy.plain, timeout=30)
    answer = fetched(connection, "/search?q=x", {"Host": "localhost"})
    assert (answer.status, answer.headers["Location"]) == (301, "https://localhost/search?q=x")


def test_addresses_are_those_of_the_proxy_whatever_the_client_says(proxy: Proxy) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil", "X-Forwarded-Proto": "gopher"}
    answer = proxy.get("/search?q=khe+nhan", headers=forged)
    assert answer.status == 200
    assert "evil" not in answer.text
    assert "https://localhost" in answer.text


def test_the_healthcheck_of_the_image_tells_a_live_server_from_none(sample_index: Path, tmp_path: Path) -> None:
    ((_, found),) = re.findall(r"HEALTHCHECK (.*\\\n)?\s*CMD (\[.*\])", DOCKERFILE)
    (_, option, code) = json.loads(found)
    commands = Commands(Path(sys.executable).parent)
    with commands.serving("timtin-serve", "--index", sample_index, "--port", "0", log=tmp_path / "log") as address:
        assert answers(f"{address}/healthz")
        port = address.rpartition(":")[2]
        alive = subprocess.run([sys.executable, option, code.replace("8080", port)], check=False)
        assert alive.returncode == 0
    dead = subprocess.run([sys.executable, option, code.replace("8080", port)], capture_output=True, check=False)
    assert dead.returncode != 0
