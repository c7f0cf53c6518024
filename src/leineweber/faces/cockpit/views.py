"""The view of one goal: thin over the strategy's queries."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from leineweber.domains.strategy import queries, rules
from leineweber.domains.strategy.models import SmartGoal
from leineweber.domains.strategy.queries import GoalView, Measured
from leineweber.domains.strategy.queries.standing import points_of
from leineweber.domains.strategy.views.common import note_of
from leineweber.faces.cockpit.changes import url_of
from leineweber.faces.cockpit.goals import LIGHT_WORDS
from leineweber.faces.cockpit.wording import headline, mark, target_words
from leineweber.kernel import clock
from leineweber.kernel.access import actor_of, allowed, requires
from leineweber.kernel.ui import charts
from leineweber.kernel.ui.jinja import number


def _picture(view: GoalView, measured: Measured) -> charts.Chart | None:
    """Return the course over time with its trajectory, None for figures that have no course."""
    figure = measured.figure
    if not figure.series:
        return None
    readings = [charts.Reading(point.on, point.value) for point in figure.series]
    target = []
    if measured.target is not None:
        target = [
            charts.Reading(measured.start, Decimal(0)),
            charts.Reading(measured.end, measured.target),
        ]
        if measured.on is not None and view.goal.target == measured.target:
            target = _plan(view.goal) or target
    return charts.line(
        f"{measured.indicator.label} im Verlauf",
        readings,
        target,
        value_label=measured.indicator.label,
        source=measured.indicator.source,
    )


def _breakdown(measured: Measured) -> charts.Chart | None:
    """Return need against what there is, or the parts alone where they have no need; None without parts."""
    parts = measured.figure.breakdown
    needing = [part for part in parts if part.need is not None]
    title, source = measured.indicator.label, measured.indicator.source
    if needing:
        return charts.need_bars(
            f"{title} je Bezirk",
            [charts.Need(part.label, part.need or Decimal(0), part.value) for part in needing],
            value_label=title,
            need_label="gebraucht",
            source=source,
            label="Bezirk",
        )
    if not parts:
        return None
    return charts.bars(
        f"{title}: die Eingangswege",
        [charts.Bar(part.label, part.value) for part in parts],
        "Vorgänge",
        source,
        "Weg",
    )


def _courses(view: GoalView, measured: Measured) -> charts.Chart | None:
    """Return how each part comes to its need over time, None for figures without such parts."""
    parts = [part for part in measured.figure.breakdown if part.need is not None and part.series]
    if not parts:
        return None
    return charts.courses(
        f"{measured.indicator.label} je Bezirk im Verlauf",
        [
            charts.Course(
                part.label,
                part.need or Decimal(0),
                [charts.Reading(point.on, point.value) for point in part.series],
            )
            for part in parts
        ],
        measured.start,
        measured.end,
        need_label="gebraucht",
        source=measured.indicator.source,
        label="Bezirk",
    )


def _plan(goal: SmartGoal) -> list[charts.Reading]:
    """Return the planned way of a goal as a picture draws it; empty without one."""
    if goal.start is None or goal.end is None or goal.baseline is None or goal.target is None:
        return []
    course = rules.Course(goal.trajectory, goal.start, goal.end, goal.baseline, goal.target, points_of(goal))
    inner = [day for day, _ in course.points if goal.start < day < goal.end]
    days = {goal.start, *inner, goal.end}
    if goal.trajectory == "steps":
        days |= {day - timedelta(days=1) for day in inner}
    return [charts.Reading(day, rules.planned(course, day)) for day in sorted(days)]


def _course(view: GoalView) -> charts.Chart | None:
    """Return the planned way of a goal that no live figure measures, None without one."""
    goal = view.goal
    planned = _plan(goal)
    if view.measured or not planned or goal.baseline is None:
        return None
    return charts.line(
        f"{goal.indicator}: der Sollpfad",
        [charts.Reading(goal.baseline_on or planned[0].day, goal.baseline)],
        planned,
        value_label=goal.indicator,
        source=goal.source,
    )


def _said(view: GoalView) -> str:
    """Return how a goal stands; of one that no live figure measures, where it should be today."""
    goal = view.goal
    if (
        view.measured
        or goal.start is None
        or goal.end is None
        or goal.baseline is None
        or goal.target is None
    ):
        return headline(view)
    course = rules.Course(goal.trajectory, goal.start, goal.end, goal.baseline, goal.target, points_of(goal))
    today = rules.planned(course, clock.today())
    return (
        f"Nach dem Sollpfad sollten es heute {number(today, 0)} von {number(goal.target)} sein: {goal.indicator}. "
        "Gemessen wird noch nicht aus dem laufenden Betrieb."
    )


@requires("strategy.view")
def goal(request: HttpRequest, slug: str) -> HttpResponse:
    """One goal: how it stands, its figures, their course, the parts, and the way down to the cases."""
    view = queries.goal_view(slug)
    if view is None:
        raise Http404
    pictures = [(one, _picture(view, one), _breakdown(one), _courses(view, one)) for one in view.measured]
    return render(
        request,
        "cockpit/goal.html",
        {
            "view": view,
            "headline": _said(view),
            "target_words": target_words,
            "mark": mark,
            "url_of": url_of,
            "pictures": pictures,
            "course": _course(view),
            "profile": queries.profile(view, actor_of(request)),
            "note": note_of(request),
            "light_words": LIGHT_WORDS,
            "may_see_cases": allowed(actor_of(request), "applications.case.view"),
        },
    )
