from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from webui import create_app
from webui.headers import FOR_A_YEAR, REVALIDATE, SECURITY_HEADERS

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/search?q=a",
        "/?q=a",
        "/article/tin/0",
        "/nowhere",
        "/api/v1/search",
        "/api/v1/search?page=0",
        "/healthz",
        "/readyz",
    ],
)
def test_every_answer_is_protected(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "Cookie" in headers["Vary"]
    assert headers["Cache-Control"] in {REVALIDATE, "no-store"}


def test_the_policy_admits_nothing_but_our_own_files() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy


def test_static_files_are_kept_for_good_under_their_versioned_address_only(client: FlaskClient) -> None:
    html = client.get("/").get_data(as_text=True)
    addresses = re.findall(r"/(?:static|assets)/[^\"]+", html)
    assert len(addresses) == 3
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{12}$", address)
        with client.get(address) as versioned:
            assert (versioned.status_code, versioned.headers["Cache-Control"]) == (200, FOR_A_YEAR)
        with client.get(address[:-1] + "x") as other:
            assert other.headers["Cache-Control"] == REVALIDATE
        assert "Content-Security-Policy" in other.headers
    for nothing in ("/static/nothing.css?v=1", "/assets/nothing.css?v=1"):
        response = client.get(nothing)
        assert (response.status_code, response.headers["Cache-Control"]) == (404, REVALIDATE)
    assert client.get("/static/../__init__.py").status_code == 404


def test_links_follow_the_proxy_only_where_it_is_believed() -> None:
    forwarded = {"X-Forwarded-Prefix": "/tim", "X-Forwarded-Host": "bao.example", "X-Forwarded-Proto": "https"}
    for proxies, prefix in ((0, ""), (1, "/tim")):
        client = create_app({"TIMTIN_INDEX": "memory:", "PROXIES": proxies}).test_client()
        response = client.get("/search?q=a&lang=vi", headers=forwarded)
        assert f'action="{prefix}/search"' in response.get_data(as_text=True)
        assert ("Secure" in response.headers["Set-Cookie"]) is bool(proxies)


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("zstd, br, gzip", "zstd"), ("gzip", "gzip"), ("", None), ("x", None)]
)
def test_answers_are_compressed_as_the_client_accepts_it(
    client: FlaskClient, accepted: str, encoding: str | None
) -> None:
    for address in ("/search?q=huyen", "/assets/site.css", "/api/v1/search?q=huyen"):
        response = client.get(address, headers={"Accept-Encoding": accepted})
        assert response.headers.get("Content-Encoding") == encoding
        assert "Accept-Encoding" in response.headers["Vary"]
    plain = client.get("/search?q=huyen")
    small = client.get("/search?q=huyen", headers={"Accept-Encoding": "gzip"})
    assert len(small.data) < len(plain.data) / 2


def test_nothing_that_was_asked_gets_into_a_header(client: FlaskClient) -> None:
    for address in ("/?q=a%0d%0aX-Evil:1", "/search?q=a%0d%0aX-Evil:1&from=", "/search?lang=en%0d%0aX-Evil:1"):
        response = client.get(address)
        assert "X-Evil" not in response.headers
        assert not any("\n" in value or "\r" in value for value in response.headers.values())


@pytest.mark.parametrize("address", ["/static/none.svg", "/assets/none.css", "/static/icon.svg", "/logo"])
def test_what_may_be_done_with_a_file_can_be_asked_whether_it_is_there_or_not(
    client: FlaskClient, address: str
) -> None:
    response = client.options(address)
    assert response.status_code in {200, 404}
    assert response.headers["Cache-Control"] == "private, no-cache"
