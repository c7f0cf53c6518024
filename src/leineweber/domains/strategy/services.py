"""What can be done: adopt a goal with its measurements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from leineweber.domains.strategy.models import GoalMeasurement, SmartGoal
from leineweber.kernel import ids
from leineweber.kernel.access import Actor
from leineweber.kernel.indicators import get
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act


def adopt_goal(
    actor: Actor,
    *,
    slug: str,
    number: str,
    title: str,
    purpose: str,
    field_of_action: str,
    responsible: str,
    procedure_key: str,
    start: date,
    end: date,
    measurements: Mapping[str, Decimal | None],
) -> SmartGoal:
    """Adopt a goal or renew it. `measurements` maps indicator keys to targets, None where the need is the target.

    Raises:
        KeyError: an indicator that nobody publishes.
    """
    for key in measurements:
        get(key)
    goal = SmartGoal.objects.filter(slug=slug).first() or SmartGoal(id=ids.new_id(), slug=slug)
    with act(actor, "goal.adopted", Ref("goal", goal.id), {"slug": slug}) as current:
        goal.number, goal.title, goal.purpose = number, title, purpose
        goal.field_of_action, goal.responsible = field_of_action, responsible
        goal.procedure_key, goal.start, goal.end = procedure_key, start, end
        goal.save()
        goal.measurements.exclude(indicator__in=list(measurements)).delete()
        for position, (key, target) in enumerate(measurements.items()):
            GoalMeasurement.objects.update_or_create(
                goal=goal, indicator=key, defaults={"target": target, "position": position}
            )
        current.emit("goal.adopted", {"slug": slug})
    return goal
