"""Log-in in a real browser: passkeys on a virtual authenticator, two steps by keyboard, no barriers on any page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core import mail
from playwright.sync_api import CDPSession, Page, expect

from browser import NARROW, WIDE, assert_accessible, assert_fits
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.people.identity import rules, services, tickets
from leineweber.people.identity.demo import PERSONAS
from leineweber.people.identity.models import Account, LoginRecord, Passkey
from people.logging_in import load_city
from together import served

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
FRIEDA = next(persona for persona in PERSONAS if persona.username.startswith("frieda."))
CITIZEN = "neu@buerger.example"


@pytest.fixture
def site(db: None, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The program on a port of localhost, within the test's transaction."""
    settings.LEINEWEBER_DEMO = True
    load_city()
    with served(settings, monkeypatch) as address:
        yield address


@pytest.fixture
def authenticator(browser_page: Page) -> tuple[CDPSession, str]:
    """A virtual authenticator that verifies its user, as a phone or laptop does."""
    session = browser_page.context.new_cdp_session(browser_page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, made["authenticatorId"]


def as_citizen(page: Page, site: str) -> None:
    page.goto(f"{site}/konto/anmelden/?weiter=/konto/sicherheit/")
    page.get_by_label("Ihre E-Mail-Adresse").fill(CITIZEN)
    page.get_by_role("button", name="Link und Code anfordern").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sehen Sie in Ihr E-Mail-Postfach")
    run_until_idle()
    code = re.search(r"\b(\d{4} \d{4})\b", mail.outbox[-1].body)[1]
    page.get_by_label("Code aus der E-Mail").fill(code)
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url(f"{site}/konto/sicherheit/")


def with_passkey(page: Page, site: str) -> None:
    page.goto(f"{site}/konto/anmelden/?weiter=/konto/sicherheit/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()


def test_a_passkey_is_made_used_and_removed(
    site: str, browser_page: Page, authenticator: tuple[CDPSession, str]
) -> None:
    page = browser_page
    as_citizen(page, site)
    page.get_by_label("Name des neuen Passkeys").fill("Telefon")
    page.get_by_role("button", name="Passkey anlegen").click()
    expect(page.get_by_role("heading", name="Der Passkey ist angelegt.")).to_be_visible()
    assert_accessible(page)
    passkey = Passkey.objects.get()
    assert (passkey.name, passkey.host, passkey.account.email) == ("Telefon", "localhost", CITIZEN)

    page.goto(f"{site}/abmelden/")
    page.get_by_role("button", name="Jetzt abmelden").click()
    with_passkey(page, site)
    page.wait_for_url(f"{site}/konto/sicherheit/")
    expect(page.get_by_text(f"Konto: {CITIZEN}")).to_be_visible()
    passkey.refresh_from_db()
    assert passkey.last_used_at is not None and passkey.sign_count > 0
    assert LoginRecord.objects.first().method == "passkey"

    page.get_by_role("button", name="Passkey „Telefon“ entfernen").click()
    expect(page.get_by_role("heading", name="Der Passkey ist entfernt.")).to_be_visible()
    page.goto(f"{site}/abmelden/")
    page.get_by_role("button", name="Jetzt abmelden").click()
    with_passkey(page, site)
    expect(page.get_by_role("link", name="Dieser Passkey ist hier nicht bekannt.")).to_be_visible()


def test_a_passkey_is_all_the_staff_need_and_a_copy_of_it_is_refused(
    site: str, browser_page: Page, authenticator: tuple[CDPSession, str]
) -> None:
    page = browser_page
    page.goto(f"{site}/demo/")
    page.get_by_role("button", name="Als Frieda Garnmeister anmelden").click()
    page.wait_for_url(f"{site}/arbeit/")
    page.goto(f"{site}/konto/sicherheit/")
    page.get_by_role("button", name="Passkey anlegen").click()
    expect(page.get_by_role("heading", name="Der Passkey ist angelegt.")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{site}/anmelden/?weiter=/arbeit/profil/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.wait_for_url(f"{site}/arbeit/profil/")

    Passkey.objects.update(sign_count=10_000)
    page.context.clear_cookies()
    page.goto(f"{site}/anmelden/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_role("link", name="Von diesem Passkey gibt es eine Kopie")).to_be_visible()


def test_without_user_verification_a_passkey_does_not_log_in(
    site: str, browser_page: Page, authenticator: tuple[CDPSession, str]
) -> None:
    page = browser_page
    session, identifier = authenticator
    as_citizen(page, site)
    page.get_by_role("button", name="Passkey anlegen").click()
    expect(page.get_by_role("heading", name="Der Passkey ist angelegt.")).to_be_visible()
    page.context.clear_cookies()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": identifier, "isUserVerified": False})
    with_passkey(page, site)
    expect(page.get_by_text("Der Browser hat keinen Passkey verwendet")).to_be_visible()
    page.goto(f"{site}/konto/sicherheit/")
    assert page.url.startswith(f"{site}/konto/anmelden/")


def test_staff_log_in_with_the_keyboard_alone(site: str, browser_page: Page) -> None:
    page = browser_page
    page.goto(f"{site}/arbeit/profil/")
    page.get_by_label("Dienstliche E-Mail-Adresse").focus()
    page.keyboard.type(FRIEDA.username)
    page.keyboard.press("Tab")
    page.keyboard.type(FRIEDA.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/anmelden/zweiter-faktor/")
    page.get_by_label("Einmalcode").focus()
    page.keyboard.type(rules.hotp(rules.totp_key(FRIEDA.totp_secret), rules.totp_step(clock.now())))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/arbeit/profil/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Profil und Vertretung")


PUBLIC = ("/anmelden/", "/konto/anmelden/", "/demo/", "/abmelden/", "/konto/anmelden/link/x/")
STAFF = ("/arbeit/profil/", "/arbeit/verzeichnis/", "/arbeit/verzeichnis/?q=nichts", "/konto/sicherheit/")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_no_barriers(site: str, browser_page: Page, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)
    for path in PUBLIC:
        page.goto(site + path)
        assert_fits(page)
        assert_accessible(page)
    page.goto(f"{site}/konto/anmelden/")
    page.get_by_role("button", name="Link und Code anfordern").click()
    expect(page.locator("#fehler")).to_be_visible()
    assert_accessible(page)
    ticket = services.invite(Actor.system(), account_id=Account.objects.get(email=FRIEDA.username).id)
    page.goto(site + tickets.path_of(ticket))
    assert_fits(page)
    assert_accessible(page)
    page.goto(f"{site}/demo/")
    page.get_by_role("button", name="Als Frieda Garnmeister anmelden").click()
    page.wait_for_url(f"{site}/arbeit/")
    for path in STAFF:
        page.goto(site + path)
        assert_fits(page)
        assert_accessible(page)
    page.goto(f"{site}/arbeit/profil/")
    page.get_by_role("button", name="Abwesenheit eintragen").click()
    expect(page.locator("#fehler")).to_be_visible()
    assert_accessible(page)
