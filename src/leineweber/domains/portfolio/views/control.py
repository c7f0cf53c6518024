"""Pages of control: reports, baselines, gates with their conditions, exceptions."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leineweber.domains.portfolio import services
from leineweber.domains.portfolio.attention import breach_words
from leineweber.domains.portfolio.fields import Field, Parsed, read
from leineweber.domains.portfolio.models import Baseline, Breach, GateCondition, Phase, Project, StatusReport
from leineweber.domains.portfolio.services import PortfolioError
from leineweber.domains.portfolio.views import common
from leineweber.kernel.access import Actor, actor_of, check, requires

REPORT = (
    Field("light", "Ampel", "choice", options=StatusReport.Light.choices),
    Field("done", "Was seit dem letzten Bericht geschah", "area", limit=4000),
    Field("next_steps", "Was als Nächstes kommt", "area", limit=4000),
    Field("needs_decision", "Was entschieden werden muss", "area", required=False, limit=4000),
)


@requires("portfolio.view")
@require_GET
def reports(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """List the status reports and baselines of a project."""
    project = common.project_or_404(project_id)
    context = common.project_context(request, project, "berichte")
    context.update(
        reports=list(StatusReport.objects.filter(project=project)[:100]),
        baselines=list(Baseline.objects.filter(project=project).defer("content")[:100]),
    )
    return render(request, "portfolio/reports.html", context)


@requires("portfolio.view")
@require_GET
def report(request: HttpRequest, project_id: UUID, number: int) -> HttpResponse:
    """Show a status report as it was frozen."""
    project = common.project_or_404(project_id)
    found = StatusReport.objects.filter(project=project, number=number).first()
    if found is None:
        raise Http404
    context = common.project_context(request, project, "berichte")
    figures = {
        key: Decimal(found.figures[key])
        for key in ("planned", "committed", "actual", "bac", "pv", "ev", "ac")
    }
    context.update(report=found, figures=figures)
    return render(request, "portfolio/report.html", context)


@requires("portfolio.project.edit")
@require_http_methods(["GET", "POST"])
def report_new(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Write a status report."""
    actor = actor_of(request)
    project = common.project_or_404(project_id)
    check(actor, "portfolio.project.edit", project)
    parsed = None
    if request.method == "POST":
        parsed = read(REPORT, request.POST)
        if not parsed.errors:
            try:
                found = services.report(actor, project_id, **parsed.values)
                return common.lead_to("portfolio:report", project_id, found.number, note="bericht")
            except PortfolioError as error:
                parsed.fault(error.field, str(error))
    return common.form_page(
        request,
        title="Statusbericht schreiben",
        fields=REPORT,
        options={},
        back=(reverse("portfolio:reports", args=[project_id]), "Berichte und Basispläne"),
        button="Statusbericht festschreiben",
        parsed=parsed,
        intro="Zahlen, Termine und Risiken setzt das Programm ein. Nach dem Festschreiben ändert sich nichts.",
        status=422 if parsed else 200,
    )


BASELINE = (
    Field("reason", "Wozu dient dieser Basisplan?", limit=300, hint="Zum Beispiel: Stand nach Gate 1."),
)


