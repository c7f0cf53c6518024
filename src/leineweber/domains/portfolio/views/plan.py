"""The plan of one project: bar plan with its table of dates, files in and out, calendar."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from leineweber.domains.portfolio import calendar, pictures, services
from leineweber.domains.portfolio.fields import Field, Parsed, day_of, read
from leineweber.domains.portfolio.models import Activity, Project
from leineweber.domains.portfolio.queries import pages
from leineweber.domains.portfolio.queries.files import plan_rows
from leineweber.domains.portfolio.rules import exchange, network
from leineweber.domains.portfolio.services import PortfolioError
from leineweber.domains.portfolio.views import common
from leineweber.domains.portfolio.views.listing import calendar_response
from leineweber.kernel import clock
from leineweber.kernel.access import actor_of, check, requires

UPLOAD_LIMIT = 5_000_000


def _arcs(view: pages.PlanView) -> list[network.Arc[UUID]]:
    return [
        network.Arc(one.predecessor_id, one.successor_id, one.kind, one.lag)  # type: ignore[arg-type]  # a checked choice
        for one in view.dependencies
    ]


@requires("portfolio.view")
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Show the bar plan beside its table; who may, moves dates in either."""
    project = common.project_or_404(project_id)
    view = pages.plan_view(project)
    errors: list[dict[str, str]] = []
    typed: dict[str, str] = {}
    if request.method == "POST":
        check(actor_of(request), "portfolio.project.edit", project)
        errors, typed = _move(request, project, view)
        if not errors:
            return common.lead_to("portfolio:plan", project_id, note="verschoben")
    context = common.project_context(request, project, "plan")
    linked = {key for arc in _arcs(view) for key in (arc.before, arc.after)}
    rows = [
        pictures.GanttRow(
            one.id,
            f"{one.number} {view.rows[one.id].name}",
            "summary" if one.summary else "milestone" if one.milestone else "bar",
            one.start,
            one.end,
            depth=one.depth,
            progress=one.progress,
            critical=one.id in linked
            and one.id in view.network.timings
            and view.network.timings[one.id].critical,
            movable=str(one.id) if context["may_edit"] and not one.summary else "",
            frozen=view.frozen.get(one.id),
        )
        for one in view.outline
    ]
    context.update(
        view=view,
        picture=pictures.gantt(
            "terminplan",
            f"Terminplan {project.title}",
            rows,
            today=clock.today(),
            arcs=_arcs(view),
            broken=view.broken,
        )
        if rows
        else "",
        critical={row.id for row in rows if row.critical},
        broken=[(view.rows[before].name, view.rows[after].name) for before, after in view.broken],
        typed=typed,
        errors=errors,
        faults={error["field"]: error["message"] for error in errors},
    )
    return render(request, "portfolio/plan.html", context, status=422 if errors else 200)


