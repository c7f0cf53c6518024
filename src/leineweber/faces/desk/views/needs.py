"""What is needed and what is filled, per area, place and function."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from leineweber.domains.applications import queries
from leineweber.domains.applications.models import Need, Procedure
from leineweber.domains.applications.procedures import registry
from leineweber.domains.applications.procedures.package import Package
from leineweber.kernel import clock
from leineweber.kernel.access import actor_of, requires


@dataclass(frozen=True, slots=True)
class Area:
    """One area with its places: a row each, a column per function."""

    key: str
    label: str
    required: int
    filled: int
    registered: int
    href: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Balance:
    """The needs of one procedure."""

    title: str
    required: int
    filled: int
    columns: list[dict[str, Any]]
    areas: list[Area]


def _rows(needs: list[Need]) -> list[dict[str, Any]]:
    places: dict[tuple[str, str], dict[str, Any]] = {}
    for need in needs:
        cells = places.setdefault((need.occasion, need.place), {"place": need.place})
        cells[need.function] = f"{need.filled} von {need.required}"
        cells["missing"] = cells.get("missing", 0) + need.required - need.filled
    return [{"cells": cells} for cells in places.values()]


def _balance(procedure: Procedure, package: Package, area: str) -> Balance:
    needs = [need for need in queries.needs_of(procedure.key) if area in {"", need.area}]
    registered = {
        one.area: one.registered
        for one in queries.area_balances(procedure.key, date(2000, 1, 1), clock.today())
    }
    used = {need.function for need in needs}
    functions = [key for key in package.functions if key in used] or sorted(used)
    by_area: dict[str, list[Need]] = {}
    for need in needs:
        by_area.setdefault(need.area, []).append(need)
    order = list(package.areas)
    areas = [
        Area(
            key=key,
            label=package.areas.get(key, key),
            required=sum(need.required for need in rows),
            filled=sum(need.filled for need in rows),
            registered=registered.get(key, 0),
            href=f"{reverse('desk:cases')}?{urlencode({'bezirk': key})}",
            rows=_rows(rows),
        )
        for key, rows in sorted(
            by_area.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order)
        )
    ]
    return Balance(
        title=procedure.title,
        required=sum(one.required for one in areas),
        filled=sum(one.filled for one in areas),
        columns=[
            {"key": "place", "label": "Ort"},
            *({"key": key, "label": package.functions.get(key, key), "numeric": True} for key in functions),
            {"key": "missing", "label": "Es fehlen", "numeric": True},
        ],
        areas=areas,
    )


@requires("applications.case.view")
@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """Show what the procedures one works in still need."""
    area = request.GET.get("bezirk", "")
    balances: list[Balance] = []
    areas: dict[str, str] = {}
    for procedure in queries.procedures_for(actor_of(request)):
        package = registry.package_of(procedure)
        areas |= dict(package.areas)
        balances.append(_balance(procedure, package, area if area in package.areas else ""))
    return render(
        request,
        "desk/needs.html",
        {
            "balances": [one for one in balances if one.areas],
            "areas": list(areas.items()),
            "area": area if area in areas else "",
        },
    )
