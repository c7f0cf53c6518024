"""The registry of figures: the list, and one figure with its course, light, quality and source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from leineweber.domains.reports import wording
from leineweber.domains.reports.forms import Form, number_text
from leineweber.domains.reports.views.common import csv_answer, definition_or_404, note_of, page_of, text_of
from leineweber.kernel import clock
from leineweber.kernel.access import actor_of, allowed, requires
from leineweber.kernel.indicators import queries, registry, rules
from leineweber.kernel.indicators.queries import Definition, Narrow, Reading, Standing
from leineweber.kernel.ui import charts
from leineweber.kernel.ui.jinja import date_de

PERIODS = {"halb": (183, "26 Wochen"), "jahr": (366, "ein Jahr"), "fuenf": (1827, "fünf Jahre")}
USUAL_PERIOD = "jahr"
MOST_ROWS = 4000
KINDS = [("live", "gemessen"), ("formula", "berechnet"), ("manual", "von Hand")]
QUALITIES = [*wording.QUALITY_WORDS.items(), ("none", "noch ohne Wert")]


def _row(one: Standing) -> dict[str, Any]:
    told, reading = one.definition, one.reading
    quality: dict[str, str] | str = wording.NO_VALUE
    if reading is not None and reading.value is not None:
        quality = {
            "badge": wording.QUALITY_WORDS[reading.quality],
            "badge_kind": wording.QUALITY_KINDS[reading.quality],
            "note": ""
            if not reading.manual
            else "von Hand"
            if told.kind == "manual"
            else "enthält Werte von Hand",
        }
    return {
        "href": reverse("reports:figure", args=[told.key]),
        "cells": {
            "label": {
                "text": told.label,
                "note": f"stillgelegt am {date_de(told.retired_on)}" if told.retired_on else "",
            },
            "value": {
                "text": wording.with_unit(reading.value if reading else None, told.unit),
                "note": date_de(reading.on) if reading else "",
            },
            "light": {
                "light": one.light,
                "text": wording.LIGHT_WORDS[one.light],
                "note": "gesetzt" if one.override else "",
            },
            "quality": quality,
            "kind": told.kind_label,
            "owner": told.owner,
        },
    }


@requires("indicators.view")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show all figures of the house, searched and filtered, a page at a time."""
    narrow = Narrow(
        text_of(request, "q"),
        text_of(request, "verantwortlich", 120),
        text_of(request, "art", 10),
        text_of(request, "guete", 12),
        request.GET.get("stillgelegt") == "ja",
    )
    page = queries.page_of(narrow, page_of(request), clock.today())
    return render(
        request,
        "reports/figures.html",
        {
            "page": page,
            "narrow": narrow,
            "narrowed": narrow != Narrow(),
            "rows": [_row(one) for one in page.rows],
            "owners": [(owner, owner) for owner in page.owners],
            "kinds": KINDS,
            "qualities": QUALITIES,
            "may_manage": allowed(actor_of(request), "indicators.manage"),
            "note": note_of(request),
        },
    )


def _planned(one: Definition) -> list[charts.Reading]:
    """Return the trajectory as a picture draws it: steps go up on their day."""
    if one.trajectory is None:
        return []
    points = one.trajectory.points
    if one.trajectory.shape == "linear":
        points = (points[0], points[-1])
    drawn: list[charts.Reading] = []
    for day, value in points:
        if one.trajectory.shape == "steps" and drawn and drawn[-1].day < day - timedelta(days=1):
            drawn.append(charts.Reading(day - timedelta(days=1), drawn[-1].value))
        drawn.append(charts.Reading(day, value))
    return drawn


def picture(one: Definition, course: Sequence[Reading]) -> charts.Chart | None:
    """Return the course of a figure with its trajectory; None without values, or with some below zero."""
    readings = [
        charts.Reading(point.on, point.value) for point in rules.thinned(course) if point.value is not None
    ]
    planned = _planned(one)
    if not readings or min(reading.value for reading in [*readings, *planned]) < 0:
        return None
    return charts.line(
        f"{one.label} im Verlauf",
        readings,
        planned,
        unit="" if one.unit == wording.COUNTED else one.unit,
        source=one.source,
    )


