"""The parts of a project that are lists: show, add, change, remove; all kinds alike."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leineweber.domains.portfolio import services
from leineweber.domains.portfolio.fields import Parsed, read
from leineweber.domains.portfolio.models import Need, Phase, Project
from leineweber.domains.portfolio.models.projects import ProjectPart
from leineweber.domains.portfolio.parts import DEFAULTS, PARTS, Part
from leineweber.domains.portfolio.services import PortfolioError
from leineweber.domains.portfolio.views import common
from leineweber.kernel import clock
from leineweber.kernel.access import actor_of, check, requires
from leineweber.kernel.ui.jinja import date_de, money, number
from leineweber.people.organisation.models import Post

SHOWN = 200
RELATED = {
    "bedingungen": ("phase",),
    "abhaengigkeiten": ("predecessor", "successor"),
    "bedarf": ("skill",),
}
NUMERIC = frozenset({"amount", "days", "progress", "weight", "target", "yearly", "lag"})


def part_or_404(key: str) -> Part:
    """Return a part by its place in the address."""
    if key not in PARTS:
        raise Http404
    return PARTS[key]


def _cell(row: Any, name: str) -> str:
    if name == "weight":
        return f"{row.probability} × {row.effect} = {row.probability * row.effect}"
    value = getattr(row, name)
    if name in {"amount", "yearly"}:
        return money(value)
    if name in {"first_month", "last_month"}:
        return f"{value:%m.%Y}"
    if name == "met":
        return "ja" if value else "nein"
    if name == "progress":
        return f"{value} %"
    if hasattr(value, "isoformat"):
        return date_de(value)
    if hasattr(row, f"get_{name}_display"):
        return str(getattr(row, f"get_{name}_display")())
    if value is None or value == "":
        return "–"
    if isinstance(value, Phase):
        return value.name
    return number(value) if hasattr(value, "quantize") else str(value)


@requires("portfolio.view")
@require_GET
def part(request: HttpRequest, project_id: UUID, part: str) -> HttpResponse:
    """Show a part of a project as a table."""
    spec = part_or_404(part)
    project = common.project_or_404(project_id)
    found = spec.model._default_manager.filter(project=project).select_related(*RELATED.get(part, ()))
    context = common.project_context(request, project, part)
    rows = []
    for row in found[:SHOWN]:
        cells: dict[str, Any] = {name: _cell(row, name) for name, _ in spec.columns}
        entry: dict[str, Any] = {"cells": cells}
        if part == "phasen":
            entry["href"] = reverse("portfolio:gate", args=[project_id, row.pk])
        elif context["may_edit"]:
            entry["href"] = reverse("portfolio:part_edit", args=[project_id, part, row.pk])
        if part == "phasen" and context["may_edit"]:
            cells["edit"] = {
                "text": f"{cells['name']} ändern",
                "href": reverse("portfolio:part_edit", args=[project_id, part, row.pk]),
            }
        rows.append(entry)
    columns: list[dict[str, Any]] = [
        {"key": name, "label": label, "numeric": name in NUMERIC} for name, label in spec.columns
    ]
    if part == "phasen" and context["may_edit"]:
        columns.append({"key": "edit", "label": "Ändern", "hidden_label": True})
    context.update(part=spec, rows=rows, columns=columns, more=found.count() - len(rows))
    return render(request, "portfolio/part.html", context)


def _page(
    request: HttpRequest, project: Project, spec: Part, row: ProjectPart | None, parsed: Parsed | None
) -> HttpResponse:
    actor = actor_of(request)
    if row is None:
        values: dict[str, Any] = {
            "start": project.start,
            "end": project.end,
            "year": clock.today().year,
            "recorded_on": clock.today(),
            **DEFAULTS.get(spec.key, {}),
        }
    else:
        values = common.typed_of(spec.fields, row)
        if isinstance(row, Need) and row.post_id:
            values["post"] = Post.objects.filter(id=row.post_id).values_list("key", flat=True).first() or ""
    return common.form_page(
        request,
        title=f"{spec.one} ändern" if row else spec.new,
        fields=spec.fields,
        options=common.choices(spec.fields, actor, project),
        back=(reverse("portfolio:part", args=[project.id, spec.key]), spec.title),
        button="Änderungen speichern" if row else spec.new,
        parsed=parsed,
        values=values,
        version=row.version if row else None,
        remove=reverse("portfolio:part_remove", args=[project.id, spec.key, row.pk]) if row else "",
        status=422 if parsed else 200,
    )


@requires("portfolio.project.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, project_id: UUID, part: str) -> HttpResponse:
    """Add a part."""
    return _edit(request, project_id, part_or_404(part), None)


@requires("portfolio.project.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, project_id: UUID, part: str, row_id: UUID) -> HttpResponse:
    """Change a part."""
    spec = part_or_404(part)
    row = spec.model._default_manager.filter(project_id=project_id, id=row_id).first()
    if row is None:
        raise Http404
    return _edit(request, project_id, spec, row)


def _edit(request: HttpRequest, project_id: UUID, spec: Part, row: ProjectPart | None) -> HttpResponse:
    actor = actor_of(request)
    project = common.project_or_404(project_id)
    check(actor, "portfolio.project.edit", project)
    if request.method == "GET":
        return _page(request, project, spec, row, None)
    parsed = read(spec.fields, request.POST, common.choices(spec.fields, actor, project))
    if not parsed.errors:
        try:
            services.put_part(
                actor,
                project_id,
                spec.key,
                parsed.values,
                row_id=row.pk if row else None,
                version=common.version_of(request) if row else None,
            )
            return common.lead_to(
                "portfolio:part", project_id, spec.key, note="gespeichert" if row else "angelegt"
            )
        except PortfolioError as error:
            parsed.fault(error.field, str(error))
    return _page(request, project, spec, row, parsed)


@requires("portfolio.project.edit")
@require_POST
def remove(request: HttpRequest, project_id: UUID, part: str, row_id: UUID) -> HttpResponse:
    """Remove a part."""
    spec = part_or_404(part)
    project = common.project_or_404(project_id)
    row = spec.model._default_manager.filter(project=project, id=row_id).first()
    if row is None:
        raise Http404
    try:
        services.remove_part(actor_of(request), project_id, spec.key, row_id)
    except PortfolioError as error:
        parsed = Parsed(typed=common.typed_of(spec.fields, row))
        parsed.fault("", str(error))
        return _page(request, project, spec, row, parsed)
    return common.lead_to("portfolio:part", project_id, spec.key, note="entfernt")