def _move(
    request: HttpRequest, project: Project, view: pages.PlanView
) -> tuple[list[dict[str, str]], dict[str, str]]:
    errors: list[dict[str, str]] = []
    typed: dict[str, str] = {}
    dates: dict[UUID, tuple[date, date]] = {}
    versions: dict[UUID, int] = {}
    for one in view.outline:
        key = str(one.id)
        if one.summary or f"beginn-{key}" not in request.POST:
            continue
        found: list[date] = []
        for name in ("beginn", "ende"):
            field = f"{name}-{key}"
            text = request.POST.get(field, request.POST.get(f"beginn-{key}", ""))[:20]
            typed[field] = text
            day = day_of(text)
            if day is None:
                said = f"„{view.rows[one.id].name}“: Geben Sie ein Datum an, zum Beispiel 24.11.2026."
                errors.append({"field": field, "href": f"#{field}", "message": said})
            else:
                found.append(day)
        if len(found) == 2:
            dates[one.id] = (found[0], found[1])
            versions[one.id] = common.version_of(request, f"fassung-{key}")
    if not errors:
        try:
            services.move_activities(actor_of(request), project.id, dates, versions)
        except PortfolioError as error:
            field = error.field or "termine"
            errors.append({"field": field, "href": f"#{field}", "message": str(error)})
    return errors, typed


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires("portfolio.view")
@require_GET
def xml(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Send the plan as Microsoft Project XML."""
    project = common.project_or_404(project_id)
    content = exchange.to_xml(project.title, plan_rows(pages.plan_view(project)))
    return _file(content, f"{project.number}.xml", "application/xml")


@requires("portfolio.view")
@require_GET
def table(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Send the plan as a table for spreadsheets."""
    project = common.project_or_404(project_id)
    content = exchange.to_csv(plan_rows(pages.plan_view(project)))
    return _file(content.encode(), f"{project.number}.csv", "text/csv; charset=utf-8")


@requires("portfolio.view")
@require_GET
def milestones(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Send the milestones as a calendar."""
    project = common.project_or_404(project_id)
    found = Activity.objects.filter(project=project, kind=Activity.Kind.MILESTONE).select_related("project")
    return calendar_response(calendar.milestones(project.title, found), f"{project.number}.ics")


NEW = (
    Field("title", "Titel", required=False, hint="Ohne Angabe gilt der Titel aus der Datei."),
    Field("kind", "Art des Vorhabens", "choice", options=Project.Kind.choices),
    Field("unit", "Federführende Einheit", "choice", source="units"),
)


def _upload(request: HttpRequest, parsed: Parsed) -> tuple[bytes, str]:
    file = request.FILES.get("datei")
    if file is None:
        parsed.fault("datei", "Wählen Sie eine Datei aus.")
        return b"", ""
    if (file.size or 0) > UPLOAD_LIMIT:
        parsed.fault("datei", "Die Datei ist größer als 5 Megabyte.")
        return b"", ""
    return file.read(), exchange.clean(file.name or "")


@requires("portfolio.manage")
@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Make a project of a file."""
    actor = actor_of(request)
    options = common.choices(NEW, actor)
    parsed = None
    if request.method == "POST":
        parsed = read(NEW, request.POST, options)
        data, name = _upload(request, parsed)
        unit = common.unit_of(parsed.values["unit"])
        if not parsed.errors and unit is not None:
            try:
                project = services.import_new(
                    actor,
                    data,
                    name=name,
                    kind=parsed.values["kind"],
                    unit=unit,
                    title=parsed.values["title"],
                )
                return common.lead_to("portfolio:plan", project.id, note="eingelesen")
            except PortfolioError as error:
                parsed.fault("datei" if error.field in {"", "file"} else error.field, str(error))
    return _import_page(
        request,
        "Vorhaben aus einer Datei anlegen",
        NEW,
        options,
        (reverse("portfolio:list"), "Vorhaben"),
        parsed,
    )


def _import_page(
    request: HttpRequest, title: str, fields: Any, options: Any, back: tuple[str, str], parsed: Any
) -> HttpResponse:
    return common.form_page(
        request,
        title=title,
        fields=fields,
        options=options,
        back=back,
        button="Datei einlesen",
        parsed=parsed,
        upload="Datei aus Microsoft Project (XML) oder Tabelle (CSV)",
        status=422 if parsed else 200,
    )


@requires("portfolio.project.edit")
@require_http_methods(["GET", "POST"])
def import_update(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Bring the plan up to date from a file."""
    actor = actor_of(request)
    project = common.project_or_404(project_id)
    check(actor, "portfolio.project.edit", project)
    parsed = None
    if request.method == "POST":
        parsed = Parsed()
        data, name = _upload(request, parsed)
        if not parsed.errors:
            try:
                services.import_update(actor, project_id, data, name=name)
                return common.lead_to("portfolio:plan", project_id, note="eingelesen")
            except PortfolioError as error:
                parsed.fault("datei", str(error))
    back = (reverse("portfolio:plan", args=[project_id]), "Terminplan")
    return _import_page(request, "Terminplan aus einer Datei aktualisieren", (), {}, back, parsed)
