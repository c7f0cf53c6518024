"""The one page for leadership, the same for a field and for a unit, all goals as a list, and the overview on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from leineweber.faces.cockpit import goals, paper
from leineweber.faces.cockpit.panels import panels
from leineweber.faces.cockpit.panels.goals import COLUMNS, row
from leineweber.faces.cockpit.panels.shapes import Panel
from leineweber.faces.cockpit.scope import Scope, UnitChoice, scope_of, units
from leineweber.kernel.access import actor_of, requires
from leineweber.kernel.ui.jinja import CITY

PAGE_SIZE = 50
TEXT_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Looked:
    """What an overview shows: the scope, what can be chosen, and the panels."""

    scope: Scope
    fields: list[tuple[str, str]]
    units: list[UnitChoice]
    panels: list[Panel]

    @property
    def sentence(self) -> str:
        """What the page begins with: how the goals stand."""
        return next((one.headline for one in self.panels if one.headline), "")

    @property
    def lead(self) -> str:
        """What needs the reader and what it costs, as the panels say it in short."""
        return " ".join(one.brief for one in self.panels if one.brief)


def _look(request: HttpRequest, field: str = "", code: str = "") -> Looked:
    """Return what is asked for; 404 for a field or a unit that does not exist."""
    fields, choices = goals.fields(), units()
    scope = scope_of(
        field or request.GET.get("feld", ""), code or request.GET.get("einheit", ""), fields, choices
    )
    if scope is None:
        raise Http404
    return Looked(scope, fields, choices, panels(actor_of(request), scope))


def _page(request: HttpRequest, looked: Looked) -> HttpResponse:
    scope = looked.scope
    below = [one for one in looked.units if scope.unit_code and one.above == scope.unit_code]
    here = next((one for one in looked.units if one.code == scope.unit_code), None)
    above = next((one for one in looked.units if here and one.code == here.above), None)
    context: dict[str, Any] = {
        "looked": looked,
        "scope": scope,
        "below": below,
        "above": above,
        "unit_options": [(one.code, "– " * one.depth + one.label) for one in looked.units if one.depth < 2],
        "pdf": f"{reverse('cockpit:paper')}?feld={scope.field}&einheit={scope.unit_code}",
        "light_words": goals.LIGHT_WORDS,
    }
    return render(request, "cockpit/overview.html", context)


@requires("strategy.view")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Are we where we wanted to be, what needs me, what does it cost."""
    return _page(request, _look(request))


@requires("strategy.view")
@require_safe
def field(request: HttpRequest, field: str) -> HttpResponse:
    """The same for a field of action."""
    return _page(request, _look(request, field=field))


@requires("strategy.view")
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """The same for a unit and everything below it."""
    return _page(request, _look(request, code=code))


@requires("strategy.view")
@require_safe
def paper_of(request: HttpRequest) -> HttpResponse:
    """The overview as PDF, with what the reader may see."""
    looked = _look(request)
    name = str(getattr(settings, "LEINEWEBER_CITY", CITY)["name"])
    content = paper.overview(name, looked.scope.label, looked.sentence, looked.lead, looked.panels)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="ueberblick.pdf"'
    return answer


@requires("strategy.view")
@require_safe
def goal_list(request: HttpRequest) -> HttpResponse:
    """All goals, worst first: by field, unit, light and words, `PAGE_SIZE` a page."""
    fields, choices = goals.fields(), units()
    scope = scope_of(request.GET.get("feld", ""), request.GET.get("einheit", ""), fields, choices)
    if scope is None:
        raise Http404
    light = request.GET.get("ampel", "")
    text = request.GET.get("q", "")[:TEXT_LIMIT].strip()
    words = text.casefold().split()
    found = [
        one
        for one in goals.standings(scope)
        if light in {"", one.light} and all(word in f"{one.number} {one.title}".casefold() for word in words)
    ]
    pages = max(1, -(-len(found) // PAGE_SIZE))
    asked = request.GET.get("seite", "1")
    page = min(max(1, int(asked) if asked.isdecimal() and len(asked) < 7 else 1), pages)
    context = {
        "columns": COLUMNS,
        "rows": [row(one) for one in found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]],
        "total": len(found),
        "page": page,
        "pages": pages,
        "fields": fields,
        "unit_options": [(one.code, "– " * one.depth + one.label) for one in choices if one.depth < 2],
        "scope": scope,
        "light": light if light in goals.LIGHT_WORDS else "",
        "lights": [(key, goals.LIGHT_WORDS[key]) for key in goals.ORDER],
        "text": text,
    }
    return render(request, "cockpit/goals.html", context)
