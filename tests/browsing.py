"""A real browser for the tests: the system's Chromium, driven by Playwright, one for the whole run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--no-proxy-server",
)  # fmt: skip
ANSWERS_WITHIN = 20_000
"""Milliseconds that a page, or what is expected of it, may take."""

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
"""A context as wide as a phone that is touched."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a headless Chromium as long as the block lasts. Where there is none: a failure in CI, elsewhere a skipped
    test.
    """
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not program:
        wanted = "install Chromium, on Debian: apt-get install chromium"
        if os.environ.get("CI", "").lower() in ("", "0", "false"):
            pytest.skip(wanted)
        pytest.fail(wanted)
    from playwright.sync_api import expect, sync_playwright

    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    expect.set_options(timeout=ANSWERS_WITHIN)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*SWITCHES, *as_root])
        yield browser
        browser.close()


class Visitor:
    """Opens pages of the site at ``address``, each for a reader of its own; keeps what the browser complains about."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.complaints: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def open(self, path: str = "/", **options: Any) -> Page:
        """Return the page at ``path`` in a new context, made with ``options`` of Playwright."""
        chosen = {"viewport": {"width": 1280, "height": 900}, "locale": "vi-VN", "base_url": self.address} | options
        context = self._browser.new_context(**chosen)
        context.set_default_timeout(ANSWERS_WITHIN)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.goto(path)
        return page

    def forgive(self, part: str) -> None:
        """Drop the complaints that hold ``part``: they were to be expected."""
        self.complaints[:] = [complaint for complaint in self.complaints if part not in complaint]

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()
