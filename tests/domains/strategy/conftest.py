"""A small strategy on the demo's organisation: one of each kind, one goal that is SMART."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from faces.conftest import site
from leineweber.config.demo.organisation import load_demo_organisation
from leineweber.domains.strategy import services
from leineweber.domains.strategy.models import Element, SmartGoal
from leineweber.domains.strategy.services import GoalValues
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.people.identity.middleware import actor_for
from leineweber.people.identity.models import Account
from leineweber.people.organisation.models import Unit
from people.logging_in import log_in

__all__ = ["site"]
SYSTEM = Actor.system("Test")


@dataclass
class Small:
    """The parts, and what a SMART goal of them says."""

    vision: Element
    strategic: Element
    principle: Element
    field: Element
    measure: Element

    @property
    def values(self) -> GoalValues:
        """A profile without open findings."""
        today = clock.today()
        return GoalValues(
            title="Urkunden online",
            purpose="Niemand muss für eine Urkunde ins Amt.",
            result="Acht von zehn Urkunden werden online bestellt.",
            field=self.field.id,
            indicator="Online bestellte Urkunden",
            unit="Prozent",
            baseline=Decimal(20),
            baseline_on=today - timedelta(days=30),
            target=Decimal(80),
            source="Bestellungen des Standesamts",
            attainable="Das Nachbaramt hat es in einem Jahr geschafft.",
            unit_path=Unit.objects.get(code="150.2").path,
            start=today - timedelta(days=30),
            end=today + timedelta(days=335),
            costs=((today.year, Decimal("12000.00")),),
            measures=[self.measure.id],
            principles=[self.principle.id],
        )

    def goal(self, **changes: Any) -> SmartGoal:
        """Write a goal; `changes` are other values."""
        return services.write_goal(SYSTEM, replace(self.values, **changes))


def write(kind: str, number: str, title: str, **more: Any) -> Element:
    """Write a part of the paper as the program."""
    return services.write_element(SYSTEM, kind, number=number, title=title, text=f"Text von {title}.", **more)


@pytest.fixture
def people(db: None) -> None:
    """The demo's organisation."""
    load_demo_organisation()


@pytest.fixture
def small(people: None) -> Small:
    """One part of each kind, joined."""
    vision = write("vision", "A.I", "Offen und sicher")
    strategic = write("strategic_goal", "A.II.1", "Attraktiv", serves=[vision.id])
    principle = write("principle", "A.III.1", "Datenethik")
    field = write("field", "A.V.2", "Verwaltungsleistungen")
    measure = write("measure", "B.I.2.1", "Onlinedienste", field=field.id, serves=[strategic.id])
    return Small(vision, strategic, principle, field, measure)


@pytest.fixture
def actor(people: None) -> Callable[[str], Actor]:
    """Return a persona as who acts, by the beginning of the address."""
    return lambda beginning: actor_for(Account.objects.get(email__startswith=beginning))


@pytest.fixture
def browser_of(people: None) -> Callable[[str], Browser]:
    """Return a browser logged in as a persona."""

    def logged_in(beginning: str) -> Browser:
        browser = Browser()
        log_in(browser, Account.objects.get(email__startswith=beginning))
        return browser

    return logged_in


def day(name: str, on: date) -> dict[str, str]:
    """Return a day as the three fields of a form."""
    return {f"{name}.tag": str(on.day), f"{name}.monat": str(on.month), f"{name}.jahr": str(on.year)}
