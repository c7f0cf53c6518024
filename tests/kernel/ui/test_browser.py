"""The gallery and the sample pages in a real browser: accessible, fitting, and working with the keyboard."""

from __future__ import annotations

import pytest
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Page, expect

from browser import NARROW, ORIGIN, WIDE, assert_accessible, assert_fits, serve
from leineweber.kernel.access import Actor
from leineweber.kernel.ui import views

pytestmark = pytest.mark.browser

FACES = ("", "portal/", "antrag/", "steuerung/", "fehler/")
GALLERY = "/arbeit/gestaltung/"


@pytest.fixture
def gallery(browser_page: Page) -> Page:
    """A page for which the gallery and the samples are served."""
    pages: dict[str, str] = {}
    for face in FACES:
        request = RequestFactory().get(GALLERY + face)
        request.actor = Actor(kind="staff", id=None, label="Mathilde Muster")  # type: ignore[attr-defined]
        response = views.gallery_face(request, face.strip("/")) if face else views.gallery(request)
        pages[GALLERY + face] = response.content.decode()
    serve(browser_page, pages)
    return browser_page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
@pytest.mark.parametrize("face", FACES, ids=lambda face: face.strip("/") or "gallery")
def test_no_barriers(gallery: Page, face: str, size: dict[str, int], scheme: str) -> None:
    gallery.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    gallery.set_viewport_size(size)  # type: ignore[arg-type]
    gallery.goto(ORIGIN + GALLERY + face)
    assert_fits(gallery)
    assert_accessible(gallery)


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.strip("/") or "gallery")
def test_fits_at_400_percent(gallery: Page, face: str) -> None:
    gallery.set_viewport_size({"width": 320, "height": 256})
    gallery.goto(ORIGIN + GALLERY + face)
    assert_fits(gallery)


def test_error_summary_takes_the_focus_and_leads_to_the_field(gallery: Page) -> None:
    gallery.goto(f"{ORIGIN}{GALLERY}antrag/")
    expect(gallery.locator("#fehler")).to_be_focused()
    gallery.get_by_role("link", name="Postleitzahl").press("Enter")
    expect(gallery.locator("#fehler-plz")).to_be_focused()
    gallery.get_by_role("link", name="Wählen Sie, wann").press("Enter")
    expect(gallery.locator("#fehler-zeit")).to_be_focused()


def test_counter_counts_down(gallery: Page) -> None:
    gallery.goto(f"{ORIGIN}{GALLERY}antrag/")
    gallery.fill("#bemerkung", "x" * 499)
    expect(gallery.locator("#bemerkung-rest")).to_have_text("Noch 1 Zeichen")


def test_palette_opens_narrows_and_closes_by_keyboard(gallery: Page) -> None:
    gallery.goto(ORIGIN + GALLERY)
    gallery.keyboard.press("Control+k")
    expect(gallery.locator("#lw-palette-feld")).to_be_focused()
    assert_accessible(gallery)
    gallery.keyboard.type("Muster & Söhne")
    option = gallery.get_by_role("listbox", name="Ziele").get_by_role("option", selected=True)
    expect(option).to_contain_text("Überall suchen nach „Muster & Söhne“")
    assert option.get_attribute("data-href") == "/arbeit/suche/?q=Muster%20%26%20S%C3%B6hne"
    gallery.keyboard.press("Escape")
    expect(gallery.locator("#lw-palette")).to_be_hidden()


def test_things_opened_lately_are_in_the_palette(gallery: Page) -> None:
    gallery.goto(f"{ORIGIN}{GALLERY}steuerung/")
    gallery.goto(ORIGIN + GALLERY)
    gallery.keyboard.press("Control+k")
    targets = gallery.get_by_role("listbox", name="Ziele")
    expect(targets.get_by_role("option").first).to_contain_text("Beispiel: Steuerung")


def test_a_dangerous_button_asks_first(gallery: Page) -> None:
    gallery.goto(ORIGIN + GALLERY)
    gallery.get_by_role("button", name="Zurückziehen").first.click()
    dialog = gallery.get_by_role("dialog", name="Meldung zurückziehen?")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Behalten")).to_be_focused()
    assert_accessible(gallery)
    gallery.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert gallery.url == ORIGIN + GALLERY
    gallery.get_by_role("button", name="Zurückziehen").first.click()
    with gallery.expect_navigation():
        dialog.get_by_role("button", name="Ja, zurückziehen").click()


