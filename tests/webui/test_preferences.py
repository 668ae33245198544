"""How the pages look is the reader's choice, by links that work everywhere, kept in cookies that go nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from webui.preferences import PREFERENCES

from .site import read

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


def root(html: str) -> str:
    found = re.search(r"<html[^>]*>", html)
    assert found
    return found[0]


@pytest.mark.parametrize(("name", "value"), [("theme", "dark"), ("theme", "light"), ("type", "large")])
def test_a_choice_is_a_link_and_is_remembered(app: Flask, name: str, value: str) -> None:
    client = app.test_client()
    page = read(client.get("/search?q=huyen&page=2").get_data(as_text=True))
    link = next(link for link in page.links() if link.startswith("?") and f"{name}={value}" in link)
    assert link == f"?q=huyen&page=2&{name}={value}"
    response = client.get("/search" + link)
    attribute = f'data-{name}="{value}"'
    assert attribute in root(response.get_data(as_text=True))
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith(f"{name}={value};")
    assert "SameSite=Strict" in cookie
    assert attribute in root(client.get("/help").get_data(as_text=True))
    default = next(iter(PREFERENCES[name]))
    assert f"data-{name}" not in root(client.get(f"/?{name}={default}").get_data(as_text=True))
    assert f"data-{name}" not in root(client.get("/help").get_data(as_text=True))


def test_the_choice_in_force_is_marked(client: FlaskClient) -> None:
    html = client.get("/?theme=dark").get_data(as_text=True)
    marked = re.findall(r'data-prefer="([^"]+)" aria-current="true"', html)
    assert marked == ["theme=dark", "type=normal"]


@pytest.mark.parametrize("header", ["theme=xx", 'theme="><script>', "type=", "theme=auto"])
def test_a_cookie_that_makes_no_sense_chooses_nothing(client: FlaskClient, header: str) -> None:
    response = client.get("/?theme=pink&type=", headers={"Cookie": header})
    assert root(response.get_data(as_text=True)) == '<html lang="vi">'
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("address", ["/?lang=en", "/?theme=dark", "/?type=large", "/?theme=auto"])
def test_cookies_go_to_this_site_only(client: FlaskClient, address: str) -> None:
    assert "SameSite=Strict" in client.get(address).headers["Set-Cookie"]


@pytest.mark.parametrize("address", ["/", "/search?q=huyen", "/article/tin/0", "/help", "/api/v1/search", "/nowhere"])
def test_who_chooses_nothing_gets_no_cookie(client: FlaskClient, address: str) -> None:
    assert "Set-Cookie" not in client.get(address).headers
