"""SMART goals: the list, the form, and what becomes of a goal. How one stands is the cockpit's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leineweber.domains.strategy import forms, queries, services
from leineweber.domains.strategy.forms import Choices, Form
from leineweber.domains.strategy.kinds import ELEMENTS, address, ref_of
from leineweber.domains.strategy.models import SmartGoal
from leineweber.domains.strategy.queries import GoalFilter
from leineweber.domains.strategy.queries.listing import field_choices
from leineweber.domains.strategy.services import Conflict, OpenFindings, StrategyError
from leineweber.domains.strategy.views.common import (
    asked_for,
    error_of,
    note_of,
    page_of,
    saved,
    tabs,
    version_of,
)
from leineweber.kernel import links
from leineweber.kernel.access import Actor, actor_of, requires
from leineweber.kernel.indicators.queries import definitions
from leineweber.kernel.ui.jinja import date_de, plural
from leineweber.people.organisation.models import Post

STATUS_KIND = {
    "draft": "neutral",
    "proposed": "warning",
    "adopted": "success",
    "completed": "info",
    "dropped": "neutral",
}


@requires("strategy.view")
@require_safe
def goal_list(request: HttpRequest) -> HttpResponse:
    """Goals, searched, filtered and paged; the filters stand in the address."""
    units, paths = queries.unit_choices()
    code = request.GET.get("einheit", "")
    asked = GoalFilter(
        text=asked_for(request, "q", 100),
        field=asked_for(request, "feld", 80),
        status=asked_for(request, "stand", 10),
        unit=paths.get(code, ""),
        findings=request.GET.get("befunde", "") == "offen",
    )
    page = queries.goals(asked, page_of(request))
    rows = [
        {
            "href": address("goal", goal.slug),
            "cells": {
                "goal": {"text": str(goal), "note": goal.responsible},
                "field": goal.field_of_action,
                "period": f"{date_de(goal.start)} – {date_de(goal.end)}"
                if goal.start or goal.end
                else "offen",
                "status": {"badge": goal.get_status_display(), "badge_kind": STATUS_KIND[goal.status]},
                "findings": plural(goal.open_findings, "Befund", "Befunde")
                if goal.open_findings
                else "keine",
            },
        }
        for goal in page.goals
    ]
    return render(
        request,
        "strategy/goals.html",
        {
            "tabs": tabs("goals"),
            "note": note_of(request),
            "asked": asked,
            "code": code if code in paths else "",
            "page": page,
            "rows": rows,
            "units": units,
            "fields": [(field.slug, str(field)) for field in field_choices()],
            "statuses": SmartGoal.Status.choices,
            "filtered": any((asked.text, asked.field, asked.status, asked.unit, asked.findings)),
        },
    )


def _choices(goal: SmartGoal | None) -> Choices:
    def options(kind: str) -> list[tuple[str, str]]:
        rows = ELEMENTS[kind]._default_manager.filter(withdrawn=False).defer("text")
        return [(str(row.id), str(row)) for row in rows]

    units, paths = queries.unit_choices()
    posts = Post.objects.filter(head=True).select_related("unit").order_by("unit__path")
    rows = [(str(post.id), f"{post.unit}: {post.title}") for post in posts]
    if goal is not None and goal.post and str(goal.post) not in dict(rows):
        own = Post.objects.filter(id=goal.post).select_related("unit").first()
        rows += [(str(own.id), f"{own.unit}: {own.title}")] if own else []
    # What is typed by hand says so in the list; a figure that is retired and chosen already stays to be seen.
    figures = [
        (key, one.label if one.kind == "live" else f"{one.label} ({one.kind_label})")
        for key, one in definitions().items()
    ]
    if goal is not None:
        known = dict(figures)
        kept = (one.indicator for one in goal.measurements.all())
        figures += [(key, key) for key in kept if key not in known]
    return Choices(options("field"), options("measure"), options("principle"), units, paths, rows, figures)


def _form(request: HttpRequest, goal: SmartGoal | None) -> HttpResponse:
    choices = _choices(goal)
    status, conflict = 200, ""
    if request.method == "POST":
        form, values = forms.read_goal(request.POST, choices, goal)
        status = 422
        if values is not None:
            try:
                seen = version_of(request) if goal else None
                written = services.write_goal(
                    actor_of(request), values, id=goal.id if goal else None, seen=seen
                )
                return saved(address("goal", written.slug), "gespeichert" if goal else "angelegt")
            except Conflict as error:
                status, conflict = 409, str(error)
            except StrategyError as error:
                form.errors.append(error_of(error, "titel"))
    else:
        form = Form(request.POST)
        form.values = _shown(goal, choices)
    return render(
        request,
        "strategy/goal_form.html",
        {
            "form": form,
            "goal": goal,
            "choices": choices,
            "conflict": conflict,
            "version": goal.version if goal else 0,
            "longest": {name: longest for name, (_, _, longest) in forms.TEXTS.items()},
            "directions": SmartGoal.Direction.choices,
            "trajectories": SmartGoal.Trajectory.choices,
            "back": address("goal", goal.slug) if goal else reverse("strategy:goals"),
        },
        status=status,
    )


def _shown(goal: SmartGoal | None, choices: Choices) -> dict[str, Any]:
    if goal is None:
        return {"richtung": "up", "sollpfad": "linear"}
    joined = links.targets(ref_of(goal))
    code = next((code for code, path in choices.unit_paths.items() if path == goal.unit_path), "")
    return forms.values_of(
        goal,
        code,
        [target.id for kind, target in joined if (kind, target.kind) == ("serves", "measure")],
        [target.id for kind, target in joined if (kind, target.kind) == ("follows", "principle")],
    )


@requires("strategy.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a new goal; it begins as a draft."""
    return _form(request, None)


