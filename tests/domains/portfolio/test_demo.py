"""The demo's projects: every state, one broken tolerance, mandates; loading twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domains.portfolio.conftest import House
from leineweber.config.demo import portfolio
from leineweber.domains.portfolio.models import Breach, Cost, Mandate, Project
from leineweber.domains.portfolio.queries import pages
from leineweber.kernel import attention

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The demo is relative to today; it is told at whatever day it is."""
    yield


def test_the_demo_shows_every_state(house: House) -> None:
    portfolio.load()
    portfolio.load()
    found = {row.project.title: row for row in pages.list_projects(pages.ProjectFilter()).rows}
    assert len(found) == len(portfolio.TOLD) == 12
    assert {row.project.status for row in found.values()} == {"planned", "running", "paused", "closed"}
    assert {row.light for row in found.values()} == {"red", "yellow", "green", "grey"}
    assert [one.project.title for one in Breach.objects.filter(open=True)] == ["DMS-Einführung"]
    assert sorted(Mandate.objects.values_list("status", flat=True)) == ["draft", "idea", "submitted"]
    years = set(Cost.objects.values_list("year", flat=True))
    assert len(years) >= 4
    kinds = {one.kind for one in attention.matters(house.actor("insa."))}
    assert kinds == {"exception", "decision"}
    assert all(project.lead_name and project.sponsor_name for project in Project.objects.all())
