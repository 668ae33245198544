"""Is every search a feed that any reader of feeds can take?"""

from __future__ import annotations

from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from .site import EVIL, STORIES, documents, read

if TYPE_CHECKING:
    from flask.testing import FlaskClient

SCHEMA = etree.RelaxNG(etree.parse(str(Path(__file__).with_name("atom.rng"))))
NAMES = {"a": "http://www.w3.org/2005/Atom", "os": "http://a9.com/-/spec/opensearch/1.1/"}


def ask(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200
    assert response.content_type == "application/atom+xml; charset=utf-8"
    document = etree.fromstring(response.data)
    assert SCHEMA.validate(document), SCHEMA.error_log
    # What the grammar leaves to prose: who wrote it, and where an entry without content can be read.
    assert document.xpath("a:author", namespaces=NAMES)
    assert not document.xpath("a:entry[not(a:link[@rel='alternate'])]", namespaces=NAMES)
    ids = document.xpath("a:entry/a:id/text()", namespaces=NAMES)
    assert len(ids) == len(set(ids))
    return document


def texts(document: Any, path: str) -> list[str]:
    return [str(one) for one in document.xpath(path, namespaces=NAMES)]


def links(document: Any) -> dict[str, str]:
    found = document.xpath("a:link", namespaces=NAMES)
    return {link.get("rel"): link.get("href").removeprefix("http://localhost") for link in found}


def test_the_newest_articles_come_first_unless_another_order_is_asked_for(client: FlaskClient) -> None:
    for query, sort in (
        ("q=huyen+uy", "newest"),
        ("q=huyen+uy&sort=relevance", "relevance"),
        ("sort=oldest", "oldest"),
    ):
        page = client.get(
            f"/api/v1/search?{query}&sort={sort}" if "sort" not in query else f"/api/v1/search?{query}"
        ).json
        assert page
        assert texts(ask(client, f"/feed.atom?{query}"), "a:entry/a:title/text()") == [
            hit["title"] for hit in page["hits"]
        ]


def test_a_feed_leads_through_the_whole_result_and_counts_it(client: FlaskClient) -> None:
    total = len(documents())
    address, ids, starts = "/feed.atom?per_page=7", [], []
    while address:
        document = ask(client, address)
        assert texts(document, "os:totalResults/text()") == [str(total)]
        assert texts(document, "os:itemsPerPage/text()") == ["7"]
        starts += texts(document, "os:startIndex/text()")
        found = links(document)
        assert (found["self"], found["first"]) == (address, "/feed.atom?per_page=7")
        ids += texts(document, "a:entry/a:id/text()")
        last, address = found["last"], found.get("next", "")
    assert len(ids) == len(set(ids)) == total
    assert starts == [str(start) for start in range(1, total + 1, 7)]
    assert found["self"] == last
    assert found["previous"] == "/feed.atom?per_page=7&page=" + str(len(starts) - 1)
    assert client.get(found["alternate"]).status_code == 200


def test_an_entry_tells_of_its_article(client: FlaskClient) -> None:
    (entry,) = ask(client, "/feed.atom?q=huyen+uy+khe+nhan&category=Chính+trị").xpath("a:entry", namespaces=NAMES)
    assert texts(entry, "a:title/text()") == [STORIES[0][0]]
    assert texts(entry, "a:author/a:name/text()") == ["Lan Chi"]
    assert texts(entry, "a:category/@term") == ["Chính trị"]
    assert texts(entry, "a:published/text()") == texts(entry, "a:updated/text()") == ["2023-03-01T00:00:00+07:00"]
    assert texts(entry, "a:link[@rel='via']/@href") == ["https://bao.example/tin/0"]
    assert (
        client.get(texts(entry, "a:link[@rel='alternate']/@href")[0].removeprefix("http://localhost")).status_code
        == 200
    )
    assert "<mark>huyện uỷ khe nhạn</mark>" in texts(entry, "a:summary/text()")[0]


def test_what_identifies_an_entry_stays_the_same(client: FlaskClient) -> None:
    def ids(address: str, **headers: str) -> list[str]:
        return texts(etree.fromstring(client.get(address, headers=headers).data), "a:entry/a:id/text()")

    assert ids("/feed.atom?q=lúa") == ids("/feed.atom?q=gia+lua&lang=en", Host="bao.example") != []


def test_articles_without_a_date_are_never_new(client: FlaskClient) -> None:
    document = ask(client, "/feed.atom?per_page=100")
    updated = [datetime.fromisoformat(text) for text in texts(document, "a:entry/a:updated/text()")]
    assert updated == sorted(updated, reverse=True)
    assert updated[-1].year == 1970
    assert len(texts(document, "a:entry/a:published")) < len(updated)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  # HTMLParser's signature
        self.seen.add(tag)


def test_a_hostile_article_is_text(client: FlaskClient) -> None:
    document = ask(client, "/feed.atom?per_page=100&q=alert")
    assert any(EVIL in title for title in texts(document, "a:entry/a:title/text()"))
    tags = Tags()
    for summary in texts(document, "a:entry/a:summary/text()"):
        tags.feed(summary)
    assert tags.seen == {"mark"}
    assert texts(document, "a:entry/a:link[@rel='via']/@href") == []


@pytest.mark.parametrize(
    "query", ["q=%00%01%0b%EF%BF%BF", "q=%22%3E%3C", "page=99&q=huyen", "page=x&per_page=0", "q=qqqq"]
)
def test_any_search_is_a_feed(client: FlaskClient, query: str) -> None:
    ask(client, f"/feed.atom?{query}")


def test_the_page_of_a_search_names_its_feed(client: FlaskClient) -> None:
    page = read(client.get("/search?q=huyen+uy&page=2&per_page=1").get_data(as_text=True))
    alternates = [
        attributes for tag, attributes in page.elements if tag == "link" and attributes.get("rel") == "alternate"
    ]
    (feed,) = [one for one in alternates if one["type"] == "application/atom+xml"]
    assert feed["href"] == "/feed.atom?q=huyen+uy&per_page=1"
    ask(client, str(feed["href"]))
