"""Pages over all projects: list, bar plan of all, roadmap, capacity, lessons, export, calendar."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leineweber.domains.portfolio import calendar, pictures, services
from leineweber.domains.portfolio.fields import Field, day_of, read
from leineweber.domains.portfolio.models import Activity, Project
from leineweber.domains.portfolio.queries import capacity, heat, money, pages, post_loads
from leineweber.domains.portfolio.rules import plan
from leineweber.domains.portfolio.services import PortfolioError
from leineweber.domains.portfolio.views import common
from leineweber.kernel import clock
from leineweber.kernel.access import actor_of, allowed, check, requires
from leineweber.kernel.ui.jinja import number
from leineweber.people.organisation.models import Post

LIGHTS = (("red", "Toleranz verletzt"), ("yellow", "Termin überschritten"), ("green", "im Plan"))


def views_of(current: str) -> list[dict[str, Any]]:
    """Return the tabs of the pages over all projects."""
    found = (
        ("list", "Liste"),
        ("all_plan", "Zeitplan"),
        ("roadmap", "Fahrplan"),
        ("capacity", "Menschen"),
        ("all_money", "Geld"),
        ("lessons", "Erfahrungen"),
    )
    return [
        {"label": label, "href": reverse(f"portfolio:{name}"), "current": name == current}
        for name, label in found
    ]


def _filter(request: HttpRequest, paths: dict[str, str]) -> pages.ProjectFilter:
    status = request.GET.get("stand", "")
    kind = request.GET.get("art", "")
    light = request.GET.get("ampel", "")
    return pages.ProjectFilter(
        text=common.text_of(request),
        status=status if status in {*Project.Status.values, "alive"} else "",
        unit_path=paths.get(request.GET.get("einheit", ""), ""),
        kind=kind if kind in Project.Kind.values else "",
        light=light if light in {key for key, _ in LIGHTS} else "",
    )


@requires("portfolio.view")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show the projects: search, filters, pages."""
    units, paths = common.units()
    chosen = _filter(request, paths)
    page = pages.list_projects(chosen, common.page_of(request))
    rows = [
        {
            "href": reverse("portfolio:project", args=[one.project.id]),
            "cells": {
                "title": {
                    "text": one.project.title,
                    "note": f"{one.project.number}, {one.project.unit_name}",
                },
                "light": {"light": one.light, "text": plan.LIGHT_WORDS[one.light]}
                if one.light != "grey"
                else "–",
                "status": one.project.get_status_display(),
                "lead": one.project.lead_name or "–",
                "end": f"{one.project.end:%d.%m.%Y}",
                "planned": number(one.planned, 0),
                "bound": number(one.bound, 0),
            },
        }
        for one in page.rows
    ]
    return render(
        request,
        "portfolio/list.html",
        {
            "sentence": pages.standing().sentence,
            "tabs": views_of("list"),
            "page": page,
            "rows": rows,
            "chosen": chosen,
            "units": units,
            "unit": request.GET.get("einheit", "") if chosen.unit_path else "",
            "statuses": [("alive", "geplant oder laufend"), *Project.Status.choices],
            "kinds": Project.Kind.choices,
            "lights": LIGHTS,
            "narrowed": chosen != pages.ProjectFilter(),
            "note": common.note_of(request),
        },
    )


@requires("portfolio.view")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Send the projects of the list's filters as a table for spreadsheets, at most 2,000."""
    chosen = _filter(request, common.units()[1])
    page = pages.list_projects(chosen, 1, 2000)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            "Nummer",
            "Titel",
            "Art",
            "Stand",
            "Ampel",
            "Einheit",
            "Projektleitung",
            "Beginn",
            "Ende",
            "geplant",
            "gebunden",
        ]
    )
    for one in page.rows:
        row = one.project
        writer.writerow(
            [
                row.number,
                plan.safe_cell(row.title),
                row.get_kind_display(),
                row.get_status_display(),
                plan.LIGHT_WORDS[one.light],
                plan.safe_cell(row.unit_name),
                plan.safe_cell(row.lead_name),
                f"{row.start:%d.%m.%Y}",
                f"{row.end:%d.%m.%Y}",
                f"{one.planned:.2f}".replace(".", ","),
                f"{one.bound:.2f}".replace(".", ","),
            ]
        )
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="vorhaben.csv"'
    return response


