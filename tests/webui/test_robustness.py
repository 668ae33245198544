"""Whatever arrives, no answer is a 500 or lacks the security headers, and no page is torn open by what was typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from werkzeug.test import EnvironBuilder, run_wsgi_app

from webui import create_app
from webui.headers import SECURITY_HEADERS
from webui.location import LONGEST

from .site import EVIL, faults

if TYPE_CHECKING:
    from flask.testing import FlaskClient

NAMES = st.sampled_from(
    [
        "q",
        "page",
        "per_page",
        "sort",
        "from",
        "to",
        "exact",
        "explain",
        "category",
        "-author",
        "year",
        "lang",
        "theme",
        "type",
        "at",
        "match",
        "order",
        "limit",
        "format",
        "-year",
        "id",
        "x",
    ]
)
NASTY = st.sampled_from(
    (
        "%00 %ff%fe %ed%a0%80 % &&& = %3Cscript%3E %22%3E%3Cimg+onerror=x%3E -1 0 1e9 NaN %22 (((( - OR t%E1%BB%AB: "
        f"%F0%9F%98%80 2021-02-31 %u0041 %2e%2e/%2e%2e {'9' * 400} {'a' * 1200}"
    ).split()
)
FIELDS = st.builds("{}={}".format, NAMES, NASTY | st.text(max_size=10)).map(str.encode)
QUERIES = st.binary(max_size=60) | st.lists(FIELDS, max_size=5).map(b"&".join)
PATHS = st.sampled_from(
    [
        "/",
        "/search",
        "/article/tin/0",
        "/article/",
        "/values/author",
        "/values/year",
        "/help",
        "/export.csv",
        "/export.xlsx",
        "/export.jsonl",
        "/feed.atom",
        "/suggest.json",
        "/citation/bibtex",
        "/logo",
        "/readyz",
        "/api/v1/search",
        "/api/v1/suggest",
        "/api/v1/articles/tin/0",
    ]
)

relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check(client: FlaskClient, path: str, query: bytes, header: str = "vi") -> None:
    environ = {"PATH_INFO": path, "QUERY_STRING": query.decode("latin-1")}
    response = client.get(environ_overrides=environ, headers={"Accept-Language": header}, buffered=True)
    assert response.status_code < 500
    assert {name: response.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert not any(char in value for value in response.headers.values() for char in "\r\n\0")
    assert all("SameSite=Strict" in cookie for cookie in response.headers.getlist("Set-Cookie"))
    if response.status_code == 200 and response.mimetype == "text/html":
        assert faults(response.get_data(as_text=True)) == []
    if (response.mimetype or "").endswith("+xml"):
        etree.fromstring(response.data)
    if response.status_code >= 400 and path.startswith("/api/"):
        assert response.mimetype == "application/problem+json"


@relaxed
@given(path=PATHS, query=QUERIES)
@example(path="/search", query="year=²".encode())  # a digit that is no decimal one
def test_any_query_string_gets_a_proper_answer(client: FlaskClient, path: str, query: bytes) -> None:
    check(client, path, query)


@relaxed
@given(path=st.binary(max_size=30))
def test_any_path_gets_a_proper_answer(client: FlaskClient, path: bytes) -> None:
    for prefix in ("/", "/article/", "/values/", "/assets/", "/api/v1/articles/", "/static/"):
        check(client, prefix + path.decode("latin-1"), b"")


@relaxed
@given(header=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30))
def test_any_language_header_gets_a_proper_answer(client: FlaskClient, header: str) -> None:
    check(client, "/search", b"q=a", header)


COOKIES = st.sampled_from(["lang=xx", "lang=\xff", "lang", "lang=en; lang=vi", "=" * 50, "theme=dark", 'type="><b>'])


@relaxed
@given(cookie=COOKIES | st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=30))
def test_any_cookie_gets_a_proper_answer(client: FlaskClient, cookie: str) -> None:
    response = client.get("/nowhere", headers={"Cookie": cookie})
    assert response.status_code == 404
    assert faults(response.get_data(as_text=True)) == []


@pytest.mark.parametrize("address", ["/search?q=script", "/search?q=alert&sort=newest", "/search", "/"])
def test_hostile_articles_are_shown_as_text(client: FlaskClient, address: str) -> None:
    html = client.get(
        address, query_string=None if "?" in address else {"per_page": 100}, follow_redirects=True
    ).get_data(as_text=True)
    assert "&lt;script&gt;" in html or "&lt;<mark>script</mark>&gt;" in html
    assert "<script>alert" not in html
    assert "<img" not in html
    assert faults(html) == []


def test_a_hostile_query_is_shown_as_text(client: FlaskClient) -> None:
    for name in ("q", "category", "-author", "from", "sort", "page", "lang"):
        html = client.get("/search", query_string={name: EVIL}).get_data(as_text=True)
        assert "<script>alert" not in html
        assert "<img" not in html
        assert faults(html) == []


@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/v1/search"])
@pytest.mark.parametrize("host", ["", ".", "a..b", "xn--a", "a" * 64, "a b", "[::1", "a:b", "a:123456", "\xff"])
def test_a_host_without_a_possible_name_is_a_wrong_request(client: FlaskClient, path: str, host: str) -> None:
    environ = EnvironBuilder(path=path).get_environ() | {"HTTP_HOST": host}
    pieces, status, headers = run_wsgi_app(client.application, environ, buffered=True)
    assert status == "400 BAD REQUEST"
    assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    if (headers["Content-Type"] or "").startswith("text/html"):
        assert faults(b"".join(pieces).decode()) == []


@pytest.mark.parametrize("host", ["tin.example", "TIN.example.:8080", "127.0.0.1:80", "[::1]:8080", "xn--tn-9ja.vn"])
def test_a_host_may_be_called_as_hosts_are(client: FlaskClient, host: str) -> None:
    assert client.get("/search?q=a", environ_overrides={"HTTP_HOST": host}).status_code == 200


@pytest.mark.parametrize("prefix", ["//evil.example", "/a//b", "x", "/a b", "/\\evil.example", "\xef\xbb\xbf"])
def test_a_path_that_could_lead_elsewhere_is_not_taken_from_a_proxy(prefix: str) -> None:
    client = create_app({"TIMTIN_INDEX": "memory:", "PROXIES": 1}).test_client()
    for address in ("/?q=a", "/api/v1/search"):
        response = client.get(address, headers={"X-Forwarded-Prefix": prefix})
        assert response.status_code == 400
        assert "evil" not in response.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/", "/search", "/nowhere", "/article/tin/0", "/export.csv", "/api/v1/search"])
def test_an_address_is_read_up_to_a_length(client: FlaskClient, path: str) -> None:
    rest = LONGEST - len(path) - len("q=")
    assert client.get(f"{path}?q={'a' * (rest - len('?search'))}").status_code < 414
    for address in (f"{path}?q={'a' * (rest + 1)}", f"{path}?q={'%22' * 1_000_000}", f"{path}{'/a' * LONGEST}"):
        response = client.get(address)
        assert response.status_code == 414
        assert {name: response.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
        if path.startswith("/api/"):
            assert json.loads(response.data)["status"] == 414
        else:
            assert faults(response.get_data(as_text=True)) == []


def test_nobody_is_led_to_an_address_that_is_not_read(client: FlaskClient) -> None:
    for letters, status in ((LONGEST // 3 - 100, 302), (LONGEST // 3, 414)):
        environ = {"PATH_INFO": "/", "QUERY_STRING": "q=" + '"' * letters}
        assert client.get(environ_overrides=environ).status_code == status
