"""A city with its people and one project to work on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from leineweber.domains.portfolio import services
from leineweber.domains.portfolio.models import Mandate, Project
from leineweber.kernel.access import Actor
from leineweber.people.identity.middleware import actor_for
from leineweber.people.identity.models import Account
from leineweber.people.organisation.models import Person, Unit
from people.logging_in import load_city, log_in

PROGRAM = Actor.system("Test")


@dataclass
class House:
    """The people: who runs the portfolio (Silja), approves (Insa), leads (Frieda) and only reads (Jasper)."""

    def account(self, beginning: str) -> Account:
        return Account.objects.get(email__startswith=beginning)

    def actor(self, beginning: str) -> Actor:
        return actor_for(self.account(beginning))

    def person(self, beginning: str) -> Person:
        return Person.objects.get(email__startswith=beginning)

    def browser(self, beginning: str) -> Browser:
        browser = Browser()
        log_in(browser, self.account(beginning))
        return browser

    def project(self, title: str = "DMS-Einführung", **changes: Any) -> Project:
        values: dict[str, Any] = {
            "kind": "software",
            "purpose": "Akten werden elektronisch geführt.",
            "unit": Unit.objects.get(code="120"),
            "start": date(2026, 1, 1),
            "end": date(2026, 12, 31),
            "lead": self.person("frieda."),
            "sponsor": self.person("henrike."),
        }
        return services.create_project(PROGRAM, title=title, **{**values, **changes})

    def answers(self, **changes: Any) -> dict[str, Any]:
        """A complete mandate."""
        return {
            "title": "Vertragsmanagement",
            "kind": "software",
            "reason": "Fristen gehen verloren.",
            "result": "Alle Verträge stehen an einem Ort.",
            "unit": "110.2",
            "lead": "wiebke.zwirnhagen@bielefeld.example",
            "sponsor": "hauke.knuepfhausen@bielefeld.example",
            "start": {"tag": "1", "monat": "3", "jahr": "2027"},
            "end": {"tag": "31", "monat": "12", "jahr": "2028"},
            "cost_0": "80.000",
            "cost_1": "40.000,50",
            "funding": "Produkt 11.01.06",
            "benefit": "Keine Frist wird mehr versäumt.",
            "risks": "Fachämter haben wenig Zeit.",
            "alternatives": "Tabellen weiterführen.",
            **changes,
        }

    def submitted(self, **changes: Any) -> Mandate:
        author = self.actor("wiebke.")
        mandate = services.start_mandate(author, title="Vertragsmanagement")
        services.save_step(author, mandate.id, self.answers(**changes))
        return services.submit_mandate(author, mandate.id)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel("2026-07-01T12:00:00+02:00", tick=False):
        yield


@pytest.fixture
def house(db: None) -> House:
    load_city()
    return House()


@pytest.fixture
def as_persona(house: House) -> Callable[[str], Browser]:
    return house.browser
