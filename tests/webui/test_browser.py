"""What only a browser can tell: what scripts add, how pages look and weigh, and that anybody can use them."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from ..browsing import PHONE
from ..commands import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from ..browsing import Visitor

pytestmark = pytest.mark.browser

RESULTS = "/search?q=huyen+uy"
ARTICLE = "/article/Ch%C3%ADnh%20tr%E1%BB%8B/huyen-uy-khe-nhan-cong-bo-quyet-dinh-can-bo.md?q=huyen+uy&at=1"
REPRINTED = "/search?q=nhặt được ví"
PAGES = {
    "start": "/",
    "results": RESULTS,
    "narrowed": "/search?q=huyen&category=Chính trị&year=2022&-source=Báo Lam Khê&from=2022-03&to=2022-12",
    "explained": '/search?q="huyện uỷ công bố" 03-ĐA/TU HĐND&explain=1',
    "nothing": '/search?q="khongcogi" "chua ai viet"&category=Y tế&exact=1',
    "article": ARTICLE,
    "values": "/values/author?q=huyen",
    "help": "/help",
    "problem": "/nowhere",
}


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def box(page: Page) -> Any:
    return page.get_by_role("combobox")


# -- the search box


def test_suggestions_follow_the_pattern_of_a_combobox(visitor: Visitor) -> None:
    page = visitor.open("/")
    expect(box(page)).to_be_focused()
    page.keyboard.type("huyen u")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    expect(page.locator("#say")).to_contain_text("gợi ý")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box(page).get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    assert box(page).input_value() == "huyen u", "what was typed stays"
    page.keyboard.press("ArrowUp")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    assert box(page).input_value() == "huyen u"
    page.keyboard.type("y")
    expect(options.first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    assert asked(page) == {"q": ["huyen uy"]}


def test_a_chosen_suggestion_is_searched_for(visitor: Visitor) -> None:
    page = visitor.open("/")
    expect(box(page)).to_be_focused()
    page.keyboard.type("huyen u")
    wanted = page.get_by_role("option").first
    # Until then the list may be that of a letter before.
    expect(wanted.locator("mark")).to_have_text("huyện u", ignore_case=True)
    text = wanted.locator("span").first.inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    assert asked(page)["q"] == [text]
    box(page).fill("huyen u")
    page.get_by_role("option").first.click()
    page.wait_for_url("**/search?*")
    assert asked(page)["q"] == [text]


def test_values_and_titles_are_suggested_too(visitor: Visitor) -> None:
    page = visitor.open("/")
    expect(box(page)).to_be_focused()
    page.keyboard.type("khe nhan")
    place = page.get_by_role("option", name=re.compile("địa bàn"))
    expect(place.locator(".kind")).to_have_text(re.compile(r"địa bàn, \d+ bài"))
    title = page.get_by_role("option", name=re.compile("bài viết")).first
    # Until then the list may be that of a letter before.
    expect(title.locator("mark")).to_have_text(re.compile("khe nhạn", re.IGNORECASE))
    text = title.locator("span").first.inner_text()
    title.click()
    page.wait_for_url("**/article/**")
    assert page.locator(".story h1").inner_text() == text
    box(page).fill("khe nhan")
    place.click()
    page.wait_for_url("**/search?place=*")
    expect(page.locator(".chip")).to_have_count(1)


def test_what_was_searched_for_is_remembered_in_the_browser_only(visitor: Visitor) -> None:
    page = visitor.open("/search?q=khe+nhan")
    page.goto("/search?q=khongcogica")
    page.goto("/search?q=le+hoi")
    page.goto("/")
    box(page).click()
    expect(page.get_by_role("option").locator("[lang]")).to_have_text(["le hoi", "khe nhan"])
    assert page.context.cookies() == []
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    box(page).click()
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    page.get_by_label("Lưu các câu đã tìm").uncheck()
    page.goto("/search?q=khe+nhan")
    assert "khe nhan" not in str(page.evaluate("JSON.stringify(localStorage)"))


# -- time


def bars(page: Page) -> Any:
    return page.locator(".timeline .bar")


def test_time_is_chosen_with_the_mouse(visitor: Visitor) -> None:
    page = visitor.open(RESULTS)
    first, third = (bars(page).nth(at).bounding_box() for at in (0, 2))
    sums = [int(bars(page).nth(at).get_attribute("data-n")) for at in range(3)]
    page.mouse.move(first["x"] + 3, first["y"] + 30)
    expect(page.locator(".readout")).to_have_text(re.compile(f": {sums[0]} bài"))
    page.mouse.down()
    page.mouse.move(third["x"] + 3, third["y"] + 30, steps=5)
    expect(page.locator(".readout")).to_have_text(re.compile(f" – .*: {sum(sums)} bài"))
    page.mouse.up()
    page.wait_for_url("**from=*")
    assert page.locator(".total strong").inner_text() == str(sum(sums))
    expect(page.locator(".timeline .bar:not(.out)")).to_have_count(3)
    bars(page).nth(1).click()
    expect(page.locator(".total strong")).to_have_text(str(sums[1]))
    page.get_by_role("link", name="Mọi thời gian").click()
    page.wait_for_url(lambda url: "from" not in url)


def test_time_is_chosen_with_the_keyboard(visitor: Visitor) -> None:
    page = visitor.open(RESULTS)
    bars(page).first.focus()
    page.keyboard.press("ArrowRight")
    expect(bars(page).nth(1)).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".timeline .picked")).to_have_count(3)
    promised = re.findall(r": (\d+) bài", page.locator(".readout").inner_text())
    page.keyboard.press("Enter")
    page.wait_for_url("**from=*")
    assert page.locator(".total strong").inner_text() == promised[0]
    assert page.locator(".timeline [tabindex='0']").count() == 1
    page.get_by_label("Từ ngày").fill("2022")
    page.get_by_label("Đến ngày").fill("30/6/2022")
    page.keyboard.press("Enter")
    page.wait_for_url("**from=2022*")
    expect(page.get_by_label("Từ ngày")).to_have_value("01/01/2022")
    expect(page.locator(".chip b")).to_have_text(["01/01/2022 – 30/06/2022"])


def test_time_is_chosen_with_a_finger(visitor: Visitor) -> None:
    page = visitor.open(RESULTS, **PHONE)
    page.get_by_role("button", name="Bộ lọc").tap()
    page.locator(".side .timeline").scroll_into_view_if_needed()
    first, third = (bars(page).nth(at).bounding_box() for at in (0, 2))
    sums = [int(bars(page).nth(at).get_attribute("data-n")) for at in range(3)]
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, **place: float) -> None:
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place] if place else []})

    touch("touchStart", x=first["x"] + 5, y=first["y"] + 40)
    for share in (0.25, 0.5, 0.75, 1.0):
        touch("touchMove", x=first["x"] + 5 + share * (third["x"] - first["x"]), y=first["y"] + 42)
    touch("touchEnd")
    page.wait_for_url("**from=*")
    assert page.locator(".total strong").inner_text() == str(sum(sums))
    bars(page).first.tap()
    expect(page.locator(".total strong")).to_have_text(str(sums[0]))


# -- results and article


def test_keys_walk_through_results_and_hits(visitor: Visitor) -> None:
    page = visitor.open(RESULTS)
    titles = page.locator(".hit-title a")
    for key, expected in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(titles.nth(expected)).to_be_focused()
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.press("j")
    expect(box(page)).to_have_value("j")

    page.goto(ARTICLE)
    hits = page.locator(".story mark").count()
    assert hits > 3
    for key, place in (("n", 1), ("F3", 2), ("p", 1), ("Shift+F3", hits), ("n", 1)):
        page.keyboard.press(key)
        expect(page.locator(f"#hit-{place}")).to_be_in_viewport()
        expect(page.locator(".hit-nav b:visible")).to_have_text(f"{place}/{hits}")
    expect(page.locator("#say")).to_have_text(f"chỗ khớp 1/{hits}")
    page.keyboard.press("j")
    page.wait_for_url("**at=2*")
    page.keyboard.press("k")
    page.wait_for_url("**at=1*")
    page.keyboard.press("u")
    page.wait_for_url("**/search?*#result-1")


def test_keys_pressed_fast_lead_to_the_hit_they_name(visitor: Visitor) -> None:
    page = visitor.open(ARTICLE)
    for _ in range(10):
        for key in ("Shift+F3", "n"):
            page.keyboard.press(key)
        expect(page.locator("#hit-1")).to_be_in_viewport(timeout=2_000)


def test_keys_are_explained_and_can_be_switched_off(visitor: Visitor) -> None:
    page = visitor.open(ARTICLE)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Phím tắt")).to_be_visible()
    expect(page.get_by_role("button", name="Đóng")).to_be_focused()
    page.get_by_label("Dùng phím tắt").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert urlsplit(page.url).fragment == ""
    page.get_by_role("link", name="Phím tắt").click()
    page.get_by_label("Dùng phím tắt").check()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert urlsplit(page.url).fragment == "hit-1"


def test_a_citation_is_copied(visitor: Visitor) -> None:
    page = visitor.open(RESULTS, permissions=["clipboard-read", "clipboard-write"])
    link = page.locator(".hit [data-cite]").nth(1)
    wanted = link.get_attribute("data-cite")
    link.click()
    expect(page.locator("#say")).to_have_text("Đã sao chép trích dẫn")
    expect(link).to_have_text("✓ Đã sao chép trích dẫn")
    assert page.evaluate("navigator.clipboard.readText()") == wanted
    page.locator(".hit-title a").first.focus()
    page.keyboard.press("c")
    first = page.locator(".hit [data-cite]").first
    expect(first).to_have_text("✓ Đã sao chép trích dẫn")
    assert page.evaluate("navigator.clipboard.readText()") == first.get_attribute("data-cite")
    without_tls = visitor.open(RESULTS)
    without_tls.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    without_tls.keyboard.press("c")
    expect(without_tls.locator("#say")).to_have_text("Đã sao chép trích dẫn")


def test_more_values_come_into_place(visitor: Visitor) -> None:
    page = visitor.open(RESULTS)
    group = page.locator("section[aria-labelledby=facet-place]")
    shown = group.locator(".choice").count()
    more = group.locator("[data-more]")
    left = int(more.locator(".count").inner_text())
    more.click()
    expect(group.locator(".choice")).to_have_count(shown + left)
    expect(group.locator(".choice").nth(shown).locator("a").first).to_be_focused()
    group.locator(".take").last.click()
    page.wait_for_url("**place=*")
    without = visitor.open(RESULTS, java_script_enabled=False)
    without.locator("section[aria-labelledby=facet-place] [data-more]").click()
    expect(without.locator(".value-list .choice")).to_have_count(shown + left)


# -- looks


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_theme_follows_the_system_until_it_is_chosen(visitor: Visitor) -> None:
    light, dark = (background(visitor.open("/", color_scheme=scheme)) for scheme in ("light", "dark"))
    assert light != dark
    page = visitor.open(RESULTS, color_scheme="light")
    page.get_by_text("Hiển thị").click()
    page.get_by_role("link", name="Tối").click()
    assert background(page) == dark
    page.goto("/help")
    assert background(page) == dark
    page.keyboard.press("d")
    assert background(page) == light
    page.emulate_media(color_scheme="dark")
    assert background(page) == light
    page.get_by_text("Hiển thị").click()
    page.get_by_role("link", name="Theo hệ thống").click()
    assert background(page) == dark
    assert page.context.cookies() == []

    without = visitor.open(RESULTS, color_scheme="light", java_script_enabled=False)
    without.get_by_text("Hiển thị").click()
    without.get_by_role("link", name="Tối").click()
    without.wait_for_url("**theme=dark*")
    assert background(without) == dark
    without.goto("/")
    assert background(without) == dark
    assert [cookie["sameSite"] for cookie in without.context.cookies()] == ["Strict"]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_filters_are_a_sheet_on_a_phone(visitor: Visitor, javascript: bool) -> None:
    page = visitor.open(RESULTS, **PHONE, java_script_enabled=javascript)
    sheet = page.locator("#filters")
    expect(sheet).to_be_hidden()
    page.get_by_role("button", name="Bộ lọc").tap()
    expect(sheet).to_be_in_viewport(ratio=0.9)
    sheet.locator(".take", has_text="Chính trị").tap()
    page.wait_for_url("**category=*")
    if javascript:
        expect(sheet).to_be_visible()  # for the next value
        sheet.get_by_role("button", name="Xem").tap()
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("button", name="Bộ lọc 1")).to_be_visible()
    wide = visitor.open(RESULTS, java_script_enabled=javascript)
    expect(wide.locator("#filters")).to_be_visible()
    expect(wide.get_by_role("button", name="Bộ lọc")).to_have_count(0)


@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_page_or_a_large_type_never_scrolls_sideways(visitor: Visitor, name: str) -> None:
    page = visitor.open(PAGES[name], viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True)
    for size in ("normal", "larger"):
        page.evaluate("size => { document.documentElement.dataset.type = size }", size)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, size
    visitor.forgive("404")


def test_a_printed_page_holds_the_text_and_no_tools(visitor: Visitor) -> None:
    page = visitor.open(ARTICLE, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in ("header.site", ".trail", ".related", "footer.site"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator(".story")).to_be_visible()
    expect(page.locator(".citation")).to_be_visible()
    assert background(page) == "rgb(255, 255, 255)"


# -- everybody


def test_every_link_and_field_can_be_reached_by_tab_and_shows_it(visitor: Visitor) -> None:
    page = visitor.open(PAGES["narrowed"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href]:not([tabindex=\"-1\"]), input:not([type=hidden]), button, summary')]"
        ".filter(e => e.checkVisibility({ contentVisibilityAuto: true })).length"
    )
    reached = {}
    for _ in range(wanted + 10):
        at, shown = page.evaluate(
            "(() => { const at = document.activeElement, look = getComputedStyle(at.querySelector('.reach') || at);"
            "const shown = look.outlineStyle != 'none' || look.stroke != 'none';"
            "return [[...document.body.querySelectorAll('*')].indexOf(at), shown] })()"
        )
        if at >= 0:
            reached[at] = shown
        page.keyboard.press("Tab")
    assert len(reached) >= wanted
    assert all(reached.values())


STATES = ("suggestions", "menu", "keys", "hit", "reprints", "numbers", "sheet")


def reach(page: Page, state: str) -> None:
    page.set_viewport_size({"width": 390 if state == "sheet" else 1280, "height": 900})
    page.goto(ARTICLE if state == "hit" else RESULTS)
    match state:
        case "suggestions":
            box(page).fill("huyen u")
            page.get_by_role("option").first.wait_for()
        case "menu":
            page.get_by_text("Hiển thị").click()
        case "keys" | "hit":
            page.keyboard.press("?" if state == "keys" else "n")
        case "reprints":
            page.goto(REPRINTED)
            page.locator(".reprints summary").click()
        case "numbers":
            page.locator(".numbers summary").click()
        case "sheet":
            page.get_by_role("button", name="Bộ lọc").click()


@pytest.mark.parametrize(("scheme", "rules"), [("light", None), ("dark", ["color-contrast"])], ids=["light", "dark"])
def test_axe_finds_nothing(visitor: Visitor, scheme: str, rules: list[str] | None) -> None:
    """All rules in the light; in the dark those of colours, since nothing else differs."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = {}

    def check(page: Page, name: str) -> None:
        found[name] = page.evaluate(
            "options => axe.run(options).then(results =>"
            "results.violations.map(broken => [broken.id, ...broken.nodes.map(node => node.html)]))",
            options,
        )

    page = visitor.open("about:blank", color_scheme=scheme, reduced_motion="reduce")
    page.add_init_script(AXE_SCRIPT)
    for name, address in PAGES.items():
        page.goto(address)
        check(page, name)
    for state in STATES:
        reach(page, state)
        check(page, state)
    visitor.forgive("404")
    assert {name: said for name, said in found.items() if said} == {}


