"""How other rooms show projects and mandates, ask about them, and decide on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from leineweber.domains.portfolio.models import Cost, Mandate, Project
from leineweber.domains.portfolio.queries import pages
from leineweber.domains.portfolio.rules import plan
from leineweber.domains.portfolio.services import mandates
from leineweber.kernel import clock, links
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.links import Brief, Card
from leineweber.kernel.ui.jinja import date_de, money


def project_url(project_id: UUID) -> str:
    """Return the address of a project."""
    return f"/steuerung/portfolio/vorhaben/{project_id}/"


def mandate_url(mandate_id: UUID) -> str:
    """Return the address of a mandate."""
    return f"/steuerung/portfolio/auftraege/{mandate_id}/"


def _projects(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    if not allowed(actor, "portfolio.view"):
        return {}
    return {
        row.id: Card(str(row), project_url(row.id), row.get_status_display())
        for row in Project.objects.filter(id__in=identifiers)
    }


def _every_project(actor: Actor) -> Iterable[UUID]:
    if not allowed(actor, "portfolio.view"):
        return []
    return (
        Project.objects.filter(status__in=["planned", "running", "paused"])
        .order_by("number")
        .values_list("id", flat=True)
    )


def _brief_project(identifier: UUID, actor: Actor) -> Brief | None:
    if not allowed(actor, "portfolio.view"):
        return None
    row = pages.with_lights(Project.objects.filter(id=identifier), clock.today()).first()
    if row is None:
        return None
    costs = (
        Cost.objects.filter(project=row, stage=Cost.Stage.PLANNED)
        .order_by("year")
        .values_list("year")
        .annotate(total=Sum("amount"))
    )
    return Brief(
        title=str(row),
        url=project_url(row.id),
        summary=row.purpose,
        owner=row.unit_name,
        facts=(
            ("Stand", row.get_status_display()),
            ("Ampel", plan.LIGHT_WORDS[pages.light_of(row)]),
            ("Zeitraum", f"{date_de(row.start)} bis {date_de(row.end)}"),
            ("Projektleitung", row.lead_name or "noch nicht benannt"),
            ("Auftrag durch", row.sponsor_name or "noch nicht benannt"),
            ("Freigegebenes Budget", money(row.budget_released)),
        ),
        costs=tuple((year, Decimal(total)) for year, total in costs),
        funding=row.funding,
    )


def _mandates(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    return {
        row.id: Card(f"Projektauftrag {row}", mandate_url(row.id), row.get_status_display())
        for row in pages.visible_mandates(actor).filter(id__in=identifiers)
    }


def _every_mandate(actor: Actor) -> Iterable[UUID]:
    return (
        pages.visible_mandates(actor)
        .filter(status=Mandate.Status.SUBMITTED)
        .order_by("number")
        .values_list("id", flat=True)
    )


def _brief_mandate(identifier: UUID, actor: Actor) -> Brief | None:
    row = pages.visible_mandates(actor).filter(id=identifier).first()
    if row is None:
        return None
    answers = row.answers
    start, end = mandates.day(answers, "start"), mandates.day(answers, "end")
    return Brief(
        title=f"Projektauftrag {row}",
        url=mandate_url(row.id),
        summary=str(answers.get("reason", "")),
        owner=row.author_name,
        facts=tuple(
            (label, text)
            for label, text in (
                ("Ergebnis", str(answers.get("result", ""))),
                ("Zeitraum", f"{date_de(start)} bis {date_de(end)}" if start and end else ""),
                ("Nutzen", str(answers.get("benefit", ""))),
                ("Risiken", str(answers.get("risks", ""))),
                ("Andere Lösungen", str(answers.get("alternatives", ""))),
            )
            if text
        ),
        costs=tuple(mandates.costs(answers)),
        funding=str(answers.get("funding", "")),
    )


links.register(
    "project",
    label="Vorhaben",
    resolve=_projects,
    brief=_brief_project,
    every=_every_project,
    effects=(
        ("start", "Vorhaben starten"),
        ("pause", "Vorhaben ruhen lassen"),
        ("stop", "Vorhaben abbrechen"),
        ("release_budget", "Budget freigeben"),
    ),
)
links.register(
    "mandate",
    label="Projektauftrag",
    resolve=_mandates,
    brief=_brief_mandate,
    every=_every_mandate,
    effects=(("approve", "Projektauftrag genehmigen"), ("reject", "Projektauftrag ablehnen")),
)
links.expect("project", "serves", "goal", outgoing=True, label="Vorhaben ohne Ziel")
