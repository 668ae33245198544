"""Does one get to a cluster behind TLS and a password, and is one told what is wrong where one does not?"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer.commands import cli
from webui import create_app

from ..commands import Commands, fetch
from ..nginx import free_port, need_nginx, proxying, run, write_password
from .cluster import Cluster

USER = "tin"
PASSWORD = "chợ-phiên-vùng-cao"  # noqa: S105  # of a proxy that lives as long as a test
KEY = "a2hvYS1waG9uZy1nYWM"
WRONG = "wr0ng-s3cret"

CERTIFICATES = {
    "right": ("IP:127.0.0.1", 2),
    "expired": ("IP:127.0.0.1", -1),
    "elsewhere": ("DNS:elsewhere.example.org", 2),
}
"""Certificates with whom each is for, and the days until it expires."""

FRONTS = {
    "right": "auth_basic cluster; auth_basic_user_file {folder}/passwords;",
    "expired": "",
    "elsewhere": "",
    "key": 'if ($http_authorization != "ApiKey %s") {{ return 401; }}'.replace("%s", KEY),
}
"""Ports of the proxy, each with whom it lets in; each shows the certificate of its name, or the right one."""

SERVER = """
server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/{certificate}.pem;
    ssl_certificate_key {folder}/{certificate}.key;
    client_max_body_size 100m;
    location / {{
        {check}
        proxy_pass http://cluster;
        proxy_set_header Authorization "";
    }}
}}
"""


@dataclass(frozen=True)
class Front:
    """The proxy before the cluster: its ``ports``, its files, the cluster's own address, and an index there."""

    ports: Mapping[str, int]
    folder: Path
    plain: str
    name: str

    def url(self, kind: str, scheme: str = "opensearch+https") -> str:
        host = self.plain if kind == "plain" else f"127.0.0.1:{self.ports[kind]}"
        return f"{scheme}://{host}/{self.name}"

    def settings(self, **given: str) -> Mapping[str, str]:
        """Return settings of the environment; by themselves they are right."""
        own = {"user": USER, "password": PASSWORD, "ca": "authority.pem", **given}
        own["ca"] = str(self.folder / own["ca"])
        return {f"TIMTIN_OPENSEARCH_{name.upper()}": value for name, value in own.items() if value}


@pytest.fixture(scope="module")
def front(cluster_of_run: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """An index that was built through the proxy."""
    need_nginx()
    folder = tmp_path_factory.mktemp("tls")
    certify(folder)
    write_password(folder / "passwords", USER, PASSWORD)
    ports = {kind: free_port() for kind in FRONTS}
    servers = (
        SERVER.format(
            port=ports[kind],
            folder=folder,
            certificate=kind if kind in CERTIFICATES else "right",
            check=check.format(folder=folder),
        )
        for kind, check in FRONTS.items()
    )
    nodes = "".join(f"server {node.address}; " for node in cluster_of_run.nodes)
    site = f"upstream cluster {{ {nodes}}}\n" + "".join(servers)
    with (
        cluster_of_run.turns.shared(),
        cluster_of_run.index() as url,
        proxying(folder, site, ports["right"]),
    ):
        found = Front(ports, folder, cluster_of_run.nodes[0].address, url.rpartition("/")[2])
        (folder / "articles").mkdir()
        (folder / "articles" / "a.txt").write_text("Huyện uỷ họp\n\nSáng nay, Huyện uỷ họp.\n", encoding="utf-8")
        os.utime(folder / "articles" / "a.txt", (1, 1))
        settings = {**found.settings(), "TIMTIN_OPENSEARCH_SHARDS": "1"}
        commands_of(settings).run("timtin-index", "build", "--index", found.url("right"), folder / "articles")
        yield found


def certify(folder: Path) -> None:
    """Make two authorities, and the certificates, which the first of them signs."""
    for authority in ("authority", "stranger"):
        run(
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={authority}"),
            *("-keyout", f"{folder}/{authority}.key", "-out", f"{folder}/{authority}.pem"),
        )
    for name, (host, days) in CERTIFICATES.items():
        run(
            *("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"),
            *("-addext", f"subjectAltName={host}", "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.csr"),
        )
        run(
            *("openssl", "x509", "-req", "-in", f"{folder}/{name}.csr", "-days", str(days), "-copy_extensions", "copy"),
            *("-CA", f"{folder}/authority.pem", "-CAkey", f"{folder}/authority.key", "-out", f"{folder}/{name}.pem"),
        )


def commands_of(settings: Mapping[str, str]) -> Commands:
    return Commands(Path(sys.executable).parent, settings)


def running() -> str:
    """What a list of all processes shows."""
    shown = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            shown.append(process.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return "\n".join(shown)


def test_the_password_may_stand_in_a_file_and_is_seen_nowhere(front: Front, tmp_path: Path) -> None:
    file = tmp_path / "cụm.toml"
    file.write_text("".join(f"{name} = '{value}'\n" for name, value in front.settings().items()), encoding="utf-8")
    commands = commands_of({"TIMTIN_OPENSEARCH_CREDENTIALS": str(file)})
    log = tmp_path / "log"
    command = ("timtin-serve", "--index", front.url("right"), "--port", "0", "--workers", "1")
    with commands.serving(*command, log=log) as address:
        assert "Huyện uỷ</mark>" in fetch(f"{address}/search?q=huyen+uy")
        shown = running()
    assert front.url("right") in shown
    assert PASSWORD not in shown + log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "given"), [("right", {}), ("key", {"user": "", "password": "", "api_key": KEY})], ids=["password", "key"]
)
def test_the_secret_may_stand_in_the_environment(front: Front, kind: str, given: Mapping[str, str]) -> None:
    told = commands_of(front.settings(**given)).run("timtin-index", "info", "--index", front.url(kind))
    assert "1 articles" in told.stdout.replace("article ", "articles ")
    assert not any(secret in told.stdout + told.stderr for secret in (PASSWORD, KEY))


