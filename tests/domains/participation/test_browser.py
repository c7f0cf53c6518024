"""The room in a real browser: no barriers, fits on narrow screens, rating by keyboard alone and without a script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser import NARROW, WIDE, assert_accessible, assert_fits, screenshot
from domains.participation.conftest import CLERK, COORDINATOR, MAYOR, PROGRAM, Scene, at
from leineweber.domains.participation.models import Rating
from leineweber.domains.participation.services import criteria, proposals, results
from leineweber.domains.participation.services.criteria import CriterionEntry

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
AT = "/steuerung/beteiligung/"


def visit(page: Page, address: str) -> None:
    """Open a page that must be there."""
    answer = page.goto(address)
    assert answer is not None and answer.ok, address


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_no_barriers(scene: Scene, site: str, browser_page: Page, size: Any) -> None:
    page = browser_page
    page.set_viewport_size(size)
    first, second = scene.rated()
    with at("comment"):
        asked = proposals.comment(
            scene.actor(CLERK), proposal_id=first.id, unit_id=scene.unit("150").id, text="Und die Kosten?"
        )
        proposals.comment(
            PROGRAM, proposal_id=first.id, unit_id=scene.unit("600").id, text="Bekannt.", parent_id=asked.id
        )
    draft = criteria.create(
        PROGRAM,
        name="Neu",
        purpose="",
        method="pairwise",
        entries=[
            CriterionEntry("Wirkung in der ganzen Stadt", "benefit"),
            CriterionEntry("Kosten", "effort"),
        ],
    )
    here = f"{site}{AT}{scene.round.id}/"

    def look(name: str, address: str) -> None:
        visit(page, address)
        assert_fits(page)
        assert_accessible(page)
        screenshot(page, f"participation-{name}-{size['width']}")

    with at("rate"):
        scene.show(page, site, CLERK)
        look("table", f"{here}bewerten/")
        look("sheet", f"{site}{AT}vorschlaege/{second.id}/bewerten/")
    with at("decide"):
        results.freeze(PROGRAM, round_id=scene.round.id)
        scene.show(page, site, MAYOR)
        look("results", f"{here}ergebnis/")
        look("proposal", f"{site}{AT}vorschlaege/{first.id}/")
        scene.show(page, site, COORDINATOR)
        look("matrix", f"{site}{AT}kriterien/{draft.id}/")
        visit(page, f"{site}{AT}neu/")
        page.get_by_role("button", name="Runde speichern").click()
        expect(page.locator("#fehler")).to_be_visible()
        assert_fits(page)
        assert_accessible(page)


def test_rating_by_keyboard(scene: Scene, site: str, browser_page: Page) -> None:
    proposal = scene.propose("600", "Bauakten durchsuchen")
    page = browser_page
    with at("rate"):
        scene.show(page, site, CLERK)
        visit(page, f"{site}{AT}vorschlaege/{proposal.id}/bewerten/")
        for measure in scene.measures():
            page.locator(f'input[name="punkte-{measure.id}"]:checked').focus()
            page.keyboard.press("ArrowLeft")  # from "keine Angabe" to 5
            page.keyboard.press("ArrowLeft")  # to 4
        page.locator("#begruendung").focus()
        page.keyboard.type("Das nützt uns täglich.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Damit sind alle Vorschläge bewertet.")).to_be_visible()
    rating = Rating.objects.get()
    assert [score.points for score in rating.scores.all()] == [4, 4, 4]
    assert rating.justification == "Das nützt uns täglich."
