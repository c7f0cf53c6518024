"""A round to take part in: the demo's people, fixed criteria, phases around a chosen day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client as Browser
from playwright.sync_api import Page

from leineweber.domains.participation.models import CriteriaSet, Criterion, Proposal, Round
from leineweber.domains.participation.rules.phases import ORDER, Span
from leineweber.domains.participation.services import criteria, proposals, rating, results, rounds
from leineweber.domains.participation.services.criteria import CriterionEntry
from leineweber.domains.participation.services.proposals import Content
from leineweber.domains.participation.services.rating import Sheet
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.people.identity.middleware import actor_for
from leineweber.people.identity.models import Account
from leineweber.people.organisation.models import Unit
from people.logging_in import load_city, log_in
from together import served

PROGRAM = Actor.system("Test")
FIRST = date(2026, 10, 5)
# Each phase lasts two weeks; between rating and deciding lies one.
STARTS = {"collect": 0, "comment": 14, "rate": 28, "decide": 49}
DAYS = {
    "before": FIRST - timedelta(days=3),
    "collect": FIRST + timedelta(days=2),
    "comment": FIRST + timedelta(days=16),
    "rate": FIRST + timedelta(days=30),
    "between": FIRST + timedelta(days=44),
    "decide": FIRST + timedelta(days=51),
    "after": FIRST + timedelta(days=70),
}
# Beginning of the address, the unit she acts for.
CLERK, OTHER, CHIEF, MAYOR, AUDITOR, COORDINATOR = (
    "frieda.",
    "jasper.",
    "henrike.",
    "insa.",
    "rieke.",
    "wiebke.",
)


def spans() -> list[Span]:
    """The phases of the round."""
    return [
        Span(kind, FIRST + timedelta(days=STARTS[kind]), FIRST + timedelta(days=STARTS[kind] + 14))
        for kind in ORDER
    ]


def at(stage: str) -> Any:
    """Travel to noon of a day in a phase."""
    return time_machine.travel(datetime.combine(DAYS[stage], time(12), tzinfo=clock.BERLIN), tick=False)


def content(title: str = "Termin verlegen", **changes: str) -> Content:
    """What a complete proposal says."""
    values = {"purpose": "Weniger verpasste Termine.", "result": "Ein Verweis in der Erinnerung."}
    return Content(title=title, **{**values, **changes})


@dataclass
class Scene:
    """The people of the demo and one published round."""

    round: Round
    criteria: CriteriaSet
    made: list[Proposal] = field(default_factory=list)

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

    def unit(self, code: str) -> Unit:
        """Return a unit by its code."""
        return Unit.objects.get(code=code)

    def propose(self, code: str = "600", title: str = "Termin verlegen", **changes: str) -> Proposal:
        """Let a unit hand a proposal in, in the phase for it."""
        with at("collect"):
            made = proposals.propose(
                PROGRAM,
                round_id=self.round.id,
                unit_id=self.unit(code).id,
                content=content(title, **changes),
                submit=True,
            )
        self.made.append(made)
        return made

    def measures(self) -> list[Criterion]:
        """Return the criteria of the round."""
        return list(self.criteria.criteria.all())

    def sheet(
        self, proposal: Proposal, *points: int, reason: str = "Weil es nützt.", version: int = 0
    ) -> Sheet:
        """Return a sheet with points in the order of the criteria."""
        given = {one.id: number for one, number in zip(self.measures(), points, strict=False)}
        return Sheet(proposal.id, version, given, reason)

    def rate(self, proposal: Proposal, code: str, *points: int, reason: str = "Weil es nützt.") -> None:
        """Let a unit rate, in the phase for it."""
        with at("rate"):
            rating.rate(
                PROGRAM,
                round_id=self.round.id,
                unit_id=self.unit(code).id,
                sheets=[self.sheet(proposal, *points, reason=reason)],
            )

    def decide(self, proposal: Proposal, outcome: str = "accept", **changes: str) -> Any:
        """Decide, in the phase for it."""
        values = {"reason": "Trägt am meisten bei.", "body": "Verwaltungsvorstand", **changes}
        with at("decide"):
            return results.decide(PROGRAM, proposal_id=proposal.id, outcome=outcome, **values)

    def rated(self) -> tuple[Proposal, Proposal]:
        """Return two proposals, the first rated higher than the second by three units."""
        first, second = self.propose("600", "Bauakten durchsuchen"), self.propose("420", "Rund um die Uhr")
        for turn, code in enumerate(("150", "360", "400")):
            self.rate(first, code, 5, 4, 2 + turn % 2)
            self.rate(second, code, 3, 2 + turn, 3)
        return first, second


@pytest.fixture
def people(db: None) -> None:
    """The people of the demo city."""
    load_city()


def make_criteria() -> CriteriaSet:
    """Make and fix criteria by the worked matrix of the issue."""
    made = criteria.create(
        PROGRAM,
        name="Maßstab",
        purpose="",
        method="pairwise",
        entries=[
            CriterionEntry("Wirkung", "benefit"),
            CriterionEntry("Beitrag", "benefit"),
            CriterionEntry("Kosten", "effort"),
        ],
    )
    first, second, third = (one.id for one in made.criteria.all())
    made = criteria.judge(
        PROGRAM,
        criteria_id=made.id,
        version=made.version,
        judgements={(first, second): "3", (first, third): "5", (second, third): "3"},
        reason="",
    )
    return criteria.fix(PROGRAM, criteria_id=made.id, version=made.version)


def make_round(criteria_id: UUID, voice: str = "unit", own_rating: bool = False) -> Round:
    """Make and publish the round."""
    made = rounds.create(
        PROGRAM,
        title="Welche Ziele zuerst?",
        purpose="Alle Einheiten schlagen vor.",
        voice=voice,
        own_rating=own_rating,
        criteria_id=criteria_id,
        spans=spans(),
    )
    return rounds.publish(PROGRAM, round_id=made.id, version=made.version)


@pytest.fixture
def scene(people: None) -> Scene:
    """One published round with fixed criteria."""
    with at("before"):
        fixed = make_criteria()
        made = make_round(fixed.id)
    return Scene(made, fixed)


@pytest.fixture
def site(scene: Scene, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The program on a port of localhost, within the test's transaction."""
    with served(settings, monkeypatch) as address:
        yield address