@dataclass(frozen=True)
class Fault:
    """A way not to get in: by which port and scheme, with which settings; what a command says, and what a page says."""

    name: str
    kind: str
    told: str
    shown: str
    scheme: str = "opensearch+https"
    given: Mapping[str, str] = field(default_factory=dict)


FAULTS = [
    Fault("wrong-password", "right", "TIMTIN_OPENSEARCH_PASSWORD", "tên và mật khẩu", given={"password": WRONG}),
    Fault("no-password", "right", "TIMTIN_OPENSEARCH_PASSWORD", "tên và mật khẩu", given={"user": "", "password": ""}),
    Fault(
        *("wrong-key", "key", "TIMTIN_OPENSEARCH_API_KEY", "TIMTIN_OPENSEARCH_API_KEY"),
        given={"user": "", "password": "", "api_key": WRONG},
    ),
    Fault("expired", "expired", "has expired; have it renewed", "đã hết hạn"),
    Fault("wrong-host", "elsewhere", "is for another host; use the host that it names", "của máy khác"),
    Fault("wrong-ca", "right", "authority in TIMTIN_OPENSEARCH_CA", "ai đã ký", given={"ca": "stranger.pem"}),
    Fault("no-ca-file", "right", "TIMTIN_OPENSEARCH_CA names holds no cert", "Nhật ký", given={"ca": "nowhere.pem"}),
    Fault("only-tls", "right", "write opensearch+https://", "opensearch+https://", scheme="opensearch"),
    Fault("no-tls", "plain", "write opensearch:// in its address", "bắt đầu bằng opensearch://"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_has_its_own_sentence(
    front: Front, fault: Fault, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = front.url(fault.kind, fault.scheme)
    for name, value in front.settings(**fault.given).items():
        monkeypatch.setenv(name, value)
    command = CliRunner().invoke(cli, ["info", "--index", url])
    assert command.exit_code == 14
    assert fault.told in command.stderr
    assert command.stderr.count("\n") == 1
    client = create_app({"TIMTIN_INDEX": url}).test_client()
    page, problem, ready = (client.get(path) for path in ("/search?q=x", "/api/v1/search?q=x", "/readyz"))
    assert (page.status_code, problem.status_code, ready.status_code) == (503, 503, 503)
    assert int(page.headers["Retry-After"]) > 0
    assert int(problem.headers["Retry-After"]) > 0
    assert problem.content_type == "application/problem+json"
    assert fault.shown in page.text
    assert fault.shown in json.loads(problem.text)["detail"]
    assert fault.told in json.loads(ready.text)["detail"]
    assert fault.told in caplog.text
    said = command.output + page.text + problem.text + ready.text + caplog.text
    assert not [secret for secret in (PASSWORD, WRONG, KEY) if secret in said]
