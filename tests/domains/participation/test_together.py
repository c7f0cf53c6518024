"""Real threads on PostgreSQL: no number is given twice, one decision counts, one ranking is frozen."""

from __future__ import annotations

import pytest
from django.db import connection

from domains.participation.conftest import PROGRAM, Scene, at, content
from leineweber.domains.participation.models import Decision, FrozenRanking, Proposal, Rating
from leineweber.domains.participation.services import ParticipationError, proposals, rating, results
from together import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
THREADS = 6


@pytest.fixture(autouse=True)
def rows_are_locked() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("Row locks between connections exist on PostgreSQL; SQLite has one writer at a time.")


def test_all_hand_in_at_once(scene: Scene) -> None:
    unit = scene.unit("600").id
    with at("collect"):
        made = at_once(
            [
                lambda number=number: proposals.propose(  # type: ignore[misc]
                    PROGRAM,
                    round_id=scene.round.id,
                    unit_id=unit,
                    content=content(f"V {number}"),
                    submit=True,
                )
                for number in range(THREADS)
            ]
        )
    assert all(isinstance(one, Proposal) for one in made), made
    assert sorted(one.number for one in made) == list(range(1, THREADS + 1))


def test_two_colleagues_save_the_same_sheet(scene: Scene) -> None:
    proposal, unit = scene.propose("600"), scene.unit("150").id
    with at("rate"):
        found = at_once(
            [
                lambda points=points: rating.rate(  # type: ignore[misc]
                    PROGRAM, round_id=scene.round.id, unit_id=unit, sheets=[scene.sheet(proposal, points)]
                )
                for points in (1, 5)
            ]
        )
    assert sorted(isinstance(one, rating.SheetStale) for one in found) == [False, True], found
    assert Rating.objects.get().scores.count() == 1


def test_one_decision_counts_and_one_ranking_is_frozen(scene: Scene) -> None:
    first, _ = scene.rated()
    with at("decide"):
        found = at_once(
            [
                lambda outcome=outcome: results.decide(  # type: ignore[misc]
                    PROGRAM, proposal_id=first.id, outcome=outcome, reason="Weil.", body="Vorstand"
                )
                for outcome in ("accept", "reject", "accept", "reject")
            ]
        )
    assert sum(isinstance(one, Decision) for one in found) == 1, found
    assert sum(isinstance(one, ParticipationError) for one in found) == 3, found
    assert FrozenRanking.objects.count() == 1 and Decision.objects.count() == 1


def test_the_program_and_a_person_freeze_at_once(scene: Scene) -> None:
    scene.rated()
    with at("between"):
        found = at_once([lambda: results.freeze(PROGRAM, round_id=scene.round.id)] * THREADS)
    assert all(isinstance(one, FrozenRanking) for one in found), found
    assert len({one.id for one in found}) == 1 and FrozenRanking.objects.count() == 1
