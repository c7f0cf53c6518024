"""The pages of an applicant as they look: on paper and on the smallest screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from browser import assert_fits
from faces.conftest import City
from leineweber.domains.applications.services import link_token

pytestmark = [pytest.mark.browser, pytest.mark.database]


def test_the_status_on_paper_has_the_answers_and_nothing_to_press(
    city: City, site: str, browser_page: Page
) -> None:
    page = browser_page
    page.emulate_media(media="print")
    page.goto(f"{site}/vorgang/{link_token(city.apply().application_id)}/")
    expect(page.get_by_text("Zwirnstein", exact=True)).to_be_visible()
    for words in ("Ändern", "Eingangsbestätigung herunterladen", "Antrag zurückziehen"):
        expect(page.get_by_role("link", name=words).first).to_be_hidden()
    colour = page.locator(".lw-brand__text span").evaluate("one => getComputedStyle(one).color")
    assert colour == "rgb(0, 0, 0)"


def test_the_reference_stays_on_one_line_on_the_smallest_screen(
    city: City, site: str, browser_page: Page
) -> None:
    page = browser_page
    page.set_viewport_size({"width": 320, "height": 640})
    case = city.apply()
    page.goto(f"{site}/vorgang/{link_token(case.application_id)}/")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(f"Vorgang {case.reference}")
    assert len(heading.locator(".lw-reference").evaluate("one => [...one.getClientRects()]")) == 1
    assert_fits(page)
