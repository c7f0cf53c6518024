"""What is written in a paper, and its whole content as a version keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from leineweber.domains.resolutions.models import DecisionPaper
from leineweber.kernel import clock


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way that was looked at, and why it is not proposed."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Content:
    """What is written in a paper: texts, costs in euros by year, who is asked (keys of rules, paths of units)."""

    title: str
    kind_id: UUID
    proposal: str = ""
    reasons: str = ""
    alternatives: tuple[Alternative, ...] = ()
    funding: str = ""
    assessment: str = ""
    costs: tuple[tuple[int, Decimal], ...] = ()
    statements: tuple[str, ...] = ()
    cosigners: tuple[str, ...] = ()
    restricted: bool = False


def snapshot(paper: DecisionPaper) -> dict[str, Any]:
    """Return the whole content of a paper as JSON values: what a version keeps and a PDF is made of."""
    costs = list(paper.costs.all())
    return {
        "number": paper.number,
        "title": paper.title,
        "kind": paper.kind.label,
        "body": paper.body.name if paper.body else "",
        "unit": paper.unit_label,
        "author": paper.author_label,
        "subject": paper.subject_title,
        "effect": paper.effect_label,
        "proposal": paper.proposal,
        "reasons": paper.reasons,
        "facts": paper.facts,
        "facts_at": clock.local(paper.facts_at).strftime("%Y-%m-%dT%H:%M") if paper.facts_at else "",
        "alternatives": paper.alternatives,
        "costs": [[cost.year, str(cost.amount)] for cost in costs],
        "funding": paper.funding,
        "assessment": paper.assessment,
        "revision": paper.revision,
        "restricted": paper.restricted,
    }
