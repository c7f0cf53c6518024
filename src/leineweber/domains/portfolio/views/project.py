"""Pages of one project: overview, its own fields, status, links, network, money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leineweber.domains.portfolio import pictures, services
from leineweber.domains.portfolio.attention import breach_words
from leineweber.domains.portfolio.fields import Field, Parsed, bare, read
from leineweber.domains.portfolio.models import Project
from leineweber.domains.portfolio.queries import earned, pages
from leineweber.domains.portfolio.rules import network
from leineweber.domains.portfolio.services import PortfolioError
from leineweber.domains.portfolio.views import common
from leineweber.kernel import clock
from leineweber.kernel.access import actor_of, allowed, check, requires
from leineweber.kernel.links import targets
from leineweber.kernel.refs import Ref
from leineweber.people.organisation import queries as organisation
from leineweber.people.organisation.models import Person

PLAIN = (
    Field("title", "Titel"),
    Field("kind", "Art", "choice", options=Project.Kind.choices),
    Field("purpose", "Zweck", "area", limit=3000),
    Field("result", "Ergebnis", "area", required=False, limit=3000),
    Field("start", "Beginn", "date"),
    Field("end", "Ende", "date"),
    Field("funding", "Finanzierung", required=False, limit=300),
    Field("field", "Handlungsfeld", "choice", required=False, source="fields"),
    Field(
        "score",
        "Nutzenpunkte",
        "decimal",
        low=0,
        high=1000,
        hint="Aus der Priorisierung; geht in die Auswahl ein.",
    ),
    Field("must", "Das Vorhaben ist Pflicht", "check", required=False),
    Field("earliest", "Frühester Beginn", "date", required=False),
    Field("latest", "Spätester Beginn", "date", required=False),
    Field("tolerance_days", "Toleranz Zeit", "int", low=0, high=3650, unit="Tage"),
    Field("tolerance_cost", "Toleranz Kosten", "decimal", low=0, high=999, unit="Prozent"),
    Field("tolerance_scope", "Toleranz Umfang", "decimal", low=0, high=999, unit="Prozent"),
)
PEOPLE = (
    Field("unit", "Federführende Einheit", "choice", source="units"),
    Field("lead", "E-Mail-Adresse der Projektleitung", required=False, limit=254, hint="Wie im Verzeichnis."),
    Field("sponsor", "E-Mail-Adresse der auftraggebenden Person", required=False, limit=254),
)
LINKS = (
    ("serves", Field("serves", "Ziele, denen das Vorhaben dient", "many", required=False, source="goals")),
    ("depends", Field("depends", "Vorhaben, auf die es wartet", "many", required=False, source="projects")),
    (
        "excludes",
        Field("excludes", "Vorhaben, die es ausschließt", "many", required=False, source="projects"),
    ),
    ("follows", Field("follows", "Grundsätze, denen es folgt", "many", required=False, source="principles")),
)
EFFECTS = {
    "start": "Vorhaben starten",
    "pause": "Vorhaben ruhen lassen",
    "stop": "Vorhaben abbrechen",
    "close": "Vorhaben abschließen",
}
FITTING = {
    "planned": ("start", "stop"),
    "running": ("pause", "close", "stop"),
    "paused": ("start", "stop"),
    "closed": (),
    "stopped": (),
}


def _people(parsed: Parsed) -> dict[str, Person | None]:
    found: dict[str, Person | None] = {}
    for name in ("lead", "sponsor"):
        text = parsed.values.pop(name, "")
        found[name] = organisation.person_by_email(text) if text else None
        if text and found[name] is None:
            parsed.fault(name, "Unter dieser Adresse steht niemand im Verzeichnis.")
    return found


def _overview(
    request: HttpRequest, project: Project, errors: list[dict[str, str]] | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    view = pages.overview(project, actor)
    context = common.project_context(request, project, "uebersicht")
    fitting = FITTING[project.status] if context["may_manage"] else ()
    context.update(
        view=view,
        breach_words=breach_words,
        planned=sum((one.planned for one in view.costs), Decimal(0)),
        bound=sum((one.committed + one.actual for one in view.costs), Decimal(0)),
        steps=[(key, EFFECTS[key]) for key in fitting],
        errors=errors or [],
        faults={error["field"]: error["message"] for error in errors or []},
        reason=request.POST.get("reason", "")[:500],
        paper=f"/steuerung/vorlagen/neu/?gegenstand=project:{project.id}&wirkung=start",
    )
    return render(request, "portfolio/project.html", context, status=status)


@requires("portfolio.view")
@require_GET
def overview(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Show a project: how it stands, what needs somebody, and the way to its parts."""
    return _overview(request, common.project_or_404(project_id))


