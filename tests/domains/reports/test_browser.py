"""The pages in a real browser: no barriers, fits on narrow screens, the whole way from a formula to a frozen report."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from browser import NARROW, WIDE, assert_accessible, assert_fits, screenshot
from domains.reports.conftest import COURSES, DOUBLE, City, Freeze, write
from leineweber.domains.reports import services
from leineweber.kernel.access import Actor

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
PAGES = (
    "/steuerung/kennzahlen/",
    f"/steuerung/kennzahlen/{COURSES}/",
    f"/steuerung/kennzahlen/{COURSES}/wert/?tag=2026-09-30",
    f"/steuerung/kennzahlen/{DOUBLE}/formel/",
    "/steuerung/berichte/",
    "/steuerung/berichte/{report}/",
    "/steuerung/berichte/entwurf/{draft}/",
)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_no_barriers(
    city: City, filled: Actor, freeze: Freeze, site: str, browser_page: Page, size: dict[str, int]
) -> None:
    report = freeze(2026, 1)
    draft = write(filled, services.begin(filled, year=2026, half=2))
    browser_page.set_viewport_size(size)  # type: ignore[arg-type]
    city.show(browser_page, site, "wiebke.")
    for number, template in enumerate(PAGES):
        answer = browser_page.goto(site + template.format(report=report.id, draft=draft.id))
        assert answer is not None and answer.ok, template
        browser_page.evaluate(
            "document.querySelectorAll('main details').forEach((one) => { one.open = true; })"
        )
        assert_fits(browser_page)
        assert_accessible(browser_page)
        screenshot(browser_page, f"reports-{number:02}-{size['width']}")


def test_from_a_wrong_formula_to_a_right_one(
    city: City, filled: Actor, site: str, browser_page: Page
) -> None:
    page = browser_page
    city.show(page, site, "wiebke.")
    page.goto(f"{site}/steuerung/kennzahlen/")
    page.get_by_role("link", name="Formel anlegen").click()
    page.get_by_label("Name", exact=True).fill("Kurse im Jahr")
    page.get_by_label("Was sagt die Kennzahl?").fill("Vier Quartale wie das letzte.")
    page.get_by_label("Einheit").fill("Kurse")
    page.get_by_label("Verantwortlich").fill("Stadtbibliothek")
    page.get_by_label("Name in der Formel").first.fill("Kurse")
    page.get_by_label("Kennzahl", exact=True).first.select_option(COURSES)
    page.get_by_label("Formel", exact=True).fill("\nKurse * ")
    page.get_by_role("button", name="Formel prüfen").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("[data-error-summary]")).to_contain_text("Zeile 2, Spalte 8")
    page.get_by_label("Formel", exact=True).fill("Kurse * 4")
    page.get_by_role("button", name="Formel prüfen").click()
    expect(page.get_by_role("heading", name=re.compile("ergibt sie 60"))).to_be_visible()
    page.get_by_role("button", name="Formel speichern").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kurse im Jahr")


def test_freezing_asks_first(city: City, filled: Actor, site: str, browser_page: Page) -> None:
    page = browser_page
    draft = write(filled, services.begin(filled, year=2026, half=1))
    city.show(page, site, "wiebke.")
    page.goto(f"{site}/steuerung/berichte/entwurf/{draft.id}/")
    page.get_by_role("button", name="Bericht einfrieren").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("ändert sich danach nie mehr")
    dialog.get_by_role("button", name="Bericht einfrieren").click()
    expect(page.get_by_text("Geprüft: unverändert.")).to_be_visible()