# -- weight


MOST_BYTES, MOST_REQUESTS = 60_000, 4


@pytest.mark.parametrize("name", ["start", "results", "explained", "article", "help"])
def test_a_page_is_light_and_stands_still(visitor: Visitor, name: str) -> None:
    page = visitor.open("about:blank")
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(PAGES[name], wait_until="networkidle")
    assert 0 < sum(sizes) <= MOST_BYTES
    assert len(sizes) <= MOST_REQUESTS
    shift = page.evaluate(
        "new Promise(done => { let sum = 0;"
        "new PerformanceObserver(list => { for (const entry of list.getEntries()) sum += entry.value })"
        ".observe({ type: 'layout-shift', buffered: true }); setTimeout(() => done(sum), 300) })"
    )
    assert shift == 0


def test_the_first_paint_waits_for_no_script(visitor: Visitor) -> None:
    page = visitor.open("about:blank")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/site.js*", hold)
    page.goto(RESULTS, wait_until="commit")
    page.evaluate("new Promise(done => new PerformanceObserver(done).observe({ type: 'paint', buffered: true }))")
    expect(page.locator(".hit").first).to_be_visible()
    assert held
    held[0].continue_()


# -- pictures


SCREENS: dict[str, tuple[str, dict[str, Any]]] = {
    "desktop": (RESULTS, {}),
    "phone": (RESULTS, PHONE),
    "dark": (PAGES["narrowed"], {"color_scheme": "dark"}),
    "nothing": (PAGES["nothing"], {}),
    "article": (ARTICLE, {}),
    "sheet": (RESULTS, PHONE),
}
"""Key states of the pages, kept as pictures to be looked at."""


