"""What only a browser can tell: the policy lets our own files through, and the keyboard reaches everything."""

from __future__ import annotations

import os
import shutil
import threading
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from selenium.webdriver.chrome.webdriver import WebDriver

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
DRIVER = shutil.which("chromedriver")
SWITCHES = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--window-size=1280,900", "--accept-lang=vi",
)  # fmt: skip

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER) and not os.environ.get("CI"), reason="needs chromium and chromedriver"
    ),
]


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[WebDriver]:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    for switch in SWITCHES:
        options.add_argument(switch)
    options.binary_location = CHROMIUM or ""
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


def press(browser: WebDriver, keys: str) -> None:
    browser.switch_to.active_element.send_keys(keys)


def focused(browser: WebDriver) -> str:
    return str(browser.execute_script("const e = document.activeElement; return e.id || e.textContent.trim()"))


@pytest.mark.parametrize("address", ["/", "/search?q=huyen+uy", "/article/tin/0?q=huyen+uy#hit-2", "/help"])
def test_the_policy_blocks_nothing_of_ours(browser: WebDriver, site: str, address: str) -> None:
    browser.get(site + address)
    assert browser.get_log("browser") == []
    assert browser.execute_script("return getComputedStyle(document.body).display") == "flex"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/search?q=huyen+uy&category=Chính trị&from=2020",
        "/search?q=%22huyện uỷ dự và phát biểu%22 03-ĐA/TU 3.654&explain=1",
        "/article/tin/0?q=huyen",
        "/help",
    ],
)
def test_a_phone_shows_pages_without_scrolling_sideways(browser: WebDriver, site: str, address: str) -> None:
    metrics = {"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        browser.get(site + address)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 320
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_filters_are_folded_on_a_phone_and_open_beside_wide_results(browser: WebDriver, site: str) -> None:
    seen = "return document.querySelector('.facet a.take').checkVisibility({contentVisibilityAuto: true})"
    browser.get(site + "/search?q=huyen")
    assert browser.execute_script(seen)
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    )
    try:
        assert not browser.execute_script(seen)
        browser.find_element("css selector", ".filters > summary").click()
        assert browser.execute_script(seen)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_first_tab_stop_leads_past_the_head(browser: WebDriver, site: str) -> None:
    browser.get(site + "/search?q=huyen")
    press(browser, "\ue004")
    assert focused(browser) == "Đến nội dung chính"
    press(browser, "\ue007")
    assert browser.execute_script("return location.hash") == "#main"


def test_every_link_and_field_can_be_reached_by_tab_and_shows_it(browser: WebDriver, site: str) -> None:
    browser.get(site + "/search?q=huyen+uy&category=Chính trị")
    wanted = browser.execute_script(
        "return [...document.querySelectorAll('a[href], input:not([type=hidden]), button, summary')]"
        ".filter(e => e.checkVisibility({contentVisibilityAuto: true})).length"
    )
    reached = set()
    for _ in range(wanted + 20):
        press(browser, "\ue004")
        at, outline = browser.execute_script(
            "const e = document.activeElement;"
            "return [[...document.querySelectorAll('*')].indexOf(e), getComputedStyle(e).outlineStyle]"
        )
        if at in reached or browser.execute_script("return document.activeElement === document.body"):
            continue
        reached.add(at)
        assert outline != "none", focused(browser)
    assert len(reached) >= wanted


def test_keys_walk_through_results_and_hits(browser: WebDriver, site: str) -> None:
    browser.get(site + "/search?q=huyen+uy")
    titles = [element.text for element in browser.find_elements("css selector", ".hit-title a")]
    for key, expected in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        press(browser, key)
        assert focused(browser) == titles[expected]
    press(browser, "/")
    assert focused(browser) == "q"
    press(browser, "j")
    assert focused(browser) == "q", "a letter typed into the box is a letter"

    browser.get(site + "/article/tin/0?q=huyen+uy")
    hits = len(browser.find_elements("css selector", "mark"))
    for key, expected in (("n", 1), ("n", 2), ("p", 1), ("p", hits), ("n", 1)):
        press(browser, key)
        assert browser.execute_script("return location.hash") == f"#hit-{expected}"
        bars = browser.find_elements("css selector", ".hit-nav")
        assert [bar.text.split()[1] for bar in bars if bar.is_displayed()] == [f"{expected}/{hits}"]


def test_keys_can_be_switched_off(browser: WebDriver, site: str) -> None:
    browser.get(site + "/help")
    browser.execute_script("document.getElementById('keys-on').click()")
    try:
        browser.get(site + "/article/tin/0?q=huyen+uy")
        press(browser, "n")
        assert browser.execute_script("return location.hash") == ""
    finally:
        browser.execute_script("localStorage.clear()")
