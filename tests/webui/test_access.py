"""Do the settings for programs do what they say: how often may a client ask, and which sites' scripts may read?"""

from __future__ import annotations

from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from webui import create_app
from webui.errors import SettingError
from webui.ratelimit import RateLimit, network
from webui.resolving import load


def client_of(**settings: object) -> FlaskClient:
    return create_app({"TIMTIN_INDEX": "memory:", **settings}).test_client(use_cookies=False)


def ask(client: FlaskClient, address: str, client_address: str = "192.0.2.1", **headers: str) -> int:
    with client.get(address, environ_base={"REMOTE_ADDR": client_address}, headers=headers) as response:
        return response.status_code


def test_by_default_one_may_ask_as_often_as_one_likes() -> None:
    client = client_of()
    assert {ask(client, "/api/v1/search") for _ in range(300)} == {200}


@pytest.mark.parametrize("address", ["/api/v1/search", "/export.csv", "/feed.atom"])
def test_more_requests_than_allowed_are_refused_for_a_while(address: str) -> None:
    client = client_of(RATE_LIMIT=5)
    assert [ask(client, address) for _ in range(5)] == [200] * 5
    with client.get(address, environ_base={"REMOTE_ADDR": "192.0.2.1"}) as refused:
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 12
    assert ask(client, address, "192.0.2.2") == 200, "each client for itself"
    assert ask(client, "/search") == 200, "pages are for people"
    assert ask(client, "/healthz") == 200


def test_a_refusal_is_a_problem_document() -> None:
    client = client_of(RATE_LIMIT=1)
    ask(client, "/api/v1/search", "127.0.0.1")
    response = client.get("/api/v1/search", headers={"Accept-Language": "en"})
    assert (response.status_code, response.mimetype) == (429, "application/problem+json")
    assert response.json
    assert response.json["title"] == "Too many requests"


def test_what_has_not_changed_may_be_asked_for_without_end() -> None:
    client = client_of(RATE_LIMIT=1)
    with client.get("/api/v1/search") as response:
        known = response.headers["ETag"]
    assert {ask(client, "/api/v1/search", "127.0.0.1", **{"If-None-Match": known}) for _ in range(9)} == {304}


def test_the_proxy_that_is_believed_names_the_client() -> None:
    client = client_of(RATE_LIMIT=1, PROXIES=1)
    for number in range(5):
        assert ask(client, "/api/v1/search", **{"X-Forwarded-For": f"198.51.100.{number}"}) == 200
    assert ask(client, "/api/v1/search", **{"X-Forwarded-For": "198.51.100.1"}) == 429
    unbelieving = client_of(RATE_LIMIT=1)
    assert ask(unbelieving, "/api/v1/search", **{"X-Forwarded-For": "198.51.100.1"}) == 200
    assert ask(unbelieving, "/api/v1/search", **{"X-Forwarded-For": "198.51.100.2"}) == 429


@given(st.integers(1, 100), st.lists(st.floats(0, 30), min_size=1, max_size=200))
def test_no_minute_has_more_than_twice_the_limit_and_waiting_helps(limit: int, pauses: list[float]) -> None:
    limiter, now, allowed = RateLimit(limit), 1000.0, []
    for pause in pauses:
        now += pause
        wait = limiter.wait("a", now)
        if not wait:
            allowed.append(now)
        else:
            assert 0 < wait <= 60 / limit + 1e-6
            now += wait + 1e-6
            assert limiter.wait("a", now) == 0
            allowed.append(now)
    for first in allowed:
        # As many at once as a minute has, and as many again as that minute brings.
        assert sum(first <= one < first + 60 for one in allowed) <= 2 * limit + 1


def _exhaust(limiter: RateLimit, results: SimpleQueue[int]) -> None:
    results.put(sum(not limiter.wait("a", 1000.0) for _ in range(10)))


def test_worker_processes_share_the_limit() -> None:
    forking = get_context("fork")
    limiter, results = RateLimit(12), forking.SimpleQueue()
    for _ in range(3):
        worker = forking.Process(target=_exhaust, args=(limiter, results))
        worker.start()
        worker.join()
    assert [results.get() for _ in range(3)] == [10, 2, 0]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "unix:", False),
    ],
)
def test_a_client_is_its_address_or_its_network(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) is same


def headers(client: FlaskClient, address: str, origin: str, method: str = "GET") -> dict[str, str]:
    with client.open(address, method=method, headers={"Origin": origin}) as response:
        return {name: value for name, value in response.headers.items() if name.startswith("Access-Control")} | {
            "Vary": response.headers.get("Vary", "")
        }


def test_by_default_no_other_site_reads_the_api() -> None:
    assert set(headers(client_of(), "/api/v1/search", "https://bao.example")) == {"Vary"}


def test_scripts_of_the_named_sites_may_read_the_api_and_nothing_else() -> None:
    client = client_of(CORS_ORIGINS="https://bao.example http://[::1]:8000")
    for origin in ("https://bao.example", "http://[::1]:8000"):
        for address in ("/api/v1/search", "/api/v1/search?page=0", "/api/v1/export"):
            found = headers(client, address, origin)
            assert found["Access-Control-Allow-Origin"] == origin
            assert "ETag" in found["Access-Control-Expose-Headers"]
            assert "Origin" in found["Vary"]
            assert "Access-Control-Allow-Credentials" not in found
        assert set(headers(client, "/search", origin)) == {"Vary"}
    for stranger in ("https://bao.example.evil.example", "http://bao.example", "null", ""):
        found = headers(client, "/api/v1/search", stranger)
        assert "Origin" in found.pop("Vary")
        assert found == {}


def test_a_browser_may_ask_before() -> None:
    client = client_of(CORS_ORIGINS="*")
    found = headers(client, "/api/v1/search", "https://any.example", "OPTIONS")
    assert found["Access-Control-Allow-Origin"] == "*"
    assert found["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "If-None-Match" in found["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    "origins", ["bao.example", "https://bao.example/", "https://", "ftp://a.example", "https://a.example,*", "null"]
)
def test_what_is_no_origin_is_refused_at_the_start(origins: str) -> None:
    with pytest.raises(SettingError, match=r"https://bao\.example"):
        load({"CORS_ORIGINS": origins}, {})


def test_origins_are_compared_as_browsers_write_them() -> None:
    assert load({}, {"TIMTIN_CORS_ORIGINS": " https://Bao.Example  * "})["CORS_ORIGINS"] == "https://bao.example *"