@pytest.mark.parametrize("name", SCREENS)
def test_key_states_are_kept_as_pictures(visitor: Visitor, name: str) -> None:
    address, options = SCREENS[name]
    page = visitor.open(address, **options, reduced_motion="reduce")
    if name == "sheet":
        page.get_by_role("button", name="Bộ lọc").tap()
    folder = ROOT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")
    assert Path(folder / f"{name}.png").stat().st_size > 20_000


# -- what leaves the page


@pytest.mark.parametrize("scripts", [True, False])
def test_a_whole_result_is_saved_from_its_menu(visitor: Visitor, scripts: bool) -> None:
    page = visitor.open(RESULTS, java_script_enabled=scripts)
    total = page.locator(".total strong").inner_text()
    menu = page.locator(".export")
    page.get_by_text("Xuất", exact=True).focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    expect(menu).to_contain_text(f"Cả {total} bài")
    with page.expect_download() as started:
        menu.get_by_role("link", name="CSV").click()
    assert started.value.suggested_filename == "huyen uy – timtin.csv"
    saved = Path(started.value.path()).read_text(encoding="utf-8-sig")
    assert saved.startswith("Mã bài,Tiêu đề,")
    assert len(list(csv.reader(saved.splitlines()))) >= int(total)


def test_menus_close_by_key_and_elsewhere(visitor: Visitor) -> None:
    page = visitor.open(RESULTS)
    for menu in (page.locator(".export"), page.locator("header .menu")):
        menu.locator("summary").click()
        expect(menu).to_have_attribute("open", "")
        page.keyboard.press("Escape")
        expect(menu).not_to_have_attribute("open", "")
        expect(menu.locator("summary")).to_be_focused()
        menu.locator("summary").click()
        page.locator("h1").click()
        expect(menu).not_to_have_attribute("open", "")


def test_other_styles_of_a_citation_are_a_click_away(visitor: Visitor) -> None:
    page = visitor.open(ARTICLE, permissions=["clipboard-read", "clipboard-write"])
    section = page.locator("section", has=page.locator("#citation"))
    expect(section.get_by_text("@article")).to_be_hidden()
    section.locator("summary").click()
    shown = section.get_by_text("@article")
    expect(shown).to_be_visible()
    with page.expect_download() as started:
        section.get_by_role("link", name="BibTeX").click()
    assert Path(started.value.path()).read_text(encoding="utf-8").strip() == shown.inner_text().strip()
    section.get_by_role("link", name="Sao chép", exact=True).nth(1).click()
    expect(page.locator("#say")).to_have_text("Đã sao chép trích dẫn")
    assert page.evaluate("navigator.clipboard.readText()") == shown.inner_text().strip()