def _bars(page: pages.ProjectPage, movable: bool) -> list[pictures.GanttRow]:
    phases = pages.phases_of(one.project.id for one in page.rows)
    return [
        pictures.GanttRow(
            one.project.id,
            one.project.title,
            "bar",
            one.project.start,
            one.project.end,
            movable=str(one.project.id) if movable and one.project.status == Project.Status.PLANNED else "",
            marks=[
                pictures.Mark(min(phase.end, one.project.end), f"Gate {phase.name}")
                for phase in phases.get(one.project.id, ())
            ],
            href=reverse("portfolio:project", args=[one.project.id]),
        )
        for one in page.rows
    ]


@requires("portfolio.view")
@require_http_methods(["GET", "POST"])
def all_plan(request: HttpRequest) -> HttpResponse:
    """Show all projects on one time line; who runs the portfolio moves those that are planned."""
    actor = actor_of(request)
    errors: list[dict[str, str]] = []
    typed: dict[str, str] = {}
    if request.method == "POST":
        check(actor, "portfolio.manage")
        errors, typed = _move_projects(request)
        if not errors:
            return common.lead_to("portfolio:all_plan", note="verschoben")
    may_manage = allowed(actor, "portfolio.manage")
    page = pages.list_projects(pages.ProjectFilter(status="alive"), common.page_of(request))
    return render(
        request,
        "portfolio/all_plan.html",
        {
            "tabs": views_of("all_plan"),
            "page": page,
            "picture": pictures.gantt(
                "zeitplan", "Zeitplan der Vorhaben", _bars(page, may_manage), today=clock.today()
            ),
            "may_manage": may_manage,
            "typed": typed,
            "errors": errors,
            "faults": {error["field"]: error["message"] for error in errors},
            "note": common.note_of(request),
        },
        status=422 if errors else 200,
    )


def _move_projects(request: HttpRequest) -> tuple[list[dict[str, str]], dict[str, str]]:
    errors: list[dict[str, str]] = []
    typed: dict[str, str] = {}
    wanted: list[tuple[Project, date, date]] = []
    names = {
        name.removeprefix("beginn-"): str(value)[:20]
        for name, value in request.POST.items()
        if name.startswith("beginn-")
    }
    keys = [key for text in list(names)[:100] if (key := common.uuid_of(text)) is not None]
    rows = Project.objects.filter(id__in=keys, status=Project.Status.PLANNED)
    for row in rows:
        text = typed[str(row.id)] = names[str(row.id)]
        day = day_of(text)
        if day is None:
            field = f"beginn-{row.id}"
            errors.append(
                {
                    "field": field,
                    "href": f"#{field}",
                    "message": f"„{row.title}“: Geben Sie den Beginn an, zum Beispiel 24.11.2026.",
                }
            )
        else:
            # What the form showed: a project that somebody else has moved meanwhile, and this form has not, stays.
            seen = day_of(request.POST.get(f"bisher-{row.id}", "")[:20]) or row.start
            if day != seen:
                wanted.append((row, day, seen))
    if not errors:
        for row, day, seen in wanted:
            try:
                services.plan_start(actor_of(request), row, day, "Zeitplan der Vorhaben", seen=seen)
            except PortfolioError as error:
                field = f"beginn-{row.id}"
                errors.append({"field": field, "href": f"#{field}", "message": f"„{row.title}“: {error}"})
    return errors, typed


@requires("portfolio.view")
@require_GET
def roadmap(request: HttpRequest) -> HttpResponse:
    """Show the projects of the coming years by field of action, or by unit where none is named."""
    page = pages.roadmap(actor_of(request), common.page_of(request))
    phases = pages.phases_of(one.id for lane in page.lanes for one in lane.projects)
    rows: list[pictures.GanttRow] = []
    for lane in page.lanes:
        first = lane.projects[0]
        rows.append(pictures.GanttRow(f"gruppe-{len(rows)}", lane.title, "group", first.start, first.end))
        rows += [
            pictures.GanttRow(
                one.id,
                one.title,
                "bar",
                one.start,
                one.end,
                depth=1,
                marks=[
                    pictures.Mark(min(phase.end, one.end), f"Gate {phase.name}")
                    for phase in phases.get(one.id, ())
                ],
                href=reverse("portfolio:project", args=[one.id]),
            )
            for one in lane.projects
        ]
    return render(
        request,
        "portfolio/roadmap.html",
        {
            "tabs": views_of("roadmap"),
            "page": page,
            "picture": pictures.gantt("fahrplan", "Fahrplan der Vorhaben", rows, today=clock.today())
            if rows
            else "",
        },
    )


