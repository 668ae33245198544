"""Where is an index on a cluster, and with what may one go there?

``opensearch://host1:9200,host2:9200/news`` names the hosts and the index; ``opensearch+https://`` goes there by TLS.
What is secret comes from the environment, or from a file that it names, never from an address: addresses are logged.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from ...errors import ClusterRefused, InvalidAddress

SCHEMES = {"opensearch": False, "opensearch+https": True}
"""Schemes of addresses, each with whether it means TLS."""

PORT = 9200
PREFIX = "TIMTIN_OPENSEARCH_"
CREDENTIALS = PREFIX + "CREDENTIALS"
"""The variable that names a file with the others, so that they need not stand in the environment."""

CLUSTER_VARIABLES = (
    CREDENTIALS,
    *(PREFIX + name for name in ("USER", "PASSWORD", "API_KEY", "CA", "SHARDS", "REPLICAS")),
)
"""Every variable of the environment that says something about a cluster."""

LONGEST_NAME = 200
"""Characters of the name of an index. OpenSearch allows 255, and numbers of generations are appended."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_OURS = re.compile(r"(-\d{6,}|\.words|\.control)\Z")
_PORTS = range(1, 65536)


@dataclass(frozen=True, slots=True)
class Address:
    """An index on a cluster: ``hosts`` with their ports, whether by ``tls``, and the ``name`` of the index."""

    hosts: tuple[tuple[str, int], ...]
    tls: bool
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address. Raises :class:`~search.errors.InvalidAddress`, which repeats nothing that may be secret."""
        try:
            parts = urlsplit(text)
        except ValueError:
            raise InvalidAddress("cannot be read") from None
        if parts.scheme not in SCHEMES:
            raise InvalidAddress("must begin with opensearch:// or opensearch+https://")
        if "@" in text:
            raise InvalidAddress(
                f"must not hold a user or a password, which others could read; set {PREFIX}USER and "
                f"{PREFIX}PASSWORD, or {PREFIX}API_KEY, instead"
            )
        if parts.query or parts.fragment:
            raise InvalidAddress("must end with the name of the index, without ? and #")
        return cls(
            tuple(_host(host) for host in parts.netloc.split(",")), SCHEMES[parts.scheme], _name(parts.path.strip("/"))
        )

    def __str__(self) -> str:
        hosts = ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts)
        return f"opensearch{'+https' if self.tls else ''}://{hosts}/{self.name}"


def is_address(text: object) -> bool:
    """Say whether ``text`` is meant as an address, right or wrong, rather than as a folder."""
    return isinstance(text, Address) or str(text).split(":", 1)[0] in SCHEMES


def _host(text: str) -> tuple[str, int]:
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\s\[\]]+)(?::(\d{1,5}))?", text)
    port = int(found[2] or PORT) if found else 0
    if not found or port not in _PORTS:
        raise InvalidAddress("needs hosts as HOST or HOST:PORT, separated by commas")
    return found[1].strip("[]"), port


def _name(name: str) -> str:
    if not name:
        raise InvalidAddress("needs the name of an index after the hosts")
    if not _NAME.fullmatch(name):
        raise InvalidAddress(
            f"has the index name {name!r}; a name has letters a to z, lower case, digits, and after the first of them "
            "also . _ -"
        )
    if len(name) > LONGEST_NAME:
        raise InvalidAddress(f"has an index name of more than {LONGEST_NAME} characters")
    if _OURS.search(name):
        raise InvalidAddress(
            f"has the index name {name!r}, which is of the form that generations have; leave its end off"
        )
    return name


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What a cluster asks for: ``user`` with ``password``, or an ``api_key``; ``ca`` is the file of the certificates
    that sign the cluster's own. All may be missing. It is never shown.
    """

    user: str | None = field(default=None)
    password: str | None = field(default=None)
    api_key: str | None = field(default=None)
    ca: str | None = field(default=None)

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read those of the environment, and of the file that :data:`CREDENTIALS` names.

        The file is TOML or has a line ``KEY=value`` each; its keys are those of this class, or the names of the
        variables. Raises :class:`~search.errors.ClusterRefused` where it cannot be read, or where a password has no
        user.
        """
        environ = os.environ if environ is None else environ
        filed = _file(environ[CREDENTIALS]) if environ.get(CREDENTIALS) else {}
        names = [one.name for one in fields(cls)]
        given = {name: environ.get(PREFIX + name.upper()) or filed.get(name) for name in names}
        if bool(given["user"]) != bool(given["password"]):
            raise ClusterRefused(
                "settings", f"{PREFIX}USER and {PREFIX}PASSWORD belong together; only one of them is set"
            )
        if given["api_key"] and given["user"]:
            raise ClusterRefused(
                "settings", f"set either {PREFIX}API_KEY or {PREFIX}USER and {PREFIX}PASSWORD, not both"
            )
        if given["api_key"] and not (given["api_key"].isascii() and given["api_key"].isprintable()):
            raise ClusterRefused("settings", f"{PREFIX}API_KEY holds characters that no key has; copy it anew")
        return cls(**given)

    @property
    def authorization(self) -> str:
        """The header that says who asks, with a password in UTF-8 (RFC 7617), or an empty text."""
        if self.api_key:
            return f"ApiKey {self.api_key}"
        return f"Basic {b64encode(f'{self.user}:{self.password}'.encode()).decode()}" if self.user else ""

    def __repr__(self) -> str:
        return "Credentials(…)"


def _file(name: str) -> dict[str, str]:
    import tomllib  # which nobody needs who opens a folder

    try:
        text = Path(name).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "is no text in UTF-8"
        raise ClusterRefused("settings", f"the file {name} that {CREDENTIALS} names cannot be read: {reason}") from None
    try:
        read = {key: str(value) for key, value in tomllib.loads(text).items()}
    except tomllib.TOMLDecodeError:
        lines = (line.strip().removeprefix("export ") for line in text.splitlines())
        pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
        read = {key.strip(): _bare(value.strip()) for key, value in pairs}
    return {key.upper().removeprefix(PREFIX).lower(): value for key, value in read.items()}


def _bare(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value
