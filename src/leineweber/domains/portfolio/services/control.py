"""Control: gates, baselines, frozen reports, and tolerances that raise exceptions by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, Sum

from leineweber.domains.portfolio.models import (
    Activity,
    Baseline,
    Breach,
    Cost,
    Dependency,
    GateCondition,
    GateDecision,
    Issue,
    Phase,
    Project,
    Risk,
    StatusReport,
)
from leineweber.domains.portfolio.queries import earned
from leineweber.domains.portfolio.rules import plan
from leineweber.domains.portfolio.services.common import PortfolioError, alive, fresh, locked
from leineweber.kernel import clock
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

ZERO = Decimal(0)


def check_condition(
    actor: Actor, project_id: UUID, condition_id: UUID, met: bool, *, version: int | None = None
) -> GateCondition:
    """Say that a condition of a gate is met, or not after all; who said it stays with it.

    Raises:
        Denied: the actor neither leads the project nor runs the portfolio.
        PortfolioError: the gate has been passed without reserve.
        StaleError: somebody else was quicker.
    """
    with act(actor, "portfolio.condition_checked", Ref("project", project_id), {"met": met}) as current:
        project = locked(project_id)
        check(actor, "portfolio.project.edit", project)
        alive(project)
        row = GateCondition.objects.select_related("phase").get(id=condition_id, project=project)
        fresh(row.version, version)
        if row.phase.gate == Phase.Gate.PASSED:
            raise PortfolioError("Das Gate ist bestanden; seine Bedingungen ändern sich nicht mehr.")
        row.met = met
        row.met_by, row.met_on = (actor.label[:250], clock.today()) if met else ("", None)
        row.version += 1
        row.save()
        current.detail["condition"] = str(condition_id)
    return row


def decide_gate(
    actor: Actor,
    project_id: UUID,
    phase_id: UUID,
    outcome: str,
    *,
    reason: str = "",
    imposed: Sequence[str] = (),
    version: int | None = None,
) -> GateDecision:
    """Decide about a gate: passed, passed with conditions (`imposed`, German sentences), or refused.

    Raises:
        Denied: the actor is neither the sponsor nor approves projects.
        PortfolioError: conditions that are not met, a missing reason, or a gate that is passed already.
        StaleError: somebody else was quicker.
    """
    detail = {"phase": str(phase_id), "outcome": outcome}
    with act(actor, "portfolio.gate_decided", Ref("project", project_id), detail) as current:
        project = locked(project_id)
        check(actor, "portfolio.gate.decide", project)
        alive(project)
        phase = Phase.objects.get(id=phase_id, project=project)
        fresh(phase.version, version)
        if phase.gate == Phase.Gate.PASSED:
            raise PortfolioError("Dieses Gate ist schon bestanden.", "outcome")
        sentences = [" ".join(text.split())[:300] for text in imposed if text.strip()]
        _may_be(phase, outcome, reason, sentences)
        GateCondition.objects.bulk_create(
            GateCondition(project=project, phase=phase, text=text, imposed=True) for text in sentences
        )
        phase.gate = outcome
        phase.version += 1
        phase.save(update_fields=["gate", "version"])
        decision = GateDecision.objects.create(
            phase=phase,
            outcome=outcome,
            reason=reason,
            by_id=actor.id,
            by_name=actor.label[:250],
            on=clock.today(),
        )
        current.emit("project.gate_decided", {"phase": phase.name, "outcome": outcome})
    return decision


def _may_be(phase: Phase, outcome: str, reason: str, imposed: Sequence[str]) -> None:
    if outcome not in {Phase.Gate.PASSED, Phase.Gate.CONDITIONAL, Phase.Gate.REFUSED}:
        raise PortfolioError("Wählen Sie eine Entscheidung aus.", "outcome")
    unmet = GateCondition.objects.filter(phase=phase, met=False).exists()
    if outcome == Phase.Gate.PASSED and unmet:
        raise PortfolioError(
            "Es sind noch nicht alle Bedingungen erfüllt. Entscheiden Sie „mit Auflagen“ oder „nicht bestanden“.",
            "outcome",
        )
    if outcome == Phase.Gate.CONDITIONAL and not (imposed or unmet):
        raise PortfolioError("Nennen Sie mindestens eine Auflage.", "imposed")
    if outcome != Phase.Gate.PASSED and not reason.strip():
        raise PortfolioError("Geben Sie eine Begründung an.", "reason")


def take_baseline(actor: Actor, project_id: UUID, reason: str) -> Baseline:
    """Freeze the plan as it is: what later plans, tolerances and the earned value are compared with.

    Raises:
        Denied: the actor neither leads the project nor runs the portfolio.
        PortfolioError: no reason, or a plan without an activity.
    """
    with act(actor, "portfolio.baseline_taken", Ref("project", project_id)) as current:
        project = locked(project_id)
        check(actor, "portfolio.project.edit", project)
        alive(project)
        if not reason.strip():
            raise PortfolioError("Sagen Sie, wozu dieser Basisplan dient.", "reason")
        rows = list(Activity.objects.filter(project=project))
        if not rows:
            raise PortfolioError("Legen Sie zuerst Arbeitspakete an.")
        outlined = plan.outline([earned.outline_row(row) for row in rows])
        leaves = [one for one in outlined if not one.summary]
        names = {row.id: row for row in rows}
        content: dict[str, Any] = {
            "activities": [
                {
                    "id": str(one.id),
                    "number": one.number,
                    "name": names[one.id].name,
                    "start": one.start.isoformat(),
                    "end": one.end.isoformat(),
                    "budget": str(one.budget),
                    "summary": one.summary,
                    "milestone": one.milestone,
                }
                for one in outlined
            ],
            "dependencies": [
                [str(before), str(after), kind, lag]
                for before, after, kind, lag in Dependency.objects.filter(project=project).values_list(
                    "predecessor_id", "successor_id", "kind", "lag"
                )
            ],
            "costs": [
                [year, kind, str(amount)]
                for year, kind, amount in Cost.objects.filter(project=project, stage=Cost.Stage.PLANNED)
                .order_by("year", "kind")
                .values_list("year", "kind")
                .annotate(total=Sum("amount"))
            ],
        }
        last = Baseline.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
        baseline = Baseline.objects.create(
            project=project,
            number=last + 1,
            reason=reason.strip()[:300],
            taken_on=clock.today(),
            by_name=actor.label[:250],
            end=max([project.end, *(one.end for one in leaves)]),
            budget=earned.forecast_cost(earned.costs_of(project.id)),
            packages=sum(not one.milestone for one in leaves),
            content=content,
        )
        current.detail["number"] = baseline.number
        watch(actor, project)
    return baseline


def report(
    actor: Actor, project_id: UUID, *, light: str, done: str, next_steps: str, needs_decision: str = ""
) -> StatusReport:
    """Write a status report; its figures are computed now and, like its words, never change again.

    Raises:
        Denied: the actor neither leads the project nor runs the portfolio.
        PortfolioError: no such light, or a text that is missing.
    """
    if light not in StatusReport.Light.values:
        raise PortfolioError("Wählen Sie eine Ampelfarbe aus.", "light")
    for name, text in (("done", done), ("next_steps", next_steps)):
        if not text.strip():
            raise PortfolioError("Füllen Sie dieses Feld aus.", name)
    with act(actor, "portfolio.report_written", Ref("project", project_id), {"light": light}) as current:
        project = locked(project_id)
        check(actor, "portfolio.project.edit", project)
        alive(project)
        last = StatusReport.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
        found = StatusReport.objects.create(
            project=project,
            number=last + 1,
            on=clock.today(),
            light=light,
            done=done.strip()[:4000],
            next_steps=next_steps.strip()[:4000],
            needs_decision=needs_decision.strip()[:4000],
            by_name=actor.label[:250],
            figures=_figures(project),
        )
        current.emit("project.reported", {"light": light, "number": found.number})
    return found


def _figures(project: Project) -> dict[str, Any]:
    """Return the figures of a report as plain JSON: money, earned value, milestones, risks, exceptions, gates."""
    today = clock.today()
    costs = earned.costs_of(project.id)
    value = earned.earned_value(project.id, today)
    milestones = Activity.objects.filter(project=project, kind=Activity.Kind.MILESTONE).order_by("end")
    return {
        "end": earned.forecast_end(project, today).isoformat(),
        "planned": str(sum((one.planned for one in costs), ZERO)),
        "committed": str(sum((one.committed for one in costs), ZERO)),
        "actual": str(sum((one.actual for one in costs), ZERO)),
        "bac": str(value.bac),
        "pv": str(value.pv.quantize(Decimal("0.01"))),
        "ev": str(value.ev.quantize(Decimal("0.01"))),
        "ac": str(value.ac),
        "milestones": [
            {"name": one.name, "on": one.end.isoformat(), "done": one.progress == 100}
            for one in milestones[:100]
        ],
        "risks": [
            {"title": one.title, "weight": one.probability * one.effect}
            for one in Risk.objects.filter(project=project, status=Risk.Status.OPEN)[:10]
        ],
        "issues": list(
            Issue.objects.filter(project=project, status=Issue.Status.OPEN).values_list("title", flat=True)[
                :10
            ]
        ),
        "breaches": [
            {"dimension": one.get_dimension_display(), "value": str(one.value), "limit": str(one.limit)}
            for one in Breach.objects.filter(project=project, open=True)
        ],
        "gates": [
            {"name": one.name, "on": one.end.isoformat(), "gate": one.get_gate_display()}
            for one in Phase.objects.filter(project=project)
        ],
    }


def watch(actor: Actor, project: Project) -> list[Breach]:
    """Compare a project with its baseline; raise an exception for each broken tolerance, end those kept again.

    Called in the transaction of whatever changes plan or money, and every morning for all (`watch_all`). What a
    decision has accepted is raised anew only when it grows. Returns the exceptions that are open now.
    """
    baseline = Baseline.objects.filter(project=project).order_by("-number").first()
    open_now = {one.dimension: one for one in Breach.objects.filter(project=project, open=True)}
    found: list[plan.Deviation] = []
    if baseline is not None and project.status in {"running", "paused", "planned"}:
        found = _deviations(project, baseline)
    accepted: dict[str, Decimal] = {}
    if baseline is not None:
        for row in Breach.objects.filter(
            project=project, accepted_until__isnull=False, decided_on__gte=baseline.taken_on
        ):
            accepted[row.dimension] = max(accepted.get(row.dimension, ZERO), row.accepted_until or ZERO)
    broken: dict[str, plan.Deviation] = {
        one.dimension: one for one in found if one.broken and one.value > accepted.get(one.dimension, ZERO)
    }
    for dimension, deviation in broken.items():
        known = open_now.get(dimension)
        if known is not None:
            if (known.value, known.limit) != (deviation.value, deviation.limit):
                known.value, known.limit = deviation.value, deviation.limit
                known.save(update_fields=["value", "limit"])
            continue
        detail = {"dimension": dimension, "value": str(deviation.value), "limit": str(deviation.limit)}
        with act(actor, "portfolio.tolerance_broken", Ref("project", project.id), detail) as current:
            open_now[dimension] = Breach.objects.create(
                project=project,
                dimension=dimension,
                value=deviation.value,
                limit=deviation.limit,
                raised_on=clock.today(),
            )
            current.emit(
                "project.tolerance_broken", {**detail, "title": project.title, "unit": project.unit_path}
            )
    for ended in [key for key in open_now if key not in broken]:
        row = open_now.pop(ended)
        with act(actor, "portfolio.tolerance_kept", Ref("project", project.id), {"dimension": ended}):
            row.open = False
            row.save(update_fields=["open"])
    return list(open_now.values())


def _deviations(project: Project, baseline: Baseline) -> list[plan.Deviation]:
    rows = list(Activity.objects.filter(project=project))
    leaves = [one for one in plan.outline([earned.outline_row(row) for row in rows]) if not one.summary]
    before = frozenset(
        one["id"] for one in baseline.content["activities"] if not one["summary"] and not one["milestone"]
    )
    now = frozenset(str(one.id) for one in leaves if not one.milestone)
    return plan.deviations(
        plan.Planned(baseline.end, baseline.budget, before),
        plan.Planned(
            earned.forecast_end(project, clock.today(), rows),
            earned.forecast_cost(earned.costs_of(project.id)),
            now,
        ),
        plan.Tolerance(project.tolerance_days, project.tolerance_cost, project.tolerance_scope),
    )


def watch_all() -> int:
    """Watch every project that has a baseline and has not ended; return how many exceptions are open then."""
    program = Actor.system("Portfolio")
    count = 0
    keys = (
        Project.objects.filter(
            Q(status__in=["planned", "running", "paused"]),
            Q(baselines__isnull=False) | Q(breaches__open=True),
        )
        .order_by("number")
        .distinct()
        .values_list("id", flat=True)
    )
    for key in keys:
        with act(program, "portfolio.watched", Ref("project", key)):
            count += len(watch(program, locked(key)))
    return count


def decide_breach(actor: Actor, project_id: UUID, breach_id: UUID, *, accept: bool, decision: str) -> Breach:
    """Decide about an exception: accept the deviation as it is now, or order to steer against it (it stays open).

    Raises:
        Denied: the actor is neither the sponsor nor approves projects.
        PortfolioError: no reason, or the exception has ended.
    """
    detail = {"breach": str(breach_id), "accept": accept}
    with act(actor, "portfolio.exception_decided", Ref("project", project_id), detail) as current:
        project = locked(project_id)
        check(actor, "portfolio.gate.decide", project)
        row = Breach.objects.select_for_update().get(id=breach_id, project=project)
        if not row.open:
            raise PortfolioError("Über diese Ausnahme ist schon entschieden, oder sie besteht nicht mehr.")
        if not decision.strip():
            raise PortfolioError("Begründen Sie Ihre Entscheidung.", "decision")
        row.decision = decision.strip()[:2000]
        row.decided_by, row.decided_on = actor.label[:250], clock.today()
        if accept:
            row.open, row.accepted_until = False, row.value
        row.save()
        current.emit("project.exception_decided", {"dimension": row.dimension, "accept": accept})
    return row