CAPACITY_FIELDS = (
    Field(
        "skill",
        "Fähigkeit",
        limit=80,
        hint="Eine neue Fähigkeit entsteht, wenn Sie einen neuen Namen eintragen.",
    ),
    Field("post", "Stellennummer", limit=40, hint="Wie im Stellenplan, zum Beispiel 120.1-2."),
    Field("year", "Jahr", "int", low=2000, high=2100),
    Field("days", "Tage im Jahr für Vorhaben", "decimal", low=0, high=20000),
)


def _capacity_page(request: HttpRequest, parsed: Any = None, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    today = clock.today()
    text = request.GET.get("jahr", "")
    known = text.isascii() and text.isdigit() and len(text) == 4 and 2000 <= int(text) <= 2100
    year = int(text) if known else today.year
    first = date(year, 1, 1)
    return render(
        request,
        "portfolio/capacity.html",
        {
            "tabs": views_of("capacity"),
            "year": year,
            "months": [f"{name}" for name in pictures.MONTHS],
            "heat": heat(actor, first),
            "loads": capacity(actor, year),
            "posts": post_loads(actor, year),
            "may_manage": allowed(actor, "portfolio.manage"),
            "fields": CAPACITY_FIELDS,
            "options": {},
            "values": parsed.typed if parsed else {"year": year},
            "errors": parsed.errors if parsed else [],
            "faults": parsed.faults if parsed else {},
            "note": common.note_of(request),
        },
        status=status,
    )


@requires("portfolio.view")
@require_GET
def capacity_view(request: HttpRequest) -> HttpResponse:
    """Show need against capacity by skill and month."""
    return _capacity_page(request)


@requires("portfolio.manage")
@require_POST
def capacity_put(request: HttpRequest) -> HttpResponse:
    """Say how many days a post has for projects with a skill in a year."""
    actor = actor_of(request)
    parsed = read(CAPACITY_FIELDS, request.POST)
    if not parsed.errors:
        post = Post.objects.select_related("unit").filter(key=parsed.values["post"]).first()
        if post is None:
            parsed.fault("post", "Diese Stellennummer gibt es nicht. Sie steht im Stellenplan.")
        else:
            try:
                skill = services.define_skill(actor, parsed.values["skill"])
                services.put_capacity(
                    actor, skill=skill, post=post, year=parsed.values["year"], days=parsed.values["days"]
                )
                return common.lead_to("portfolio:capacity", note="gespeichert")
            except PortfolioError as error:
                parsed.fault(error.field, str(error))
    return _capacity_page(request, parsed, 422)


@requires("portfolio.view")
@require_GET
def all_money(request: HttpRequest) -> HttpResponse:
    """Show the money of all projects by fiscal year."""
    year = clock.today().year
    rows = money(actor_of(request), range(year - 1, year + 5))
    chart = pictures.money_chart(
        "Geplante und gebundene Mittel aller Vorhaben",
        [pictures.MoneyBar(row.year, row.planned, row.committed + row.actual) for row in rows],
        "Kosten der Vorhaben",
    )
    return render(
        request, "portfolio/all_money.html", {"tabs": views_of("all_money"), "rows": rows, "chart": chart}
    )


@requires("portfolio.view")
@require_GET
def lessons(request: HttpRequest) -> HttpResponse:
    """Search what projects have learnt."""
    text = common.text_of(request)
    return render(
        request,
        "portfolio/lessons.html",
        {
            "tabs": views_of("lessons"),
            "text": text,
            "page": pages.list_lessons(text, common.page_of(request)),
        },
    )


@requires("portfolio.view")
@require_GET
def all_milestones(request: HttpRequest) -> HttpResponse:
    """Send the milestones of all projects as a calendar."""
    found: list[Activity] = pages.milestones_due()
    return calendar_response(calendar.milestones("Meilensteine der Vorhaben", found), "meilensteine.ics")


def calendar_response(content: bytes, name: str) -> HttpResponse:
    """Return a calendar as a file."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
