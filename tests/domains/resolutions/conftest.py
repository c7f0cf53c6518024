"""Bodies and people of the demo, the responsibilities of the paper, and a thing that can be decided about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.test import Client as Browser
from playwright.sync_api import Page

from leineweber.capabilities.processes import queries as processes
from leineweber.config.demo.organisation import load_demo_organisation
from leineweber.domains.resolutions.models import DecisionKind, DecisionPaper, Meeting, PaperStatus
from leineweber.domains.resolutions.services import committees, meetings, papers
from leineweber.domains.resolutions.services.content import Content
from leineweber.kernel import clock, ids, links
from leineweber.kernel.access import Actor
from leineweber.kernel.deadlines.rules import is_working_day
from leineweber.kernel.links import Brief, Card
from leineweber.kernel.links import registry as link_registry
from leineweber.kernel.refs import Ref
from leineweber.people.identity.middleware import actor_for
from leineweber.people.identity.models import Account
from leineweber.people.organisation.committee_queries import committee_by_key, members
from leineweber.people.organisation.models import Committee, Person
from leineweber.people.organisation.queries import standing
from people.logging_in import log_in
from together import served

SYSTEM = Actor.system("Test")


def working_day(days: int) -> datetime:
    """Return nine o'clock of the working day nearest to so many days from now, on the same side of today."""
    step = timedelta(days=1 if days >= 0 else -1)
    day = clock.today() + timedelta(days=days)
    while not is_working_day(day):
        day += step
    return datetime(day.year, day.month, day.day, 9, tzinfo=clock.BERLIN)


@dataclass
class House:
    """The demo's organisation with the sample responsibilities; people by the beginning of their address."""

    thing: UUID = field(default_factory=ids.new_id)

    def actor(self, beginning: str) -> Actor:
        """Return a person of the staff as who acts."""
        person = Person.objects.get(email__startswith=beginning)
        return Actor("staff", person.id, person.name, standing(person.id).grants)

    def browser(self, beginning: str) -> Browser:
        """Return a browser logged in as a persona."""
        browser = Browser()
        log_in(browser, Account.objects.get(email__startswith=beginning))
        return browser

    def show(self, page: Page, site: str, beginning: str) -> None:
        """Log a real browser's page in as a persona."""
        name = django_settings.SESSION_COOKIE_NAME
        page.context.clear_cookies()
        page.context.add_cookies(
            [{"name": name, "value": self.browser(beginning).cookies[name].value, "url": site}]
        )

    def body(self, key: str) -> Committee:
        """Return a body."""
        found = committee_by_key(key)
        assert found is not None
        return found

    def kind(self, key: str) -> DecisionKind:
        """Return a kind of decision."""
        return DecisionKind.objects.get(key=key)

    def content(self, key: str = "it-grundsatz", **changes: Any) -> Content:
        """Return what stands in a paper, with some of it changed."""
        values: dict[str, Any] = {
            "title": "Dokumentenmanagement einführen",
            "kind_id": self.kind(key).id,
            "proposal": "Die Stadt führt ein Dokumentenmanagement in allen Ämtern ein.",
            "reasons": "Akten liegen heute an vielen Orten.",
            "costs": ((2027, Decimal("120000.00")), (2028, Decimal("80000.50"))),
            "statements": ("personalrat",),
        }
        return Content(**{**values, **changes})

    def paper(self, author: str = "keno.", effect: str = "", **changes: Any) -> DecisionPaper:
        """Begin a paper about the thing."""
        return papers.draft(
            self.actor(author),
            subject=Ref("test_thing", self.thing),
            effect=effect,
            content=self.content(**changes),
        )

    def submit(self, paper: DecisionPaper, author: str = "keno.") -> DecisionPaper:
        """Send a paper round."""
        paper.refresh_from_db()
        return papers.submit(self.actor(author), paper_id=paper.id, version=paper.version)

    def task(self, paper: DecisionPaper, element: str) -> UUID:
        """Return the open task of a part."""
        (found,) = [
            one.id
            for one in processes.tasks_of(Ref("decision_paper", paper.id))
            if one.element == element and one.status in {"open", "claimed"}
        ]
        return found

    def give(
        self, paper: DecisionPaper, who: str, element: str, verdict: str, text: str = ""
    ) -> DecisionPaper:
        """Let somebody give a part."""
        return papers.give(self.actor(who), task_id=self.task(paper, element), verdict=verdict, text=text)

    def cleared(self, effect: str = "", **changes: Any) -> DecisionPaper:
        """Return a paper that everybody has signed."""
        paper = self.submit(self.paper(effect=effect, statements=(), **changes))
        if paper.status == PaperStatus.COSIGNING:
            paper = self.give(paper, "enno.", "schlusszeichnung", "signed")
        paper.refresh_from_db()
        assert paper.status == PaperStatus.CLEARED
        return paper

    def meeting(self, days: int = 0, key: str = "verwaltungsvorstand") -> Meeting:
        """Plan a meeting of a board so many days from today."""
        start = working_day(days)
        return meetings.plan(
            self.actor("tomke."),
            committee=self.body(key),
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            place="Altes Rathaus, Zimmer 12",
        )

    def held(self, days: int = -7, absent: tuple[str, ...] = (), key: str = "verwaltungsvorstand") -> Meeting:
        """Return a meeting that is open, with all members there but some."""
        meeting = self.meeting(days, key)
        people = members(meeting.committee_id, clock.local(meeting.starts_at).date())
        there = {one.person.id: not one.person.email.startswith(absent) if absent else True for one in people}
        return meetings.record_attendance(
            self.actor("tomke."), meeting_id=meeting.id, present=there, version=meeting.version
        )


@pytest.fixture
def house(db: None) -> Iterator[House]:
    """The house, with a kind of thing that tells facts and lets resolutions act on it."""
    load_demo_organisation()
    committees.put_samples(SYSTEM)
    made = House()

    def brief(identifier: UUID, actor: Actor) -> Brief | None:
        if identifier != made.thing or actor.kind != "staff":
            return None
        return Brief(
            "Dokumentenmanagement",
            "/steuerung/",
            "Akten liegen verstreut.",
            "IT-Steuerung",
            (("Beginn", "01.03.2027"),),
            ((2027, Decimal("120000.00")),),
            "Haushalt 2027",
        )

    links.register(
        "test_thing",
        label="Prüfling",
        resolve=lambda keys, actor: {key: Card("Dokumentenmanagement", "/steuerung/") for key in keys},
        brief=brief,
        every=lambda actor: [made.thing],
        effects=(("start", "Vorhaben beginnen"), ("reject", "Vorhaben ablehnen")),
    )
    yield made
    del link_registry._kinds["test_thing"]


@pytest.fixture
def as_account(house: House) -> Callable[[str], Actor]:
    """Return the actor of a persona's account."""
    return lambda beginning: actor_for(Account.objects.get(email__startswith=beginning))


@pytest.fixture
def site(house: House, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The program on a port of localhost, within the test's transaction."""
    with served(settings, monkeypatch) as address:
        yield address
