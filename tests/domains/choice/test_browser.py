"""The pages of the choice in a real browser: no barriers, fits on narrow screens."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from browser import NARROW, WIDE, assert_accessible, assert_fits, screenshot
from domains.choice.conftest import Town
from faces.conftest import site  # noqa: F401  # the program on a port of localhost

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
LIST = "/steuerung/portfolio/auswahl/"


@pytest.fixture
def city(town: Town) -> Town:
    """The name by which the served program asks for its city."""
    return town


@pytest.fixture
def pages(town: Town) -> list[str]:
    first = town.project("Digitale Akte in allen Ämtern einführen", 60, 40, score=30, days=4)
    town.project("Neue Website mit Serviceportal", 70, score=20, days=3)
    town.project("Gesetzlich vorgeschriebene Schnittstelle", 20, score=3, must=True)
    town.project("Auswertungen", 30, 10, score=12, after=first)
    done = town.computed(
        100, 60, capacity={"Projektleitung": (Decimal(60), Decimal(60))}, title="Haushalt wie geplant"
    )
    other = town.computed(200, 90, title="Mehr Geld")
    town.project("Zweite Pflicht", 90, must=True)
    impossible = town.computed(80, 60, title="Zu wenig")
    return [
        LIST,
        f"{LIST}neu/",
        f"{LIST}{done.scenario_id}/",
        f"{LIST}{impossible.scenario_id}/",
        f"{LIST}{done.scenario_id}/bearbeiten/",
        f"{LIST}{done.scenario_id}/vorhaben/",
        f"{LIST}{done.scenario_id}/uebernehmen/",
        f"{LIST}{done.scenario_id}/kopieren/",
        f"{LIST}vergleich/?s={done.scenario_id}&s={other.scenario_id}",
    ]


def show(town: Town, page: Page, site: str, beginning: str) -> None:  # noqa: F811
    from django.conf import settings

    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": town.browser(beginning).cookies[name].value, "url": site}]
    )


def test_no_barriers(town: Town, pages: list[str], site: str, browser_page: Page) -> None:  # noqa: F811
    page = browser_page
    show(town, page, site, "silja.")
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for number, address in enumerate(pages):
            answer = page.goto(site + address)
            assert answer is not None and answer.ok, address
            assert_fits(page)
            if size is WIDE or number == 2:
                assert_accessible(page)
            screenshot(page, f"choice-{number:02}-{size['width']}")
    page.goto(site + pages[4])
    page.get_by_label("Rechenzeit je Schritt").fill("0")
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)
