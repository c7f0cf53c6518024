"""What of the strategy needs somebody: goals in danger, decisions that wait, ends that come."""

from __future__ import annotations

from datetime import timedelta

from leineweber.domains.strategy import queries
from leineweber.domains.strategy.kinds import address
from leineweber.domains.strategy.models import Edition, SmartGoal
from leineweber.kernel import attention, clock, links
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.attention import Matter
from leineweber.kernel.refs import Ref

SOON = timedelta(days=60)
Status = SmartGoal.Status


def _in_danger() -> list[Matter]:
    red = [view.goal for view in queries.goal_views(measured=True) if view.light == "red"]
    if not red:
        return []
    edges = links.touching([Ref("goal", goal.id) for goal in red], {"serves"})
    with_project = {edge.target for edge in edges if edge.source.kind == "project"}
    with_measure = {edge.source for edge in edges if edge.target.kind == "measure"}
    found = []
    for goal in red:
        ref = Ref("goal", goal.id)
        lacks = [
            name
            for name, having in (("keine Maßnahme", with_measure), ("kein Vorhaben", with_project))
            if ref not in having
        ]
        note = "Das Ziel ist gefährdet."
        if lacks:
            note = f"Das Ziel ist gefährdet, und es gibt dazu {' und '.join(lacks)}."
        found.append(
            Matter(ref, "exception", str(goal), address("goal", goal.slug), goal.end, goal.unit_path, note)
        )
    return found


def _waiting(limit: int) -> list[Matter]:
    goals = SmartGoal.objects.filter(status=Status.PROPOSED).order_by("proposed_on", "sort_key")[:limit]
    found = []
    for goal in goals:
        note = "Vorgeschlagen und noch nicht beschlossen."
        if goal.open_findings:
            count = "ein Befund" if goal.open_findings == 1 else f"{goal.open_findings} Befunde"
            note = (
                f"Vorgeschlagen; in der SMART-Prüfung ist {count} offen."
                if goal.open_findings == 1
                else (f"Vorgeschlagen; in der SMART-Prüfung sind {count} offen.")
            )
        ref = Ref("goal", goal.id)
        found.append(
            Matter(ref, "decision", str(goal), address("goal", goal.slug), None, goal.unit_path, note)
        )
    for edition in Edition.objects.filter(status=Edition.Status.PROPOSED).defer("content")[:5]:
        url = f"/steuerung/strategie/fassungen/{edition.number}/"
        note = "Zum Beschluss vorgelegt."
        found.append(
            Matter(Ref("edition", edition.id), "decision", f"Strategie, {edition}", url, None, "", note)
        )
    return found


def _ending(limit: int) -> list[Matter]:
    day = clock.today()
    goals = SmartGoal.objects.filter(status=Status.ADOPTED, end__lte=day + SOON).order_by("end")[:limit]
    return [
        Matter(
            Ref("goal", goal.id),
            "deadline",
            str(goal),
            address("goal", goal.slug),
            goal.end,
            goal.unit_path,
            "Der Zeitraum ist um: Stellen Sie fest, ob das Ziel erreicht ist."
            if goal.end and goal.end < day
            else "Der Zeitraum endet bald.",
        )
        for goal in goals
    ]


def ask(actor: Actor, limit: int) -> list[Matter]:
    """Return what of the strategy needs somebody, most urgent first; constant queries and the live figures."""
    if not allowed(actor, "strategy.view"):
        return []
    found = [*_in_danger(), *_ending(limit)]
    if allowed(actor, "strategy.adopt") or allowed(actor, "strategy.edit"):
        found += _waiting(limit)
    found.sort(key=lambda one: (one.due is None, one.due or clock.today(), one.title))
    return found[:limit]


attention.register("strategy", ask)
