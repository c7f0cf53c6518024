"""Who reads the portal in English reads English everywhere: no text of a page that citizens see lacks its English."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client as Browser
from django.utils import translation
from jinja2 import Environment

import leineweber
from faces.conftest import City, answers
from faces.helpers import main_text
from leineweber.domains.applications import rules, services
from leineweber.domains.applications.models import CaseState, Channel
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.people.identity import passkeys
from leineweber.people.identity import services as identity

ROOT = Path(leineweber.__file__).parent
TEMPLATES = sorted(
    path
    for pattern in (
        "faces/portal/templates/portal/*.html",
        "capabilities/forms/templates/forms/*.html",
        "people/identity/templates/identity/citizen_*.html",
        "people/identity/templates/identity/log*_out.html",
        "people/identity/templates/identity/link_spent.html",
        "people/identity/templates/identity/security.html",
        "people/identity/templates/identity/_passkey_login.html",
        "kernel/ui/templates/ui/*.html",
    )
    for path in ROOT.glob(pattern)
    if "gallery" not in path.name
)
SAME = {"Cookies", "Passkeys", "Demonstration", "Demonstration.", "Name", "Version"}
"""Words that are the same in both languages."""


def missing(texts: set[str], counted: set[tuple[str, str]] | None = None) -> list[str]:
    """Return the texts that stay German; `counted` are those with a singular and a plural."""
    with translation.override("en"):
        alone = {text for text in texts - SAME if translation.gettext(text) == text}
        pairs = {one for one, many in counted or () if translation.ngettext(one, many, 1) == one}
    return sorted(alone | pairs)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_text_of_a_template_has_its_english(path: Path) -> None:
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    texts, counted = set(), set()
    for _, function, found in environment.extract_translations(path.read_text()):
        parts = [found] if isinstance(found, str) else [one for one in found or () if one]
        if "ngettext" in function and len(parts) > 1:
            counted.add((parts[0], parts[1]))
        else:
            texts.update(parts[:1])
    assert not missing(texts, counted)


def test_what_a_person_did_wrong_is_said_in_english(city: City) -> None:
    """The message stands twice: in the summary and at the field."""
    browser = Browser()
    browser.get("/?sprache=en")
    for address, posted, message in (
        ("/vorgang/finden/", {"nummer": "x", "email": "a@b.example"}, "Check the reference number."),
        ("/konto/anmelden/", {"email": "x"}, "Enter a valid e-mail address"),
    ):
        answer = main_text(browser.post(address, posted))
        assert answer.count(message) == 2, answer
        assert "Geben Sie" not in answer and "Prüfen Sie" not in answer


def test_who_types_no_code_is_told_what_to_type(city: City) -> None:
    browser = Browser()
    browser.get("/?sprache=en")
    browser.post("/konto/anmelden/", {"email": "greta@buerger.example"})
    for code, message in (
        (" ", "Enter the code from the e-mail. It has eight digits."),
        ("00", "The code is wrong"),
    ):
        answer = browser.post("/konto/anmelden/code/", {"code": code})
        assert answer.status_code == 422
        assert main_text(answer).count(message) == 2


def test_a_wrong_passkey_is_not_blamed_on_the_address(city: City) -> None:
    browser = Browser()
    browser.get("/konto/anmelden/?sprache=en")
    answer = browser.post(
        "/anmelden/passkey/", {"antwort": "{}", "seite": "citizen"}, headers={"host": "localhost"}
    )
    assert answer.status_code == 422
    text = main_text(answer)
    assert "You are not logged in yet" in text
    assert "Passkey" not in text.split("Your e-mail address")[1].split("Request link")[0]
    assert 'aria-invalid="true"' not in answer.content.decode()


def test_the_account_speaks_english(city: City) -> None:
    """Case, date, post and security of somebody who applied in English."""
    account = city.account("martha")
    services.submit(
        Actor.anonymous(),
        city.procedure,
        answers(),
        channel=Channel.ONLINE,
        language="en",
        account_id=account.id,
    )
    run_until_idle()
    citizen = city.browser("martha")
    citizen.get("/?sprache=en")
    text = main_text(citizen.get("/konto/"))
    assert "Registering as an election helper" in text
    assert "We have received your application" in text
    assert f"received on {clock.today().day} {clock.today():%B %Y}" in text
    security = main_text(citizen.get("/konto/sicherheit/"))
    for words in ("Passkeys", "basic registration", "Devices logged in", "this device", "Latest log-ins"):
        assert words in security
    for words in ("Anmeld", "Gerät", "Konto", "Vertrauen", "angemeldet"):
        assert words not in security


@pytest.mark.parametrize("module", [passkeys, identity])
def test_every_refusal_of_the_log_in_has_its_english(module: ModuleType) -> None:
    source = inspect.getsource(module)
    assert not missing(set(re.findall(r'PasskeyError\(\s*"([^"]+)"', source)))


def test_the_states_of_a_case_have_their_english() -> None:
    steps = {step.title for state in CaseState.values for step in rules.steps_of(state)}
    assert not missing(steps | {str(label) for label in CaseState.labels})
