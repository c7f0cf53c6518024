"""A real browser for tests: Debian's chromium by playwright, axe-core for accessibility, screenshots to look at.

`browser_page` is a fixture of the whole suite (`conftest.py`). It fails a test in which the page
threw an error, broke the content security policy or asked another server for anything.
With `live_server` go to its address; without a server, `serve` answers from rendered HTML and the static files.
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.db import connections
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, sync_playwright

from leineweber.config.middleware import CONTENT_SECURITY_POLICY
from leineweber.config.testing.browser import find

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parent / "assets" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCREENSHOTS = Path(os.environ.get("LEINEWEBER_SCREENSHOTS") or "var/screenshots")
ORIGIN = "http://leineweber.test"
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module, so that its event loop runs in no other; Django's guard against loops is lifted."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # While playwright's loop runs, Django keeps connections of its own; both sets must be closed on the way.
    connections.close_all()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        yield started
        started.close()
        connections.close_all()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own, 1440 px wide, German; what it did wrong fails the test at its end."""
    context = browser.new_context(viewport=WIDE, locale="de-DE", timezone_id="Europe/Berlin")  # type: ignore[arg-type]
    page = context.new_page()
    wrong: list[str] = []
    hosts: set[str] = set()

    def said(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    def asked(request: Request) -> None:
        host = urlsplit(request.url).netloc
        if host and not request.url.startswith("data:"):
            hosts.add(host)

    page.on("console", said)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", asked)
    yield page
    context.close()
    assert not wrong, wrong
    assert len(hosts) <= 1, f"The page asked other servers: {sorted(hosts)}"


def serve(page: Page, pages: Mapping[str, str]) -> None:
    """Answer requests to `ORIGIN` from rendered pages (by path) and from the static files, with our policy."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
        if path in pages:
            route.fulfill(body=pages[path], content_type="text/html; charset=utf-8", headers=headers)
            return
        found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if isinstance(found, str):
            kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
            route.fulfill(body=Path(found).read_bytes(), content_type=kind, headers=headers)
        else:
            route.fulfill(status=404, body="")

    page.route(f"{ORIGIN}/**", answer)


@cache
def _axe() -> str:
    return AXE.read_text()


def assert_accessible(page: Page, *, exclude: list[str] | None = None) -> None:
    """Run axe-core by WCAG 2.2 AA and its best practices; say for every violation what, where and how to mend it."""
    page.evaluate(_axe())
    result = page.evaluate(
        """async ([tags, exclude]) => await axe.run(
            {include: [["html"]], exclude: exclude.map((selector) => [selector])},
            {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]})""",
        [[*WCAG, "best-practice"], exclude or []],
    )
    found = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
        + "\n".join(f"    {node['target']}: {node['failureSummary']}" for node in violation["nodes"][:5])
        for violation in result["violations"]
    ]
    assert not found, f"{page.url}\n" + "\n".join(found)


def assert_fits(page: Page) -> None:
    """Say so if the page is wider than its window: nobody should have to scroll to both sides (WCAG 1.4.10)."""
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
            .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5).map((element) => `${element.tagName}.${element.className}`)"""
    )
    assert not wide, f"{page.url} is too wide: {wide}"


def screenshot(page: Page, name: str) -> Path:
    """Keep a picture of the whole page under `var/screenshots` (or LEINEWEBER_SCREENSHOTS) and return its path."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
