"""The desk in a real browser: the whole work by keyboard, no barriers, fits on narrow screens."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from browser import NARROW, WIDE, assert_accessible, assert_fits, screenshot
from faces.desk.deciding import decided, with_reasons
from leineweber.domains.applications import services

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


PAGES = (
    "/arbeit/",
    "/arbeit/?ansicht=frei",
    "/arbeit/?ansicht=frei&aufgabe={task}",
    "/arbeit/aufgaben/{task}/",
    "/arbeit/aufgaben/{assign}/",
    "/arbeit/vorgaenge/",
    "/arbeit/vorgaenge/?q=niemand",
    "/arbeit/vorgaenge/{case}/",
    "/arbeit/vorgaenge/{asked}/verlauf/",
    "/arbeit/vorgaenge/{asked}/akte/",
    "/arbeit/vorgaenge/{asked}/nachrichten/",
    "/arbeit/bedarf/",
    "/arbeit/druck/",
    "/arbeit/suche/?q=zwirn",
)


def visit(page: Page, address: str) -> None:
    """Open a page that must be there: a page of an error has no barriers either."""
    answer = page.goto(address)
    assert answer is not None and answer.ok, address


@pytest.fixture
def places(city) -> dict[str, object]:
    """Cases in different states, and their ids for addresses."""
    new, asked, accepted = (city.apply(person__vorname=name) for name in ("Greta", "Ida", "Jonas-Maximilian"))
    city.apply()
    city.do(
        asked, "frieda.", entscheidung="rueckfragen", frage="Können Sie bis zum Ende der Auszählung bleiben?"
    )
    city.do(accepted, "frieda.", entscheidung="annehmen")
    return {"case": new.id, "asked": asked.id, "task": city.task(new), "assign": city.task(accepted)}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_no_barriers(city, places, site: str, browser_page: Page, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)
    city.show(page, site, "frieda.")
    for number, template in enumerate(PAGES):
        visit(page, site + template.format(**places))
        assert_fits(page)
        assert_accessible(page)
        screenshot(page, f"desk-{number:02}-{size['width']}")
    visit(page, site + PAGES[3].format(**places))
    page.get_by_role("button", name="Aufgabe erledigen").click()
    expect(page.locator("#fehler")).to_be_visible()
    assert_accessible(page)
    city.show(page, site, "tjark.")
    visit(page, f"{site}/arbeit/betrieb/")
    assert_fits(page)
    assert_accessible(page)
    screenshot(page, f"desk-betrieb-{size['width']}")


def test_dark_and_at_four_hundred_percent(city, places, site: str, browser_page: Page) -> None:
    page = browser_page
    city.show(page, site, "frieda.")
    page.emulate_media(color_scheme="dark")
    for template in (PAGES[2], PAGES[7], PAGES[8], PAGES[11]):
        visit(page, site + template.format(**places))
        assert_accessible(page)
    screenshot(page, "desk-dunkel")
    page.emulate_media(color_scheme="light")
    # 1280 px at 400 % are 320 CSS pixels.
    page.set_viewport_size({"width": 320, "height": 256})
    for template in PAGES:
        visit(page, site + template.format(**places))
        assert_fits(page)


def test_from_the_inbox_to_the_assignment_with_the_keyboard_alone(
    city, site: str, browser_page: Page
) -> None:
    page = browser_page
    case = city.apply()
    city.apply(person__vorname="Ida", person__familienname="Aabel")
    city.show(page, site, "frieda.")
    page.goto(f"{site}/arbeit/?ansicht=frei")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.get_by_role("link", name=case.reference)).to_be_focused()
    page.keyboard.press("c")
    expect(page.get_by_text("Sie haben die Aufgabe übernommen.")).to_be_visible()
    expect(page.get_by_text("liegt bei Ihnen")).to_be_visible()

    question = page.get_by_label("Ihre Frage an die Person")
    expect(question).to_be_hidden()
    page.get_by_label("Meldung annehmen").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(question).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(question).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Das ist der nächste Schritt.")).to_be_visible()

    page.get_by_label("Stimmbezirk und Funktion").focus()
    page.keyboard.type("061")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Die Aufgabe ist erledigt.")).to_be_visible()
    case.refresh_from_db()
    assert case.allocation.need.place.startswith("061")


def test_keys_help_search_and_can_be_switched_off(city, site: str, browser_page: Page) -> None:
    page = browser_page
    city.apply()
    city.show(page, site, "frieda.")
    page.goto(f"{site}/arbeit/?ansicht=frei")
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Tasten")
    expect(help_).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Einzelne Tasten benutzen").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("/")
    expect(page.get_by_label("Suchen in der Liste")).not_to_be_focused()
    expect(page.get_by_role("link", name="Zwirnstein")).not_to_be_focused()
    page.get_by_role("button", name="Tasten").click()
    page.get_by_label("Einzelne Tasten benutzen").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("Suchen in der Liste")).to_be_focused()
    page.keyboard.type("jkc?")
    expect(page.get_by_label("Suchen in der Liste")).to_have_value("jkc?")


def test_typed_text_survives_an_expired_session(city, site: str, browser_page: Page) -> None:
    page = browser_page
    case = city.apply()
    address = f"{site}/arbeit/aufgaben/{city.task(case)}/"
    city.show(page, site, "frieda.")
    page.goto(address)
    page.get_by_label("Meldung ablehnen").check()
    page.get_by_label("Begründung der Ablehnung").fill("Ein langer Text.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Aufgabe erledigen").click()
    city.show(page, site, "frieda.")
    page.goto(address)
    expect(page.get_by_label("Begründung der Ablehnung")).to_have_value("Ein langer Text.")
    expect(page.get_by_label("Meldung ablehnen")).to_be_checked()


def test_the_list_stays_under_the_cursor(city, site: str, browser_page: Page) -> None:
    """However far down the list a task is opened, its row stays where it was, and the task's head can be seen."""
    page = browser_page
    for letter in "ABCDEFGHIJKL":
        city.apply(person__vorname=f"Greta {letter}.")
    city.show(page, site, "frieda.")
    page.set_viewport_size({"width": 1440, "height": 560})
    page.goto(f"{site}/arbeit/?ansicht=frei")
    page.evaluate("scrollTo({top: 520, behavior: 'instant'})")
    for number in (7, 9, 11):
        link = page.locator(".desk-row__open").nth(number)
        name = link.locator(".desk-row__title").inner_text()
        link.evaluate("(row) => row.scrollIntoView({block: 'nearest', behavior: 'instant'})")
        before = link.bounding_box()
        link.click()
        heading = page.get_by_role("heading", name=name)
        expect(heading).to_be_in_viewport()
        after = page.locator(".desk-row__open[aria-current]").bounding_box()
        assert before is not None
        assert after is not None
        assert abs(before["y"] - after["y"]) < 2
        page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")