@requires("strategy.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a goal's profile."""
    goal = SmartGoal.objects.filter(slug=slug).first()
    if goal is None:
        raise Http404
    return _form(request, goal)


def _turns(
    actor: Actor, goal: SmartGoal, seen: int, reason: str
) -> dict[str, tuple[Callable[[], object], str]]:
    """Return what may be pressed: name → what it does, and what is said afterwards."""
    return {
        "vorschlagen": (lambda: services.propose(actor, id=goal.id, seen=seen), "vorgeschlagen"),
        "zuruecknehmen": (lambda: services.take_back(actor, id=goal.id, seen=seen), "zurueckgenommen"),
        "beschliessen": (
            lambda: services.adopt(actor, id=goal.id, seen=seen, overrule=reason),
            "beschlossen",
        ),
        "abschliessen": (lambda: services.complete(actor, id=goal.id, seen=seen), "erreicht"),
        "aufgeben": (lambda: services.drop(actor, id=goal.id, seen=seen), "aufgegeben"),
    }


@requires("strategy.act")
@require_POST
def turn(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose, take back, adopt, complete or drop a goal; what cannot be done is said, with what was typed."""
    goal = SmartGoal.objects.filter(slug=slug).first()
    if goal is None:
        raise Http404
    reason = request.POST.get("grund", "").replace("\x00", "")[:2000]
    turns = _turns(actor_of(request), goal, version_of(request), reason)
    error = StrategyError("Wählen Sie, was mit dem Ziel geschehen soll.")
    if request.POST.get("tun", "") in turns:
        do, note = turns[request.POST["tun"]]
        try:
            do()
            return saved(address("goal", slug), note)
        except StrategyError as refused:
            error = refused
    return render(
        request,
        "strategy/goal_turn.html",
        {
            "goal": goal,
            "errors": [error_of(error, "tun")],
            "findings": error.findings if isinstance(error, OpenFindings) else (),
            "reason": reason,
            "ask_reason": request.POST.get("tun") == "beschliessen" and not isinstance(error, Conflict),
            "back": address("goal", slug),
        },
        status=409 if isinstance(error, Conflict) else 422,
    )
