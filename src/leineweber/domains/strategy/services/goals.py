"""SMART goals: written, measured, taken over from elsewhere, drafted from proposals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Concat, Substr

from leineweber.domains.strategy.models import FieldOfAction, GoalMeasurement, SmartGoal
from leineweber.domains.strategy.queries.checking import findings_of
from leineweber.domains.strategy.services.common import (
    EDIT,
    Conflict,
    StrategyError,
    free_slug,
    index,
    reference,
    stamp,
    unseen,
    wire,
)
from leineweber.kernel import clock, ids, links
from leineweber.kernel.access import Actor, check
from leineweber.kernel.indicators import get
from leineweber.kernel.indicators.queries import definitions_of
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.organisation.models import Post, Unit

Status = SmartGoal.Status


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalValues:
    """Everything a profile says. `points` and `costs` are in order; `measures` and `principles` become edges.

    `indicators` maps keys of live figures to targets (None: the figure's need); None leaves them as they are.
    """

    title: str
    number: str = ""
    field: UUID | None = None
    purpose: str = ""
    result: str = ""
    indicator: str = ""
    unit: str = ""
    direction: str = "up"
    baseline: Decimal | None = None
    baseline_on: date | None = None
    target: Decimal | None = None
    trajectory: str = "linear"
    points: tuple[tuple[date, Decimal], ...] = ()
    source: str = ""
    attainable: str = ""
    unit_path: str = ""
    post: UUID | None = None
    participants: str = ""
    start: date | None = None
    end: date | None = None
    effort_days: int | None = None
    costs: tuple[tuple[int, Decimal], ...] = ()
    funding: str = ""
    risks: str = ""
    dependencies: str = ""
    contribution: str = ""
    on_citizens: str = ""
    on_staff: str = ""
    on_climate: str = ""
    on_accessibility: str = ""
    on_data_ethics: str = ""
    procedure_key: str = ""
    measures: Sequence[UUID] = ()
    principles: Sequence[UUID] = ()
    indicators: Mapping[str, Decimal | None] | None = None


_EDGES = {"field", "measures", "principles", "indicators", "points", "costs"}
_PLAIN = tuple(one.name for one in fields_of(GoalValues) if one.name not in _EDGES)


def write_goal(
    actor: Actor, values: GoalValues, *, id: UUID | None = None, seen: int | None = None, slug: str = ""
) -> SmartGoal:
    """Write a goal's profile: a new draft (id None), or a change to one that is not over.

    What was adopted stays SMART: a change that opens a finding is refused unless the goal was adopted in spite of some.

    Raises:
        Denied: the actor does not edit the strategy.
        StrategyError: something does not fit; Conflict if somebody was faster.
        KeyError: an indicator that nobody publishes.
    """
    check(actor, EDIT)
    if not values.title.strip():
        raise StrategyError("Geben Sie dem Ziel einen Titel.", "titel")
    if values.start and values.end and values.end <= values.start:
        raise StrategyError("Das Ende liegt nach dem Beginn.", "ende-tag")
    key = id or ids.new_id()
    with act(actor, "goal.written", Ref("goal", key)) as current:
        goal = SmartGoal.objects.select_for_update(of=("self",)).filter(id=id).first() if id else None
        if id and goal is None:
            raise StrategyError("Dieses Ziel gibt es nicht mehr.")
        new = goal is None
        if goal is None:
            goal = SmartGoal(id=key, slug=slug or free_slug(SmartGoal, values.title))
        unseen(goal, seen)
        if goal.status in {Status.COMPLETED, Status.DROPPED}:
            raise Conflict("Das Ziel ist abgeschlossen und wird nicht mehr geändert.")
        before = {name: getattr(goal, name) for name in _PLAIN}
        _fill(goal, values)
        _number(goal)
        stamp(goal, actor, new=new)
        goal.save(force_insert=new)
        wire(reference(goal), "serves", "measure", values.measures)
        wire(reference(goal), "follows", "principle", values.principles)
        if values.indicators is not None:
            _measure(goal, values.indicators)
        _keep_smart(goal)
        current.detail.update(
            slug=goal.slug, fields=sorted(name for name in _PLAIN if before[name] != getattr(goal, name))
        )
        index(goal)
    return goal


def _fill(goal: SmartGoal, values: GoalValues) -> None:
    for name in _PLAIN:
        value = getattr(values, name)
        setattr(goal, name, value.strip() if isinstance(value, str) else value)
    goal.points = [[day.isoformat(), str(value)] for day, value in values.points]
    goal.costs = [[year, str(amount)] for year, amount in values.costs]
    goal.field = (
        FieldOfAction.objects.select_for_update().filter(id=values.field).first() if values.field else None
    )
    if values.field and goal.field is None:
        raise StrategyError("Wählen Sie das Handlungsfeld aus der Liste.", "handlungsfeld")
    unit = Unit.objects.filter(path=goal.unit_path).first() if goal.unit_path else None
    if goal.unit_path and unit is None:
        raise StrategyError("Wählen Sie die Einheit aus der Liste.", "einheit")
    post = Post.objects.filter(id=goal.post).first() if goal.post else None
    if goal.post and (post is None or unit is None or post.unit_id != unit.id):
        raise StrategyError("Die Stelle gehört nicht zu dieser Einheit.", "stelle")
    goal.responsible = ", ".join(str(part) for part in (unit, post) if part)[:300]


def _number(goal: SmartGoal) -> None:
    """Give a goal the next number of its field if it has none; the field's row is locked by whoever fills."""
    if not goal.number and goal.field:
        stem = f"B.II.{goal.field.number.rpartition('.')[2]}."
        taken = SmartGoal.objects.filter(number__startswith=stem).values_list("number", flat=True)
        last = max((int(one[len(stem) :]) for one in taken if one[len(stem) :].isdigit()), default=0)
        goal.number = f"{stem}{last + 1}"
    if goal.number and SmartGoal.objects.filter(number=goal.number).exclude(id=goal.id).exists():
        raise StrategyError(f"Die Nummer {goal.number} ist vergeben.", "nummer")


def _measure(goal: SmartGoal, indicators: Mapping[str, Decimal | None]) -> None:
    unknown = set(indicators) - definitions_of(indicators).keys()
    if unknown:
        raise KeyError(min(unknown))
    goal.measurements.exclude(indicator__in=list(indicators)).delete()
    for position, (key, target) in enumerate(indicators.items()):
        GoalMeasurement.objects.update_or_create(
            goal=goal, indicator=key, defaults={"target": target, "position": position}
        )


def _keep_smart(goal: SmartGoal) -> None:
    """Count what is open, and refuse to open anything in what was adopted."""
    found = findings_of(goal)
    if goal.status == Status.ADOPTED and found and not goal.overruled:
        raise StrategyError(
            f"Ein beschlossenes Ziel bleibt SMART. Offen wäre: {found[0].reason}", found[0].field
        )
    if goal.open_findings != len(found):
        goal.open_findings = len(found)
        goal.save(update_fields=["open_findings"])


def measure_goal(actor: Actor, *, id: UUID, indicators: Mapping[str, Decimal | None]) -> SmartGoal:
    """Say by which figures a goal is measured: live ones, formulas, or such that somebody types; none is allowed.

    Raises:
        Denied: the actor does not edit the strategy.
        KeyError: an indicator that nobody publishes.
    """
    check(actor, EDIT)
    with act(actor, "goal.measured", Ref("goal", id), {"indicators": list(indicators)}):
        goal = SmartGoal.objects.select_for_update().get(id=id)
        _measure(goal, indicators)
        stamp(goal, actor, new=False)
        goal.save()
    return goal


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
    """Take over a goal that was adopted outside of the program, or renew it; nothing is checked, that was done there.

    `measurements` maps indicator keys to targets, None where the need is the target; a goal may have none.

    Raises:
        Denied: the actor does not adopt goals.
        KeyError: an indicator that nobody publishes.
    """
    check(actor, "strategy.adopt")
    for key in measurements:
        get(key)
    goal = SmartGoal.objects.filter(slug=slug).first()
    new = goal is None
    goal = goal or SmartGoal(id=ids.new_id(), slug=slug)
    with act(actor, "goal.adopted", Ref("goal", goal.id), {"slug": slug}) as current:
        taken = SmartGoal.objects.filter(number=number).exclude(id=goal.id).exists()
        goal.number, goal.title, goal.purpose = "" if taken else number, title, purpose
        goal.field = _field_named(actor, field_of_action)
        goal.responsible = responsible
        goal.procedure_key, goal.start, goal.end = procedure_key, start, end
        goal.status, goal.decided_by, goal.decided_on = Status.ADOPTED, actor.label, clock.today()
        stamp(goal, actor, new=new)
        goal.save(force_insert=new)
        _measure(goal, measurements)
        index(goal)
        current.emit("goal.adopted", {"slug": slug})
    return goal


def _field_named(actor: Actor, title: str) -> FieldOfAction | None:
    if not title:
        return None
    found = FieldOfAction.objects.filter(title=title).first()
    if found is None:
        found = FieldOfAction(id=ids.new_id(), slug=free_slug(FieldOfAction, title), title=title)
        stamp(found, actor, new=True)
        found.save(force_insert=True)
    return found


def draft_from_proposal(actor: Actor, payload: Mapping[str, Any]) -> SmartGoal:
    """Make a draft of a proposal that was accepted, with the edge from it; a second time changes nothing.

    `payload` is that of the event `participation.accepted`: proposal, title, purpose, result, unit (path), field.

    Raises:
        Denied: the actor does not edit the strategy.
    """
    check(actor, EDIT)
    proposal = _proposal(str(payload["proposal"]))
    known = SmartGoal.objects.filter(origin=str(proposal)).first()
    if known is not None:
        return known
    title = str(payload["title"]).strip()[:200]
    goal = SmartGoal(id=ids.new_id(), slug=free_slug(SmartGoal, title), title=title, origin=str(proposal))
    detail = {name: payload.get(name) for name in ("rank", "criteria_version")}
    with act(actor, "goal.drafted", reference(goal), {"proposal": str(proposal), **detail}):
        unit = Unit.objects.filter(path=str(payload.get("unit") or "")).first()
        goal.purpose, goal.result = str(payload.get("purpose") or ""), str(payload.get("result") or "")
        goal.unit_path, goal.responsible = (unit.path, str(unit)) if unit else ("", "")
        goal.proposed_by = str(unit) if unit else "Beteiligung"
        goal.field = _field(payload.get("field"))
        _number(goal)
        stamp(goal, actor, new=True)
        goal.save(force_insert=True)
        links.connect(proposal, "became", reference(goal))
        _keep_smart(goal)
        index(goal)
    return goal


def _proposal(text: str) -> Ref:
    return Ref.parse(text) if ":" in text else Ref("proposal", UUID(text))


def _field(named: object) -> FieldOfAction | None:
    """Return the field a proposal names: by reference, id, address or title; None if there is none such."""
    text = str(named or "").removeprefix("field:")
    alive = FieldOfAction.objects.select_for_update().filter(withdrawn=False)
    try:
        return alive.filter(id=UUID(text)).first()
    except ValueError:
        return alive.filter(slug=text).first() or alive.filter(title=text).first() if text else None


def follow_unit(old: str, new: str) -> None:
    """Move the responsible unit of goals along with the unit; a second time finds nothing to move."""
    moved: Iterable[UUID] = list(
        SmartGoal.objects.filter(unit_path__startswith=old).values_list("id", flat=True)
    )
    if not moved:
        return
    with act(Actor.system(), "strategy.units_followed", Ref("unit", ids.new_id()), {"old": old, "new": new}):
        SmartGoal.objects.filter(id__in=moved).update(
            unit_path=Concat(Value(new), Substr("unit_path", len(old) + 1))
        )