@requires("portfolio.manage")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make a project without a mandate, such as one that ran before the program came."""
    actor = actor_of(request)
    fields = (*PLAIN[:7], *PEOPLE)
    options = common.choices(fields, actor)
    parsed = None
    if request.method == "POST":
        parsed = read(fields, request.POST, options)
        people = _people(parsed)
        unit = common.unit_of(parsed.values.pop("unit"))
        if not parsed.errors and unit is not None:
            try:
                project = services.create_project(
                    actor, unit=unit, lead=people["lead"], sponsor=people["sponsor"], **parsed.values
                )
                return common.lead_to("portfolio:project", project.id, note="vorhaben")
            except PortfolioError as error:
                parsed.fault(error.field, str(error))
    return common.form_page(
        request,
        title="Vorhaben anlegen",
        fields=fields,
        options=options,
        back=(reverse("portfolio:list"), "Vorhaben"),
        button="Vorhaben anlegen",
        parsed=parsed,
        intro="Phasen, Gates, Arbeitspakete und typische Risiken entstehen aus der Vorlage zur Art des Vorhabens.",
        status=422 if parsed else 200,
    )


@requires("portfolio.project.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Change a project's own fields; who runs the portfolio also appoints its lead and its sponsor."""
    actor = actor_of(request)
    project = common.project_or_404(project_id)
    check(actor, "portfolio.project.edit", project)
    manages = allowed(actor, "portfolio.manage")
    fields = (*PLAIN, *PEOPLE) if manages else PLAIN
    options = common.choices(fields, actor, project)
    parsed = None
    if request.method == "POST":
        parsed = read(fields, request.POST, options)
        people: dict[str, Any] = _people(parsed) if manages else {}
        unit = common.unit_of(parsed.values.pop("unit", ""))
        if not parsed.errors:
            try:
                services.change_project(
                    actor, project_id, parsed.values, version=common.version_of(request), unit=unit, **people
                )
                return common.lead_to("portfolio:project", project_id, note="gespeichert")
            except PortfolioError as error:
                parsed.fault(error.field, str(error))
    return common.form_page(
        request,
        title="Vorhaben ändern",
        fields=fields,
        options=options,
        back=(reverse("portfolio:project", args=[project_id]), str(project)),
        button="Änderungen speichern",
        parsed=parsed,
        values=_values(project, fields),
        version=project.version,
        status=422 if parsed else 200,
    )


def _values(project: Project, fields: tuple[Field, ...]) -> dict[str, Any]:
    found = common.typed_of(fields, project)
    if "unit" in found:
        codes = {path: code for code, path in common.units()[1].items()}
        found["unit"] = codes.get(project.unit_path, "")
        emails = dict(
            Person.objects.filter(
                id__in=[key for key in (project.lead_id, project.sponsor_id) if key]
            ).values_list("id", "email")
        )
        found["lead"] = emails.get(project.lead_id, "") if project.lead_id else ""
        found["sponsor"] = emails.get(project.sponsor_id, "") if project.sponsor_id else ""
    return found


