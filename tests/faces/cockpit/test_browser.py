"""The cockpit in a real browser: no barriers on any page, wide and narrow, dark, and a way through the graph."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from browser import NARROW, WIDE, assert_accessible, assert_fits, screenshot
from faces.cockpit.conftest import adopt
from faces.conftest import City
from leineweber.domains.opendata import services as opendata
from leineweber.kernel import clock, ids, links
from leineweber.kernel.access import Actor
from leineweber.kernel.attention import Matter
from leineweber.kernel.links import Card
from leineweber.kernel.refs import Ref

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
PAGES = (
    "/steuerung/",
    "/steuerung/ampeln/",
    "/steuerung/meine-einheit/",
    "/steuerung/zusammenhang/",
    "/steuerung/veroeffentlichung/",
    "/zahlen/",
)


@pytest.fixture
def full(city: City, tell: Callable[..., None], fresh_links: None) -> None:
    """A city in which every part of the pages has something to show."""
    for number in range(7):
        city.apply(person__vorname=f"Ida{'abcdefg'[number]}")
    goal = adopt()
    adopt(
        "spaeter",
        number="C.2",
        title="Bescheide zur Gewerbeanmeldung schneller und verständlich",
        measurements={},
    )
    tell(
        Matter(Ref("goal", goal.id), "exception", "Zu wenig Meldungen im Bezirk Heepen", "/steuerung/",
               clock.today() - timedelta(days=2), "/d0/", "Am Stichtag fehlten 25."),
        *(Matter(Ref("goal", ids.new_id()), "decision", f"Sache {one}", "/steuerung/", None, "/d0/") for one in range(9)),
    )  # fmt: skip
    titles = {Ref("measure", ids.new_id()): "M 7 Dienste für Bürgerinnen und Bürger online anbieten"}
    titles |= {Ref("project", ids.new_id()): f"Vorhaben {one}" for one in range(3)}
    titles |= {Ref("goal", goal.id): "B.3 Wahlhelfer online"}
    for kind in ("measure", "goal", "project"):
        links.register(
            kind,
            label=kind.title(),
            resolve=lambda found, actor, kind=kind: {
                key: Card(titles[Ref(kind, key)], "/steuerung/") for key in found if Ref(kind, key) in titles
            },
            every=lambda actor, kind=kind: [ref.id for ref in titles if ref.kind == kind],
        )
    links.expect("project", "serves", "goal", outgoing=True, label="Vorhaben ohne Ziel")
    measure, *projects, goal_ref = titles
    links.connect(goal_ref, "serves", measure)
    for project in projects[:2]:
        links.connect(project, "serves", goal_ref)
    for key in ("applications.registrations", "applications.online_share", "applications.days_to_notice"):
        opendata.publish(Actor.system(), subject="indicator", key=key, title=f"Titel zu {key}", note="Dazu")
    opendata.publish(
        Actor.system(), subject="goal", key=goal.slug, title="Genug Menschen helfen bei der Wahl"
    )


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_no_barriers(city: City, full: None, site: str, browser_page: Page, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)  # type: ignore[arg-type]
    city.show(page, site, "insa.")
    for number, address in enumerate(PAGES):
        answer = page.goto(site + address)
        assert answer is not None and answer.ok, address
        assert_fits(page)
        assert_accessible(page)
        screenshot(page, f"cockpit-{number}-{size['width']}")
    page.goto(f"{site}/steuerung/zusammenhang/luecken/")
    assert_accessible(page)
    page.goto(f"{site}/steuerung/veroeffentlichung/")
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    expect(page.locator("#fehler")).to_be_visible()
    assert_accessible(page)


def test_dark_and_through_the_graph(city: City, full: None, site: str, browser_page: Page) -> None:
    page = browser_page
    city.show(page, site, "insa.")
    page.emulate_media(color_scheme="dark")
    for number, address in enumerate((PAGES[0], PAGES[3])):
        page.goto(site + address)
        assert_accessible(page)
        screenshot(page, f"cockpit-dunkel-{number}")
    page.get_by_role("link", name="B.3 Wahlhelfer online").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 Verbindung nach oben, 3 nach unten.")
    assert_accessible(page)
    page.emulate_media(color_scheme="light", media="print")
    page.goto(f"{site}/steuerung/")
    screenshot(page, "cockpit-druck")