def page(request: HttpRequest, key: str, form: Form | None = None, status: int = 200) -> HttpResponse:
    """Show one figure; `form` holds what was typed into one of its forms, and what is wrong with it."""
    one = definition_or_404(key)
    today = clock.today()
    period = request.GET.get("zeitraum", "")
    period = period if period in PERIODS else USUAL_PERIOD
    actor = actor_of(request)
    standing = queries.standings([key], today, {key: one})[key]
    course = queries.series([key], today - timedelta(days=PERIODS[period][0]), today)[key]
    figure = queries.now(one)
    procedure = registry.split(key)[1] or None
    may_drill = one.code is not None and one.code.drill is not None and allowed(actor, one.code.drill_policy)
    scopes = registry.live_keys(one.code) if one.code is not None else {}
    names = one.code.scopes() if one.code is not None and one.code.scopes is not None else {}
    may_manage = allowed(actor, "indicators.manage")
    inputs = queries.definitions_of((one.inputs or {}).values())
    return render(
        request,
        "reports/figure.html",
        {
            "one": one,
            "standing": standing,
            "reading": standing.reading,
            "figure": figure,
            "with_unit": wording.with_unit,
            "light_words": wording.LIGHT_WORDS,
            "quality_words": wording.QUALITY_WORDS,
            "quality_kinds": wording.QUALITY_KINDS,
            "direction_words": wording.DIRECTION_WORDS,
            "shape_words": wording.SHAPE_WORDS,
            "picture": picture(one, course),
            "course": rules.thinned(course),
            "period": period,
            "periods": [
                {
                    "href": f"?zeitraum={name}",
                    "label": label,
                    "current": name == period,
                }
                for name, (_, label) in PERIODS.items()
            ],
            "scopes": [
                {
                    "href": reverse("reports:figure", args=[other]),
                    "label": names.get(scope or "", "alle Verfahren"),
                    "current": other == key,
                }
                for other, scope in (scopes if len(scopes) > 1 else {}).items()
            ],
            "drill": one.code.drill(one.code.query_on(today, procedure))
            if may_drill and one.code and one.code.drill
            else "",
            "has_drill": one.code is not None and one.code.drill is not None,
            "past": queries.past_overrides(key),
            "entries": queries.entries(key) if one.kind == "manual" else [],
            "formulas": queries.formula_versions(key) if one.kind == "formula" else [],
            "inputs": [(name, inputs.get(other), other) for name, other in (one.inputs or {}).items()],
            "may_manage": may_manage,
            "lights": [(light, wording.LIGHT_WORDS[light]) for light in rules.LIGHTS[:3]],
            "errors": form.errors if form else [],
            "faults": form.faults if form else {},
            "values": form.values if form else {},
            "note": "" if form else note_of(request),
            "today": today,
        },
        status=status,
    )


@requires("indicators.view")
@require_safe
def figure(request: HttpRequest, key: str) -> HttpResponse:
    """Show one figure: what it is, how it stands, its course, its light, its source."""
    return page(request, key)


@requires("indicators.view")
@require_safe
def csv(request: HttpRequest, key: str) -> HttpResponse:
    """Give out the whole course of a figure, every day of at most ten years."""
    one = definition_or_404(key)
    today = clock.today()
    course = queries.series([key], today - timedelta(days=3660), today)[key][-MOST_ROWS:]
    header = ("Tag", f"{one.label} ({one.unit})", "Sollpfad", "Güte", "von Hand")
    rows = [header]
    for reading in course:
        expected = one.trajectory.expected(reading.on) if one.trajectory else reading.target
        rows.append(
            (
                reading.on.isoformat(),
                "" if reading.value is None else number_text(reading.value),
                "" if expected is None else number_text(round(expected, 4)),
                wording.QUALITY_WORDS[reading.quality],
                "ja" if reading.manual else "nein",
            )
        )
    return csv_answer(f"{key}.csv", rows)
