"""Can a browser add the search, and does a crawler find what is for it?"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote
from urllib.robotparser import RobotFileParser

from lxml import etree

from webui import create_app

from .site import read

if TYPE_CHECKING:
    from flask.testing import FlaskClient

OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_every_page_names_the_description(client: FlaskClient) -> None:
    for address in ("/", "/search?q=a", "/article/tin/0", "/help", "/nowhere"):
        page = read(client.get(address).get_data(as_text=True))
        named = [attributes for tag, attributes in page.elements if tag == "link" and attributes.get("rel") == "search"]
        assert [(one["type"], one["href"]) for one in named] == [
            ("application/opensearchdescription+xml", "/opensearch.xml")
        ]


def test_the_addresses_of_the_description_answer(client: FlaskClient) -> None:
    response = client.get("/opensearch.xml")
    assert response.mimetype == "application/opensearchdescription+xml"
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    description = etree.fromstring(response.data)
    assert 0 < len(description.findtext(f"{OPENSEARCH}ShortName")) <= 16
    with client.get(description.findtext(f"{OPENSEARCH}Image").removeprefix("http://localhost")) as image:
        assert image.mimetype == "image/svg+xml"
    kinds = set()
    for url in description.findall(f"{OPENSEARCH}Url"):
        address = url.get("template").removeprefix("http://localhost").replace("{searchTerms}", quote("huyện uỷ"))
        for page, count in (("", ""), ("1", "5")):
            filled = address.replace("{startPage?}", page).replace("{count?}", count)
            answer = client.get(filled, follow_redirects=True)
            assert (answer.status_code, answer.mimetype) == (200, url.get("type"))
        kinds.add(url.get("type"))
    assert len(kinds) == 4


def test_a_long_name_is_cut_to_what_the_format_allows() -> None:
    client = create_app({"TIMTIN_INDEX": "memory:", "SITE_NAME": "Báo & Đài <tỉnh> Lam Khê"}).test_client()
    description = etree.fromstring(client.get("/opensearch.xml").data)
    assert description.findtext(f"{OPENSEARCH}ShortName") == "Báo & Đài <tỉnh>"
    assert "Báo & Đài <tỉnh> Lam Khê" in description.findtext(f"{OPENSEARCH}Description")


def test_a_page_of_results_names_its_other_forms(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": 'a>; rel="x", <b', "category": "Chính trị", "page": 2})
    found = [re.fullmatch(r'<([^>]*)>; rel="alternate"; type="([^"]*)"', one) for one in page.headers.getlist("Link")]
    links = {one[2]: one[1] for one in found if one}
    assert list(links) == ["application/atom+xml", "application/json"]
    for media_type, address in links.items():
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, media_type)
    other = client.get(links["application/json"]).json
    assert other
    assert (other["query"], other["page"]) == ('a>; rel="x", <b', 2)


def test_suggestions_have_the_form_that_browsers_want(client: FlaskClient) -> None:
    response = client.get("/suggest.json?q=khe")
    assert response.mimetype == "application/x-suggestions+json"
    asked, texts, told, addresses = json.loads(response.data)
    assert asked == "khe"
    assert "Khe Nhạn" in texts
    assert len(texts) == len(told) == len(addresses)
    assert told[texts.index("Khe Nhạn")] == "2 bài"
    for address in addresses:
        assert client.get(address.removeprefix("http://localhost")).status_code == 200
    assert json.loads(client.get("/suggest.json").data) == ["", [], [], []]


def test_crawlers_read_articles_and_nothing_without_an_end(client: FlaskClient) -> None:
    response = client.get("/robots.txt")
    assert response.mimetype == "text/plain"
    rules = RobotFileParser()
    rules.parse(response.get_data(as_text=True).splitlines())
    for address, allowed in {
        "/": True,
        "/help": True,
        "/article/tin/0": True,
        "/assets/site.css?v=1": True,
        "/search?q=a": False,
        "/values/author?q=a": False,
        "/export.csv": False,
        "/feed.atom?q=a": False,
        "/api/v1/search": False,
        "/citation/ris?id=1": False,
    }.items():
        assert rules.can_fetch("anybot", address) is allowed, address
