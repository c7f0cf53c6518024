"""The room in a real browser: no barriers, fits on narrow screens, and the way from inbox to vote by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from browser import NARROW, WIDE, assert_accessible, assert_fits, screenshot
from leineweber.config.demo import resolutions as demo
from leineweber.domains.resolutions.models import DecisionPaper, FollowUp, Meeting

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def places(house) -> dict[str, object]:
    """What the demo has, as parts of addresses."""
    demo.load()
    held = Meeting.objects.filter(status="held").latest("starts_at")
    late = FollowUp.objects.filter(done_at__isnull=True).earliest("due")
    return {
        "paper": DecisionPaper.objects.get(status="cosigning").id,
        "held": held.id,
        "coming": Meeting.objects.filter(status="invited").latest("starts_at").id,
        "resolution": late.resolution_id,
        "thing": house.thing,
    }


PAGES = (
    ("tomke.", "/steuerung/gremien/"),
    ("tomke.", "/steuerung/gremien/zustaendigkeiten/"),
    ("tomke.", "/steuerung/gremien/sitzungen/{coming}/"),
    ("jorid.", "/steuerung/vorlagen/neu/?gegenstand=test_thing:{thing}"),
    ("detlev.", "/steuerung/vorlagen/{paper}/"),
    ("jorid.", "/steuerung/beschluesse/{resolution}/"),
)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_no_barriers(house, places, site: str, browser_page: Page, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)
    for number, (persona, template) in enumerate(PAGES):
        house.show(page, site, persona)
        answer = page.goto(site + template.format(**places))
        assert answer is not None and answer.ok, template
        assert_fits(page)
        assert_accessible(page)
        screenshot(page, f"resolutions-{number:02}-{size['width']}")


def test_the_staff_council_answers_from_its_inbox(house, places, site: str, browser_page: Page) -> None:
    page = browser_page
    house.show(page, site, "detlev.")
    page.goto(f"{site}/arbeit/?ansicht=frei")
    page.get_by_role("link", name="Textassistenz").first.click()
    page.locator(".desk-split__thing").get_by_role("link", name="Textassistenz").click()
    page.get_by_role("radio", name="Einwände").check()
    page.get_by_role("button", name="Votum abgeben").click()
    expect(page.get_by_role("alert")).to_contain_text("Schreiben Sie dazu, warum.")
    assert page.get_by_role("radio", name="Einwände").is_checked()
    page.locator("#text").fill("Vor der Einführung ist eine Dienstvereinbarung nötig.")
    page.get_by_role("button", name="Votum abgeben").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Ihr Votum ist festgehalten.")
    expect(page.locator("main")).to_contain_text("zurückgegeben")
