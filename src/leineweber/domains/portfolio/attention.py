"""What of the portfolio needs somebody: broken tolerances, gates that are due, mandates to decide."""

from __future__ import annotations

from datetime import timedelta

from leineweber.domains.portfolio.links import mandate_url, project_url
from leineweber.domains.portfolio.models import Breach, Mandate, Phase
from leineweber.kernel import attention, clock
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.attention import Matter
from leineweber.kernel.refs import Ref
from leineweber.kernel.ui.jinja import number

AHEAD = timedelta(days=14)
UNITS = {"time": "Tage", "cost": "Prozent", "scope": "Prozent"}


def breach_words(breach: Breach) -> str:
    """Return an exception as a sentence: by how much, and what was agreed."""
    unit = UNITS[breach.dimension]
    return (
        f"{breach.get_dimension_display()}: {number(breach.value)} {unit} über dem Basisplan, "
        f"vereinbart sind höchstens {number(breach.limit)} {unit}."
    )


def ask(actor: Actor, limit: int) -> list[Matter]:
    """Return open matters, most urgent first; three queries."""
    if not allowed(actor, "portfolio.view"):
        return []
    found = [
        Matter(
            Ref("project", row.project_id),
            "exception",
            f"Toleranz verletzt: {row.project.title}",
            project_url(row.project_id),
            None,
            row.project.unit_path,
            breach_words(row),
        )
        for row in Breach.objects.filter(open=True, decided_on__isnull=True)
        .select_related("project")
        .order_by("raised_on", "id")[:limit]
    ]
    today = clock.today()
    found += [
        Matter(
            Ref("project", row.project_id),
            "decision",
            f"Gate entscheiden: {row.name}, {row.project.title}",
            f"{project_url(row.project_id)}gate/{row.id}/",
            row.end,
            row.project.unit_path,
            "Die Phase endet; das Gate ist noch offen.",
        )
        for row in Phase.objects.filter(gate="open", end__lte=today + AHEAD, project__status="running")
        .select_related("project")
        .order_by("end", "id")[:limit]
    ]
    found += [
        Matter(
            Ref("mandate", row.id),
            "decision",
            f"Projektauftrag entscheiden: {row.title}",
            mandate_url(row.id),
            None,
            row.unit_path,
            f"Eingereicht von {row.author_name}.",
        )
        for row in Mandate.objects.filter(status=Mandate.Status.SUBMITTED).order_by("submitted_on", "number")[
            :limit
        ]
    ]
    found.sort(key=lambda matter: (matter.due is None, matter.due or today))
    return found[:limit]


attention.register("portfolio", ask)
