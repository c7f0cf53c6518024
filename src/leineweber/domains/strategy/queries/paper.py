"""The paper as a whole: its living parts with the edges between them, and the same as plain data to be frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leineweber.domains.strategy import rules
from leineweber.domains.strategy.kinds import ELEMENTS, ref_of
from leineweber.domains.strategy.models import (
    Element,
    FieldOfAction,
    Measure,
    Numbered,
    Principle,
    SmartGoal,
    StrategicGoal,
    Vision,
)
from leineweber.kernel import links
from leineweber.kernel.indicators.queries import definitions_of
from leineweber.kernel.refs import Ref

_OURS = frozenset({*ELEMENTS, "goal"})
Status = SmartGoal.Status


@dataclass(frozen=True, slots=True)
class Paper:
    """The living paper. `up` and `down` hold the edges between its own parts; `parts` finds a part by reference."""

    visions: tuple[Vision, ...]
    strategic_goals: tuple[StrategicGoal, ...]
    principles: tuple[Principle, ...]
    fields: tuple[FieldOfAction, ...]
    measures: tuple[Measure, ...]
    goals: tuple[SmartGoal, ...]
    parts: Mapping[Ref, Numbered]
    up: Mapping[Ref, Sequence[Ref]]
    down: Mapping[Ref, Sequence[Ref]]

    def above(self, part: Numbered, kind: str) -> list[Numbered]:
        """Return what stands above a part, of one kind, in the order of the paper."""
        return self._found(self.up, part, kind)

    def below(self, part: Numbered, kind: str) -> list[Numbered]:
        """Return what hangs below a part, of one kind, in the order of the paper."""
        return self._found(self.down, part, kind)

    def _found(self, edges: Mapping[Ref, Sequence[Ref]], part: Numbered, kind: str) -> list[Numbered]:
        found = (self.parts[ref] for ref in edges.get(ref_of(part), ()) if ref.kind == kind)
        return sorted(found, key=lambda one: (one.sort_key, one.slug))


def _alive(model: type[Element]) -> tuple[Any, ...]:
    return tuple(model._default_manager.filter(withdrawn=False))


def paper(statuses: Sequence[str] = (Status.ADOPTED, Status.COMPLETED)) -> Paper:
    """Return the living paper with goals of some statuses; seven queries, however much there is."""
    visions, strategic, principles, fields, measures = (_alive(model) for model in ELEMENTS.values())
    goals = tuple(
        SmartGoal.objects.filter(status__in=statuses)
        .select_related("field")
        .prefetch_related("measurements")
        .defer("search_text")
    )
    every = (*visions, *strategic, *principles, *fields, *measures, *goals)
    parts: dict[Ref, Numbered] = {ref_of(part): part for part in every}
    up: dict[Ref, list[Ref]] = {}
    down: dict[Ref, list[Ref]] = {}
    for edge in links.edges({"serves", "belongs", "follows"}):
        if edge.source in parts and edge.target in parts:
            up.setdefault(edge.source, []).append(edge.target)
            down.setdefault(edge.target, []).append(edge.source)
    return Paper(visions, strategic, principles, fields, measures, goals, parts, up, down)


def _decimal(value: Decimal | None) -> str | None:
    """Return a number as it is written down for ever: without zeros at its end, whatever engine kept it."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _names(parts: Sequence[Numbered]) -> list[str]:
    return [str(part) for part in parts]


def _prose(part: Element) -> dict[str, Any]:
    return {
        "id": str(part.id),
        "slug": part.slug,
        "number": part.number,
        "title": part.title,
        "text": part.text,
    }


def _goal(whole: Paper, goal: SmartGoal, labels: Mapping[str, str]) -> dict[str, Any]:
    plain = (
        "slug", "number", "title", "purpose", "result", "indicator", "unit", "source", "attainable", "responsible",
        "participants", "funding", "risks", "dependencies", "contribution", "on_citizens", "on_staff", "on_climate",
        "on_accessibility", "on_data_ethics", "overruled", "resolution",
    )  # fmt: skip
    return {name: getattr(goal, name) for name in plain} | {
        "id": str(goal.id),
        "status": goal.get_status_display(),
        "field": str(goal.field) if goal.field else "",
        "direction": goal.get_direction_display(),
        "baseline": _decimal(goal.baseline),
        "baseline_on": goal.baseline_on.isoformat() if goal.baseline_on else None,
        "target": _decimal(goal.target),
        "trajectory": goal.get_trajectory_display(),
        "points": [f"{rules.shown('', day)}: {rules.shown('target', value)}" for day, value in goal.points],
        "start": goal.start.isoformat() if goal.start else None,
        "end": goal.end.isoformat() if goal.end else None,
        "effort_days": goal.effort_days,
        "costs": [f"{year}: {rules.shown('target', amount)} Euro" for year, amount in goal.costs],
        "serves": _names(whole.above(goal, "measure")),
        "follows": _names(whole.above(goal, "principle")),
        "measurements": [labels.get(one.indicator, one.indicator) for one in goal.measurements.all()],
    }


def snapshot(whole: Paper | None = None) -> dict[str, list[dict[str, Any]]]:
    """Return the living paper as plain data, as an edition keeps it: kind → parts in order."""
    whole = whole or paper()
    figures = {one.indicator for goal in whole.goals for one in goal.measurements.all()}
    labels = {key: one.label for key, one in definitions_of(sorted(figures)).items()}
    return {
        "vision": [_prose(one) for one in whole.visions],
        "strategic_goal": [
            _prose(one) | {"serves": _names(whole.above(one, "vision"))} for one in whole.strategic_goals
        ],
        "principle": [_prose(one) for one in whole.principles],
        "field": [_prose(one) for one in whole.fields],
        "measure": [
            _prose(one)
            | {
                "field": ", ".join(_names(whole.above(one, "field"))),
                "serves": _names(whole.above(one, "strategic_goal")),
            }
            for one in whole.measures
        ],
        "goal": [_goal(whole, one, labels) for one in whole.goals],
    }
