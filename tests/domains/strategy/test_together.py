"""Real threads on PostgreSQL: one edition is in force, one decision about a goal counts, one draft comes of a proposal."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection

from domains.strategy.conftest import SYSTEM, Small
from leineweber.domains.strategy import services
from leineweber.domains.strategy.models import Edition, SmartGoal
from leineweber.domains.strategy.services import Conflict, StrategyError
from together import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def rows_are_locked() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("Row locks between connections exist on PostgreSQL; SQLite has one writer at a time.")


def test_of_two_editions_adopted_at_once_one_is_in_force(small: Small) -> None:
    ids = []
    for title in ("Erstes", "Zweites", "Drittes"):
        small.goal(title=f"{title} Ziel", number=title)
        ids.append(services.propose_edition(SYSTEM, id=services.open_edition(SYSTEM).id).id)
    services.adopt_edition(SYSTEM, id=ids[0])
    found = at_once([lambda one=one: services.adopt_edition(SYSTEM, id=one) for one in ids[1:]])  # type: ignore[misc]
    assert all(isinstance(one, Edition) for one in found), found
    assert Edition.objects.filter(status="adopted").count() == 1
    assert Edition.objects.filter(status="superseded").count() == 2


def test_one_decision_about_a_goal_counts(small: Small) -> None:
    goal = small.goal()
    version = goal.version
    found = at_once([lambda: services.adopt(SYSTEM, id=goal.id, seen=version)] * 4)
    assert sum(isinstance(one, SmartGoal) for one in found) == 1, found
    assert sum(isinstance(one, Conflict) for one in found) == 3, found


def test_two_goals_of_one_number(small: Small) -> None:
    found = at_once(
        [
            lambda field=field: small.goal(title="Gleiche Nummer", number="B.II.9.9", field=field)  # type: ignore[misc]
            for field in (small.field.id, None)
        ]
    )
    assert sum(isinstance(one, SmartGoal) for one in found) == 1, found
    assert sum(isinstance(one, StrategyError) for one in found) == 1, found


def test_one_draft_comes_of_a_proposal(small: Small) -> None:
    payload = {"proposal": str(uuid4()), "title": "Bänke melden", "field": f"field:{small.field.id}"}
    at_once([lambda: services.draft_from_proposal(SYSTEM, payload)] * 3)
    assert SmartGoal.objects.filter(origin=f"proposal:{payload['proposal']}").count() == 1
