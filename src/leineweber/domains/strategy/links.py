"""How other rooms show goals."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from leineweber.domains.strategy.models import SmartGoal
from leineweber.kernel import links
from leineweber.kernel.access import Actor
from leineweber.kernel.links import Card


def _goals(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    if actor.kind != "staff":
        return {}
    rows = SmartGoal.objects.filter(id__in=identifiers)
    return {row.id: Card(f"{row.number} {row.title}", f"/steuerung/ziele/{row.slug}/") for row in rows}


links.register("goal", label="Smartes Ziel", resolve=_goals)
