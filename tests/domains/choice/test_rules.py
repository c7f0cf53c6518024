"""Why a project can start in no year of a scenario, by cases counted by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from leineweber.domains.portfolio.choice import rules
from leineweber.domains.portfolio.choice.model import Candidate, Limits

LIMITS = Limits(first_year=2027, years=2, money=(Decimal(1), Decimal(1)))


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (Candidate("a", "A"), ""),
        (Candidate("a", "A", duration_years=2), ""),
        (Candidate("a", "A", banned=True), "In diesem Szenario bleibt das Vorhaben außen vor."),
        (Candidate("a", "A", latest=2026), "Es müsste spätestens 2026 beginnen, also vor dem Zeitraum."),
        (Candidate("a", "A", earliest=2029), "Es kann frühestens 2029 beginnen, also nach dem Zeitraum."),
        (
            Candidate("a", "A", earliest=2028, latest=2027),
            "Frühester Beginn (2028) und spätester Beginn (2027) passen nicht zusammen.",
        ),
        (Candidate("a", "A", duration_years=3), "Es dauert 3 Jahre und wird bis Ende 2028 nicht fertig."),
    ],
    ids=["can", "just fits", "left out", "too early", "too late", "the wrong way round", "too long"],
)
def test_why_a_project_can_never_start(one: Candidate, reason: str) -> None:
    assert rules.never_because(one, LIMITS) == reason