@requires("portfolio.project.edit")
@require_http_methods(["GET", "POST"])
def baseline_new(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Freeze the plan as it is."""
    actor = actor_of(request)
    project = common.project_or_404(project_id)
    check(actor, "portfolio.project.edit", project)
    parsed = None
    if request.method == "POST":
        parsed = read(BASELINE, request.POST)
        if not parsed.errors:
            try:
                services.take_baseline(actor, project_id, parsed.values["reason"])
                return common.lead_to("portfolio:reports", project_id, note="basisplan")
            except PortfolioError as error:
                parsed.fault(error.field, str(error))
    return common.form_page(
        request,
        title="Basisplan einfrieren",
        fields=BASELINE,
        options={},
        back=(reverse("portfolio:reports", args=[project_id]), "Berichte und Basispläne"),
        button="Basisplan einfrieren",
        parsed=parsed,
        intro="Das Programm friert Termine, Kosten und Umfang von heute ein und vergleicht künftig damit.",
        status=422 if parsed else 200,
    )


GATE = (
    Field("outcome", "Entscheidung", "choice", options=Phase.Gate.choices[1:]),
    Field(
        "reason",
        "Begründung",
        "area",
        required=False,
        limit=2000,
        hint="Nötig bei Auflagen und bei „nicht bestanden“.",
    ),
    Field("imposed", "Auflagen", "area", required=False, limit=2000, hint="Eine Auflage je Zeile."),
)


def _gate_page(
    request: HttpRequest, project: Project, phase: Phase, parsed: Parsed | None = None, status: int = 200
) -> HttpResponse:
    context = common.project_context(request, project, "phasen")
    conditions = list(GateCondition.objects.filter(phase=phase))
    context.update(
        phase=phase,
        conditions=conditions,
        unmet=sum(not one.met for one in conditions),
        decisions=list(phase.decisions.all()),
        fields=GATE,
        options={},
        values=parsed.typed if parsed else {},
        errors=parsed.errors if parsed else [],
        faults=parsed.faults if parsed else {},
    )
    return render(request, "portfolio/gate.html", context, status=status)


def _phase(project: Project, phase_id: UUID) -> Phase:
    phase = Phase.objects.filter(project=project, id=phase_id).first()
    if phase is None:
        raise Http404
    return phase


@requires("portfolio.view")
@require_http_methods(["GET", "POST"])
def gate(request: HttpRequest, project_id: UUID, phase_id: UUID) -> HttpResponse:
    """Show a gate with its conditions and decisions; who may, decides here."""
    project = common.project_or_404(project_id)
    phase = _phase(project, phase_id)
    if request.method == "GET":
        return _gate_page(request, project, phase)
    check(actor_of(request), "portfolio.gate.decide", project)
    parsed = read(GATE, request.POST)
    if not parsed.errors:
        try:
            services.decide_gate(
                actor_of(request),
                project_id,
                phase_id,
                parsed.values["outcome"],
                reason=parsed.values["reason"],
                imposed=parsed.values["imposed"].split("\n"),
                version=common.version_of(request),
            )
            return common.lead_to("portfolio:gate", project_id, phase_id, note="gate")
        except PortfolioError as error:
            parsed.fault(error.field, str(error))
    return _gate_page(request, project, phase, parsed, 422)


@requires("portfolio.project.edit")
@require_POST
def condition(request: HttpRequest, project_id: UUID, condition_id: UUID) -> HttpResponse:
    """Say that a condition of a gate is met, or not after all."""
    project = common.project_or_404(project_id)
    row = GateCondition.objects.select_related("phase").filter(project=project, id=condition_id).first()
    if row is None:
        raise Http404
    try:
        services.check_condition(
            actor_of(request),
            project_id,
            condition_id,
            request.POST.get("erfuellt") == "ja",
            version=common.version_of(request),
        )
    except PortfolioError as error:
        parsed = Parsed()
        parsed.fault("outcome", str(error))
        return _gate_page(request, project, row.phase, parsed, 422)
    return common.lead_to("portfolio:gate", project_id, row.phase_id, note="gespeichert")


BREACH = (
    Field(
        "accept",
        "Entscheidung",
        "choice",
        options=(("ja", "Abweichung hinnehmen"), ("nein", "Gegensteuern; die Ausnahme bleibt offen")),
    ),
    Field("decision", "Begründung", "area", limit=2000),
)


@requires("portfolio.gate.decide")
@require_http_methods(["GET", "POST"])
def breach(request: HttpRequest, project_id: UUID, breach_id: UUID) -> HttpResponse:
    """Decide about a broken tolerance."""
    actor: Actor = actor_of(request)
    project = common.project_or_404(project_id)
    row = Breach.objects.filter(project=project, id=breach_id).first()
    if row is None:
        raise Http404
    check(actor, "portfolio.gate.decide", project)
    parsed = None
    if request.method == "POST":
        parsed = read(BREACH, request.POST)
        if not parsed.errors:
            try:
                services.decide_breach(
                    actor,
                    project_id,
                    breach_id,
                    accept=parsed.values["accept"] == "ja",
                    decision=parsed.values["decision"],
                )
                return common.lead_to("portfolio:project", project_id, note="ausnahme")
            except PortfolioError as error:
                parsed.fault(error.field or "accept", str(error))
    return common.form_page(
        request,
        title="Ausnahme entscheiden",
        fields=BREACH,
        options={},
        back=(reverse("portfolio:project", args=[project_id]), str(project)),
        button="Entscheidung festhalten",
        parsed=parsed,
        intro=breach_words(row),
        status=422 if parsed else 200,
    )
