"""A city for the tests of the faces: its people, a file plan, the procedure online, and applications to work on."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.test import Client as Browser
from playwright.sync_api import Page

from leineweber.capabilities.processes import queries as processes
from leineweber.capabilities.records import services as records
from leineweber.config.demo.organisation import load_demo_organisation
from leineweber.domains.applications import services
from leineweber.domains.applications.models import Application, Case, Channel, Procedure
from leineweber.domains.applications.procedures import publishing, read_folder, registry
from leineweber.kernel.access import Actor
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.kernel.refs import Ref
from leineweber.people.identity.middleware import actor_for
from leineweber.people.identity.models import Account
from people.logging_in import log_in
from together import served

PACKAGE = Path(__file__).parents[2] / "procedures" / "wahlhelfer"
ANSWERS: dict[str, Any] = {
    "person": {
        "vorname": "Greta",
        "familienname": "Zwirnstein",
        "geburtsdatum": "1988-04-17",
        "staatsangehoerigkeit": "deutsch",
        "strasse": "Niederwall",
        "hausnummer": "23",
        "plz": "33602",
        "ort": "Bielefeld",
    },
    "erreichbarkeit": {"email": "greta@buerger.example", "kontaktweg": "postfach"},
    "verfuegbarkeit": {
        "wahlen": ["landtagswahl"],
        "einsatzzeit": "ganztags",
        "wunschbezirk": "heepen",
        "wohnortnah": True,
    },
    "erfahrung": {"vorhanden": "nein", "wunschfunktion": "beisitz", "oeffentlicher_dienst": False},
    "bank": {"auszahlung": "verzicht"},
    "einwilligung": {"wahlberechtigt": True, "datenschutz": True, "kuenftige_wahlen": False},
}


def answers(**changes: Any) -> dict[str, Any]:
    """Return valid answers with some changed: `answers(person__vorname="Ida")`."""
    found = copy.deepcopy(ANSWERS)
    for path, value in changes.items():
        group, _, field = path.partition("__")
        found[group][field] = value
    return found


@dataclass
class City:
    """The demo's organisation with the procedure in force; personas by the beginning of their address."""

    procedure: Procedure

    def account(self, beginning: str) -> Account:
        """Return the account of a persona."""
        return Account.objects.get(email__startswith=beginning)

    def actor(self, beginning: str) -> Actor:
        """Return a persona as who acts."""
        return actor_for(self.account(beginning))

    def browser(self, beginning: str) -> Browser:
        """Return a browser logged in as a persona."""
        browser = Browser()
        log_in(browser, self.account(beginning))
        return browser

    def show(self, page: Page, site: str, beginning: str) -> None:
        """Log a real browser's page in as a persona."""
        name = django_settings.SESSION_COOKIE_NAME
        page.context.clear_cookies()
        page.context.add_cookies(
            [{"name": name, "value": self.browser(beginning).cookies[name].value, "url": site}]
        )

    def apply(self, channel: Channel = Channel.ONLINE, **changes: Any) -> Case:
        """Submit an application, let the chain behind it run, and return its case."""
        application: Application = services.submit(
            Actor.anonymous(), self.procedure, answers(**changes), channel=channel
        )
        run_until_idle()
        return Case.objects.get(application=application)

    def task(self, case: Case) -> UUID:
        """Return the task of a case that is to be done."""
        live = [one for one in processes.tasks_of(Ref("case", case.id)) if one.status in {"open", "claimed"}]
        assert len(live) == 1, live
        return live[0].id

    def do(self, case: Case, beginning: str, **values: Any) -> None:
        """Complete the case's task as a persona."""
        services.complete_task(self.actor(beginning), self.task(case), case.id, values)
        run_until_idle()


@pytest.fixture
def city(db: None) -> Iterator[City]:
    """People, file plan and procedure of the demo city, without its cases."""
    registry.forget()
    load_demo_organisation()
    program = Actor.system("Test")
    records.put_sample_plan(program)
    procedure = publishing.publish(program, read_folder(PACKAGE))
    run_until_idle()
    yield City(procedure)
    registry.forget()


@pytest.fixture
def as_persona(city: City) -> Callable[[str], Browser]:
    """Return a browser logged in as the persona whose address begins so."""
    return city.browser


@pytest.fixture
def site(city: City, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The program on a port of localhost, within the test's transaction."""
    with served(settings, monkeypatch) as address:
        yield address
