"""The portfolio in a real browser: no barriers, fits on narrow screens, bars move by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser import NARROW, WIDE, assert_accessible, assert_fits, screenshot
from domains.portfolio.conftest import PROGRAM, House
from leineweber.domains.portfolio import services
from leineweber.domains.portfolio.models import Activity, Project
from together import served

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def site(house: House, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with served(settings, monkeypatch) as address:
        yield address


@pytest.fixture
def project(house: House) -> Project:
    """A project with dependencies, a baseline, costs and a broken tolerance."""
    project = house.project("DMS-Einführung in allen Ämtern der Stadtverwaltung", tolerance_days=1)
    first, second = Activity.objects.filter(project=project, kind="package", parent__isnull=False)[:2]
    link = {"predecessor": str(first.id), "successor": str(second.id), "kind": "FS", "lag": 0}
    services.put_part(PROGRAM, project.id, "abhaengigkeiten", link)
    cost = {
        "year": 2026,
        "kind": "licence",
        "stage": "planned",
        "amount": Decimal(5000),
        "booked_on": None,
        "note": "",
    }
    services.put_part(PROGRAM, project.id, "kosten", cost)
    services.take_baseline(PROGRAM, project.id, "Beginn")
    services.change_project(PROGRAM, project.id, {"end": date(2027, 3, 1)})
    skill = services.define_skill(PROGRAM, "Projektleitung")
    need = {
        "skill": str(skill.id),
        "first_month": date(2026, 1, 1),
        "last_month": date(2026, 9, 1),
        "days": Decimal(5),
    }
    services.put_part(PROGRAM, project.id, "bedarf", {**need, "post": ""})
    services.set_status(PROGRAM, project.id, "start")
    return project


def show(page: Page, site: str, house: House, beginning: str) -> None:
    from django.conf import settings

    name = settings.SESSION_COOKIE_NAME
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": name, "value": house.browser(beginning).cookies[name].value, "url": site}]
    )


def test_no_barriers(house: House, project: Project, site: str, browser_page: Page) -> None:
    page = browser_page
    house.project("Noch geplant")
    mandate = services.start_mandate(house.actor("silja."), title="Vertragsmanagement")
    show(page, site, house, "silja.")
    one = f"/steuerung/portfolio/vorhaben/{project.id}/"
    for number, address in enumerate(
        (
            "/steuerung/portfolio/",
            "/steuerung/portfolio/zeitplan/",
            "/steuerung/portfolio/menschen/",
            one,
            f"{one}terminplan/",
            f"{one}netzplan/",
            f"/steuerung/portfolio/auftraege/{mandate.id}/schritt/kosten/",
        )
    ):
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            answer = page.goto(site + address)
            assert answer is not None and answer.ok, address
            assert_fits(page)
            assert_accessible(page)
            screenshot(page, f"portfolio-{number}-{size['width']}")
    page.get_by_role("button", name="Speichern und weiter").click()
    expect(page.locator("#fehler")).to_be_focused()
    assert_accessible(page)


def test_bars_move_by_keyboard_and_mouse_and_are_saved(
    house: House, project: Project, site: str, browser_page: Page
) -> None:
    page = browser_page
    show(page, site, house, "frieda.")
    row = Activity.objects.filter(project=project, kind="package", parent__isnull=False).latest("position")
    page.goto(f"{site}/steuerung/portfolio/vorhaben/{project.id}/terminplan/")
    bar = page.locator(f'[data-gantt-bar="{row.id}"]')
    first, last = page.locator(f'[id="beginn-{row.id}"]'), page.locator(f'[id="ende-{row.id}"]')
    expect(bar).to_have_attribute("role", "slider")
    bar.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    moved = date.fromordinal(row.start.toordinal() + 8)
    expect(first).to_have_value(f"{moved:%d.%m.%Y}")
    expect(last).to_have_value(f"{date.fromordinal(row.end.toordinal() + 9):%d.%m.%Y}")
    expect(bar).to_have_attribute("aria-valuetext", re.compile(f"{moved:%d.%m.%Y} bis"))
    page.keyboard.press("Escape")
    expect(first).to_have_value(f"{row.start:%d.%m.%Y}")
    bar.scroll_into_view_if_needed()
    box = bar.locator("rect").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 10, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 8, steps=4)
    page.mouse.up()
    dragged = first.input_value()
    assert dragged != f"{row.start:%d.%m.%Y}"
    page.get_by_role("button", name="Termine speichern").click()
    expect(page.get_by_text("Die Termine sind gespeichert.")).to_be_visible()
    row.refresh_from_db()
    assert f"{row.start:%d.%m.%Y}" == dragged and row.version == 2
