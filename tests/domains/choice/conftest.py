"""A city with some projects to choose from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from leineweber.domains.portfolio.choice import child, outside, services
from leineweber.domains.portfolio.choice.model import Limits
from leineweber.domains.portfolio.choice.models import Run, Scenario
from leineweber.domains.portfolio.models import Cost, Need, Project, Skill
from leineweber.domains.portfolio.services import create_project
from leineweber.kernel import links
from leineweber.kernel.access import Actor
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.kernel.refs import Ref
from leineweber.people.identity.middleware import actor_for
from leineweber.people.identity.models import Account
from leineweber.people.organisation.models import Unit
from people.logging_in import load_city, log_in

PROGRAM = Actor.system("Test")
D = Decimal


@dataclass
class Town:
    """Who runs the portfolio is Silja; Insa leads the city, Rieke audits, Jasper has nothing to do with it."""

    def account(self, beginning: str) -> Account:
        return Account.objects.get(email__startswith=beginning)

    def actor(self, beginning: str) -> Actor:
        return actor_for(self.account(beginning))

    def browser(self, beginning: str) -> Browser:
        browser = Browser()
        log_in(browser, self.account(beginning))
        return browser

    def project(
        self,
        title: str,
        *costs: int,
        score: int = 10,
        days: int = 0,
        start: date = date(2027, 3, 1),
        after: Project | None = None,
        **changes: Any,
    ) -> Project:
        """A planned project of as many years as it has costs (thousands of euros)."""
        end = date(start.year + max(1, len(costs)) - 1, 11, 30)
        row = create_project(
            PROGRAM,
            title=title,
            kind="software",
            purpose="Damit es geht.",
            unit=Unit.objects.get(code="120"),
            start=start,
            end=end,
        )
        Project.objects.filter(id=row.id).update(score=score, **changes)
        for position, amount in enumerate(costs):
            Cost.objects.create(
                project=row,
                year=start.year + position,
                kind=Cost.Kind.EXTERNAL,
                stage=Cost.Stage.PLANNED,
                amount=D(amount) * 1000,
            )
        if days:
            skill, _ = Skill.objects.get_or_create(name="Projektleitung")
            Need.objects.create(
                project=row, skill=skill, first_month=start, last_month=start.replace(month=12), days=D(days)
            )
        if after is not None:
            links.connect(Ref("project", row.id), "depends", Ref("project", after.id))
        row.refresh_from_db()
        return row

    def limits(self, *money: int, **more: Any) -> Limits:
        return Limits(2027, len(money), tuple(D(one) * 1000 for one in money), **{"discount": D(0), **more})

    def scenario(self, *money: int, title: str = "Wie geplant", **more: Any) -> Scenario:
        row = services.create_scenario(
            PROGRAM, title=title, question="Was passt?", limits=self.limits(*money, **more)
        )
        Scenario.objects.filter(id=row.id).update(seconds=5, gap=0)
        row.refresh_from_db()
        return row

    def computed(self, *money: int, **more: Any) -> Run:
        run = services.compute(PROGRAM, self.scenario(*money, **more).id)
        run_until_idle()
        run.refresh_from_db()
        return run


@pytest.fixture
def own_process() -> None:
    """For tests in which the solver runs as it does in the city: in a process of its own."""


@pytest.fixture(autouse=True)
def solver_inside(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the same code answer the same question within the test, which is faster."""
    if "own_process" not in request.fixturenames:
        monkeypatch.setattr(
            outside,
            "ask",
            lambda asked, **_: json.loads(json.dumps(child.answer(json.loads(json.dumps(asked))))),
        )


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel("2026-07-01T12:00:00+02:00", tick=True):
        yield


@pytest.fixture
def town(db: None) -> Town:
    load_city()
    return Town()


@pytest.fixture
def as_persona(town: Town) -> Callable[[str], Browser]:
    return town.browser
