"""How other rooms show half-year reports."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse

from leineweber.domains.reports import queries, rules
from leineweber.domains.reports.models import FrozenReport
from leineweber.kernel import links
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.links import Brief, Card
from leineweber.kernel.ui.jinja import date_de


def _reports(identifiers: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
    if not allowed(actor, "reports.view"):
        return {}
    rows = FrozenReport.objects.filter(id__in=identifiers).defer("content")
    return {
        row.id: Card(
            f"Halbjahresbericht {queries.label_of(row)}",
            reverse("reports:report", args=[row.id]),
            f"eingefroren am {date_de(row.frozen_at)}",
        )
        for row in rows
    }


def _brief(identifier: UUID, actor: Actor) -> Brief | None:
    row = queries.report(identifier) if allowed(actor, "reports.view") else None
    if row is None:
        return None
    content = queries.content_of(row)
    summary = next((text for _, text in rules.texts_of(content)), "")
    facts = (("Zeitraum", rules.name_of(row.year, row.half)), ("Siegel (SHA-512)", row.sha512))
    return Brief(row.title, reverse("reports:report", args=[row.id]), summary, row.frozen_by, facts)


def _every(actor: Actor) -> list[UUID]:
    if not allowed(actor, "reports.view"):
        return []
    return list(FrozenReport.objects.order_by("-year", "-half", "-edition").values_list("id", flat=True))


links.register("report", label="Halbjahresbericht", resolve=_reports, brief=_brief, every=_every)