@requires("portfolio.manage")
@require_POST
def status(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Start, pause, stop or close a project."""
    project = common.project_or_404(project_id)
    effect = request.POST.get("effect", "")
    if effect not in EFFECTS:
        return _overview(request, project, [_fault("effect", "Wählen Sie einen Schritt aus.")], 422)
    try:
        services.set_status(
            actor_of(request), project_id, effect, reason=bare(request.POST.get("reason", "")).strip()[:500]
        )
    except PortfolioError as error:
        return _overview(request, project, [_fault(error.field or "effect", str(error))], 422)
    return common.lead_to("portfolio:project", project_id, note="gespeichert")


def _fault(field: str, message: str) -> dict[str, str]:
    return {"field": field, "href": f"#{field}", "message": message}


@requires("portfolio.project.edit")
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Say which goals a project serves and which projects it waits for or excludes."""
    actor = actor_of(request)
    project = common.project_or_404(project_id)
    check(actor, "portfolio.project.edit", project)
    all_options = common.choices([field for _, field in LINKS], actor, project)
    shown = [(kind, field) for kind, field in LINKS if all_options[field.source]]
    fields = [field for _, field in shown]
    parsed = None
    if request.method == "POST":
        parsed = read(fields, request.POST, all_options)
        if not parsed.errors:
            try:
                for kind, _ in shown:
                    services.link_project(
                        actor, project_id, kind, [Ref.parse(text) for text in parsed.values[kind]]
                    )
                return common.lead_to("portfolio:project", project_id, note="gespeichert")
            except PortfolioError as error:
                parsed.fault(error.field, str(error))
    own = Ref("project", project.id)
    return common.form_page(
        request,
        title="Ziele und andere Vorhaben verknüpfen",
        fields=fields,
        options=all_options,
        back=(reverse("portfolio:project", args=[project_id]), str(project)),
        button="Verknüpfungen speichern",
        parsed=parsed,
        values={kind: [str(ref) for _, ref in targets(own, kind)] for kind, _ in shown},
        status=422 if parsed else 200,
    )


@requires("portfolio.view")
@require_GET
def network_view(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Show the network of dependencies with the critical path, as a picture and as a table."""
    project = common.project_or_404(project_id)
    view = pages.plan_view(project)
    names = {one.id: f"{one.number} {view.rows[one.id].name}" for one in view.outline}
    arcs: list[network.Arc[UUID]] = [
        network.Arc(one.predecessor_id, one.successor_id, one.kind, one.lag)  # type: ignore[arg-type]  # a checked choice
        for one in view.dependencies
        if one.predecessor_id in view.network.timings and one.successor_id in view.network.timings
    ]
    linked = {key for arc in arcs for key in (arc.before, arc.after)}
    shown = network.Network(
        {key: timing for key, timing in view.network.timings.items() if key in linked}, view.network.duration
    )
    context = common.project_context(request, project, "netz")
    context.update(
        picture=pictures.network_picture("netzplan", f"Netzplan {project.title}", shown, arcs, names)
        if arcs
        else "",
        timings=[(names[key], timing) for key, timing in view.network.timings.items()],
        duration=view.network.duration,
        critical=[names[key] for key in view.network.critical if key in linked],
        broken=[(names[before], names[after]) for before, after in view.broken],
    )
    return render(request, "portfolio/network.html", context)


@requires("portfolio.view")
@require_GET
def money(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Show a project's money by year and kind, and its earned value."""
    project = common.project_or_404(project_id)
    lines = earned.costs_of(project_id)
    years: dict[int, list[Decimal]] = {}
    for one in lines:
        sums = years.setdefault(one.year, [Decimal(0)] * 3)
        years[one.year] = [sums[0] + one.planned, sums[1] + one.committed, sums[2] + one.actual]
    context = common.project_context(request, project, "geld")
    context.update(
        lines=lines,
        years=years,
        totals=[sum((row[index] for row in years.values()), Decimal(0)) for index in range(3)],
        forecast=earned.forecast_cost(lines),
        value=earned.earned_value(project_id, clock.today()),
        chart=pictures.money_chart(
            "Geplante und gebundene Mittel",
            [pictures.MoneyBar(year, sums[0], sums[1] + sums[2]) for year, sums in years.items()],
            "Kosten des Vorhabens",
        )
        if years
        else None,
    )
    return render(request, "portfolio/money.html", context)
