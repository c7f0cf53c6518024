"""What the strategy means for my unit: for everybody who works for the city."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leineweber.faces.cockpit import goals
from leineweber.faces.cockpit.panels import attention, changes, projects, services
from leineweber.faces.cockpit.panels import goals as goal_panel
from leineweber.faces.cockpit.panels.shapes import Panel
from leineweber.faces.cockpit.scope import Scope, scope_of, units
from leineweber.kernel.access import actor_of, requires
from leineweber.kernel.ui.jinja import plural
from leineweber.people.organisation import queries as organisation


def _above(scope: Scope, found: list[goals.Standing]) -> list[goals.Standing]:
    """Return the goals of the units around this one: those one works for without being named."""
    return [
        one
        for one in found
        if not one.within(scope)
        and (one.everyone or any(scope.unit_path.startswith(path) for path in one.units))
    ]


@requires("strategy.view")
@require_safe
def my_unit(request: HttpRequest) -> HttpResponse:
    """Goals, matters and services of the unit of one's own post; whoever holds several posts chooses."""
    actor = actor_of(request)
    posts = organisation.posts_of(actor.id) if actor.id else []
    own = list({post.unit.code: str(post.unit) for post in posts}.items())
    codes = [code for code, _ in own]
    asked = request.GET.get("einheit", "")
    code = asked if asked in codes else next(iter(codes), "")
    scope = scope_of("", code, (), units()) if code else None
    if scope is None:
        return render(request, "cockpit/my_unit.html", {"scope": None, "own": own, "panels": []})
    everything = goals.standings(Scope(unit_names=scope.unit_names))
    mine = [one for one in everything if one.within(scope)]
    scope.memo["standings"] = mine
    around = _above(scope, everything)
    matters = attention.matters_of(actor, scope)
    found = [
        Panel(
            "ziele",
            "Ziele Ihrer Einheit",
            f"{plural(len(mine), 'Ziel nennt', 'Ziele nennen')} Ihre Einheit."
            if mine
            else "Noch nennt kein Ziel Ihre Einheit.",
            goal_panel.blocks(mine, shown=20),
            wide=True,
        )
    ]
    if around:
        found.append(
            Panel(
                "ziele-darueber",
                "Ziele, zu denen Sie beitragen",
                "Sie nennen alle Ämter oder eine Einheit, zu der Ihre gehört.",
                goal_panel.blocks(around, shown=20),
                wide=True,
            )
        )
    working = projects.panel(actor, scope)
    if working is not None:
        found.append(working)
    said = (
        f"{plural(len(matters), 'Punkt Ihrer Einheit wartet', 'Punkte Ihrer Einheit warten')} auf jemanden."
        if matters
        else "Nichts wartet auf Ihre Einheit."
    )
    found.append(Panel("offen", "Was ansteht", said, attention.tables(matters), wide=True))
    figures = services.panel(actor, scope)
    found += [one for one in (figures, changes.panel(actor, scope)) if one is not None]
    behind = sum(one.light in {"red", "yellow"} for one in mine)
    sentence = (
        f"{scope.unit_label}: {plural(len(mine), 'Ziel', 'Ziele')}, "
        f"{f'davon {behind} in Gefahr' if behind else 'keines in Gefahr'}."
        if mine
        else f"Was die Strategie für {scope.unit_label} bedeutet."
    )
    context = {
        "scope": scope,
        "own": own,
        "panels": found,
        "sentence": sentence,
        "light_words": goals.LIGHT_WORDS,
    }
    return render(request, "cockpit/my_unit.html", context)
