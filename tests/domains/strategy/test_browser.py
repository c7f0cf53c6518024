"""The strategy in a real browser: accessible, fitting on a phone, explorable without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from browser import NARROW, assert_accessible, assert_fits, screenshot
from faces.conftest import City
from leineweber.config.demo import strategy as demo

pytestmark = [pytest.mark.browser, pytest.mark.database]
PAGES = {
    "strategie": "/steuerung/strategie/",
    "strategie-schaubild": "/steuerung/strategie/schaubild/?auswahl=measure.ozg",
    "strategie-ziele": "/steuerung/strategie/smarte-ziele/",
    "strategie-ziel": "/steuerung/ziele/dms-einfuehrung/",
    "strategie-bearbeiten": "/steuerung/ziele/wlan/bearbeiten/",
    "strategie-fassung": "/steuerung/strategie/fassungen/2/",
    "strategie-oeffentlich": "/strategie/",
}


def test_pages_are_accessible_and_fit(city: City, site: str, browser_page: Page) -> None:
    demo.load()
    page = browser_page
    city.show(page, site, "wiebke.")
    for name, address in PAGES.items():
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(site + address)
        assert_accessible(page)
        screenshot(page, f"{name}-1440")
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # the stubs want their own type
        assert_fits(page)
        screenshot(page, f"{name}-390")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{site}/steuerung/strategie/schaubild/")
    page.get_by_role("link", name="A.V.4 Arbeit 4.0").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Was mit „Arbeit 4.0“ zusammenhängt")
    expect(page.get_by_role("link", name="B.I.4.4 E-Recruiting", exact=True).first).to_be_visible()
    expect(page.locator(".st-lists").get_by_text("B.I.1.5 Make or Buy")).to_have_count(0)