def test_typed_text_survives_a_lost_session_but_not_a_page_with_errors(gallery: Page) -> None:
    address = f"{ORIGIN}{GALLERY}antrag/"
    gallery.goto(address)
    gallery.fill("#bemerkung", "Ich habe schon zweimal geholfen.")
    gallery.goto(ORIGIN + GALLERY)
    gallery.route(
        address,
        lambda route: route.fulfill(body=_without_errors(gallery), content_type="text/html; charset=utf-8"),
    )
    gallery.goto(address)
    expect(gallery.locator("#bemerkung")).to_have_value("Ich habe schon zweimal geholfen.")
    expect(gallery.get_by_role("status")).to_contain_text("wieder da")
    gallery.get_by_role("button", name="Verwerfen").click()
    expect(gallery.locator("#bemerkung")).to_have_value("")
    gallery.reload()
    expect(gallery.locator("#bemerkung")).to_have_value("")


def _without_errors(page: Page) -> str:
    request = RequestFactory().get(f"{GALLERY}antrag/")
    request.actor = Actor(kind="staff", id=None, label="Mathilde Muster")  # type: ignore[attr-defined]
    return views.gallery_face(request, "antrag").content.decode().replace("data-error-summary", "")


def test_narrow_navigation_is_folded_and_opens(gallery: Page) -> None:
    gallery.set_viewport_size(NARROW)  # type: ignore[arg-type]
    gallery.goto(ORIGIN + GALLERY)
    navigation = gallery.get_by_role("navigation", name="Arbeit")
    expect(navigation).to_be_hidden()
    gallery.get_by_text("Menü").click()
    expect(navigation).to_be_visible()


def test_a_portal_page_is_small(gallery: Page) -> None:
    """At most 60 KB compressed without fonts (issue 2)."""
    import gzip

    sizes: dict[str, int] = {}

    def count(response: object) -> None:
        url = response.url  # type: ignore[attr-defined]
        if not url.endswith(".woff2"):
            sizes[url] = len(gzip.compress(response.body(), 6))  # type: ignore[attr-defined]

    gallery.on("response", count)
    gallery.goto(f"{ORIGIN}{GALLERY}portal/", wait_until="networkidle")
    assert len(sizes) >= 7
    assert sum(sizes.values()) < 60_000, sizes


def test_htmx_exchanges_a_part_and_obeys_the_security_policy(gallery: Page) -> None:
    request = RequestFactory().get(GALLERY)
    template = next(iter(engines.all())).from_string(
        '{% extends "ui/desk.html" %}{% block main %}<h1>x</h1>'
        '<a href="/voll/" hx-get="/teil/" hx-target="#ziel">Nachladen</a>'
        '<div id="ziel"></div>{% endblock %}'
    )
    serve(gallery, {"/seite/": template.render({}, request), "/teil/": '<p data-neu="1">Neu</p>'})
    gallery.goto(f"{ORIGIN}/seite/")
    gallery.get_by_role("link", name="Nachladen").click()
    expect(gallery.locator("#ziel")).to_have_text("Neu")
    assert gallery.url == f"{ORIGIN}/seite/"


def test_a_field_that_hangs_on_an_answer_is_shown_with_it(gallery: Page) -> None:
    template = next(iter(engines.all())).from_string(
        """{% extends "ui/portal.html" %}
        {% from "ui/forms.html" import radio_group, text_input %}
        {% block main %}<h1>x</h1><form method="post">
        {{ radio_group("bank.weg", "Auszahlung", [("konto", "Aufs Konto"), ("nein", "Verzicht")], "nein") }}
        <div data-shown-when="bank.weg" data-shown-value="konto">{{ text_input("bank.iban", "IBAN") }}
        <p data-without-script>Nur ausfüllen, wenn Sie das Geld aufs Konto wollen.</p></div>
        </form>{% endblock %}"""
    )
    serve(gallery, {"/seite/": template.render({}, RequestFactory().get("/seite/"))})
    gallery.goto(f"{ORIGIN}/seite/")
    expect(gallery.get_by_label("IBAN")).to_be_hidden()
    gallery.get_by_label("Aufs Konto").check()
    expect(gallery.get_by_label("IBAN")).to_be_visible()
    expect(gallery.get_by_text("Nur ausfüllen")).to_be_hidden()
    gallery.get_by_label("Verzicht").check()
    expect(gallery.get_by_label("IBAN")).to_be_hidden()
