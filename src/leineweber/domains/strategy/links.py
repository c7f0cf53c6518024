"""How other rooms show the parts of the paper, what they may decide about them, and what is expected of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from leineweber.domains.strategy import rules
from leineweber.domains.strategy.kinds import ELEMENTS, address
from leineweber.domains.strategy.models import Edition, SmartGoal
from leineweber.domains.strategy.queries import compared, fact_rows, findings_of
from leineweber.domains.strategy.queries.editions import base_of
from leineweber.domains.strategy.queries.standing import Measured, goal_view
from leineweber.kernel import links
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.links import Brief, Card

VIEW = "strategy.view"
_TOLD = ("purpose", "result", "indicator", "baseline", "target", "start", "end", "risks", "dependencies", "on_citizens",
         "on_staff", "on_climate", "on_accessibility", "on_data_ethics")  # fmt: skip


def _register_element(kind: str) -> None:
    model = ELEMENTS[kind]

    def cards(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
        if not allowed(actor, VIEW):
            return {}
        rows = model._default_manager.filter(id__in=identifiers).defer("text")
        return {
            row.id: Card(str(row), "", "entfallen")
            if row.withdrawn
            else Card(str(row), address(kind, row.slug))
            for row in rows
        }

    def every(actor: Actor) -> Iterable[UUID]:
        if not allowed(actor, VIEW):
            return []
        return model._default_manager.filter(withdrawn=False).values_list("id", flat=True)

    def brief(id: UUID, actor: Actor) -> Brief | None:
        row = model._default_manager.filter(id=id, withdrawn=False).first() if allowed(actor, VIEW) else None
        return Brief(str(row), address(kind, row.slug), row.text) if row else None

    links.register(kind, label=rules.KIND_LABELS[kind], resolve=cards, every=every, brief=brief)


def _goals(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    if not allowed(actor, VIEW):
        return {}
    rows = SmartGoal.objects.filter(id__in=identifiers).only("id", "number", "title", "slug", "status")
    return {row.id: Card(str(row), address("goal", row.slug), row.get_status_display()) for row in rows}


def _every_goal(actor: Actor) -> Iterable[UUID]:
    if not allowed(actor, VIEW):
        return []
    return SmartGoal.objects.filter(status=SmartGoal.Status.ADOPTED).values_list("id", flat=True)


def _measured(one: Measured) -> str:
    """Return what live operation says: figure, value, and what should be reached in the end."""
    target = "" if one.target is None else f", Ziel {rules.shown('target', one.target)}"
    return f"{one.indicator.label}: {rules.shown('target', one.figure.value)}{target}"


def _goal_brief(id: UUID, actor: Actor) -> Brief | None:
    if not allowed(actor, VIEW):
        return None
    goal = SmartGoal.objects.select_related("field").filter(id=id).first()
    if goal is None:
        return None
    rows, labels = fact_rows(goal), rules.FIELDS["goal"]
    view = goal_view(goal.slug)
    measured = view.measured if view else ()
    found = findings_of(goal, measured=measured)
    told = " ".join(one.reason for one in found) or "Keine offenen Befunde."
    return Brief(
        title=str(goal),
        url=address("goal", goal.slug),
        summary=goal.purpose,
        owner=goal.responsible,
        facts=(
            *((labels[name], rows[name]) for name in _TOLD if name in rows),
            *(("Gemessen", _measured(one)) for one in measured if one.figure.value is not None),
            ("SMART-Prüfung", told),
        ),
        costs=tuple((int(year), Decimal(amount)) for year, amount in goal.costs),
        funding=goal.funding,
    )


def _editions(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    if not allowed(actor, VIEW):
        return {}
    rows = Edition.objects.filter(id__in=identifiers).defer("content")
    return {
        row.id: Card(
            f"Strategie, {row}", f"/steuerung/strategie/fassungen/{row.number}/", row.get_status_display()
        )
        for row in rows
    }


def _edition_brief(id: UUID, actor: Actor) -> Brief | None:
    edition = Edition.objects.filter(id=id).first() if allowed(actor, VIEW) else None
    if edition is None:
        return None
    found = compared(edition, base_of(edition)).differences
    return Brief(
        title=f"Strategie, {edition}: {edition.title}",
        url=f"/steuerung/strategie/fassungen/{edition.number}/",
        summary=f"{len(found)} Unterschiede zur beschlossenen Fassung."
        if len(found) != 1
        else "1 Unterschied.",
        facts=tuple((f"Unterschied {index}", one.sentence) for index, one in enumerate(found[:40], 1)),
    )


for _kind in ELEMENTS:
    _register_element(_kind)
links.register(
    "goal",
    label=rules.KIND_LABELS["goal"],
    resolve=_goals,
    every=_every_goal,
    brief=_goal_brief,
    effects=(("adopt", "Ziel beschließen"), ("reject", "Ziel ablehnen")),
)
links.register(
    "edition",
    label="Fassung der Strategie",
    resolve=_editions,
    brief=_edition_brief,
    effects=(("adopt", "Fassung beschließen"), ("reject", "Fassung ablehnen")),
)
links.expect("goal", "serves", "project", outgoing=False, label="Ziele ohne Vorhaben")
links.expect("goal", "serves", "measure", outgoing=True, label="Ziele ohne Maßnahme")
