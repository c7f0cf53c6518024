"""A plan as it goes into files."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from leineweber.domains.portfolio.queries import pages
from leineweber.domains.portfolio.rules.exchange import PlanLink, PlanRow


def plan_rows(view: pages.PlanView) -> list[PlanRow]:
    """Return a plan as rows of a file."""
    uids = {one.id: number for number, one in enumerate(view.outline, 1)}
    waits: dict[UUID, list[PlanLink]] = {}
    for one in view.dependencies:
        waits.setdefault(one.successor_id, []).append(PlanLink(uids[one.predecessor_id], one.kind, one.lag))
    return [
        PlanRow(
            uids[one.id],
            one.id,
            view.rows[one.id].name,
            one.depth,
            one.start,
            one.end,
            one.milestone,
            one.progress,
            tuple(waits.get(one.id, ())),
            Decimal(0) if one.summary else one.budget,
            view.rows[one.id].responsible,
        )
        for one in view.outline
    ]