def test_who_opens_a_task_with_the_keyboard_goes_on_in_it(city, site: str, browser_page: Page) -> None:
    page = browser_page
    case = city.apply()
    city.apply(person__vorname="Ida", person__familienname="Aabel")
    city.show(page, site, "frieda.")
    page.goto(f"{site}/arbeit/?ansicht=frei")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=case.reference)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Übernehmen", exact=True)).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Aabel, Ida")).to_be_focused()


def test_the_inbox_on_paper_is_its_list(city, site: str, browser_page: Page) -> None:
    page = browser_page
    city.apply()
    city.show(page, site, "frieda.")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    page.goto(f"{site}/arbeit/?ansicht=frei")
    expect(page.locator(".desk-row__title")).to_be_visible()
    page.goto(f"{site}/arbeit/{page.locator('.desk-row__open').get_attribute('href')}")
    expect(page.get_by_role("heading", name="Zwirnstein")).to_be_visible()
    expect(page.locator(".desk-row__title")).to_be_hidden()
    expect(page.get_by_role("link", name="Zurück zur Liste")).to_be_hidden()


def test_a_case_is_once_among_the_things_opened_lately(city, site: str, browser_page: Page) -> None:
    """Whichever of its pages were open; and the answer to a form, which no link can open again, is not there."""
    page = browser_page
    case = city.apply()
    city.show(page, site, "frieda.")
    for part in ("", "verlauf/", "akte/"):
        page.goto(f"{site}/arbeit/vorgaenge/{case.id}/{part}")
    page.goto(f"{site}/arbeit/aufgaben/{city.task(case)}/")
    page.get_by_role("button", name="Aufgabe erledigen").click()
    expect(page.locator("#fehler")).to_be_visible()
    page.goto(f"{site}/arbeit/")
    page.keyboard.press("Control+k")
    lately = (
        page.get_by_role("listbox", name="Ziele").get_by_role("option").filter(has_text="Zuletzt geöffnet")
    )
    expect(lately.filter(has_text=f"Zwirnstein, Greta ({case.reference})")).to_have_count(2)
    expect(lately.filter(has_text="Fehler:")).to_have_count(0)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_trying_out_in_a_browser(city, site: str, browser_page: Page, size: dict[str, int]) -> None:
    case = decided(city)
    page = browser_page
    page.set_viewport_size(size)
    city.show(page, site, "frieda.")
    for address in (
        "/arbeit/entscheidungen/",
        "/arbeit/entscheidungen/wahlhelfer/voraussetzungen/?e.alter=alt",
        "/arbeit/entscheidungen/wahlhelfer/hinweise/",
        f"/arbeit/vorgaenge/{case.id}/verlauf/",
    ):
        page.goto(site + address)
        assert_fits(page)
        assert_accessible(page)
    screenshot(page, f"desk-begruendung-{size['width']}")
    page.goto(f"{site}/arbeit/entscheidungen/wahlhelfer/mindestalter/")
    page.get_by_label("Wahlart").fill("kommunalwahl")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="3 trifft zu")).to_be_visible()
    assert "e.wahlart=kommunalwahl" in page.url
    assert_fits(page)
    assert_accessible(page)
    page.goto(f"{site}/arbeit/entscheidungen/wahlhelfer/voraussetzungen/?e.wahlart=landtagswahl&e.alter=15")
    assert_fits(page)
    assert_accessible(page)
    screenshot(page, f"desk-entscheidung-{size['width']}")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_the_explanation_for_the_applicant_in_a_browser(
    city, site: str, browser_page: Page, size: dict[str, int]
) -> None:
    with_reasons(city)
    case = decided(city)
    city.do(case, "henrike.", freigabe=True)
    page = browser_page
    page.set_viewport_size(size)
    page.goto(f"{site}/vorgang/{services.link_token(case.application_id)}/")
    expect(page.get_by_role("heading", name="So kam die Entscheidung zustande")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    screenshot(page, f"portal-begruendung-{size['width']}")
