"""How all goals stand, in the one shape in which the cockpit shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from leineweber.domains.strategy import queries
from leineweber.domains.strategy.models import FieldOfAction, SmartGoal
from leineweber.domains.strategy.queries import GoalView
from leineweber.domains.strategy.rules import Light
from leineweber.faces.cockpit.scope import Scope
from leineweber.faces.cockpit.wording import headline

LIGHT_WORDS: dict[str, str] = {
    "red": "gefährdet",
    "yellow": "knapp",
    "green": "auf Kurs",
    "grey": "noch keine Werte",
}
ORDER: tuple[Light, ...] = ("red", "yellow", "green", "grey")


@dataclass(frozen=True, slots=True)
class Standing:
    """One goal as it stands today. `said` is one sentence; `units` are the paths of the units that work for it.

    `everyone` tells that the goal names all offices as participants.
    """

    id: UUID
    slug: str
    number: str
    title: str
    field: str
    field_slug: str
    responsible: str
    units: tuple[str, ...]
    light: Light
    said: str
    indicators: tuple[str, ...]
    everyone: bool = False

    @property
    def url(self) -> str:
        """The page of the goal, where each figure names its source."""
        return reverse("cockpit:goal", args=[self.slug])

    def within(self, scope: Scope) -> bool:
        """Tell whether the goal belongs to the field and to the unit that are looked at."""
        if scope.field and self.field_slug != scope.field:
            return False
        return not scope.unit_path or any(path.startswith(scope.unit_path) for path in self.units)


def _units_of(goal: SmartGoal, participants: str, units: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the paths of the units that work for a goal: the responsible one, then those its participants name.

    A goal taken over from elsewhere names its unit in words only.
    """
    responsible = [goal.unit_path] if goal.unit_path else []
    if not responsible:
        words = goal.responsible.split(", ")
        responsible = [path for name, path in units if name in words]
    others = set(participants.split(", ")) if participants else set()
    named = [path for name, path in units if name in others]
    return tuple(dict.fromkeys((*responsible, *named)))


def _standing(view: GoalView, participants: str, units: Sequence[tuple[str, str]]) -> Standing:
    goal = view.goal
    return Standing(
        id=goal.id,
        slug=goal.slug,
        number=goal.number,
        title=goal.title,
        field=str(goal.field) if goal.field else "",
        field_slug=goal.field.slug if goal.field else "",
        responsible=goal.responsible,
        units=_units_of(goal, participants, units),
        light=view.light,
        said=headline(view),
        indicators=tuple(one.indicator.key for one in view.measured),
        everyone="alle ämter" in participants.casefold().split(", "),
    )


def standings(scope: Scope) -> list[Standing]:
    """Return the goals of a scope, the most urgent first, then by number."""
    if "standings" not in scope.memo:
        adopted = SmartGoal.objects.filter(status=SmartGoal.Status.ADOPTED).exclude(participants="")
        others = dict(adopted.order_by().values_list("id", "participants")) if scope.unit_names else {}
        found = [
            _standing(view, others.get(view.goal.id, ""), scope.unit_names) for view in queries.goal_views()
        ]
        found = [one for one in found if one.within(scope)]
        found.sort(key=lambda one: (ORDER.index(one.light), one.number))
        scope.memo["standings"] = found
    return list(scope.memo["standings"])


def fields() -> list[tuple[str, str]]:
    """Return the living fields of action as (name in addresses, label), in the order of the paper; one query."""
    rows = FieldOfAction.objects.filter(withdrawn=False).defer("text")
    return [(row.slug, str(row)) for row in rows]


def procedures_of(goal_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the key of the procedure by which each goal is measured, for those that have one; one query."""
    rows = SmartGoal.objects.filter(id__in=goal_ids).exclude(procedure_key="")
    return dict(rows.order_by("number").values_list("id", "procedure_key"))
