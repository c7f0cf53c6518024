"""How all goals stand, in the one shape in which the cockpit shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from leineweber.domains.strategy import queries
from leineweber.domains.strategy.models import FieldOfAction, SmartGoal
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


SILENT = "Zu diesem Ziel gibt es noch keine Werte."
_COLUMNS = (
    "id", "slug", "number", "title", "field__number", "field__title", "field__slug", "responsible", "unit_path",
    "participants",
)  # fmt: skip


def _units_of(
    unit_path: str, responsible: str, participants: set[str], units: Sequence[tuple[str, str]]
) -> tuple[str, ...]:
    """Return the paths of the units that work for a goal: the responsible one, then those its participants name.

    A goal taken over from elsewhere names its unit in words only.
    """
    if unit_path and not participants:
        return (unit_path,)
    words = set() if unit_path else set(responsible.split(", "))
    own = [unit_path] if unit_path else [path for name, path in units if name in words]
    return tuple(dict.fromkeys((*own, *(path for name, path in units if name in participants))))


def standings(scope: Scope) -> list[Standing]:
    """Return the goals of a scope, the most urgent first, then by number.

    Four queries, and those of each live figure: of a goal that none measures only what is shown is loaded.
    """
    if "standings" not in scope.memo:
        found = [one for one in _all(scope.unit_names) if one.within(scope)]
        found.sort(key=lambda one: ORDER.index(one.light))
        scope.memo["standings"] = found
    return list(scope.memo["standings"])


def _all(units: Sequence[tuple[str, str]]) -> Iterator[Standing]:
    """Yield all adopted goals in the order of the paper."""
    views = {view.goal.id: view for view in queries.goal_views(measured=True)}
    adopted = SmartGoal.objects.filter(status=SmartGoal.Status.ADOPTED).order_by("sort_key", "slug")
    for id, slug, number, title, part, name, field, responsible, path, others in adopted.values_list(
        *_COLUMNS
    ):
        view = views.get(id)
        participants = set(others.split(", ")) if others else set()
        yield Standing(
            id=id,
            slug=slug,
            number=number,
            title=title,
            field=f"{part} {name}".strip() if name else "",
            field_slug=field or "",
            responsible=responsible,
            units=_units_of(path, responsible, participants, units),
            light=view.light if view else "grey",
            said=headline(view) if view else SILENT,
            indicators=tuple(one.indicator.key for one in view.measured) if view else (),
            everyone=bool(participants) and "alle ämter" in others.casefold().split(", "),
        )


def fields() -> list[tuple[str, str]]:
    """Return the living fields of action as (name in addresses, label), in the order of the paper; one query."""
    rows = FieldOfAction.objects.filter(withdrawn=False).defer("text")
    return [(row.slug, str(row)) for row in rows]


def procedures_of(goal_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the key of the procedure by which each goal is measured, for those that have one; one query."""
    rows = SmartGoal.objects.filter(id__in=goal_ids).exclude(procedure_key="")
    return dict(rows.order_by("number").values_list("id", "procedure_key"))
