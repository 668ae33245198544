"""Does the served demo do in a real browser what the whole thing is for, with and without JavaScript?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .browsing import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_search_narrow_read_and_come_back(visitor: Visitor, javascript: bool) -> None:
    page = visitor.open("/", java_script_enabled=javascript)
    page.get_by_label("Tìm trong kho tin").fill("huyen uy khe nhan")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    assert asked(page)["q"] == ["huyen uy khe nhan"]
    marked = {mark.lower() for mark in texts(page, ".hits mark")}
    assert {"huyện ủy khe nhạn", "huyện uỷ khe nhạn"} <= marked
    everything = total(page)
    assert everything > page.locator(".hit").count() > 0

    facet = page.locator("section[aria-labelledby=facet-category] .take", has_text="Chính trị")
    promised = int(re.findall(r"\d+", facet.inner_text())[0])
    assert 0 < promised < everything
    facet.click()
    page.wait_for_url("**category=*")
    assert asked(page)["category"] == ["Chính trị"]
    assert total(page) == promised == page.locator(".hit").count()
    assert all("Chính trị" in meta for meta in texts(page, ".hit .meta"))

    titles = texts(page, ".hit-title")
    page.locator(".hit-title a").nth(1).click()
    page.wait_for_url("**/article/**")
    assert texts(page, ".story h1") == [titles[1]]
    marks = texts(page, ".story mark")
    assert len(marks) == int(texts(page, ".to-hit strong")[0])
    page.locator(".to-hit").click()
    assert texts(page, "mark:target") == marks[:1]

    page.locator(".steps [rel=next]").click()
    page.wait_for_url("**at=3*")
    assert texts(page, ".story h1") == [titles[2]]
    page.locator(".trail .back").click()
    page.wait_for_url("**/search?*#result-3")
    assert asked(page)["category"] == ["Chính trị"]
    assert texts(page, ":target .hit-title") == [titles[2]]
    assert page.locator(":target").is_visible()


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def texts(page: Page, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(selector).all_inner_texts()]


def total(page: Page) -> int:
    return int(re.sub(r"\D", "", texts(page, ".total strong")[0]))
