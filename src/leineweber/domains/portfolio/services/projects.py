"""What can be done with a project as a whole: make, change, plan its start, start, pause, stop, close, link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Concat, Substr

from leineweber.domains.portfolio.models import (
    Activity,
    Benefit,
    Cost,
    GateCondition,
    Mandate,
    Need,
    Phase,
    Project,
    Risk,
)
from leineweber.domains.portfolio.rules import plan, templates
from leineweber.domains.portfolio.services.common import (
    PortfolioError,
    StaleError,
    alive,
    connect_all,
    fresh,
    index,
    locked,
    numbered,
    search_text,
)
from leineweber.kernel import clock, ids, links
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.organisation.models import Person, Unit

CHANGEABLE = frozenset(
    {
        "title",
        "kind",
        "purpose",
        "result",
        "field",
        "start",
        "end",
        "must",
        "earliest",
        "latest",
        "score",
        "funding",
        "tolerance_days",
        "tolerance_cost",
        "tolerance_scope",
    }
)


def create_project(
    actor: Actor,
    *,
    title: str,
    kind: str,
    purpose: str,
    unit: Unit,
    start: date,
    end: date,
    lead: Person | None = None,
    sponsor: Person | None = None,
    goals: Iterable[Ref] = (),
    from_template: bool = True,
    demo: bool = False,
    **more: Any,
) -> Project:
    """Make a project in state "planned", with the phases, gates, activities and risks of its type's template.

    `more` may hold the other fields of `CHANGEABLE`.

    Raises:
        Denied: the actor does not run the portfolio.
        PortfolioError: it would end before it begins, or a goal is unknown.
    """
    check(actor, "portfolio.manage")
    return make(
        actor,
        title=title,
        kind=kind,
        purpose=purpose,
        unit=unit,
        start=start,
        end=end,
        lead=lead,
        sponsor=sponsor,
        goals=goals,
        from_template=from_template,
        demo=demo,
        **more,
    )


def make(
    actor: Actor,
    *,
    unit: Unit,
    start: date,
    end: date,
    lead: Person | None,
    sponsor: Person | None,
    goals: Iterable[Ref],
    from_template: bool,
    demo: bool,
    **values: Any,
) -> Project:
    """Make a project without asking who may: for `create_project` and for the approval of a mandate."""
    if unknown := values.keys() - CHANGEABLE:
        raise TypeError(f"Not a field of a project: {sorted(unknown)}")
    if end < start:
        raise PortfolioError("Das Ende liegt vor dem Beginn.", "end")
    project = Project(
        id=ids.new_id(),
        unit_path=unit.path,
        unit_name=str(unit),
        start=start,
        end=end,
        demo=demo,
        **values,
    )
    template = templates.TEMPLATES[project.kind]
    if from_template:
        for name in ("tolerance_days", "tolerance_cost", "tolerance_scope"):
            if name not in values:
                setattr(project, name, getattr(template, name))
    _appoint(project, lead, sponsor)
    project.search_text = search_text(project)

    def save(number: str) -> Project:
        project.number = number
        project.save(force_insert=True)
        return project

    with act(
        actor, "portfolio.project_created", Ref("project", project.id), {"kind": project.kind}
    ) as current:
        numbered("V", Project, save)
        if from_template:
            _lay_out(project)
        connect_all(actor, project.id, "serves", goals)
        index(project)
        current.emit("project.created", {"title": project.title, "unit": project.unit_path})
    return project


def _appoint(project: Project, lead: Person | None, sponsor: Person | None) -> None:
    project.lead_id, project.lead_name = (lead.id, lead.name) if lead else (None, "")
    project.sponsor_id, project.sponsor_name = (sponsor.id, sponsor.name) if sponsor else (None, "")


def _lay_out(project: Project) -> None:
    """Write the phases, gates, activities and risks of the template, in a constant number of statements."""
    phases: list[Phase] = []
    conditions: list[GateCondition] = []
    activities: list[Activity] = []
    for position, span in enumerate(templates.laid_out(project.kind, project.start, project.end), 1):
        phase = Phase(
            project=project, position=position, name=span.phase.name, start=span.start, end=span.end
        )
        phases.append(phase)
        conditions.extend(
            GateCondition(project=project, phase=phase, text=text) for text in span.phase.conditions
        )
        group = Activity(
            project=project,
            phase=phase,
            position=position * 100,
            name=span.phase.name,
            start=span.start,
            end=span.end,
        )
        activities.append(group)
        for offset, (name, first, last) in enumerate(span.packages, 1):
            activities.append(
                Activity(
                    project=project,
                    phase=phase,
                    parent=group,
                    position=position * 100 + offset,
                    name=name,
                    start=first,
                    end=last,
                )
            )
        activities.append(
            Activity(
                project=project,
                phase=phase,
                parent=group,
                position=position * 100 + 99,
                kind=Activity.Kind.MILESTONE,
                name=span.phase.milestone,
                start=span.end,
                end=span.end,
            )
        )
    Phase.objects.bulk_create(phases)
    GateCondition.objects.bulk_create(conditions)
    Activity.objects.bulk_create(activities)
    Risk.objects.bulk_create(
        Risk(project=project, title=title, probability=probability, effect=effect, response=response)
        for title, probability, effect, response in templates.TEMPLATES[project.kind].risks
    )


def change_project(
    actor: Actor,
    project_id: UUID,
    values: Mapping[str, Any],
    *,
    version: int | None = None,
    unit: Unit | None = None,
    lead: Person | None = None,
    sponsor: Person | None = None,
) -> Project:
    """Change a project's own fields (`CHANGEABLE`); `lead` and `sponsor` are appointed only by who runs the portfolio.

    Raises:
        Denied: the actor neither leads it nor runs the portfolio.
        StaleError: somebody else was quicker.
        PortfolioError: dates that contradict each other, or a project that has ended.
    """
    if unknown := values.keys() - CHANGEABLE:
        raise TypeError(f"Not a field of a project: {sorted(unknown)}")
    with act(actor, "portfolio.project_changed", Ref("project", project_id), {"fields": sorted(values)}):
        project = locked(project_id)
        check(actor, "portfolio.project.edit", project)
        alive(project)
        fresh(project.version, version)
        for name, value in values.items():
            setattr(project, name, value)
        if project.end < project.start:
            raise PortfolioError("Das Ende liegt vor dem Beginn.", "end")
        if project.earliest and project.latest and project.latest < project.earliest:
            raise PortfolioError("Der späteste Beginn liegt vor dem frühesten.", "latest")
        if unit is not None:
            project.unit_path, project.unit_name = unit.path, str(unit)
        if lead is not None or sponsor is not None:
            check(actor, "portfolio.manage")
            _appoint(project, lead, sponsor)
        project.version += 1
        project.search_text = search_text(project)
        project.save()
        index(project)
        from leineweber.domains.portfolio.services.control import watch

        watch(actor, project)
    return project


def plan_start(
    actor: Actor, project: Project | UUID, start: date, source: str, *, seen: date | None = None
) -> Project:
    """Let a planned project begin on a day: everything planned in it moves along; doing it twice moves nothing.

    Days move by the same number of days, need by whole months, planned costs by whole fiscal years.

    Args:
        project: the project or its id.
        start: the new first day.
        source: why, such as `scenario:<id>`; kept with the project.
        seen: the first day that the form was made of; None for no form.

    Raises:
        Denied: the actor does not run the portfolio.
        StaleError: somebody else has moved it since.
        PortfolioError: the project has begun or ended already.
    """
    check(actor, "portfolio.manage")
    project_id = project.id if isinstance(project, Project) else project
    with act(
        actor, "portfolio.start_planned", Ref("project", project_id), {"source": source[:120]}
    ) as current:
        row = locked(project_id)
        if row.status != Project.Status.PLANNED:
            raise PortfolioError("Nur ein geplantes Vorhaben lässt sich im Ganzen verschieben.", "start")
        if seen is not None and seen != row.start:
            raise StaleError
        days = (start - row.start).days
        months = (start.year - row.start.year) * 12 + start.month - row.start.month
        years = start.year - row.start.year
        row.start, row.end, row.start_source = start, plan.moved(row.end, days), source[:120]
        row.version += 1
        row.save(update_fields=["start", "end", "start_source", "version"])
        current.detail["days"] = days
        if days:
            _move_parts(row, timedelta(days=days), months, years)
            current.emit("project.moved", {"start": start.isoformat(), "source": source})
    return row


def _move_parts(project: Project, by: timedelta, months: int, years: int) -> None:
    phases = list(Phase.objects.filter(project=project))
    activities = list(Activity.objects.filter(project=project))
    for phase in phases:
        phase.start, phase.end, phase.version = phase.start + by, phase.end + by, phase.version + 1
    for row in activities:
        row.start, row.end, row.version = row.start + by, row.end + by, row.version + 1
    Phase.objects.bulk_update(phases, ["start", "end", "version"], batch_size=200)
    Activity.objects.bulk_update(activities, ["start", "end", "version"], batch_size=200)
    needs = list(Need.objects.filter(project=project))
    for need in needs:
        need.first_month, need.last_month = (
            _months_on(need.first_month, months),
            _months_on(need.last_month, months),
        )
    Need.objects.bulk_update(needs, ["first_month", "last_month"], batch_size=200)
    if years:
        costs = list(Cost.objects.filter(project=project, stage=Cost.Stage.PLANNED))
        for cost in costs:
            cost.year += years
        Cost.objects.bulk_update(costs, ["year"], batch_size=200)
    benefits = list(Benefit.objects.filter(project=project, due__isnull=False))
    for benefit in benefits:
        assert benefit.due is not None
        benefit.due += by
    Benefit.objects.bulk_update(benefits, ["due"], batch_size=200)


def _months_on(month: date, count: int) -> date:
    absolute = month.year * 12 + month.month - 1 + count
    return date(absolute // 12, absolute % 12 + 1, 1)


def follow_unit(old_path: str, new_path: str) -> None:
    """Keep whose projects and mandates are when a unit moves in the organisation; a second time moves nothing."""
    moved = Concat(Value(new_path), Substr("unit_path", len(old_path) + 1))
    with act(Actor.system(), "portfolio.unit_moved", Ref("project", UUID(int=0)), {"new_path": new_path}):
        for model in (Project, Mandate):
            model._default_manager.filter(unit_path__startswith=old_path).update(unit_path=moved)


_NEXT: Mapping[str, tuple[frozenset[str], str, str]] = {
    "start": (frozenset({"planned", "paused"}), "running", "project.started"),
    "pause": (frozenset({"running"}), "paused", "project.paused"),
    "stop": (frozenset({"planned", "running", "paused"}), "stopped", "project.closed"),
    "close": (frozenset({"running"}), "closed", "project.closed"),
}


def set_status(
    actor: Actor, project_id: UUID, effect: str, *, reason: str = "", resolution: str = ""
) -> Project:
    """Start, pause, stop or close a project; what is so already stays (a resolution may arrive twice).

    Raises:
        Denied: the actor does not run the portfolio.
        PortfolioError: the step does not fit the state, or a project with an open gate would be closed.
    """
    check(actor, "portfolio.manage")
    before, status, event = _NEXT[effect]
    detail = {"effect": effect, "reason": reason[:500], "resolution": resolution[:60]}
    with act(actor, f"portfolio.project_{effect}", Ref("project", project_id), detail) as current:
        project = locked(project_id)
        if project.status != status:
            if project.status not in before:
                raise PortfolioError(
                    f"Das Vorhaben ist „{project.get_status_display()}“; dieser Schritt passt dazu nicht."
                )
            if effect in {"pause", "stop"} and not reason and not resolution:
                raise PortfolioError("Geben Sie eine Begründung an.", "reason")
            undecided = Phase.Gate.OPEN, Phase.Gate.REFUSED
            if effect == "close" and Phase.objects.filter(project=project, gate__in=undecided).exists():
                raise PortfolioError("Es sind noch Gates offen. Entscheiden Sie zuerst über die Phasen.")
            project.status = status
            if status in {"closed", "stopped"}:
                project.closed_on = clock.today()
            project.version += 1
            current.emit(event, {"title": project.title, "status": status, "unit": project.unit_path})
        if resolution:
            project.resolution = resolution[:60]
        project.save()
        if status in {"closed", "stopped"}:
            # No tolerance is watched any more: what is still open as an exception ends with the project.
            from leineweber.domains.portfolio.services.control import watch

            watch(actor, project)
    return project


def release_budget(
    actor: Actor, project_id: UUID, *, amount: Decimal | None = None, resolution: str = ""
) -> Project:
    """Release money for a project: an amount in euros, None for all that is planned. Twice is once.

    Raises:
        Denied: the actor does not approve projects.
        PortfolioError: an amount below zero, or a project that has ended.
    """
    check(actor, "portfolio.gate.decide")
    with act(
        actor, "portfolio.budget_released", Ref("project", project_id), {"resolution": resolution[:60]}
    ) as a:
        project = alive(locked(project_id))
        check(actor, "portfolio.gate.decide", project)
        if amount is None:
            planned = Cost.objects.filter(project=project, stage=Cost.Stage.PLANNED).values_list(
                "amount", flat=True
            )
            amount = sum(planned, Decimal(0))
        if amount < 0:
            raise PortfolioError("Geben Sie einen Betrag ab null Euro an.", "amount")
        project.budget_released = amount
        if resolution:
            project.resolution = resolution[:60]
        project.version += 1
        project.save(update_fields=["budget_released", "resolution", "version"])
        a.detail["amount"] = str(amount)
    return project


def link_project(actor: Actor, project_id: UUID, kind: str, refs: Iterable[Ref]) -> None:
    """Say which goals a project serves, which projects it waits for or excludes, which principles it follows.

    Args:
        kind: `serves`, `depends`, `excludes` or `follows`.

    Raises:
        Denied: the actor neither leads it nor runs the portfolio.
        PortfolioError: something unknown, or projects that would wait for each other.
    """
    with act(actor, "portfolio.project_linked", Ref("project", project_id), {"kind": kind}) as current:
        project = locked(project_id)
        check(actor, "portfolio.project.edit", project)
        alive(project)
        found = connect_all(actor, project_id, kind, refs)
        if kind == "depends":
            _without_circle(project_id)
        current.detail["targets"] = [str(ref) for ref in found]


def _without_circle(project_id: UUID) -> None:
    waits: dict[UUID, list[UUID]] = {}
    for edge in links.edges(["depends"]):
        if edge.source.kind == edge.target.kind == "project":
            waits.setdefault(edge.source.id, []).append(edge.target.id)
    seen: set[UUID] = set()
    ahead = list(waits.get(project_id, ()))
    while ahead:
        at = ahead.pop()
        if at == project_id:
            raise PortfolioError("Diese Vorhaben würden im Kreis aufeinander warten.", "depends")
        if at not in seen:
            seen.add(at)
            ahead.extend(waits.get(at, ()))
